import type { Edition } from '../domain/edition.ts';
import type { EventType } from '../domain/events/event-type.ts';
import type { FieldValue } from '../domain/events/field.ts';
import type { Attribution, Modality, Speaker } from '../domain/events/metadata.ts';
import type { CorrectionDraft } from '../domain/reading.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import type { Path } from './problem.ts';

/** A report as written: one statement, which may stand for several facts. */
export type AuthoredReport = {
  readonly type: EventType;
  /** Each subject with its place in the file; null is the partnership itself, or no subject. */
  readonly subjects: readonly { readonly subject: string | null; readonly path: Path }[];
  readonly modality: Modality;
  readonly date: UncertainDate | null;
  readonly campaign: string | null;
  readonly games: readonly Edition[];
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly note: string | null;
  readonly paragraphs: readonly number[];
  readonly attribution: Attribution;
  readonly speaker: Speaker | null;
  readonly implied: boolean;
  readonly identityAssumed: string | null;
  readonly corrections: readonly CorrectionDraft[];
};

/** What the head of the file gives to all its reports, as far as it could be read. */
export type ReportContext = {
  readonly published: UncertainDate | null;
  readonly paragraphs: number | null;
  readonly attribution: Attribution | null;
  readonly speakers: ReadonlyMap<string, Speaker>;
};
