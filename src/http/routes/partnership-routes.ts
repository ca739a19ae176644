import * as z from 'zod';
import type { Asked } from '../../projections/answers/asked.ts';
import { auditAnswer, auditAnswerShape, auditFilters } from '../../projections/answers/audit-answer.ts';
import {
  obligationsAnswer,
  obligationsAnswerShape,
  obligationsFilters,
} from '../../projections/answers/obligations-answer.ts';
import {
  partnershipAnswer,
  partnershipAnswerShape,
  partnershipsAnswer,
  partnershipsAnswerShape,
  partnershipsFilters,
} from '../../projections/answers/partnerships-answer.ts';
import { rolloutAnswer, rolloutAnswerShape } from '../../projections/answers/rollout-answer.ts';
import { timelineAnswer, timelineAnswerShape, timelineFilters } from '../../projections/answers/timeline-answer.ts';
import type { Prepared } from '../answer-route.ts';
import type { Context } from '../app-parts.ts';
import { allViews, firstRecordedOf, partnershipAt } from '../lookups.ts';
import type { AddRead, Asking } from '../read-route.ts';

export const partnershipParams = z.object({ id: z.string().describe('`<partner>.<rights holder>`') });

/** Partnerships and their read models: timeline, obligations, rollout and audit trail. */
export function partnershipRoutes(read: AddRead, context: Context): void {
  const of = async <Answer>(
    asking: Asking<{ id: string }>,
    build: (asked: Asked) => Answer,
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
