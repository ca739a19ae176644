import type { Attribution, FieldValue, Modality, Speaker } from '../vocabulary/event-type.ts';
import type { Edition } from '../vocabulary/games-editions.ts';

/** A field of a report (or its `date`) that the article has wrong, with what is right and where that is shown. */
export type CorrectionDraft = {
  readonly field: string;
  readonly said: FieldValue | null;
  readonly value: FieldValue;
  readonly reason: string;
  readonly reference: { readonly title: string; readonly published: string };
};

/** One article's statement of one milestone, read and checked, not yet recorded. */
export type ReportDraft = {
  readonly type: string;
  readonly fact: string;
  readonly modality: Modality;
  /** EDTF: when it happened or, if planned, when it is to happen; null where the article gives no day. */
  readonly date: string | null;
  readonly subject: string | null;
  readonly campaign: string | null;
  readonly games: readonly Edition[];
  /** The type's own fields. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** What the article says, in our own words. */
  readonly note: string | null;
  readonly paragraphs: readonly number[];
  readonly attribution: Attribution;
  readonly speaker: Speaker | null;
  readonly implied: boolean;
  readonly identityAssumed: string | null;
  readonly corrections: readonly CorrectionDraft[];
};

/** One revision of an article, read and checked, with every report that it makes. */
export type ReadingDraft = {
  readonly partnership: string;
  readonly article: string;
  readonly revision: number;
  /** SHA-256 of the canonical JSON (RFC 8785) of the file as parsed, before defaults and short forms. */
  readonly digest: string;
  readonly because: 'reread' | 'republished' | null;
  readonly title: string | null;
  readonly publisher: string | null;
  /** EDTF; null: inherited from the preceding revision (only with `reread`). */
  readonly published: string | null;
  readonly publishedBasis: string | null;
  readonly textSha256: string;
  readonly paragraphs: number;
  readonly omitted: readonly { readonly reason: string; readonly paragraphs: readonly number[] }[];
  readonly reports: readonly ReportDraft[];
};
