import { numberRanges } from '../../articles/values.ts';
import type { AuditEntry } from '../../projections/effects.ts';
import type { Format } from '../context.ts';
import { type Canvas, drawTable, type Line } from '../print.ts';
import { answerText, dateText } from '../words.ts';

/** When each event was recorded, what it asserts, what it changed, and from which paragraphs. */
export function auditTable(entries: readonly AuditEntry[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: '#', least: 3, most: 9 },
        { head: 'Recorded', least: 10, most: canvas.width < 130 ? 10 : 24 },
        { head: 'What', least: 24, most: 96 },
        { head: 'Effects', least: 12, most: 16 },
        { head: 'Who', least: 6, most: 16 },
        { head: 'Source', least: 8, most: canvas.width < 130 ? 12 : 24 },
      ],
      rows: entries.map((entry) => [
        [{ text: String(entry.position) }],
        [{ text: entry.recordedAt.slice(0, 19).replace('T', ' ') }],
        [
          { text: entry.event.type, format: 'bold' },
          ...(entry.fact === null ? [] : [{ text: entry.fact }]),
          ...assertedLines(entry),
        ],
        effectLines(entry),
        [{ text: entry.recordedBy, format: 'dim' }],
        sourceLines(entry),
      ]),
    },
    canvas,
  );
}

function assertedLines({ asserted }: AuditEntry): readonly Line[] {
  const others = Object.entries(asserted).filter(([field, value]) => value !== null && !hiddenFields.has(field));
  const lines =
    'modality' in asserted
      ? reportLines(asserted)
      : [others.map(([field, value]) => `${field}: ${answerText(value)}`).join(' · ')];
  return lines.map((text) => ({ text, format: 'dim' }));
}

// These fields of an article's head mean nothing to a reader.
const hiddenFields = new Set(['digest', 'textSha256', 'publishedBasis']);

function reportLines({ modality, date, note }: AuditEntry['asserted']): readonly string[] {
  const statement =
    typeof date === 'string' ? `${answerText(modality)} ${dateText({ edtf: date })}` : answerText(modality);
  return [typeof note === 'string' ? `${statement}: ${note}` : statement];
}

function effectLines({ effects, late, supersedes, supersededBy }: AuditEntry): readonly Line[] {
  return [
    ...effects.map((effect): Line => {
      const format = formats[effect];
      return format === undefined ? { text: effect } : { text: effect, format };
    }),
    ...(late ? [{ text: 'late arrival', format: 'yellow' } as const] : []),
    ...(supersedes === null ? [] : [{ text: `replaces #${supersedes}`, format: 'dim' } as const]),
    ...(supersededBy === null ? [] : [{ text: `replaced by #${supersededBy}`, format: 'dim' } as const]),
  ];
}

const formats: Readonly<Partial<Record<AuditEntry['effects'][number], Format>>> = {
  entered: 'green',
  advanced: 'cyan',
  narrowed: 'cyan',
  contested: 'yellow',
  corrected: 'magenta',
  retracted: 'magenta',
  superseded: 'magenta',
  resolved: 'green',
};

function sourceLines({ article, revision, paragraphs }: AuditEntry): readonly Line[] {
  if (article === null) return [];
  const place = paragraphs.length === 0 ? [] : [{ text: `¶ ${numberRanges(paragraphs)}`, format: 'dim' } as const];
  return [{ text: revision === 1 || revision === null ? article : `${article}/r${revision}` }, ...place];
}
