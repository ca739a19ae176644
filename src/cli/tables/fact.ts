import { numberRanges } from '../../articles/values.ts';
import type { FactAnswer } from '../../projections/fact.ts';
import { type Canvas, drawTable, type Line } from '../print.ts';
import { answerText, dateText } from '../words.ts';
import { timelineTable } from './timeline.ts';

/** A fact as the timeline has it, then every report of it, also those that no longer count. */
export function factTable({ entry, reports }: FactAnswer, canvas: Canvas): string {
  const tables = [
    ...(entry === null ? [] : [timelineTable([entry], canvas)]),
    ...(reports.length === 0 ? [] : [reportsTable(reports, canvas)]),
  ];
  return tables.join('\n');
}

function reportsTable(reports: readonly Report[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Report in', least: 10, most: 16 },
        { head: 'Published', least: 10, most: canvas.width < 130 ? 13 : 24 },
        { head: 'By', least: 12, most: 24 },
        { head: 'What it says', least: 20, most: 90 },
      ],
      rows: reports.map((report) => [
        placeLines(report),
        [{ text: dateText(report.published) }],
        byLines(report),
        saysLines(report),
      ]),
    },
    canvas,
  );
}

type Report = FactAnswer['reports'][number];

/** Where a report stands: the article, its revision, the paragraphs. */
export function placeLines({ article, revision, paragraphs, position }: Place): readonly Line[] {
  return [
    { text: revision === 1 ? article : `${article}/r${revision}` },
    ...(paragraphs.length === 0 ? [] : [{ text: `¶ ${numberRanges(paragraphs)}`, format: 'dim' } as const]),
    { text: `#${position}`, format: 'dim' },
  ];
}

type Place = Pick<Report, 'article' | 'revision' | 'paragraphs' | 'position'>;

/** Who says so: the weight of the word, and the speaker. */
export function byLines({
  attribution,
  speaker,
  publisher,
}: Pick<Report, 'attribution' | 'speaker' | 'publisher'>): readonly Line[] {
  const who = speaker === null ? publisher : [speaker.name, speaker.role].filter(Boolean).join(', ');
  return [{ text: attribution }, ...(who === null ? [] : [{ text: who, format: 'dim' } as const])];
}

function saysLines({ modality, date, note, values, corrections, counts, because }: Report): readonly Line[] {
  const fields = Object.entries(values).map(([field, value]) => `${field}: ${answerText(value)}`);
  return [
    { text: date === null ? modality : `${modality} ${dateText({ edtf: date })}`, format: 'bold' },
    ...(note === null ? [] : [{ text: note }]),
    ...(fields.length === 0 ? [] : [{ text: fields.join(' · '), format: 'dim' } as const]),
    ...corrections.map(
      ({ field, value, reason }): Line => ({
        text: `✎ ${field} corrected to ${answerText(value)}: ${reason}`,
        format: 'magenta',
      }),
    ),
    ...(counts ? [] : [{ text: `does not count: ${because ?? ''}`, format: 'yellow' } as const]),
  ];
}
