import type { Edition } from '../domain/vocabulary/games-editions.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { type Listed, type Page, wholeList } from './answer.ts';
import { type Article, type ArticlePart, articleParts, joinArticles } from './articles.ts';
import { type Filters, factsThatPass, matchesAny, noFilters } from './filters.ts';
import type { GamesObligations, NamedGames } from './games.ts';
import { obligations } from './obligations.ts';
import { type LastEvent, latestOf, namesFor, type PartnershipView } from './partnership-view.ts';
import { type PartnershipDetail, partnershipDetail } from './partnerships.ts';
import { type Entry, timeline } from './timeline.ts';

/**
 * What lists across partnerships show of one, so that none has to fold its history again. It holds nothing of what other
 * partnerships hold.
 */
export function summary(view: PartnershipView, register: SubjectNames): Summary {
  const { partnership, cut } = view;
  const names = namesFor(view, register);
  const inView = view.facts();
  const due = factsThatPass(view, { ...noFilters, status: ['due', 'overdue-unconfirmed'] });
  const { rows } = obligations(inView, cut, partnership, names);
  const detail = partnershipDetail(view, register);
  const owedFor = new Map(
    rows.map(({ edition, implied, timing, coverage, qualifications, cells }) => [
      edition,
      { partnership, name: detail.name, implied, timing, coverage, qualifications, cells },
    ]),
  );
  const ofFacts = new Set(inView.facts.flatMap(({ games }) => games));
  return {
    partnership,
    ...listedSources(view),
    detail,
    pending: timeline(due, partnership, names).map(toPending),
    owed: [...view.editions].map((edition) => ({
      edition,
      isOfFact: ofFacts.has(edition),
      owes: owedFor.get(edition) ?? null,
    })),
  };
}

export type Summary = ListedSources & {
  readonly partnership: string;
  readonly detail: PartnershipDetail;
  /** Its plans that are due or overdue, in order of time. */
  readonly pending: readonly Pending[];
  /** The Games that its reports name. */
  readonly owed: readonly {
    readonly edition: Edition;
    /** Whether a fact that counts names them. */
    readonly isOfFact: boolean;
    /** What is owed for them; null if nothing is. */
    readonly owes: GamesObligations | null;
  }[];
};

/** The articles of a partnership, and its facts that rest on them. */
export function listedSources(view: PartnershipView): ListedSources {
  const alike = Map.groupBy(view.facts().facts.map(toListedFact), (fact) => JSON.stringify(fact));
  return {
    last: view.lastHere,
    facts: [...alike.values()].map(([fact]) => fact as ListedFact),
    articles: articleParts(view),
  };
}

type ListedSources = {
  /** Null if no event of the partnership is visible. */
  readonly last: LastEvent;
  /** What filters look at: facts that do not differ in it stand once. */
  readonly facts: readonly ListedFact[];
  readonly articles: readonly ArticlePart[];
};

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
): Listed<Pick<Summary, 'detail'>> {
  const passing = summaries.filter((one) => one.detail.facts > 0 && passes(one, filters));
  return {
    total: passing.length,
    items: passing.slice(page.offset, page.offset + page.limit).map(({ detail }) => ({ detail })),
    last: latestOf(summaries.map(({ last }) => last)),
    isRecorded: summaries.length > 0,
  };
}

/** The first partnerships with a fact that counts, each with what of it is due or overdue. */
export function firstPartnerships(summaries: readonly Summary[], most: number): FirstPartnerships {
  const shown = summaries.filter(({ detail }) => detail.facts > 0);
  return { total: shown.length, items: shown.slice(0, most).map(({ detail, pending }) => ({ detail, pending })) };
}

export type FirstPartnerships = Pick<Listed<Pick<Summary, 'detail' | 'pending'>>, 'total' | 'items'>;

// `status` and `party` are those of the partnership; one fact has to pass all other filters.
function passes({ detail, facts }: Summary, filters: Filters): boolean {
  return (
    matchesAny(filters.status, (wanted) => detail.status === wanted) &&
    matchesAny(filters.party, (wanted) => detail.parties.some(({ id }) => id === wanted)) &&
    facts.some((fact) => factPasses(fact, filters))
  );
}

function factPasses(fact: ListedFact, { type, games, article, contested }: Filters): boolean {
  return (
    matchesAny(type, (wanted) => fact.type === wanted) &&
    matchesAny(games, (wanted) => fact.games.includes(wanted)) &&
    matchesAny(article, (wanted) => fact.articles.includes(wanted)) &&
    (contested === null || fact.contested === contested)
  );
}

/** The articles that a list shows: those that are a source of a fact that passes its filters, one page of them. */
export function listedArticles(
  sources: readonly ListedSources[],
  filters: Filters = noFilters,
  page: Pick<Page, 'offset' | 'limit'> = wholeList,
): Listed<Article> {
  const { article: ids, ...ofFacts } = filters;
  const isLimited = ofFacts.type.length > 0 || ofFacts.games.length > 0 || ofFacts.contested !== null;
  const passing = sources.flatMap(({ facts }) => facts.filter((fact) => factPasses(fact, { ...filters, article: [] })));
  const cited = new Set(passing.flatMap(({ articles }) => articles));
  const wanted = joinArticles(sources.flatMap(({ articles }) => articles)).filter(
    ({ id }) => (!isLimited || cited.has(id)) && matchesAny(ids, (one) => one === id),
  );
  return {
    total: wanted.length,
    items: wanted.slice(page.offset, page.offset + page.limit),
    last: latestOf(sources.map(({ last }) => last)),
    isRecorded: sources.length > 0,
  };
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

/** An edition that reports of these partnerships name; null if none does. */
export function namedGames(edition: Edition, summaries: readonly Summary[]): NamedGames | null {
  const naming = summaries.flatMap(({ last, owed }) =>
    owed.flatMap((one) => (one.edition === edition ? [{ last, isOfFact: one.isOfFact }] : [])),
  );
  if (naming.length === 0) return null;
  return { edition, isOfFact: naming.some(({ isOfFact }) => isOfFact), last: latestOf(naming.map(({ last }) => last)) };
}
