import type { Certainty } from './cut.ts';
import { lastDay } from './day.ts';
import { compareEditions, type Edition } from './edition.ts';
import type { EventType } from './events/event-type.ts';
import type { Modality } from './events/metadata.ts';
import { compareSources, type Evidence } from './evidence.ts';
import { type EvidenceAt, evidenceAt } from './evidence-at.ts';
import type { LedgerEvent } from './ledger-event.ts';
import type { Resolutions } from './resolutions.ts';
import type { Day, UncertainDate } from './uncertain-date.ts';

/** What one or more reports are about: the merge of all that count at a cut of the recorded and reported clocks. */
export type Fact = {
  readonly key: string;
  readonly type: EventType;
  readonly subject: string | null;
  readonly campaign: string | null;
  readonly games: readonly Edition[];
  /** Every report that counts, by publication, article, revision, id. */
  readonly evidence: readonly Evidence[];
  readonly resolutions: Resolutions;
};

const unknownDate: UncertainDate = { edtf: '', earliest: null, latest: null };

function fact(key: string, evidence: readonly Evidence[], resolutions: Resolutions): Fact {
  const sorted = evidence.toSorted(compareSources);
  // After a merge of facts the reports of the fact that remains name it.
  const named = sorted.filter(({ report }) => report.fact === key);
  const [{ report }] = (named.length > 0 ? named : sorted) as [Evidence];
  const { type, subject } = report;
  const campaign = sorted.find(({ report }) => report.campaign !== null)?.report.campaign ?? null;
  const games = [...new Set(sorted.flatMap(({ report }) => report.games))].toSorted(compareEditions);
  return { key, type, subject, campaign, games, evidence: sorted, resolutions };
}

/** The facts of what counts at a cut, each from all its reports, in order of key: never in that of arrival. */
export function mergeFacts({ evidence, resolutions }: EvidenceAt): readonly Fact[] {
  return [...Map.groupBy(evidence, (one) => one.fact)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, reports]) => fact(key, reports, resolutions));
}

/** The facts of a history (the events up to a position) for a reader on `reportedAsOf`. */
export function factsAt(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Fact[] {
  return mergeFacts(evidenceAt(history, { reportedAsOf }, certainty));
}

/** The reports of a fact in one modality. */
export function inModality({ evidence }: Fact, modality: Modality): readonly Evidence[] {
  return evidence.filter(({ report }) => report.modality === modality);
}

/** Which articles may have been the first to report a fact, and when that was. */
export type FirstReport = { readonly date: UncertainDate; readonly articles: readonly string[] };

/** Every article that may have been the first: none was certainly published before it. */
export function firstReport({ evidence }: Fact): FirstReport {
  const beginning = '0000-01-01';
  const dates = evidence.map(({ published }) => published ?? unknownDate);
  const latest = dates.map((date) => date.latest ?? lastDay).reduce((a, b) => (a < b ? a : b));
  const first = evidence.filter(({ published }) => (published?.earliest ?? beginning) <= latest);
  const articles = [...new Set(first.map(({ report }) => report.metadata.article))].toSorted();
  const whole = first.find(
    ({ published }) => published !== null && first.every((one) => one.published?.edtf === published.edtf),
  )?.published;
  const earliest = first.map(({ published }) => published?.earliest ?? beginning).reduce((a, b) => (a < b ? a : b));
  return {
    articles,
    date: whole ?? {
      edtf:
        earliest === latest
          ? latest
          : `[${earliest === beginning ? '' : earliest}..${latest === lastDay ? '' : latest}]`,
      earliest: earliest === beginning ? null : earliest,
      latest: latest === lastDay ? null : latest,
    },
  };
}
