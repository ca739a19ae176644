import * as z from 'zod';
import type { Question } from '../../projections/answer.ts';
import { auditAnswer, auditAnswerShape, auditFilters } from '../../projections/audit.ts';
import { diffAnswer, diffAnswerShape } from '../../projections/diff.ts';
import { driftAnswer, driftAnswerShape, driftFilters } from '../../projections/drift.ts';
import { obligationsAnswer, obligationsAnswerShape, obligationsFilters } from '../../projections/obligations.ts';
import {
  partnershipAnswer,
  partnershipAnswerShape,
  partnershipsAnswer,
  partnershipsAnswerShape,
  partnershipsFilters,
} from '../../projections/partnerships.ts';
import { rolloutAnswer, rolloutAnswerShape } from '../../projections/rollout.ts';
import { silenceAnswer, silenceAnswerShape, silenceFilters } from '../../projections/silence.ts';
import { timelineAnswer, timelineAnswerShape, timelineFilters } from '../../projections/timeline.ts';
import type { Prepared } from '../answers.ts';
import { allViews, type Context, firstRecordedOf, partnershipAt } from '../context.ts';
import { type AddComparison, type AddRead, type Asking, inOneDocument } from '../reads.ts';

/** Partnerships and their read models: timeline, obligations, rollout and audit trail. */
export function partnershipRoutes(read: AddRead, context: Context): void {
  const of = async <Answer>(
    asking: Asking<{ id: string }>,
    build: (asked: Question) => Answer,
  ): Promise<Prepared<Answer>> => {
    const asked = await partnershipAt(context, asking.params.id, asking.cut);
    return { dependsOn: asked.view.dependsOn, build: () => build(asked) };
  };
  const { name: names } = context.subjects;

  read({
    url: '/api/partnerships',
    operationId: 'listPartnerships',
    summary: 'The partnerships of the ledger',
    params: z.object({}),
    filters: partnershipsFilters,
    answer: partnershipsAnswerShape,
    ask: async ({ cut, filters, page }) => {
      const views = await allViews(context, cut);
      const firstRecordedAt = firstRecordedOf(context, views);
      return {
        dependsOn: [firstRecordedAt, views.map(({ dependsOn }) => dependsOn)],
        build: () => partnershipsAnswer({ views, names, cut, firstRecordedAt }, filters, page),
      };
    },
  });
  read({
    url: '/api/partnerships/:id',
    operationId: 'getPartnership',
    summary: 'A partnership in short',
    params: partnershipParams,
    answer: partnershipAnswerShape,
    ask: async (asking) => await of(asking, partnershipAnswer),
  });
  read({
    url: '/api/partnerships/:id/timeline',
    operationId: 'getTimeline',
    summary: 'The timeline: one entry a fact',
    params: partnershipParams,
    filters: timelineFilters,
    answer: timelineAnswerShape,
    ask: async (asking) => await of(asking, (asked) => timelineAnswer(asked, asking.filters, asking.page)),
  });
  read({
    url: '/api/partnerships/:id/obligations',
    operationId: 'getObligations',
    summary: 'The obligations per Games',
    params: partnershipParams,
    filters: obligationsFilters,
    whole: true,
    answer: obligationsAnswerShape,
    ask: async (asking) => await of(asking, (asked) => obligationsAnswer(asked, asking.filters)),
  });
  read({
    url: '/api/partnerships/:id/rollout',
    operationId: 'getRollout',
    summary: 'The marketing rollout',
    params: partnershipParams,
    answer: rolloutAnswerShape,
    ask: async (asking) => await of(asking, rolloutAnswer),
  });
  read({
    url: '/api/partnerships/:id/audit',
    operationId: 'getPartnershipAudit',
    summary: 'The audit trail of a partnership',
    params: partnershipParams,
    filters: auditFilters,
    answer: auditAnswerShape,
    ask: async (asking) => await of(asking, (asked) => auditAnswer(asked, asking.filters, asking.page)),
  });
}

export const partnershipParams = z.object({ id: z.string().describe('`<partner>.<rights holder>`') });

/** What became of promises: how they changed from article to article, and which nobody has written of since. */
export function promiseRoutes(read: AddRead, context: Context): void {
  const of = async <Answer>(
    { params, cut }: Asking<{ id: string }>,
    build: (asked: Question) => Answer,
  ): Promise<Prepared<Answer>> => {
    const asked = await partnershipAt(context, params.id, cut);
    return { dependsOn: asked.view.dependsOn, build: () => build(asked) };
  };

  read({
    url: '/api/partnerships/:id/drift',
    operationId: 'getDrift',
    summary: 'How promises changed from article to article, and how late they were told',
    params: partnershipParams,
    filters: driftFilters,
    answer: driftAnswerShape,
    ask: async (asking) => await of(asking, (asked) => driftAnswer(asked, asking.filters, asking.page)),
  });
  read({
    url: '/api/partnerships/:id/silence',
    operationId: 'getSilence',
    summary: 'What was promised for Games or dates that have passed and has no report since',
    params: partnershipParams,
    filters: silenceFilters,
    answer: silenceAnswerShape,
    ask: async (asking) => await of(asking, (asked) => silenceAnswer(asked, asking.filters, asking.page)),
  });
}

/** GET /api/partnerships/{id}/diff: what differs between two cuts of a partnership. */
export function diffRoute(compare: AddComparison, context: Context): void {
  compare({
    url: '/api/partnerships/:id/diff',
    operationId: 'getDiff',
    summary: 'What appeared, changed and disappeared while one clock moved',
    params: partnershipParams,
    answer: diffAnswerShape,
    ask: async ({ params: { id }, comparison: { clock, from, to } }) => {
      const [before, after] = [await partnershipAt(context, id, from), await partnershipAt(context, id, to)];
      return {
        dependsOn: [before.view.dependsOn, after.view.dependsOn],
        build: () => inOneDocument(diffAnswer(clock, before, after)),
      };
    },
  });
}
