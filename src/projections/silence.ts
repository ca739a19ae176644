import * as z from 'zod';
import { type Certainty, type Cut, compare, type Evidence } from '../domain/facts/evidence.ts';
import { isGuess } from '../domain/facts/fact.ts';
import { certaintyOf, type FactsInView, factsInView, type ViewFact } from '../domain/facts/facts-at.ts';
import { lastDayIn } from '../domain/facts/games-calendar.ts';
import { silenceIsNormalUntil } from '../domain/facts/plan-status.ts';
import {
  certainlyBefore,
  type Day,
  lastDay,
  spanBetween,
  type UncertainDate,
  uncertainDate,
} from '../domain/vocabulary/dates.ts';
import { asText } from '../domain/vocabulary/event-type.ts';
import { lifecycleRank, reportTypes } from '../domain/vocabulary/event-types.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, beginAnswer, type Page, pageOf, pageShape, type Question, wholeList } from './answer.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Cell, obligationStatusShape, obligations } from './obligations.ts';
import { plannedEndsOf } from './partnerships.ts';
import {
  dateOf,
  dateShape,
  flagShape,
  plannedShape,
  reportTypeShape,
  sourcesShape,
  spanShape,
  timingShape,
} from './shapes.ts';
import { sourcesOf } from './sources.ts';
import { factLink, flagsShown, inOrderOfTime, summaryOf } from './timeline.ts';
import { titleOf } from './titles.ts';

/**
 * What was promised for Games or dates that have passed, and has no report since of what came of it (ADR 0021).
 * `certain` is the view of what certainly was so, `possible` that of what possibly was, or null if only the certain one
 * is asked for.
 */
export function silence(
  { certain, possible }: { readonly certain: FactsInView; readonly possible: FactsInView | null },
  context: SilenceContext,
): readonly Silent[] {
  const sure = silentIn(certain, 'certain', context).map((silent): Silent => ({ ...silent, timing: 'certain' }));
  if (possible === null) return sure;
  const surePlaces = new Set(sure.map(placeOf));
  return silentIn(possible, 'possible', context).map((silent) => ({
    ...silent,
    timing: surePlaces.has(placeOf(silent)) ? 'certain' : 'possible',
  }));
}

type SilenceContext = {
  readonly partnership: string;
  readonly names: SubjectNames;
  readonly cut: Cut;
  /** Only what one of these articles promises; without any, everything. */
  readonly articles?: readonly string[];
};

export type Silent = z.infer<typeof silentShape>;

