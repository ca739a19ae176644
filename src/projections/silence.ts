import * as z from 'zod';
import type { Certainty, Cut, Evidence } from '../domain/facts/evidence.ts';
import { type FactsInView, factsInView, type ViewFact } from '../domain/facts/facts-at.ts';
import { silenceIsNormalUntil } from '../domain/facts/status.ts';
import { type Day, daysBetween, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { asText } from '../domain/vocabulary/event-type.ts';
import { lifecycleRank, reportTypes } from '../domain/vocabulary/event-types.ts';
import { answerShape, beginAnswer, type Page, pageOf, pageShape, type Question, wholeList } from './answer.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Cell, obligationStatusShape, obligations } from './obligations.ts';
import {
  dateShape,
  flagShape,
  plannedShape,
  type Span,
  type SubjectNames,
  sourceShape,
  spanShape,
  timingShape,
} from './shapes.ts';
import { dateOf, factLink, flagsShown, inOrderOfTime, sourceOf, summaryOf } from './timeline.ts';

/**
 * What was promised for Games or dates that have passed, and has no report since of what came of it (ADR 0021).
 * `certain` is the view of what certainly was so, `possible` that of what possibly was, or null where only the certain
 * one is asked for.
 */
export function silence(
  { certain, possible }: { readonly certain: FactsInView; readonly possible: FactsInView | null },
  context: SilenceContext,
): readonly Silent[] {
  const sure = silentIn(certain, 'certain', context).map((one): Silent => ({ ...one, timing: 'certain' }));
  if (possible === null) return sure;
  const known = new Set(sure.map(placeOf));
  return silentIn(possible, 'possible', context).map((one) => ({
    ...one,
    timing: known.has(placeOf(one)) ? 'certain' : 'possible',
  }));
}

/** What all silent promises of a view share. */
export type SilenceContext = { readonly partnership: string; readonly names: SubjectNames; readonly cut: Cut };

export type Silent = z.infer<typeof silentShape>;

/** A promise whose day has passed and of which nothing has been reported since. */
export const silentShape = z
  .object({
    fact: z.string().describe('the plan, or the undertaking of the obligation'),
    type: z.string(),
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
    sources: z.array(sourceShape).describe('who promised it'),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('A promise whose day has passed and of which nothing has been reported since: silence, not a breach');

function silentIn(view: FactsInView, certainty: Certainty, context: SilenceContext): readonly Silent[] {
  return [...silentPlans(view, context), ...silentObligations(view, certainty, context)].toSorted(inOrder);
}

/**
 * The plans whose last day is over and of which no report says what came of them: due while silence is still normal,
 * then overdue. A plan that is told again, without a new day, is as silent as before.
 */
export function silentPlans({ facts }: FactsInView, { partnership, names, cut }: SilenceContext): readonly Silent[] {
  return facts.flatMap((fact) => {
    const { plannedFor } = fact;
    const status = standing(fact);
    const normalUntil = plannedFor && silenceIsNormalUntil(plannedFor);
    // A plan without a last day is silent once its first is long past.
    const over = plannedFor?.latest ?? normalUntil;
    if (status === null || plannedFor === null || over === null || over > cut.occurredAsOf) return [];
    return [
      {
        fact: fact.key,
        type: fact.type.type,
        summary: summaryOf(fact, names),
        status,
        timing: fact.timing,
        cell: null,
        promisedFor: plannedFor,
        overdue: daysSince(plannedFor, cut.occurredAsOf),
        normalUntil,
        games: [...fact.games],
        lastReported: lastReported(fact.evidence),
        flags: flagsShown(fact),
        sources: fact.plan.evidence.map(sourceOf),
        links: linksTo(partnership, fact.key),
      },
    ];
  });
}

function standing({ status }: ViewFact): 'due' | 'overdue-unconfirmed' | null {
  return status === 'due' || status === 'overdue-unconfirmed' ? status : null;
}

/** The days from a date to a day, as far as its bounds tell. */
export function daysSince({ earliest, latest }: Pick<UncertainDate, 'earliest' | 'latest'>, day: Day): Span {
  return {
    min: latest === null ? null : daysBetween(latest, day),
    max: earliest === null ? null : daysBetween(earliest, day),
  };
}

/** When the last of some reports was published, and every article that may have been it. */
export function lastReported(evidence: readonly Evidence[]): Silent['lastReported'] {
  const earliest = greatest(evidence.map(({ published }) => published?.earliest ?? beginningOfLastReported));
  const latest = greatest(evidence.map(({ published }) => published?.latest ?? end));
  const last = evidence.filter(({ published }) => (published?.latest ?? end) >= earliest);
  const whole = last.find(
    ({ published }) => published?.earliest === earliest && published.latest === latest,
  )?.published;
  const articles = [...new Set(last.map(({ report }) => report.metadata.article))].toSorted();
  const [from, to] = [earliest === beginningOfLastReported ? null : earliest, latest === end ? null : latest];
  return {
    edtf: whole?.edtf ?? `[${from ?? ''}..${to ?? ''}]`,
    earliest: from,
    latest: to,
    articles,
    tie: articles.length > 1,
  };
}

function greatest(days: readonly string[]): string {
  return days.reduce((a, b) => (a > b ? a : b));
}

const beginningOfLastReported = '0000-01-01';

const end = '9999-12-31';

/** Where a fact of a partnership is found, and its trail. */
export function linksTo(partnership: string, fact: string): Silent['links'] {
  const link = factLink(partnership, fact);
  return { fact: link, history: `${link}/audit` };
}

/**
 * The obligations whose Games have closed, or whose later day has come, without a report since of what came of them. A
 * report published before that is none, be it of a step on the way. `certainty` tells how sure one is of the silence:
 * certainly nothing since, or possibly.
 */
export function silentObligations(view: FactsInView, certainty: Certainty, context: SilenceContext): readonly Silent[] {
  const { partnership, names, cut } = context;
  const byKey = new Map(view.facts.map((fact) => [fact.key, fact]));
  const ofObligation = Map.groupBy(
    view.facts.filter(({ type }) => type.kind === 'obligation').toSorted(inOrderOfTime),
    ({ subject, games: [edition] }) => `${edition} ${subject}`,
  );
  return closedCells(view, context).flatMap(({ edition, cell, window }) => {
    const own = ofObligation.get(`${edition} ${cell.obligation}`) ?? [];
    const happened = own.filter(({ stage }) => stage === 'happened');
    const promise = happened.filter(({ type }) => type.type !== 'ObligationQualified' && promising.includes(type.type));
    const [first] = promise.length > 0 ? promise : happened;
    const later = postponedTo(cell, own);
    const promised = later ?? endOf(window);
    if (first === undefined || promised.latest === null || promised.latest > cut.occurredAsOf) return [];
    const related = cell.milestones.flatMap(({ fact }) => byKey.get(fact) ?? []);
    const telling = [...happened, ...related.filter(({ stage }) => stage === 'happened')].filter(
      ({ type }) => !promising.includes(type.type),
    );
    const asked = certainty === 'certain' ? 'possible' : 'certain';
    if (telling.some(({ evidence }) => evidence.some((one) => isSince(one, promised, asked)))) return [];
    return [
      {
        fact: first.key,
        type: first.type.type,
        summary: summaryOf(first, names),
        status: 'closedWithoutReport' as const,
        timing: cell.timing,
        cell: {
          obligation: cell.obligation,
          name: cell.name,
          edition,
          status: cell.status as NonNullable<Cell['status']>,
        },
        promisedFor: later === null ? { ...dateOf(window), basis: 'games' } : { ...dateOf(later), basis: 'stated' },
        overdue: daysSince(promised, cut.occurredAsOf),
        normalUntil: null,
        games: [edition],
        lastReported: lastReported([...own, ...related].flatMap(({ evidence }) => evidence)),
        flags: own.flatMap(flagsShown),
        sources: (promise.length > 0 ? promise : [first]).flatMap(({ evidence }) => evidence.map(sourceOf)),
        links: linksTo(partnership, first.key),
      } satisfies Silent,
    ];
  });
}

function closedCells(view: FactsInView, { partnership, names, cut }: SilenceContext): readonly Found[] {
  return obligations(view, cut, partnership, names).rows.flatMap((row) => {
    const { edition } = row;
    const window = view.games.find((games) => games.edition === edition)?.window ?? null;
    if (window === null) return [];
    return Object.values(row.cells).flatMap((cell) =>
      cell.closedWithoutReport && cell.status !== null ? [{ edition, cell, window }] : [],
    );
  });
}

type Found = { readonly edition: string; readonly cell: Cell; readonly window: UncertainDate };

// What promises, or promises again: it does not tell what came of the promise.
const promising = ['ObligationUndertaken', 'ObligationConfirmed', 'ObligationQualified'];

function postponedTo(cell: Cell, own: readonly ViewFact[]): UncertainDate | null {
  if (cell.status !== 'postponed') return null;
  const until = own.findLast(({ type }) => type.type === 'ObligationPostponed')?.fields['until'];
  return until === undefined ? null : uncertainDate(asText(until.value));
}

// A period is promised until its last day.
function endOf(window: UncertainDate): UncertainDate {
  const end = window.edtf.split('/')[1];
  return end === undefined || end === '..' ? window : uncertainDate(end);
}

/** Whether a report was published after a date: certainly, or possibly. */
function isSince({ published }: Evidence, { earliest, latest }: UncertainDate, certainty: Certainty): boolean {
  return certainty === 'certain'
    ? published?.earliest != null && latest !== null && published.earliest > latest
    : published?.latest == null || earliest === null || published.latest > earliest;
}

// What has been silent for longest comes first.
function inOrder(a: Silent, b: Silent): number {
  return (
    compare(a.promisedFor.latest ?? ':', b.promisedFor.latest ?? ':') ||
    compare(a.promisedFor.earliest ?? '', b.promisedFor.earliest ?? '') ||
    lifecycleRank(a.type) - lifecycleRank(b.type) ||
    compare(a.fact, b.fact)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeOf({ fact, status }: Silent): string {
  return `${status} ${fact}`;
}

/** What was promised to a partnership by the cut's day and has no report since. */
export function silenceAnswer(asked: Question, filters: Filters = noFilters, page: Page = wholeList): SilenceAnswer {
  const { view, names } = asked;
  const { cut, ground, partnership } = view;
  const isCertain = cut.timing === 'certain';
  const views = {
    certain: isCertain ? view.facts() : factsInView(ground, cut, 'certain'),
    possible: isCertain ? null : view.facts(),
  };
  const found = silence(views, { partnership, names, cut }).filter((item) => passes(item, filters));
  const begin = beginAnswer(asked);
  const { total, items, next } = pageOf(found, page, begin.cut);
  return { ...begin, meaning: meaningOfSilence, total, items, next };
}

export type SilenceAnswer = z.infer<typeof silenceAnswerShape>;

export const silenceAnswerShape = answerShape
  .extend({
    meaning: z.string().describe('what silence means, and what it does not'),
    total: pageShape.total,
    items: z.array(silentShape),
    next: pageShape.next,
  })
  .describe('What was promised for Games or dates that have passed and has no report since; longest overdue first');

function passes(item: Silent, { type, status, games, article }: Filters): boolean {
  return (
    (type.length === 0 || type.includes(item.type)) &&
    (status.length === 0 || status.includes(item.status)) &&
    (games.length === 0 || games.some((edition) => item.games.includes(edition))) &&
    (article.length === 0 || item.sources.some((source) => article.includes(source.article)))
  );
}

/** What silence means, for whoever reads of it. */
export const meaningOfSilence =
  'Silence is not a breach: no report tells what came of these promises. They may have been kept and nobody wrote of ' +
  'it, or an article that tells of it is not in this ledger.';

/** The filters of the list of silences; articles are those that promise. */
export const silenceFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: silentShape.shape.status.options,
  games: 'editions',
  article: 'articles',
};
