import { isEditionProblem, parseEdition } from '../../domain/edition.ts';
import { partnershipStream } from '../../domain/streams.ts';
import { type DateProblem, type Day, endOfPeriod, isDateProblem } from '../../domain/uncertain-date.ts';
import { articleOf } from '../../projections/article.ts';
import { articleNamed } from '../../projections/article-named.ts';
import type { Change } from '../../projections/changes.ts';
import type { OtherClocks } from '../../projections/changes-of-games.ts';
import { upTo } from '../../projections/histories.ts';
import type { ChangesPage, LedgerChanges } from '../../projections/ledger-changes.ts';
import { visibleIngests } from '../../projections/visible-ingests.ts';
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

function among(all: readonly Change[]): ChangesAt {
  return {
    all,
    upTo: async (position) => {
      const earlier = all.filter((change) => change.position <= position);
      return { changes: earlier.slice(-mostOnPage), older: earlier.length > mostOnPage };
    },
    first: async () => all[0] ?? null,
  };
}

function startingAt(changes: readonly Change[], position: number): readonly Change[] {
  return changes.filter((change) => change.position >= position);
}

function dayIn(query: URLSearchParams, name: string): Day | DateProblem | null {
  const text = query.get(name);
  return text === null ? null : endOfPeriod(text);
}

function isRefused(day: Day | DateProblem | null): day is DateProblem {
  return day !== null && isDateProblem(day);
}

function clocksOf({ query }: MementoAddress): OtherClocks | null {
  const [reportedAsOf, occurredAsOf] = [dayIn(query, 'reportedAsOf'), dayIn(query, 'occurredAsOf')];
  if (isRefused(reportedAsOf) || isRefused(occurredAsOf)) return null;
  return { reportedAsOf, occurredAsOf, certainty: query.get('timing') === 'certain' ? 'certain' : 'possible' };
}

async function ofArticle(
  id: string,
  { reportedAsOf, certainty }: OtherClocks,
  changes: LedgerChanges,
  { ledger: { views, histories } }: Context,
): Promise<readonly Change[] | null> {
  const article = views.catalogue.article(id);
  if (article === null) return null;
  const { partnership } = article;
  const { events } = await histories.of(partnershipStream(partnership));
  const own = events.filter((event) => event.kind !== 'report' && articleNamed(event) === id);
  // It is shown from its first reading that was published by then.
  return (await changes.ofPartnership(partnership, reportedAsOf)).filter(
    ({ position }) =>
      articleOf({ partnership, history: upTo(own, position), article: id }, reportedAsOf, certainty) !== null,
  );
}

async function ofFact(
  partnership: string,
  fact: string,
  { reportedAsOf }: OtherClocks,
  changes: LedgerChanges,
  { ledger: { histories } }: Context,
): Promise<readonly Change[]> {
  const { events } = await histories.of(partnershipStream(partnership));
  const first = visibleIngests(events, reportedAsOf).find((ingest) =>
    ingest.some((event) => event.kind === 'report' && event.fact === fact),
  );
  const all = await changes.ofPartnership(partnership, reportedAsOf);
  return startingAt(all, first?.at(-1)?.position ?? Number.POSITIVE_INFINITY);
}

async function ofGames(
  edition: string | undefined,
  clocks: OtherClocks,
  changes: LedgerChanges,
): Promise<readonly Change[] | null> {
  if (edition === undefined) return await changes.ofGames(clocks);
  const parsed = parseEdition(edition);
  return isEditionProblem(parsed) ? null : await changes.ofEdition(parsed, clocks.reportedAsOf);
}

/**
 * The changes that bear on the resource of an address through its other clocks; null where there is no such resource,
 * or its address cannot be read, which whoever answers it tells.
 */
export async function changesAt(
  address: MementoAddress,
  changes: LedgerChanges,
  context: Context,
): Promise<ChangesAt | null> {
  const clocks = clocksOf(address);
  if (clocks === null) return null;
  const { reportedAsOf } = clocks;
  const [, , kind, id, what, ...key] = address.path.split('/').map(decodeURIComponent);
  const find = async (): Promise<readonly Change[] | null> => {
    if (kind === 'games') return await ofGames(id, clocks, changes);
    if (kind === 'articles' && id !== undefined) return await ofArticle(id, clocks, changes, context);
    if (id === undefined) return await changes.ofPartnerships(reportedAsOf);
    if (context.ledger.views.catalogue.partnership(id) === null) return null;
    if (what === 'facts') return await ofFact(id, key.slice(0, 3).join('/'), clocks, changes, context);
    return await changes.ofPartnership(id, reportedAsOf);
  };
  if (kind === 'audit' && reportedAsOf !== null) return among(await changes.ofTrail(reportedAsOf));
  if (kind === undefined || kind === 'audit') return { all: null, upTo: changes.ofLedger, first: changes.first };
  const found = await find();
  return found && among(found);
}
