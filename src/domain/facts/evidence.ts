import { compareDates, type Day, lastDay, type UncertainDate } from '../vocabulary/dates.ts';
import type { ArticleRead, Citation } from '../vocabulary/event-data.ts';
import type { FieldValue } from '../vocabulary/event-type.ts';
import type { Decision, ReportEvent, Statement } from '../vocabulary/events.ts';

/** A report that counts at a cut, with its publication and as decisions changed it. */
export type Evidence = {
  readonly report: ReportEvent;
  /** The fact that it counts for: its own, or the one that it was merged into. */
  readonly fact: string;
  readonly publisher: string | null;
  /** Where its text can be found again, and which text it is. */
  readonly citation: Citation & Partial<Pick<ArticleRead, 'textSha256'>>;
  readonly published: UncertainDate | null;
  readonly date: UncertainDate | null;
  /** The date is counted from Games; the report itself names none. */
  readonly isDatedByGames?: boolean;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly corrections: readonly AppliedCorrection[];
  /** What was damaged when it was recorded: fields that no correction mends, and corrections. */
  readonly damaged: readonly string[];
};

/** A correction that applies to a report: what is right, and why. */
export type AppliedCorrection = Extract<Decision, { type: 'FactCorrected' }> & { readonly id: string };

/** The order in which sources are listed, whenever they arrived: publication, article, revision, id. */
export function compareSources(a: Evidence, b: Evidence): number {
  return (
    compareDates(a.published ?? unknownDate, b.published ?? unknownDate) ||
    compare(a.report.metadata.article, b.report.metadata.article) ||
    compare(a.report.metadata.revision, b.report.metadata.revision) ||
    compare(a.report.id, b.report.id)
  );
}

/** The date of an undated source. */
export const unknownDate: UncertainDate = { edtf: '', earliest: null, latest: null };

export function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether something dated `date` had come by the end of `day`. Certainly, if it cannot have been later; possibly,
 * if it can have been earlier. Without a day there is no limit. An unknown date is possible, never certain.
 */
export function hasCome(date: UncertainDate | null, day: Day | null, certainty: Certainty): boolean {
  if (day === null) return true;
  if (certainty === 'possible') return date === null || date.earliest === null || date.earliest <= day;
  return date !== null && date.latest !== null && date.latest <= day;
}

/** `certain` counts what must have been so, `possible` also what may have been so. */
export type Certainty = 'certain' | 'possible';

/** The reports without guesses, where anyone else speaks at all: a guess dates nothing of theirs and adds no Games. */
export function withoutGuesses(evidence: readonly Evidence[]): readonly Evidence[] {
  const stated = evidence.filter(isFirm);
  return stated.length > 0 ? stated : evidence;
}

/** Whether a report is more than a guess. */
export function isFirm({ report }: Evidence): boolean {
  return report.metadata.attribution !== 'inference';
}

/** Whether a report is neither a guess nor told at second hand: hearsay changes a status at most possibly. */
export function isFirsthand(one: Evidence): boolean {
  return isFirm(one) && one.report.metadata.attribution !== 'second-hand';
}

/** Which reports count where they contradict each other: for `certain`, no hearsay. */
export function isHeardBy(certainty: Certainty): (one: Evidence) => boolean {
  return certainty === 'certain' ? isFirsthand : isFirm;
}

/** Whether a report was certainly published after an earlier one. */
export function isPublishedAfter({ published }: Evidence, earlier: Evidence): boolean {
  return (published?.earliest ?? '0000-01-01') > (earlier.published?.latest ?? lastDay);
}

/** Whether a decision judged this report: by its id, or by the same statement of an earlier reading. */
export function judges(
  judged: readonly string[],
  report: ReportEvent,
  reports: ReadonlyMap<string, ReportEvent>,
): boolean {
  return judged.some((id) => {
    const other = reports.get(id);
    return id === report.id || (other !== undefined && sameStatement(other, report));
  });
}

/** Whether two reports are the same statement in two readings: article, fact, modality, mouth and values agree. */
function sameStatement(a: ReportEvent, b: ReportEvent): boolean {
  return (
    a.fact === b.fact &&
    a.modality === b.modality &&
    a.metadata.article === b.metadata.article &&
    mouthOf(a) === mouthOf(b) &&
    valuesOf(a) === valuesOf(b)
  );
}

function mouthOf({ metadata }: ReportEvent): string {
  return JSON.stringify([metadata.attribution, metadata.speaker]);
}

function valuesOf({ date, fields, games }: Statement): string {
  return JSON.stringify([date?.edtf ?? null, Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)), games]);
}

/** What a statement says about a field (or `date`, as EDTF); null if it says nothing about it. */
export function saidOf({ date, fields }: Pick<Statement, 'date' | 'fields'>, field: string): FieldValue | null {
  return (field === 'date' ? date?.edtf : fields[field]) ?? null;
}

/**
 * The position of the three clocks, resolved. `position` is the recorded clock: the first n events of the ledger;
 * `reportedAsOf` limits what a reader could have known (null: no limit); `occurredAsOf` is the day of the world.
 */
export type Cut = {
  readonly occurredAsOf: Day;
  readonly reportedAsOf: Day | null;
  readonly position: number;
};
