import { endOfPeriod, isDateProblem } from '../../domain/uncertain-date.ts';
import type { Change } from '../../projections/changes.ts';
import type { ChangesPage, LedgerChanges } from '../../projections/ledger-changes.ts';
import type { Context } from '../app-parts.ts';
import type { MementoAddress } from './memento-address.ts';

/** The changes that bear on a resource, up to a position. */
export type ChangesAt = {
  /** Every one of them; null where they are those of the whole ledger, of which there may be too many. */
  readonly all: readonly Change[] | null;
  /** The newest up to a position. */
  readonly upTo: (position: number) => Promise<ChangesPage>;
  readonly first: () => Promise<Change | null>;
};

const mostOnPage = 1_000;

const among = (all: readonly Change[]): ChangesAt => ({
  all,
  upTo: async (position) => {
    const earlier = all.filter((change) => change.position <= position);
    return { changes: earlier.slice(-mostOnPage), older: earlier.length > mostOnPage };
  },
  first: async () => all[0] ?? null,
});

type Place = { readonly partnership: string; readonly since: (changes: readonly Change[]) => readonly Change[] };

const startingAt =
  (position: number | undefined) =>
  (changes: readonly Change[]): readonly Change[] =>
    position === undefined ? [] : changes.filter((change) => change.position >= position);

const placeOf = async (
  { path }: MementoAddress,
  { ledger: { views, histories } }: Context,
): Promise<Place | 'ledger' | null> => {
  const [, , kind, id, what, ...key] = path.split('/').map(decodeURIComponent);
  if (kind === 'articles' && id !== undefined) {
    const article = views.catalogue.article(id);
    return article && { partnership: article.partnership, since: startingAt(article.first) };
  }
  if (kind !== 'partnerships' || id === undefined) return 'ledger';
  const known = views.catalogue.partnership(id);
  if (known === null) return null;
  if (what !== 'facts') return { partnership: id, since: (changes) => changes };
  const fact = key.slice(0, 3).join('/');
  const { events } = await histories.of(known.name);
  const first = events.find((event) => event.kind === 'report' && event.fact === fact);
  return { partnership: id, since: startingAt(first?.position) };
};

/**
 * The changes that bear on the resource of an address through its other clocks; null where there is no such resource,
 * or its address cannot be read, which whoever answers it tells.
 */
export const changesAt = async (
  address: MementoAddress,
  changes: LedgerChanges,
  context: Context,
): Promise<ChangesAt | null> => {
  const place = await placeOf(address, context);
  if (place === null) return null;
  if (place === 'ledger') return { all: null, upTo: changes.ofLedger, first: changes.first };
  const text = address.query.get('reportedAsOf');
  const day = text === null ? null : endOfPeriod(text);
  if (day !== null && isDateProblem(day)) return null;
  return among(place.since(await changes.ofPartnership(place.partnership, day)));
};
