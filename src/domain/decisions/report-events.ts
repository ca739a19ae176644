import type { NewEvent } from '../../event-store/event-store.ts';
import { eventType } from '../vocabulary/event-types.ts';
import { currentVersion, idOf, partnershipStream } from '../vocabulary/events.ts';
import type { ReadingDraft, ReportDraft } from './reading.ts';

/** The id of a report: what it stands for, so that a retry is a retry and another text another report. */
export function reportId(reading: ReadingDraft, report: ReportDraft): string {
  return idOf(
    partnershipStream(reading.partnership),
    reading.article,
    reading.revision,
    reading.digest,
    report.fact,
    report.modality,
    report.attribution,
    JSON.stringify(report.speaker),
  );
}

/** The events of one reading, in the order in which they are appended: reports, their corrections, ArticleRead. */
export function readingEvents(reading: ReadingDraft, recordedBy: string): readonly NewEvent[] {
  const correlationId = idOf('ingest', reading.partnership, reading.article, reading.revision, reading.digest);
  const ingest = { recordedBy, correlationId };
  return [
    ...reading.reports.map((report) => reportEvent(reading, report, ingest)),
    ...reading.reports.flatMap((report) => correctionEvents(reading, report, ingest)),
    articleReadEvent(reading, ingest),
  ];
}

function reportEvent(reading: ReadingDraft, report: ReportDraft, ingest: Ingest): NewEvent {
  const type = eventType(report.type);
  if (type === undefined) throw new RangeError(`${report.type} is not an event type`);
  return {
    id: reportId(reading, report),
    type: report.type,
    data: {
      fact: report.fact,
      modality: report.modality,
      date: report.date,
      subject: report.subject,
      campaign: report.campaign,
      games: report.games,
      note: report.note,
      ...report.fields,
    },
    metadata: {
      ...provenance(ingest),
      schema: currentVersion(type),
      article: reading.article,
      revision: reading.revision,
      paragraphs: report.paragraphs,
      attribution: report.attribution,
      speaker: report.speaker,
      implied: report.implied,
      identityAssumed: report.identityAssumed,
    },
  };
}

/** Who writes an ingest, and the id that ties its events together. */
export type Ingest = { readonly recordedBy: string; readonly correlationId: string };

function provenance({ recordedBy, correlationId }: Ingest) {
  return { recordedBy, correlationId, causationId: null };
}

function correctionEvents(reading: ReadingDraft, report: ReportDraft, ingest: Ingest): readonly NewEvent[] {
  return report.corrections.map(({ field, said, value, reason, reference }) => ({
    id: idOf('FactCorrected', reportId(reading, report), field),
    type: 'FactCorrected',
    data: {
      fact: report.fact,
      reports: [reportId(reading, report)],
      field,
      said,
      value,
      basis: 'better-evidence',
      reason,
      reference,
    },
    metadata: { ...provenance(ingest), causationId: reportId(reading, report), schema: 1 },
  }));
}

function articleReadEvent(reading: ReadingDraft, ingest: Ingest): NewEvent {
  const { partnership, reports, ...article } = reading;
  return {
    id: idOf('ArticleRead', partnershipStream(partnership), reading.article, reading.revision, reading.digest),
    type: 'ArticleRead',
    data: { ...article, reports: reports.map((report) => reportId(reading, report)) },
    metadata: { ...provenance(ingest), schema: 1 },
  };
}
