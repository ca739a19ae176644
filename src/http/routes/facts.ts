import * as z from 'zod';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { factCitations } from '../../exports/citations.ts';
import { auditCsv } from '../../exports/partnership-tables.ts';
import type { Question } from '../../projections/answer.ts';
import { auditAnswerShape, auditFilters, factAuditAnswer } from '../../projections/audit.ts';
import { factAnswer, factAnswerShape, factIn, factsOf } from '../../projections/fact.ts';
import type { ResolvedCut } from '../../projections/live/clocks.ts';
import type { PartnershipView } from '../../projections/partnership-view.ts';
import { whyAnswer, whyAnswerShape } from '../../projections/why.ts';
import type { AddRead, Reading } from '../answers.ts';
import { type Context, partnershipAt, presentCut, unknown } from '../context.ts';
import { partnershipParams } from './partnerships.ts';

/** A fact with all its reports, its audit trail, and why it says what it says. */
export function factRoutes(read: AddRead, context: Context): void {
  type Build<Answer> = (question: Question, fact: string, reading: Reading<FactParams>) => Answer;
  const prepare =
    <Answer>(build: Build<Answer>) =>
    async (reading: Reading<FactParams>) => {
      const { kind, subject, milestone } = reading.params;
      const question = await factAt(context, reading.params, reading.cut);
      const fact = `${kind}/${subject}/${milestone}`;
      return {
        dependsOn: [question.firstRecordedAt, question.view.dependsOn],
        build: () => build(question, fact, reading),
      };
    };

  read({
    url: '/api/partnerships/:id/facts/:kind/:subject/:milestone',
    operationId: 'getFact',
    summary: 'A fact with every report of it',
    params: factParams,
    filters: {},
    answer: factAnswerShape,
    exports: Object.values(factCitations),
    prepare: prepare((question, fact, { page }) => factAnswer(question, fact, page)),
  });
  read({
    url: '/api/partnerships/:id/facts/:kind/:subject/:milestone/audit',
    operationId: 'getFactAudit',
    summary: 'The audit trail of a fact',
    params: factParams,
    filters: auditFilters,
    answer: auditAnswerShape,
    exports: [auditCsv],
    prepare: prepare((question, fact, { filters, page }) => factAuditAnswer(question, fact, filters, page)),
  });
  read({
    url: '/api/partnerships/:id/facts/:kind/:subject/:milestone/why',
    operationId: 'getFactWhy',
    summary: 'Why a fact says what it says: the rule behind each value, and what became of every report',
    params: factParams,
    answer: whyAnswerShape,
    prepare: prepare((question, fact) => whyAnswer(question, fact)),
  });
}

/**
 * The partnership of a fact through a cut; `firstRecordedAt` is that of the first report of the fact. Throws unknown-fact
 * if the fact is recorded nowhere.
 */
export async function factAt(context: Context, params: FactParams, cut: ResolvedCut): Promise<Question> {
  const { id, kind, subject, milestone } = params;
  const fact = `${kind}/${subject}/${milestone}`;
  const partnership = await partnershipAt(context, id, cut);
  const { recordedAt: firstRecordedAt } =
    firstReport(partnership.view, fact) ?? (await findLaterReport(context, params, fact));
  return { ...partnership, firstRecordedAt };
}

type FactParams = z.infer<typeof factParams>;

const factParams = partnershipParams.extend({
  kind: z.string().describe('first segment of the fact key, such as campaign'),
  subject: z.string().describe('second segment, such as greatness-of-small'),
  milestone: z.string().describe('third segment, such as launched'),
});

function firstReport(view: PartnershipView, fact: string) {
  const reported = view.ground.history.find((event) => event.kind === 'report' && event.fact === fact);
  // No report names the fact that a store opened again: the days of its reports make it one.
  return reported ?? factIn(view, fact)?.evidence[0]?.report;
}

// A fact that is recorded after the cut has an empty answer. Throws unknown-fact if it is recorded nowhere.
async function findLaterReport(context: Context, { id, subject }: FactParams, fact: string) {
  const present = await context.ledger.views.partnership(id, await presentCut(context));
  const report = firstReport(present, fact);
  if (report !== undefined) return report;
  // A fact of the same subject was probably meant, with another kind or milestone.
  const facts = factsOf(present.ground.history);
  const ofSubject = [...facts].filter((key) => key.split('/')[1] === subject);
  const [near = ofSubject[0]] = nearest(fact, ofSubject.length > 0 ? ofSubject : facts, { limit: 1 });
  throw unknown('unknown-fact', 'fact', fact, 'kind/subject/milestone', near);
}