const silentShape = z
  .object({
    fact: z.string().describe('the plan, or the undertaking of the obligation'),
    type: reportTypeShape,
    title: z.string().describe('a short title, without Games or market'),
    summary: z.string(),
    status: z
      .enum(['due', 'overdue-unconfirmed', 'closedWithoutReport'])
      .describe('as on the timeline, or as in the cell of the obligation; none of them is a breach'),
    timing: timingShape.describe('whether it is certain that this is so by the clocks'),
    cell: z
      .object({ obligation: z.string(), name: z.string(), edition: z.string(), status: obligationStatusShape })
      .nullable()
      .describe('where the obligation stands; null for a plan'),
    promisedFor: plannedShape,
    overdue: spanShape.describe('days from what was promised to occurredAsOf'),
    normalUntil: z.string().nullable().describe('until then a plan is due and silence is normal; null: an obligation'),
    games: z.array(z.string()),
    lastReported: dateShape
      .extend({ articles: z.array(z.string()), tie: z.boolean().describe('more than one article may have been last') })
      .describe('the last report of any kind on it; repeating a promise does not end the silence'),
    flags: z.array(flagShape),
    ...sourcesShape,
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe(
    'A promise whose day has passed, with who promised it, and of which nothing has been reported since: silence, not a breach',
  );

function placeOf({ fact, status }: Silent): string {
  return `${status} ${fact}`;
}

function silentIn(view: FactsInView, certainty: Certainty, context: SilenceContext): readonly Silent[] {
  return [...silentPlans(view, context), ...silentObligations(view, certainty, context)].toSorted(longestFirst);
}

// The plans whose last day is over and of which no report says what came of them: due while silence is still normal, then
// overdue. A plan that is told again without a new day is as silent as before; one without a last day is silent once its
// first is long past.
function silentPlans(view: FactsInView, { partnership, names, cut, articles = [] }: SilenceContext): readonly Silent[] {
  const ends = new Map(plannedEndsOf(view, cut.occurredAsOf).map((end) => [end.fact, end]));
  return view.facts.flatMap((fact): Silent[] => {
    // A notice happened, and the end that it names is a plan.
    const end = fact.stage === 'happened' ? ends.get(fact.key) : undefined;
    const { status, date: plannedFor } = end ?? { status: fact.status, date: fact.plannedFor };
    if ((status !== 'due' && status !== 'overdue-unconfirmed') || plannedFor === null) return [];
    const normalUntil = silenceIsNormalUntil(plannedFor);
    const over = plannedFor.latest ?? normalUntil;
    if (over === null || over > cut.occurredAsOf) return [];
    const promising = end === undefined ? fact.plan.evidence : fact.evidence;
    if (!isAmong(articles, promising)) return [];
    return [
      {
        fact: fact.key,
        type: fact.type.type,
        title: titleOf(fact, names),
        summary: summaryOf(fact, names),
        status,
        timing: end?.timing ?? fact.timing,
        cell: null,
        promisedFor: { basis: 'stated', ...plannedFor },
        overdue: spanUntil(cut.occurredAsOf, plannedFor),
        normalUntil,
        games: [...fact.games],
        lastReported: lastReport(fact.evidence),
        flags: flagsShown(fact),
        ...sourcesOf(promising, [factLink(partnership, fact.key)]),
        links: linksTo(partnership, fact.key),
      },
    ];
  });
}

// Whether one of some articles is among these reports; without any, everything is.
function isAmong(articles: readonly string[], evidence: readonly Evidence[]): boolean {
  return articles.length === 0 || evidence.some(({ report }) => articles.includes(report.metadata.article));
}

function spanUntil(day: Day, from: Pick<UncertainDate, 'earliest' | 'latest'>): Silent['overdue'] {
  return spanBetween(from, { earliest: day, latest: day });
}

// When the last of some reports was published, and every article that may have been it.
function lastReport(evidence: readonly Evidence[]): Silent['lastReported'] {
  const earliest = greatest(evidence.map(({ published }) => published?.earliest ?? beginning));
  const latest = greatest(evidence.map(({ published }) => published?.latest ?? lastDay));
  const last = evidence.filter(({ published }) => (published?.latest ?? lastDay) >= earliest);
  const whole = last.find(
    ({ published }) => published?.earliest === earliest && published.latest === latest,
  )?.published;
  const articles = [...new Set(last.map(({ report }) => report.metadata.article))].toSorted();
  const [from, to] = [earliest === beginning ? null : earliest, latest === lastDay ? null : latest];
  return {
    edtf: whole?.edtf ?? `[${from ?? ''}..${to ?? ''}]`,
    earliest: from,
    latest: to,
    articles,
    tie: articles.length > 1,
  };
}

function greatest(days: readonly Day[]): Day {
  return days.reduce((a, b) => (a > b ? a : b));
}

// Before every day.
const beginning = '0000-01-01';

function linksTo(partnership: string, fact: string): Silent['links'] {
  const link = factLink(partnership, fact);
  return { fact: link, history: `${link}/audit` };
}

// The obligations whose Games have closed, or whose later day has come, without a report since of what came of them. A
// report published before that does not count, nor does one of a step on the way. `certainty` says how sure the silence
// is: certainly nothing since, or possibly.
function silentObligations(view: FactsInView, certainty: Certainty, context: SilenceContext): readonly Silent[] {
  const { partnership, names, cut, articles = [] } = context;
  const byKey = new Map(view.facts.map((fact) => [fact.key, fact]));
  const byCell = Map.groupBy(
    view.facts.filter(({ type }) => type.kind === 'obligation').toSorted(inOrderOfTime),
    ({ subject, games: [edition] }) => `${edition} ${subject}`,
  );
  return closedCells(view, context).flatMap(({ edition, cell, window }): Silent[] => {
    const facts = byCell.get(`${edition} ${cell.obligation}`) ?? [];
    const happened = facts.filter(hasHappened);
    const promises = happened.filter((fact) => isPromise(fact) && fact.type.type !== 'ObligationQualified');
    const promising = promises.length > 0 ? promises : happened.slice(0, 1);
    const [promise] = promising;
    const postponedTo = cell.status === 'postponed' ? newDayIn(facts) : null;
    const promisedFor = postponedTo ?? lastDayIn(window);
    if (promise === undefined || promisedFor.latest === null || promisedFor.latest > cut.occurredAsOf) return [];
    const milestones = cell.milestones.flatMap(({ fact }) => byKey.get(fact) ?? []);
    const outcomes = [...happened, ...milestones.filter(hasHappened)].filter(
      (fact) => !isPromise(fact) && !isGuess(fact),
    );
    const told = promising.flatMap(({ evidence }) => evidence);
    if (!isAmong(articles, told)) return [];
    // Certain silence has not even a possible report since.
    const sought = certainty === 'certain' ? 'possible' : 'certain';
    if (outcomes.some(({ evidence }) => evidence.some((one) => isSince(one, promisedFor, sought)))) return [];
    return [
      {
        fact: promise.key,
        type: promise.type.type,
        title: titleOf(promise, names),
        summary: summaryOf(promise, names),
        status: 'closedWithoutReport',
        timing: cell.timing,
        cell: { obligation: cell.obligation, name: cell.name, edition, status: cell.status },
        promisedFor:
          postponedTo === null ? { ...dateOf(window), basis: 'games' } : { ...dateOf(postponedTo), basis: 'stated' },
        overdue: spanUntil(cut.occurredAsOf, promisedFor),
        normalUntil: null,
        games: [edition],
        lastReported: lastReport([...facts, ...milestones].flatMap(({ evidence }) => evidence)),
        flags: facts.flatMap(flagsShown),
        ...sourcesOf(
          told,
          promising.map(({ key }) => factLink(partnership, key)),
        ),
        links: linksTo(partnership, promise.key),
      },
    ];
  });
}

function closedCells(view: FactsInView, { partnership, names, cut }: SilenceContext): readonly ClosedCell[] {
  return obligations(view, cut, partnership, names).rows.flatMap(({ edition, cells }) => {
    const window = view.games.find((games) => games.edition === edition)?.window ?? null;
    if (window === null) return [];
    return Object.values(cells).flatMap((cell) => {
      const { status, closedWithoutReport } = cell;
      return closedWithoutReport && status !== null ? [{ edition, cell: { ...cell, status }, window }] : [];
    });
  });
}

type ClosedCell = {
  readonly edition: string;
  readonly cell: Cell & { readonly status: NonNullable<Cell['status']> };
  readonly window: UncertainDate;
};

function hasHappened({ stage }: ViewFact): boolean {
  return stage === 'happened';
}

// What promises, or promises again, does not tell what came of the promise.
function isPromise({ type }: ViewFact): boolean {
  return ['ObligationUndertaken', 'ObligationConfirmed', 'ObligationQualified'].includes(type.type);
}

function newDayIn(facts: readonly ViewFact[]): UncertainDate | null {
  const until = facts.findLast(({ type }) => type.type === 'ObligationPostponed')?.fields['until'];
  return until === undefined ? null : uncertainDate(asText(until.value));
}

// Whether a report was published after a date: certainly, or possibly.
function isSince({ published }: Evidence, date: UncertainDate, certainty: Certainty): boolean {
  if (certainty === 'certain') return published !== null && certainlyBefore(date, published);
  return published?.latest == null || date.earliest === null || published.latest > date.earliest;
}

function longestFirst(a: Silent, b: Silent): number {
  return (
    compare(a.promisedFor.latest ?? ':', b.promisedFor.latest ?? ':') ||
    compare(a.promisedFor.earliest ?? '', b.promisedFor.earliest ?? '') ||
    lifecycleRank(a.type) - lifecycleRank(b.type) ||
    compare(a.fact, b.fact)
  );
}

/** What was promised to a partnership by the cut's day and has no report since. */
export function silenceAnswer(question: Question, filters: Filters = noFilters, page: Page = wholeList): SilenceAnswer {
  const { view, names } = question;
  const { cut, ground, partnership } = view;
  const views =
    certaintyOf(cut.timing) === 'certain'
      ? { certain: view.facts(), possible: null }
      : { certain: factsInView(ground, cut, 'certain'), possible: view.facts() };
  const context = { partnership, names, cut, articles: filters.article };
  const silents = silence(views, context).filter((silent) => passes(silent, filters));
  const beginning = beginAnswer(question);
  const { total, items, next } = pageOf(silents, page, beginning.cut);
  return { ...beginning, meaning: meaningOfSilence, total, items, next };
}

const meaningOfSilence =
  'Silence is not a breach: no report tells what came of these promises. They may have been kept and nobody wrote of ' +
  'it, or an article that tells of it is not in this ledger.';

export type SilenceAnswer = z.infer<typeof silenceAnswerShape>;

export const silenceAnswerShape = answerShape
  .extend({
    meaning: z.string().describe('what silence means, and what it does not'),
    total: pageShape.total,
    items: z.array(silentShape),
    next: pageShape.next,
  })
  .describe('What was promised for Games or dates that have passed and has no report since; longest overdue first');

function passes(item: Silent, { type, status, games }: Filters): boolean {
  return (
    (type.length === 0 || type.includes(item.type)) &&
    (status.length === 0 || status.includes(item.status)) &&
    (games.length === 0 || games.some((edition) => item.games.includes(edition)))
  );
}

/** The filters of the list of silences; articles are those that promise. */
export const silenceFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: silentShape.shape.status.options,
  games: 'editions',
  article: 'articles',
};
