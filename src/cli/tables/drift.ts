import { eventType } from '../../domain/vocabulary/event-types.ts';
import {
  type DriftAnswer,
  type DriftEntry,
  type FieldDrift,
  type FieldStep,
  isDrift,
  type PlanStep,
} from '../../projections/drift.ts';
import type { ReportingLags, Statistic } from '../../projections/reporting-lag.ts';
import type { Span } from '../../projections/shapes.ts';
import { type Canvas, counted, drawTable, type Line, wrap } from '../print.ts';
import { dateText, daysText, flagLines, statusLine, valueText } from '../words.ts';

/** What changed from article to article and what came of it, how many facts did not change, then the lags. */
export function driftTable({ entries, lags }: DriftAnswer, canvas: Canvas): string {
  const changed = entries.filter((entry) => entry.changed);
  const others = entries.length - changed.length;
  const alike = `${counted(others, 'other fact')} ${others === 1 ? 'was' : 'were'} told more than once or planned, and did not change.`;
  return [
    ...(changed.length === 0 ? [] : [driftRows(changed, canvas)]),
    ...(others === 0 ? [] : [`${wrap(alike, canvas.width).join('\n')}\n`]),
    lagsTable(lags, canvas),
  ].join('\n');
}

function driftRows(entries: readonly DriftEntry[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'How it was told, from article to article', least: 30, most: 110 },
        { head: 'What came of it', least: 14, most: 30 },
      ],
      rows: entries.map((entry) => [toldLines(entry), outcomeLines(entry)]),
    },
    canvas,
  );
}

function toldLines(entry: DriftEntry): readonly Line[] {
  return [
    { text: `${entry.type}: ${entry.fact.split('/')[1]}`, format: 'bold' },
    ...entry.plan.map(planLine),
    ...entry.fields.filter(({ changed }) => changed).flatMap((field) => fieldLines(field, entry.type)),
    ...flagLines(entry.flags),
  ];
}

function planLine(step: PlanStep): Line {
  const told = step.date === null ? 'no date' : dateText(step.date);
  const isPutOff = step.change === 'postponed';
  if (isPutOff && step.date === null)
    return { text: `${placeOf(step)} – postponed until further notice`, ...formatOf(step) };
  const says =
    step.change === 'denied' || step.change === 'withdrawn' ? '' : `: ${isPutOff ? 'put off to' : 'planned,'} ${told}`;
  return { text: `${placeOf(step)}${says}${changeText(step, step.days, 'days')}`, ...formatOf(step) };
}

function placeOf({ source, order }: Step): string {
  return `${order === 'possible' ? 'perhaps before that, ' : ''}${source.article} (${dateText(source.published)})`;
}

type Step = PlanStep | FieldStep;

// "10 days earlier": the word gives the direction, so the number has no sign.
function changeText({ change, sameArticle }: Step, by: Span | null, unit: 'days' | null): string {
  const word = wording[change] ?? change;
  const directed = backward.has(change) ? opposite(by) : by;
  const amount = directed === null ? '' : [daysText(directed), unit].filter(Boolean).join(' ');
  const isDirected = backward.has(change) || forward.has(change);
  const changed = isDirected ? [amount, word].filter(Boolean).join(' ') : [word, amount].filter(Boolean).join(' by ');
  return changed === '' ? '' : ` – ${sameArticle ? 'in the same article, ' : ''}${changed}`;
}

const backward: ReadonlySet<string> = new Set(['earlier', 'fewer']);

const forward: ReadonlySet<string> = new Set(['later', 'more']);

function opposite(by: Span | null): Span | null {
  const negative = (days: number | null) => days && -days;
  return by && { min: negative(by.max), max: negative(by.min) };
}

