import type { ReadingDraft, ReportDraft } from '../../domain/decisions/reading.ts';
import type { ReportEvent } from '../../domain/vocabulary/events.ts';
import { type Canvas, drawTable, type Line, line } from '../print.ts';
import { dateText, valueText } from '../words.ts';

/**
 * The reports of an article beside the paragraphs that they cite, and those that are cited nowhere with the reason, in the
 * order of the text.
 */
export function evidenceTable({ reports, omitted }: Cited, paragraphs: readonly string[], canvas: Canvas): string {
  const citing = Map.groupBy(reports, (report) => report.paragraphs.toSorted((a, b) => a - b).join(' '));
  const citedRows = [...citing].map(([text, sameParagraphs]): Row => {
    const numbers = text.split(' ').map(Number);
    return { first: numbers[0] ?? 0, left: sameParagraphs.flatMap(reportLines), right: quote(numbers, paragraphs) };
  });
  const omittedRows = omitted.map(
    ({ reason, paragraphs: numbers }): Row => ({
      first: numbers[0] ?? 0,
      left: [{ text: `omitted: ${reason}`, format: 'yellow' }],
      right: quote(numbers, paragraphs, 'dim'),
    }),
  );
  const rows = [...citedRows, ...omittedRows].toSorted((a, b) => a.first - b.first);
  return drawTable(
    {
      columns: [
        { head: 'Report', least: 24, most: 56 },
        { head: 'Paragraph', least: 24, most: 96 },
      ],
      // An empty line separates the rows.
      rows: rows.map((row) => [[...row.left, line('')], row.right]),
    },
    canvas,
  );
}

/** What an article was read for: reports, and the paragraphs that gave none. */
type Cited = Pick<ReadingDraft, 'omitted'> & { readonly reports: readonly CitedReport[] };

type CitedReport = Pick<
  ReportDraft,
  | 'fact'
  | 'modality'
  | 'date'
  | 'fields'
  | 'note'
  | 'paragraphs'
  | 'attribution'
  | 'speaker'
  | 'implied'
  | 'identityAssumed'
>;

/** A recorded report as the table shows it. */
export function citationOf({ fact, modality, date, fields, note, metadata }: ReportEvent): CitedReport {
  return { ...metadata, fact, modality, date: date?.edtf ?? null, fields, note };
}

type Row = { readonly first: number; readonly left: readonly Line[]; readonly right: readonly Line[] };

function reportLines({
  fact,
  modality,
  date,
  fields,
  note,
  identityAssumed,
  implied,
  ...mouth
}: CitedReport): readonly Line[] {
  const statement = date === null ? modality : `${modality} ${dateText({ edtf: date })}`;
  const values = Object.entries(fields).map(([field, value]) => `${field}: ${valueText(value)}`);
  const assumed = identityAssumed === null ? [] : [`taken to be the same fact: ${identityAssumed}`];
  return [
    { text: fact, format: 'bold' },
    { text: `${statement} · ${speakerOf(mouth)}${implied ? ' · Games implied' : ''}` },
    ...[...values, ...(note === null ? [] : [note]), ...assumed].map((text): Line => ({ text, format: 'dim' })),
  ];
}

function speakerOf({ attribution, speaker }: Pick<CitedReport, 'attribution' | 'speaker'>): string {
  return speaker === null ? attribution : `${attribution}, ${speaker.name}`;
}

function quote(numbers: readonly number[], paragraphs: readonly string[], format?: Line['format']): readonly Line[] {
  return numbers.map((number) => {
    const text = `¶ ${number} ${paragraphs[number - 1] ?? 'the text has no such paragraph'}`;
    return format === undefined ? { text } : { text, format };
  });
}
