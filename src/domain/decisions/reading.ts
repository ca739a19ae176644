import type { NewEvent } from '../../event-store/event-store.ts';
import type { Attribution, Citation, Modality, Speaker } from '../vocabulary/event-data.ts';
import type { FieldValue } from '../vocabulary/event-type.ts';
import { eventType } from '../vocabulary/event-types.ts';
import { currentVersion, idOf, partnershipStream } from '../vocabulary/events.ts';
import type { Edition } from '../vocabulary/games-editions.ts';
import type { NamedSubject } from '../vocabulary/subjects.ts';
import { correctedFact } from './correction.ts';

/** The events of one reading, in the order in which they are appended: reports, their corrections, ArticleRead. */
export function readingEvents(reading: ReadingDraft, recordedBy: string): readonly NewEvent[] {
  const { partnership, article, revision, digest } = reading;
  const correlationId = idOf('ingest', partnership, article, revision, digest);
  const provenance = { recordedBy, correlationId, causationId: null };
  const reports = reading.reports.map((report) => ({ report, id: reportId(reading, report) }));
  const { partnership: _, partnerships, elsewhere: _others, ...read } = reading;
  const isOfOne = partnerships.length === 1 && partnerships[0] === partnership;
  return [
    ...reports.map(({ report, id }) => reportEvent(reading, report, id, provenance)),
    ...reports.flatMap(({ report, id }) => correctionEvents(report, id, provenance)),
    {
      id: idOf('ArticleRead', partnershipStream(partnership), article, revision, digest),
      type: 'ArticleRead',
      data: { ...read, ...(isOfOne ? {} : { partnerships }), reports: reports.map(({ id }) => id) },
      metadata: { ...provenance, schema: 1 },
    },
  ];
}

/** One revision of an article, read and checked, with every report that it makes. */
export type ReadingDraft = Citation &
  ReadingBlock & {
    /** What the same file reports of other partnerships. */
    readonly elsewhere: readonly ReadingBlock[];
    /** All partnerships that this revision is about, in order of id. Excludes `partnership` if the revision leaves it. */
    readonly partnerships: readonly string[];
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
    /** The names that the file registers. */
    readonly subjects?: readonly NamedSubject[] | undefined;
    readonly textSha256: string;
    readonly paragraphs: number;
    readonly omitted: readonly { readonly reason: string; readonly paragraphs: readonly number[] }[];
  };

/** What a file reports of one partnership. */
export type ReadingBlock = { readonly partnership: string; readonly reports: readonly ReportDraft[] };

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

/** A field of a report (or its `date`) that the article has wrong, with what is right and where that is shown. */
export type CorrectionDraft = {
  readonly field: string;
  readonly said: FieldValue | null;
  readonly value: FieldValue;
  readonly reason: string;
  readonly reference: { readonly title: string; readonly published: string };
};

/** The reading of each partnership that a file reports on, in the order of the file. */
export function readingsByPartnership(reading: ReadingDraft): readonly ReadingDraft[] {
  return [reading, ...reading.elsewhere.map((block) => ({ ...reading, ...block }))];
}

/** The id of a report, made from what it stands for: a retry has the same id, another text another one. */
export function reportId({ partnership, article, revision, digest }: ReadingDraft, report: ReportDraft): string {
  const { fact, modality, attribution, speaker } = report;
  const stream = partnershipStream(partnership);
  return idOf(stream, article, revision, digest, fact, modality, attribution, JSON.stringify(speaker));
}

function reportEvent(
  { article, revision }: ReadingDraft,
  report: ReportDraft,
  id: string,
  provenance: Provenance,
): NewEvent {
  const type = eventType(report.type);
  if (type === undefined) throw new RangeError(`${report.type} is not an event type`);
  const { fact, modality, date, subject, campaign, games, note, fields } = report;
  const { paragraphs, attribution, speaker, implied, identityAssumed } = report;
  return {
    id,
    type: report.type,
    data: { fact, modality, date, subject, campaign, games, note, ...fields },
    metadata: {
      ...provenance,
      schema: currentVersion(type),
      article,
      revision,
      paragraphs,
      attribution,
      speaker,
      implied,
      identityAssumed,
    },
  };
}

/** Who writes an ingest, and the id that ties its events together. */
type Provenance = { readonly recordedBy: string; readonly correlationId: string; readonly causationId: null };

function correctionEvents(
  { fact, corrections }: ReportDraft,
  report: string,
  provenance: Provenance,
): readonly NewEvent[] {
  return corrections.map((correction) => ({
    id: idOf('FactCorrected', report, correction.field),
    type: 'FactCorrected',
    data: correctedFact({ ...correction, fact, basis: 'better-evidence' }, [report], [correction.said]),
    metadata: { ...provenance, causationId: report, schema: 1 },
  }));
}
