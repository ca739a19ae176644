import * as z from 'zod';
import { factsAt, mergeFacts } from '../domain/facts/fact.ts';
import { bearing, certaintyOf, droppedEvidence, type ViewFact } from '../domain/facts/facts-at.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import {
  answerShape,
  cutOf,
  emptyNotice,
  type Notice,
  nextPage,
  noticeOf,
  type Page,
  pageShape,
  type Question,
  wholeList,
} from './answer.ts';
import { keysOf, remainingKey } from './audit.ts';
import { assertedBy } from './effects.ts';
import type { PartnershipView } from './partnership-view.ts';
import { sourceShape } from './shapes.ts';
import { sourceOf } from './sources.ts';
import { succession } from './succession.ts';
import { entryOf, entryShape } from './timeline.ts';

/**
 * A fact with every report of it through a cut; `firstRecordedAt` is that of its first report. Of a fact with more reports
 * than a page has entries, each page has its part of the reports, and of the entry's sources and contested values.
 */
export function factAnswer(question: Question, key: string, page: Page = wholeList): FactAnswer {
  const { view, names } = question;
  const fact = remainingKey(key, view.ground.history);
  const shown = factIn(view, fact);
  const cut = cutOf(view.cut, view.last);
  const { total, reports } = reportsOf(view, fact, page);
  const entry = shown === undefined ? null : entryOf(shown, view.partnership, names, page);
  const longest = Math.max(total, entry?.moreSources?.total ?? 0, entry?.moreAlternatives?.total ?? 0);
  const isPaged = page.offset > 0 || longest > page.limit;
  const paging = isPaged ? { total, next: nextPage(longest, page, cut) } : {};
  if (entry !== null) return { cut, entry, reports, ...paging };
  return { cut, notice: noticeOf(question) ?? factNotice(question, fact), entry, reports, ...paging };
}

export type FactAnswer = z.infer<typeof factAnswerShape>;

export const factAnswerShape = answerShape
  .extend({
    entry: entryShape.nullable().describe('null if nothing of it is visible through the cut'),
    reports: z.array(
      sourceShape.extend({
        asserted: z.record(z.string(), z.unknown()).describe('the report as it was recorded'),
        counts: z.boolean().describe('whether it counts at the cut'),
        because: z.string().nullable().describe('why it does not count; null if it does'),
      }),
    ),
    total: pageShape.total.optional().describe('how many reports there are on all pages; only if there are several'),
    next: pageShape.next.optional(),
  })
  .describe('A fact with every report of it, also those that no longer count');

/** A fact of a view, supported or not; undefined if the view does not show it. */
export function factIn(view: PartnershipView, fact: string): ViewFact | undefined {
  const isWanted = ({ key }: ViewFact) => key === fact;
  return view.facts().facts.find(isWanted) ?? view.unsupported().find(isWanted);
}

function reportsOf(
  { ground, cut }: PartnershipView,
  fact: string,
  { offset, limit }: Page,
): { readonly total: number; readonly reports: FactAnswer['reports'] } {
  const { history } = ground;
  const { reportedAsOf, timing } = cut;
  const keys = keysOf(fact, history);
  const counting = factsAt(history, reportedAsOf, certaintyOf(timing)).find(({ key }) => key === fact)?.evidence ?? [];
  const counts = new Set(counting.map(({ report }) => report.id));
  const dropped = droppedEvidence(history, reportedAsOf).filter(
    (evidence) => keys.has(evidence.fact) && !counts.has(evidence.report.id),
  );
  const evidenceOfFact = [...counting, ...dropped.map((evidence) => ({ ...evidence, fact }))];
  const { supersededBy } = succession(bearing(history, reportedAsOf));
  const byPosition = new Map(history.map((event) => [event.position, event]));
  const all = mergeFacts({ evidence: evidenceOfFact, resolutions: () => undefined }).flatMap(
    ({ evidence }) => evidence,
  );
  const reports = all.slice(offset, offset + limit).map((evidence) => {
    const { report } = evidence;
    const because = counts.has(report.id) ? null : reasonOf(byPosition.get(supersededBy.get(report.id) ?? 0));
    return { ...sourceOf(evidence), asserted: assertedBy(report), counts: because === null, because };
  });
  return { total: all.length, reports };
}

// Why a report does not count, from the event that superseded it.
function reasonOf(event: LedgerEvent | undefined): string {
  if (event?.kind === 'report') {
    return `replaced by the same statement in revision ${event.metadata.revision} of article ${event.metadata.article}`;
  }
  if (event?.kind === 'reading') {
    return `revision ${event.read.revision} of article ${event.read.article} leaves it out`;
  }
  if (event?.kind === 'retraction') {
    return `article ${event.retracted.article} was retracted: ${event.retracted.reason}`;
  }
  if (event?.kind === 'decision') return `retracted: ${event.decision.reason}`;
  return 'not certainly published by reportedAsOf';
}

/** Why a reported fact is not shown. */
export function factNotice({ view, firstRecordedAt }: Question, fact: string): Notice {
  const { ground, cut } = view;
  const { occurredAsOf, reportedAsOf, timing } = cut;
  const isReported = (day: Day | null) =>
    droppedEvidence(ground.history, day).some((evidence) => evidence.fact === fact);
  if (!isReported(reportedAsOf)) return emptyNotice(cut, isReported(null), firstRecordedAt);
  if (timing === 'any') {
    return {
      reason: 'occurred-later',
      text: 'It had neither happened nor been planned or denied by occurredAsOf. Leave the clock out, or set it later.',
      firstRecordedAt,
      try: '?',
    };
  }
  return {
    reason: 'occurred-later',
    text: 'By these clocks it was not certain. Leave timing out to see what possibly was, or set the clocks later.',
    firstRecordedAt,
    try: `?occurredAsOf=${occurredAsOf}${reportedAsOf === null ? '' : `&reportedAsOf=${reportedAsOf}`}&timing=any`,
  };
}

/** The keys of all facts that a history reports. */
export function factsOf(history: readonly LedgerEvent[]): ReadonlySet<string> {
  return new Set(history.flatMap((event) => (event.kind === 'report' ? [event.fact] : [])));
}
