import type { Edition } from '../domain/vocabulary/games-editions.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { type Listed, type Page, wholeList } from './answer.ts';
import { type Filters, factsThatPass, matchesAny, noFilters } from './filters.ts';
import type { GamesObligations } from './games.ts';
import { obligations } from './obligations.ts';
import { type LastEvent, latestOf, namesFor, type PartnershipView } from './partnership-view.ts';
import { type PartnershipDetail, partnershipDetail } from './partnerships.ts';
import { type Entry, timeline } from './timeline.ts';

/**
 * What lists across partnerships show of one, so that none has to fold its history again. It holds nothing of what other
 * partnerships hold.
 */
export function summary(view: PartnershipView, register: SubjectNames): Summary {
  const { partnership, lastHere, cut } = view;
  const names = namesFor(view, register);
  const inView = view.facts();
  const alike = Map.groupBy(inView.facts.map(toListedFact), (fact) => JSON.stringify(fact));
  const due = factsThatPass(view, { ...noFilters, status: ['due', 'overdue-unconfirmed'] });
  const { rows } = obligations(inView, cut, partnership, names);
  const detail = partnershipDetail(view, register);
  const owedFor = new Map(
    rows.map(({ edition, implied, timing, coverage, qualifications, cells }) => [
      edition,
      { partnership, name: detail.name, implied, timing, coverage, qualifications, cells },
    ]),
  );
  return {
    partnership,
    last: lastHere,
    detail,
    facts: [...alike.values()].map(([fact]) => fact as ListedFact),
    pending: timeline(due, partnership, names).map(toPending),
    owed: [...view.editions].map((edition) => ({ edition, owes: owedFor.get(edition) ?? null })),
  };
}

export type Summary = {
  readonly partnership: string;
  /** Null if no event of it is visible. */
  readonly last: LastEvent;
  readonly detail: PartnershipDetail;
  /** What filters look at: facts that do not differ in it stand once. */
  readonly facts: readonly ListedFact[];
  /** Its plans that are due or overdue, in order of time. */
  readonly pending: readonly Pending[];
  /** The Games that its reports name, each with what is owed for it; null if nothing is. */
  readonly owed: readonly { readonly edition: Edition; readonly owes: GamesObligations | null }[];
};

/** A partnership in a list, with what of it is due or overdue. */
export type ListedPartnership = Pick<Summary, 'detail' | 'pending'>;

type ListedFact = {
  readonly type: string;
  readonly contested: boolean;
  readonly games: readonly Edition[];
  readonly articles: readonly string[];
};

/** A plan that is due or overdue, as the first page shows it. */
type Pending = Pick<Entry, 'fact' | 'title' | 'status' | 'timing' | 'planned' | 'group' | 'guess'>;

/** What of one partnership is due or overdue. */
export type PendingOf = { readonly partnership: string; readonly name: string; readonly pending: readonly Pending[] };

function toListedFact({ type, contested, games, evidence }: PartnershipFact): ListedFact {
  const articles = [...new Set(evidence.map(({ report }) => report.metadata.article))].toSorted();
  return { type: type.type, contested, games, articles };
}

type PartnershipFact = ReturnType<PartnershipView['facts']>['facts'][number];

function toPending({ fact, title, status, timing, planned, group, guess }: Entry): Pending {
  return { fact, title, status, timing, planned, group, guess };
}

/** The summaries that a list shows: those with a fact that counts, and that pass its filters, one page of them. */
export function listed(
  summaries: readonly Summary[],
  filters: Filters = noFilters,
  page: Pick<Page, 'offset' | 'limit'> = wholeList,
): Listed<ListedPartnership> {
  const passing = summaries.filter((one) => one.detail.facts > 0 && passes(one, filters));
  return {
    total: passing.length,
    items: passing.slice(page.offset, page.offset + page.limit).map(({ detail, pending }) => ({ detail, pending })),
    last: latestOf(summaries.map(({ last }) => last)),
    isRecorded: summaries.length > 0,
  };
}

// `status` and `party` are those of the partnership; one fact has to pass all other filters.
function passes({ detail, facts }: Summary, { status, party, type, games, article, contested }: Filters): boolean {
  return (
    matchesAny(status, (wanted) => detail.status === wanted) &&
    matchesAny(party, (wanted) => detail.parties.some(({ id }) => id === wanted)) &&
    facts.some(
      (fact) =>
        matchesAny(type, (wanted) => fact.type === wanted) &&
        matchesAny(games, (wanted) => fact.games.includes(wanted)) &&
        matchesAny(article, (wanted) => fact.articles.includes(wanted)) &&
        (contested === null || fact.contested === contested),
    )
  );
}

/** What partnerships owe for one edition: one page of those that owe anything. */
export function owedFor(
  edition: Edition,
  summaries: readonly Summary[],
  page: Pick<Page, 'offset' | 'limit'> = wholeList,
): Listed<GamesObligations> {
  const naming = summaries.flatMap(({ last, owed }) =>
    owed.flatMap((one) => (one.edition === edition ? [{ last, ...one }] : [])),
  );
  const owing = naming.flatMap(({ owes }) => owes ?? []);
  return {
    total: owing.length,
    items: owing.slice(page.offset, page.offset + page.limit),
    last: latestOf(naming.map(({ last }) => last)),
    isRecorded: summaries.length > 0,
  };
}
