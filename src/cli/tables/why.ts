import type { WhyAnswer } from '../../projections/why.ts';
import { type Canvas, drawTable, type Line, wrap } from '../print.ts';
import { answerText, dateText, statusLine } from '../words.ts';
import { byLines, placeLines } from './fact.ts';

/** Why a fact says what it says: its status, each displayed value with the rule and the reports, what does not count. */
export function whyTable({ status, values, excluded, decisions }: WhyAnswer, canvas: Canvas): string {
  const parts = [
    ...(status === null ? [] : [statusText(status, canvas)]),
    ...(values.length === 0 ? [] : [valuesTable(values, canvas)]),
    ...(excluded.length === 0 ? [] : [excludedTable(excluded, canvas)]),
    ...(decisions.length === 0 ? [] : [decisionsTable(decisions, canvas)]),
  ];
  return parts.join('\n');
}

function statusText({ value, timing, by, text }: NonNullable<WhyAnswer['status']>, { width, paint }: Canvas): string {
  const { text: word, format } = statusLine(value, timing);
  const says = `: ${text}${by === null ? '' : ` (${by})`}`;
  const [first = '', ...rest] = wrap(`${word}${says}`, width);
  const painted = format === undefined ? word : paint(format, word);
  return `${[first.startsWith(word) ? painted + first.slice(word.length) : first, ...rest].join('\n')}\n`;
}

function valuesTable(values: WhyAnswer['values'], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Field', least: 8, most: 20 },
        { head: 'Value', least: 12, most: 36 },
        { head: 'Why', least: 24, most: 96 },
      ],
      rows: values.map(({ field, value, text, contested, reports }) => [
        [{ text: field.replace(/^data\./, ''), format: 'bold' }],
        [{ text: shownValue(field, value), ...(contested ? { format: 'yellow' as const } : {}) }],
        [{ text }, ...reports.map((report): Line => ({ text: reportText(field, report), format: 'dim' }))],
      ]),
    },
    canvas,
  );
}

const dateFields: ReadonlySet<string> = new Set(['occurred', 'planned']);

function shownValue(field: string, value: WhyAnswer['values'][number]['value']): string {
  return dateFields.has(field) && typeof value === 'string' ? dateText({ edtf: value }) : answerText(value);
}

// The value of a report beside the one that is displayed; what the summary says is too long for it.
function reportText(field: string, { text, value, outcome }: Weighed): string {
  const isSame = value === null || outcome === 'leads' || outcome === 'agrees' || field === 'summary';
  return isSame ? text : `${text} (${shownValue(field, value)})`;
}

type Weighed = WhyAnswer['values'][number]['reports'][number];

function excludedTable(excluded: WhyAnswer['excluded'], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Not counted', least: 12, most: 16 },
        { head: 'By', least: 12, most: 24 },
        { head: 'Why not', least: 24, most: 96 },
      ],
      rows: excluded.map((report) => [placeLines(report), byLines(report), [{ text: report.text }]]),
    },
    canvas,
  );
}

function decisionsTable(decisions: WhyAnswer['decisions'], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Decision', least: 12, most: 16 },
        { head: 'Who', least: 8, most: 24 },
        { head: 'What it did', least: 24, most: 96 },
      ],
      rows: decisions.map(({ position, recordedAt, recordedBy, type, field, value, reason, text }) => [
        [{ text: `#${position}` }, { text: recordedAt.slice(0, 10), format: 'dim' }],
        [{ text: recordedBy }],
        [
          { text: field === null ? type : `${type} · ${field}: ${answerText(value)}`, format: 'bold' },
          { text },
          { text: reason, format: 'dim' },
        ],
      ]),
    },
    canvas,
  );
}
