import * as z from 'zod';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import type { Question } from '../../projections/answer.ts';
import { auditAnswerShape, auditFilters, factAuditAnswer } from '../../projections/audit.ts';
import { factAnswer, factAnswerShape, factsOf } from '../../projections/fact.ts';
import type { PartnershipView } from '../../projections/partnership-view.ts';
import { whyAnswer, whyAnswerShape } from '../../projections/why.ts';
import { type Context, partnershipAt, presentCut, unknown } from '../context.ts';
import type { AddRead, Asking } from '../reads.ts';
import { partnershipParams } from './partnerships.ts';

/** A fact with all its reports, its audit trail, and why it says what it says. */
export function factRoutes(read: AddRead, context: Context): void {
  const asked = async ({
    params,
    cut,
  }: Asking<FactParams>): Promise<{ readonly fact: string; readonly asked: Question }> => {
    const fact = `${params.kind}/${params.subject}/${params.milestone}`;
    const partnership = await partnershipAt(context, params.id, cut);
    const seen = firstReportOf(partnership.view, fact);
    if (seen !== undefined) return { fact, asked: { ...partnership, firstRecordedAt: seen.recordedAt } };
    const present = await context.ledger.views.partnership(params.id, await presentCut(context));
    const later = firstReportOf(present, fact);
    if (later !== undefined) return { fact, asked: { ...partnership, firstRecordedAt: later.recordedAt } };
    const suggestion = nearestFact(params, factsOf(present.ground.history));
    throw unknown('unknown-fact', 'fact', fact, 'kind/subject/milestone', suggestion);
  };

  read({
    url: '/api/partnerships/:id/facts/:kind/:subject/:milestone',
    operationId: 'getFact',
    summary: 'A fact with every report of it',
    params: factParams,
    answer: factAnswerShape,
    ask: async (asking) => {
      const { fact, asked: of } = await asked(asking);
      return { dependsOn: [of.firstRecordedAt, of.view.dependsOn], build: () => factAnswer(of, fact) };
    },
  });
  read({
    url: '/api/partnerships/:id/facts/:kind/:subject/:milestone/audit',
    operationId: 'getFactAudit',
    summary: 'The audit trail of a fact',
    params: factParams,
    filters: auditFilters,
    answer: auditAnswerShape,
    ask: async (asking) => {
      const { fact, asked: of } = await asked(asking);
      return {
        dependsOn: [of.firstRecordedAt, of.view.dependsOn],
        build: () => factAuditAnswer(of, fact, asking.filters, asking.page),
      };
    },
  });
  read({
    url: '/api/partnerships/:id/facts/:kind/:subject/:milestone/why',
    operationId: 'getFactWhy',
    summary: 'Why a fact says what it says: the rule behind each value, and what became of every report',
    params: factParams,
    answer: whyAnswerShape,
    ask: async (asking) => {
      const { fact, asked: of } = await asked(asking);
      return { dependsOn: [of.firstRecordedAt, of.view.dependsOn], build: () => whyAnswer(of, fact) };
    },
  });
}

type FactParams = z.infer<typeof factParams>;

const factParams = partnershipParams.extend({
  kind: z.string().describe('first segment of the fact key, as in campaign'),
  subject: z.string().describe('second segment, as in greatness-of-small'),
  milestone: z.string().describe('third segment, as in launched'),
});

function firstReportOf({ ground }: PartnershipView, fact: string) {
  return ground.history.find((event) => event.kind === 'report' && event.fact === fact);
}

// The whole key first; else the facts of that very subject, which another kind or milestone was asked of.
function nearestFact({ kind, subject, milestone }: FactParams, facts: ReadonlySet<string>): string | undefined {
  const key = `${kind}/${subject}/${milestone}`;
  const ofSubject = [...facts].filter((fact) => fact.split('/')[1] === subject);
  const [near] = nearest(key, ofSubject.length > 0 ? ofSubject : facts, { limit: 1 });
  return near ?? ofSubject[0];
}
