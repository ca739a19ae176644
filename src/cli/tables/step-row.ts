import type { Step } from '../../projections/shapes/rollout.ts';
import { type Canvas, drawTable, type Line } from '../draw-table.ts';
import { dateText } from './date-text.ts';
import { articlesOf, contestLines, flagLines } from './statement-lines.ts';
import { statusLine } from './status-line.ts';

/** A row of the rollout: what kind of step it is, of what, and where it stands. */
export type StepRow = {
  readonly part: string;
  readonly name: string;
  readonly status: Line;
  readonly when: readonly Line[];
  readonly says: readonly Line[];
  readonly articles: string;
};

/** What a step is shown by; its own status may be worded otherwise, as that of a joint activation. */
export type ShownStep = Omit<Step, 'status'> & { readonly status: string };

function whenOf({ planned, occurred }: ShownStep): readonly Line[] {
  if (occurred !== null) {
    const plan = planned === null ? [] : [{ text: `planned for ${dateText(planned)}`, format: 'dim' } as const];
    return [{ text: dateText(occurred) }, ...plan];
  }
  if (planned === null) return [{ text: 'no date', format: 'dim' }];
  const atGames = planned.basis === 'games' ? [{ text: 'at the Games', format: 'dim' } as const] : [];
  return [{ text: dateText(planned) }, ...atGames];
}

/** The row of a step, none where there is no such step. */
export function stepRow(part: string, name: string, step: ShownStep | null): readonly StepRow[] {
  if (step === null) return [];
  const { status, timing, summary, alternatives, flags, sources } = step;
  return [
    {
      part,
      name,
      status: statusLine(status, timing),
      when: whenOf(step),
      says: [{ text: summary, format: 'dim' }, ...contestLines(alternatives), ...flagLines(flags)],
      articles: articlesOf(sources),
    },
  ];
}

/** Rows under a title, what is shared by neighbours said once; '' where there are none. */
export function stepTable(title: string, rows: readonly StepRow[], canvas: Canvas): string {
  if (rows.length === 0) return '';
  const drawn = drawTable(
    {
      columns: [
        { head: 'Step', least: 11, most: 15 },
        { head: 'What', least: 20, most: 80 },
        { head: 'Status', least: 10, most: 16 },
        { head: 'When', least: 13, most: canvas.width < 130 ? 13 : 26 },
        { head: 'Articles', least: 8, most: canvas.width < 130 ? 11 : 24 },
      ],
      rows: rows.map(({ part, name, status, when, says, articles }, index) => [
        [{ text: rows[index - 1]?.part === part ? '' : part }],
        [...(name === '' ? [] : [{ text: name }]), ...says],
        [status],
        when,
        [{ text: articles, format: 'dim' }],
      ]),
    },
    canvas,
  );
  return `${canvas.paint('bold', title)}\n${drawn}`;
}
