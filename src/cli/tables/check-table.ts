import type { ReadingDraft } from '../../domain/reading.ts';
import { counted } from '../counted.ts';
import { type Canvas, drawTable } from '../draw-table.ts';
import type { FactMatches } from '../fact-matches.ts';
import { plainText } from '../plain-text.ts';
import { wrap } from '../wrap.ts';
import { numberRanges } from './number-ranges.ts';

/** The paragraphs of an article: how many are cited by how many reports, and which are omitted, and why. */
export function paragraphLines(
  { paragraphs, reports, omitted }: ReadingDraft,
  { width, paint }: Canvas,
): readonly string[] {
  const cited = new Set(reports.flatMap((report) => report.paragraphs));
  const indent = '  ';
  const left = paragraphs - cited.size;
  const account = `${cited.size} of ${counted(paragraphs, 'paragraph')} cited, by ${counted(reports.length, 'report')}; ${left} omitted`;
  const reasons = omitted.flatMap((omission) =>
    wrap(plainText(`${numberRanges(omission.paragraphs)}: ${omission.reason}`), width - indent.length).map((line) =>
      paint('dim', `${indent}${line}`),
    ),
  );
  return [account, ...reasons];
}

/** The facts that a file would join and create, known ones that are near a new one with it. */
export function checkTable({ joined, created }: FactMatches, canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'It', least: 7, most: 7 },
        { head: 'Fact', least: 30, most: 90 },
        { head: 'Known', least: 12, most: 20 },
        { head: 'Articles', least: 8, most: 24 },
      ],
      rows: [
        ...joined.map(({ key, status, articles }) => [
          [{ text: 'joins', format: 'green' as const }],
          [{ text: key }],
          [{ text: status }],
          [{ text: articles.join(' '), format: 'dim' as const }],
        ]),
        ...created.map(({ key, near }) => [
          [{ text: 'creates', format: 'cyan' as const }],
          [{ text: key }, ...near.map((known) => ({ text: `near ${known}`, format: 'yellow' as const }))],
          [{ text: 'new' }],
          [],
        ]),
      ],
    },
    canvas,
  );
}