const wording: Readonly<Record<string, string>> = {
  first: '',
  same: 'the same',
  'more-precise': 'more precise',
  vaguer: 'vaguer',
  earlier: 'earlier',
  later: 'later',
  more: 'more',
  fewer: 'fewer',
  overlapping: 'moved, either way',
  denied: 'denied',
  withdrawn: 'withdrawn',
  reworded: 'reworded',
  changed: 'changed',
  'names-others': 'names others',
  'other-state': 'another state',
};

function formatOf(step: Step): Pick<Line, 'format'> {
  return { format: isDrift(step) ? 'yellow' : 'dim' };
}

function fieldLines({ field, kind, steps }: FieldDrift, type: string): readonly Line[] {
  const isWhole = Object.values(eventType(type)?.wholes ?? {}).some(({ parts }) => parts[0] === field);
  return steps.map((step) => {
    const change = changeText(step, step.by, kind === 'quantity' ? null : 'days');
    const { unit, currency } = step.source.values;
    const words = isWhole ? [unit ?? currency].filter((word) => typeof word === 'string') : [];
    const value = [shown(kind, step.value), ...words].join(' ');
    return { text: `${placeOf(step)}: ${field} ${value}${change}`, ...formatOf(step) };
  });
}

function shown(kind: FieldDrift['kind'], value: FieldStep['value']): string {
  return (kind === 'date' || kind === 'period') && typeof value === 'string'
    ? dateText({ edtf: value })
    : valueText(value);
}

function outcomeLines({ outcome, status, timing }: DriftEntry): readonly Line[] {
  if (outcome === null) return [statusLine(status, timing)];
  const nothing = outcome.kind === 'nothing-since' ? [{ text: 'nothing reported since', format: 'dim' } as const] : [];
  const occurred = outcome.occurred === null ? [] : [{ text: dateText(outcome.occurred) }];
  const variance =
    outcome.variance === null
      ? []
      : [{ text: `${daysText(outcome.variance)} days from plan to actual`, format: 'dim' } as const];
  return [statusLine(status, timing), ...nothing, ...occurred, ...variance];
}

/** How many days sources took to tell of what happened, and how many until it was recorded: by publisher and article. */
function lagsTable({ articles, publishers }: ReportingLags, canvas: Canvas): string {
  const unknown = articles.filter(({ publisher }) => publisher === null);
  const rows = [
    ...publishers.map((one) => ({
      source: [
        { text: one.publisher, format: 'bold' },
        { text: one.articles.join(' '), format: 'dim' },
      ] as const,
      published: one.articles.flatMap((id) => articles.filter(({ article }) => article === id)),
      toReported: one.occurredToReported,
      toRecorded: one.reportedToRecorded.range,
    })),
    ...unknown.map((one) => ({
      source: [{ text: 'publisher not known' }, { text: one.article, format: 'dim' }] as const,
      published: [one],
      toReported: one.occurredToReported,
      toRecorded: one.reportedToRecorded,
    })),
  ];
  if (rows.length === 0) return '';
  const drawn = drawTable(
    {
      columns: [
        { head: 'Source', least: 16, most: 30 },
        { head: 'Published', least: 13, most: 28 },
        { head: 'Occurred to reported', least: 16, most: 26 },
        { head: 'Reported to recorded', least: 16, most: 26 },
      ],
      rows: rows.map(({ source, published, toReported, toRecorded }) => [
        source,
        published.map((one) => ({ text: dateText(one.published) })),
        statisticLines(toReported),
        [{ text: toRecorded === null ? '–' : daysText(toRecorded) }],
      ]),
    },
    canvas,
  );
  return `${canvas.paint('bold', 'Reporting lag, in days')}\n${drawn}`;
}

function statisticLines({ known, unknown, range, median }: Statistic): readonly Line[] {
  return [
    { text: range === null ? '–' : daysText(range) },
    ...(median === null ? [] : [{ text: `median ${daysText(median)}`, format: 'dim' } as const]),
    { text: `${known} dated, ${unknown} not`, format: 'dim' },
  ];
}
