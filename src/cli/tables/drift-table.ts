import type { DriftAnswer } from '../../projections/answers/drift-answer.ts';
import { isDrift } from '../../projections/drift-steps.ts';
import type { DriftEntry, FieldDrift, FieldStep, PlanStep } from '../../projections/shapes/drift.ts';
import { counted } from '../counted.ts';
import { type Canvas, drawTable, type Line } from '../draw-table.ts';
import { wrap } from '../wrap.ts';
import { dateText } from './date-text.ts';
import { daysText } from './days-text.ts';
import { lagsTable } from './lags-table.ts';
import { flagLines } from './statement-lines.ts';
import { statusLine } from './status-line.ts';
import { valueText } from './value-text.ts';

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
};

type Step = PlanStep | FieldStep;

function formatOf(step: Step): Pick<Line, 'format'> {
  return { format: isDrift(step) ? 'yellow' : 'dim' };
}

function placeOf({ source, order }: Step): string {
  return `${order === 'possible' ? 'perhaps before that, ' : ''}${source.article} (${dateText(source.published)})`;
}

function changeText({ change, sameArticle }: Step, by: string): string {
  const changed = [wording[change] ?? change, by].filter(Boolean).join(' by ');
  return changed === '' ? '' : ` – ${sameArticle ? 'in the same article, ' : ''}${changed}`;
}

function planLine(step: PlanStep): Line {
  const told = step.date === null ? 'no date' : dateText(step.date);
  const says = step.change === 'denied' || step.change === 'withdrawn' ? '' : `: planned, ${told}`;
  const days = step.days === null ? '' : `${daysText(step.days)} days`;
  return { text: `${placeOf(step)}${says}${changeText(step, days)}`, ...formatOf(step) };
}

function shown(kind: FieldDrift['kind'], value: FieldStep['value']): string {
  return (kind === 'date' || kind === 'period') && typeof value === 'string'
    ? dateText({ edtf: value })
    : valueText(value);
}

function fieldLines({ field, kind, steps }: FieldDrift): readonly Line[] {
  return steps.map((step) => {
    const by = step.by === null ? '' : `${daysText(step.by)}${kind === 'quantity' ? '' : ' days'}`;
    return { text: `${placeOf(step)}: ${field} ${shown(kind, step.value)}${changeText(step, by)}`, ...formatOf(step) };
  });
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

function toldLines(entry: DriftEntry): readonly Line[] {
  return [
    { text: `${entry.type}: ${entry.fact.split('/')[1]}`, format: 'bold' },
    ...entry.plan.map(planLine),
    ...entry.fields.filter(({ changed }) => changed).flatMap(fieldLines),
    ...flagLines(entry.flags),
  ];
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

/** What changed from article to article and what came of it; what was always told alike is counted; then the lags. */
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
