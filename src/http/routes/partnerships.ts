import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { calendarCsv, calendarIcs } from '../../exports/calendar.ts';
import { partnershipsCsv, searchCsv } from '../../exports/ledger-tables.ts';
import {
  auditCsv,
  driftCsv,
  obligationsCsv,
  rolloutCsv,
  silenceCsv,
  timelineCsv,
} from '../../exports/partnership-tables.ts';
import { timelineJs } from '../../exports/timelinejs.ts';
import type { Question } from '../../projections/answer.ts';
import { auditAnswer, auditAnswerShape, auditFilters } from '../../projections/audit.ts';
import { calendarAnswer, calendarAnswerShape, calendarFilters } from '../../projections/calendar.ts';
import { diffAnswer, diffAnswerShape, leastDifferences } from '../../projections/diff.ts';
import type { Diff } from '../../projections/diff-parts.ts';
import { driftAnswer, driftAnswerShape, driftFilters } from '../../projections/drift.ts';
import { type MovingClock, movingClocks } from '../../projections/live/clocks.ts';
import { momentsAnswer, momentsAnswerShape } from '../../projections/moments.ts';
import { obligationsAnswer, obligationsAnswerShape, obligationsFilters } from '../../projections/obligations.ts';
import {
  partnershipAnswer,
  partnershipAnswerShape,
  partnershipsAnswer,
  partnershipsAnswerShape,
  partnershipsFilters,
} from '../../projections/partnerships.ts';
import { rolloutAnswer, rolloutAnswerShape } from '../../projections/rollout.ts';
import { mostHits, searchAnswer, searchAnswerShape } from '../../projections/search.ts';
import { silenceAnswer, silenceAnswerShape, silenceFilters } from '../../projections/silence.ts';
import { timelineAnswer, timelineAnswerShape, timelineFilters } from '../../projections/timeline.ts';
import type { AddAnswer, AddRead, AnyAnswer, Reading, ReadRoute } from '../answers.ts';
import { type Context, firstRecorded, partnershipAt, partnershipsAt, soon } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { citeComparison, comparisonQuery, queryOf, readComparison, readRequest } from '../query.ts';

/** The partnerships, and every read model of one. */
export function partnershipRoutes(read: AddRead, context: Context): void {
  read({
    url: '/api/partnerships',
    operationId: 'listPartnerships',
    summary: 'The partnerships of the ledger',
    params: z.object({}),
    filters: partnershipsFilters,
    answer: partnershipsAnswerShape,
    exports: [partnershipsCsv],
    prepare: async ({ cut, filters, page }) => {
      const listed = await soon(context.summaries.listed(cut, filters, page));
      const firstRecordedAt = firstRecorded(context, listed.last);
      return { build: () => partnershipsAnswer({ cut, firstRecordedAt }, listed, page) };
    },
  });
  for (const addReadModel of readModels) addReadModel(read, context);
}

// Gives a read model of one partnership its route. `build` is a pure function.
function readModel<Answer extends z.ZodType<AnyAnswer>>({ build, ...route }: ReadModel<Answer>) {
  return (read: AddRead, context: Context): void =>
    read({
      ...route,
      params: partnershipParams,
      prepare: async (reading) => {
        const question = await partnershipAt(context, reading.params.id, reading.cut);
        return { dependsOn: question.view.dependsOn, build: () => build(question, reading) };
      },
    });
}

type ReadModel<Answer extends z.ZodType<AnyAnswer>> = Omit<
  ReadRoute<typeof partnershipParams, Answer>,
  'params' | 'prepare'
> & {
  readonly build: (question: Question, reading: Reading<{ id: string }>) => z.infer<Answer>;
};

const readModels = [
  readModel({
    url: '/api/partnerships/:id',
    operationId: 'getPartnership',
    summary: 'A partnership in short',
    answer: partnershipAnswerShape,
    build: (question) => partnershipAnswer(question),
  }),
  readModel({
    url: '/api/partnerships/:id/timeline',
    operationId: 'getTimeline',
    summary: 'The timeline: one entry a fact',
    filters: timelineFilters,
    answer: timelineAnswerShape,
    exports: [timelineCsv, timelineJs],
    build: (question, { filters, page }) => timelineAnswer(question, filters, page),
  }),
  readModel({
    url: '/api/partnerships/:id/obligations',
    operationId: 'getObligations',
    summary: 'The obligations per Games',
    filters: obligationsFilters,
    isWhole: true,
    answer: obligationsAnswerShape,
    exports: [obligationsCsv],
    build: (question, { filters }) => obligationsAnswer(question, filters),
  }),
  readModel({
    url: '/api/partnerships/:id/rollout',
    operationId: 'getRollout',
    summary: 'The marketing rollout',
    answer: rolloutAnswerShape,
    exports: [rolloutCsv],
    build: (question) => rolloutAnswer(question),
  }),
  readModel({
    url: '/api/partnerships/:id/audit',
    operationId: 'getPartnershipAudit',
    summary: 'The audit trail of a partnership',
    filters: auditFilters,
    answer: auditAnswerShape,
    exports: [auditCsv],
    build: (question, { filters, page }) => auditAnswer(question, filters, page),
  }),
  readModel({
    url: '/api/partnerships/:id/drift',
    operationId: 'getDrift',
    summary: 'How promises changed from article to article, and how late they were reported',
    filters: driftFilters,
    answer: driftAnswerShape,
    exports: [driftCsv],
    build: (question, { filters, page }) => driftAnswer(question, filters, page),
  }),
  readModel({
    url: '/api/partnerships/:id/silence',
    operationId: 'getSilence',
    summary: 'Promises for Games or dates that have passed, without a report since',
    filters: silenceFilters,
    answer: silenceAnswerShape,
    exports: [silenceCsv],
    build: (question, { filters, page }) => silenceAnswer(question, filters, page),
  }),
  readModel({
    url: '/api/partnerships/:id/calendar',
    operationId: 'getCalendar',
    summary: 'Planned days, Games and ends of the agreement, for a calendar',
    filters: calendarFilters,
    isWhole: true,
    answer: calendarAnswerShape,
    exports: [calendarIcs, calendarCsv],
    build: (question, { filters }) => calendarAnswer(question, filters),
  }),
];

