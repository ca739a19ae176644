import type { ReportEvent } from '../../domain/ledger-event.ts';
import type { CitedText } from '../../projections/cited-texts.ts';
import { type Canvas, drawTable, type Line, line } from '../draw-table.ts';
import { dateText } from './date-text.ts';
import { valueText } from './value-text.ts';

type Row = { readonly first: number; readonly left: readonly Line[]; readonly right: readonly Line[] };

function speakerOf({ attribution, speaker }: ReportEvent['metadata']): string {
  return speaker === null ? attribution : `${attribution}, ${speaker.name}`;
}

function reportLines({ fact, modality, date, fields, note, metadata }: ReportEvent): readonly Line[] {
  const said = date === null ? modality : `${modality} ${dateText(date)}`;
  const values = Object.entries(fields).map(([field, value]) => `${field}: ${valueText(value)}`);
  const assumed = metadata.identityAssumed === null ? [] : [`taken to be the same fact: ${metadata.identityAssumed}`];
  return [
    { text: fact, format: 'bold' },
    { text: `${said} · ${speakerOf(metadata)}${metadata.implied ? ' · Games implied' : ''}` },
    ...[...values, ...(note === null ? [] : [note]), ...assumed].map((text): Line => ({ text, format: 'dim' })),
  ];
}

function quoted(numbers: readonly number[], paragraphs: readonly string[], format?: Line['format']): readonly Line[] {
  return numbers.map((number) => {
    const text = `¶ ${number} ${paragraphs[number - 1] ?? 'the text has no such paragraph'}`;
    return format === undefined ? { text } : { text, format };
  });
}

/**
 * The reports of an article beside the paragraphs that they cite, those that cite the same ones together, and the
 * paragraphs that were left out with the reason; in the order of the text.
 */
export function evidenceTable({ reports, omitted }: CitedText, paragraphs: readonly string[], canvas: Canvas): string {
  const citing = Map.groupBy(reports, ({ metadata }) => metadata.paragraphs.toSorted((a, b) => a - b).join(' '));
  const cited = [...citing].map(([numbers, together]): Row => {
    const listed = numbers.split(' ').map(Number);
    return { first: listed[0] ?? 0, left: together.flatMap(reportLines), right: quoted(listed, paragraphs) };
  });
  const left = omitted.map(
    ({ reason, paragraphs: numbers }): Row => ({
      first: numbers[0] ?? 0,
      left: [{ text: `omitted: ${reason}`, format: 'yellow' }],
      right: quoted(numbers, paragraphs, 'dim'),
    }),
  );
  const rows = [...cited, ...left].toSorted((a, b) => a.first - b.first);
  return drawTable(
    {
      columns: [
        { head: 'Report', least: 24, most: 56 },
        { head: 'Paragraph', least: 24, most: 96 },
      ],
      // An empty line sets each from the next.
      rows: rows.map((row) => [[...row.left, line('')], row.right]),
    },
    canvas,
  );
}
