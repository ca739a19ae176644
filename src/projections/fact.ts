import * as z from 'zod';
import type { Evidence } from '../domain/facts/evidence.ts';
import { factsAt, mergeFacts } from '../domain/facts/fact.ts';
import { bearing, droppedEvidence, type ViewFact } from '../domain/facts/facts-at.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import {
  answerShape,
  cutOf,
  type Notice,
  notCertain,
  noticeOf,
  occurredLater,
  publishedLater,
  type Question,
  recordedLater,
} from './answer.ts';
import { keysOf, remainingKey } from './audit.ts';
import { assertedBy, succession } from './effects.ts';
import type { PartnershipView } from './partnership-view.ts';
import { sourceShape } from './shapes.ts';
import { entryOf, entryShape, sourceOf } from './timeline.ts';

/** The keys of all facts of which a history tells. */
export function factsOf(history: readonly LedgerEvent[]): ReadonlySet<string> {
  return new Set(history.flatMap((event) => (event.kind === 'report' ? [event.fact] : [])));
}

/** A fact as a view shows it, be it unsupported; undefined where it does not. */
export function inViewOf(view: PartnershipView, fact: string): ViewFact | undefined {
  return [view.facts().facts, view.unsupported()].flatMap((facts) => facts.find(({ key }) => key === fact) ?? [])[0];
}

/** Why nothing is shown of a fact. */
export function factNotice(asked: Question, fact: string): Notice {
  const { view, firstRecordedAt } = asked;
  const known = (reportedAsOf: Day | null) =>
    droppedEvidence(view.ground.history, reportedAsOf).some((one) => one.fact === fact);
  if (!known(null)) return recordedLater(view.cut, firstRecordedAt);
  if (!known(view.cut.reportedAsOf)) return publishedLater(firstRecordedAt);
  return view.cut.timing === 'certain' ? notCertain(view.cut, firstRecordedAt) : occurredLater(firstRecordedAt);
}

/** A fact with every report of it through a cut; `firstRecordedAt` is that of its first report. */
export function factAnswer(asked: Question, key: string): FactAnswer {
  const { view, names } = asked;
  const fact = remainingKey(key, view.ground.history);
  const found = inViewOf(view, fact);
  const cut = cutOf(view.cut, view.last);
  const reports = reportsOf(view, fact);
  if (found !== undefined) return { cut, entry: entryOf(found, view.partnership, names), reports };
  return { cut, notice: noticeOf(asked) ?? factNotice(asked, fact), entry: null, reports };
}

export type FactAnswer = z.infer<typeof factAnswerShape>;

const reportShape = sourceShape.extend({
  asserted: z.record(z.string(), z.unknown()).describe('the report as it was recorded'),
  counts: z.boolean().describe('whether it counts at the cut'),
  because: z.string().nullable().describe('why it does not count; null where it does'),
});

export const factAnswerShape = answerShape
  .extend({
    entry: entryShape.nullable().describe('null where nothing of it is visible through the cut'),
    reports: z.array(reportShape),
  })
  .describe('A fact with every report of it, also those that no longer count');

function reportsOf(view: PartnershipView, fact: string): FactAnswer['reports'] {
  const { history } = view.ground;
  const keys = keysOf(fact, history);
  const counting = countingOf(view, fact);
  const counts = new Set(counting.map(({ report }) => report.id));
  const dropped = droppedEvidence(history, view.cut.reportedAsOf).filter(
    (evidence) => keys.has(evidence.fact) && !counts.has(evidence.report.id),
  );
  const all = [...counting, ...dropped.map((evidence) => ({ ...evidence, fact }))];
  const { supersededBy } = succession(bearing(history, view.cut.reportedAsOf));
  const byPosition = new Map(history.map((event) => [event.position, event]));
  return mergeFacts({ evidence: all, resolutions: () => undefined })
    .flatMap(({ evidence }) => evidence)
    .map((evidence) => {
      const { report } = evidence;
      const because = counts.has(report.id) ? null : reasonOf(byPosition.get(supersededBy.get(report.id) ?? 0));
      return { ...sourceOf(evidence), asserted: assertedBy(report), counts: because === null, because };
    });
}

function countingOf({ ground, cut }: PartnershipView, fact: string): readonly Evidence[] {
  return (
    factsAt(ground.history, cut.reportedAsOf, cut.timing === 'certain' ? 'certain' : 'possible').find(
      ({ key }) => key === fact,
    )?.evidence ?? []
  );
}

function reasonOf(event: LedgerEvent | undefined): string {
  if (event?.kind === 'report') {
    return `replaced by the same statement in revision ${event.metadata.revision} of article ${event.metadata.article}`;
  }
  if (event?.kind === 'reading')
    return `revision ${event.read.revision} of article ${event.read.article} leaves it out`;
  if (event?.kind === 'retraction')
    return `article ${event.retracted.article} was retracted: ${event.retracted.reason}`;
  if (event?.kind === 'decision' && 'reason' in event.decision) return `retracted: ${event.decision.reason}`;
  return 'not certainly published by reportedAsOf';
}