export const partnershipParams = z.object({ id: z.string().describe('`<partner>.<rights holder>`') });

/** GET /api/partnerships/{id}/diff: what differs between two cuts of a partnership. */
export function diffRoute(add: AddAnswer, context: Context): void {
  const route = {
    url: '/api/partnerships/:id/diff',
    operationId: 'getDiff',
    problems: ['diff-too-large'] as const,
    summary: 'What appeared, changed and disappeared while one clock moved',
    params: partnershipParams,
    answer: diffAnswerShape,
  };
  // What two cuts show stays the same, and so does that it is too much.
  const refused = new LRUCache<string, HttpProblem>({ max: 1_000 });
  add(route, comparisonQuery, async (raw) => {
    const { clock, from, to } = await readComparison(context, raw);
    const { id } = raw.params;
    const compared = JSON.stringify([id, clock, from, to]);
    const refusal = refused.get(compared);
    if (refusal !== undefined) throw refusal;
    const [before, after] = [await partnershipAt(context, id, from), await partnershipAt(context, id, to)];
    return {
      request: [clock, ...[from, to].flatMap((cut) => [cut.occurredAsOf, cut.reportedAsOf, cut.timing])],
      dependsOn: [before.view.dependsOn, after.view.dependsOn],
      build: () => {
        try {
          refuseLarge(leastDifferences(before.view, after.view, maxDiffParts), 'at least ');
          return limitDiff(diffAnswer(clock, before, after));
        } catch (error) {
          if (error instanceof HttpProblem) refused.set(compared, error);
          throw error;
        }
      },
      citation: (answer) => citeComparison(raw.path, answer),
    };
  });
}

/** GET /api/partnerships/{id}/moments: when an answer changes while one clock moves. */
export function momentsRoute(add: AddAnswer, context: Context): void {
  const querystring = queryOf(undefined, false).extend({
    clock: z
      .enum(movingClocks, `clock is one of ${movingClocks.join(', ')}`)
      .optional()
      .meta({ default: 'occurred', description: 'which clock moves; it ends where its own parameter has it' }),
  });
  const route = {
    url: '/api/partnerships/:id/moments',
    operationId: 'getMoments',
    summary: 'The moments at which the answers on a partnership change while one clock moves',
    params: partnershipParams,
    answer: momentsAnswerShape,
  };
  add(route, querystring, async (raw) => {
    const { cut, citation } = await readRequest(context, querystring, {}, raw);
    const { clock = 'occurred', occurredAsOf } = raw.query as { clock?: MovingClock; occurredAsOf?: string };
    // The world's clock follows the readers' where nobody set it, and in a citation, where both stand at the same day.
    const follows = clock === 'reported' && (occurredAsOf === undefined || cut.occurredAsOf === cut.reportedAsOf);
    const question = await partnershipAt(context, raw.params.id, cut);
    return {
      request: [clock, follows, cut.occurredAsOf, cut.reportedAsOf, cut.timing],
      dependsOn: question.view.dependsOn,
      build: () => momentsAnswer(question, clock, follows),
      citation: (answer) => `${citation(answer.cut)}&clock=${clock}`,
    };
  });
}

/** GET /api/search: what names all words of a text, through the clocks. */
export function searchRoute(add: AddAnswer, context: Context): void {
  const querystring = queryOf(undefined, false).extend({
    q: z
      .string('q= is missing: give the words to look for')
      .max(200, 'q may have at most 200 characters')
      .meta({ description: 'the words, all of which a hit names; a word may be the beginning of one' }),
  });
  const route = {
    url: '/api/search',
    operationId: 'search',
    summary: 'What names all words of a text: facts, notes, names and articles',
    params: z.object({}),
    answer: searchAnswerShape,
    exports: [searchCsv],
  };
  add(route, querystring, async (raw, isWhole) => {
    const { cut, citation } = await readRequest(context, querystring, {}, raw);
    const q = String(raw.query['q']);
    const { dependsOn, ...question } = await partnershipsAt(context, cut);
    return {
      request: [q, cut.occurredAsOf, cut.reportedAsOf, cut.timing],
      dependsOn,
      build: () => searchAnswer({ ...question, names: context.subjects.name }, q, isWhole ? Infinity : mostHits),
      citation: (answer) => `${citation(answer.cut)}&${new URLSearchParams({ q }).toString()}`,
    };
  });
}

/** Throws diff-too-large if a diff is too large for one document. A diff has no pages: a part of one cannot be applied. */
export function limitDiff<Answer extends Diff>(answer: Answer): Answer {
  const { timeline, obligations, rollout, audit } = answer;
  refuseLarge(timeline.length + obligations.length + rollout.length + audit.length);
  return answer;
}

function refuseLarge(parts: number, least = ''): void {
  if (parts <= maxDiffParts) return;
  const detail = `${least}${parts} parts differ, and one answer has at most ${maxDiffParts}: move from and to closer together`;
  throw new HttpProblem('diff-too-large', detail);
}

/** As many parts of a diff come to some megabytes. */
export const maxDiffParts = 5_000;
