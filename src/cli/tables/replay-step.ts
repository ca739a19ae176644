import type { DiffItem } from '../../projections/shapes/diff.ts';
import type { Output } from '../context.ts';
import { counted } from '../counted.ts';
import { plainText } from '../plain-text.ts';
import type { ReplayStep } from '../replay-steps.ts';
import { wrap } from '../wrap.ts';
import { type DiffLine, diffLine } from './diff-line.ts';
import { drawnDiffLine, together } from './drawn-diff-lines.ts';
import { happeningLines } from './happening-lines.ts';

// So many lines of one kind tell a step to who watches it; of a first ingest there are hundreds.
const mostWatched = 12;

type Canvas = Pick<Output, 'width' | 'paint' | 'isTerminal'>;

function indented(text: string, by: number, { width }: Canvas): string {
  const space = ' '.repeat(by);
  const [first = '', ...rest] = wrap(plainText(text), Math.max(width - by, 20));
  return [`${space}${first}`, ...rest.map((line) => `${space}  ${line}`)].join('\n');
}

// The first of many lines for who watches, and how many are left out.
function limited<T>(
  lines: readonly T[],
  { isTerminal }: Canvas,
): { readonly first: readonly T[]; readonly left: number } {
  const left = lines.length - mostWatched;
  return !isTerminal || left <= 1 ? { first: lines, left: 0 } : { first: lines.slice(0, mostWatched), left };
}

function leftText(left: number, { paint }: Canvas): readonly string[] {
  return left === 0 ? [] : [paint('dim', `    … and ${counted(left, 'more line')}`)];
}

function deeper(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function section(title: string, items: readonly DiffItem[], canvas: Canvas): readonly string[] {
  const lines: readonly DiffLine[] = together(items.flatMap((item) => diffLine(item) ?? []));
  const { first, left } = limited(lines, canvas);
  return lines.length === 0
    ? []
    : [
        canvas.paint('bold', `  ${title}`),
        ...first.map((line) => deeper(drawnDiffLine(line, { ...canvas, width: canvas.width - 2 }))),
        ...leftText(left, canvas),
      ];
}

function headOf({ day, position, recordedAt }: ReplayStep): string {
  return position === null ? day : `#${position} · recorded ${recordedAt?.slice(0, 19).replace('T', ' ') ?? ''}`;
}

/** A step of a replay: where the clock stands, what comes about there, and what that changes in each read model. */
export function replayStepText(step: ReplayStep, number: number, canvas: Canvas): string {
  const { timeline, obligations, rollout } = step.changes;
  const { first, left } = limited(happeningLines(step.happenings), canvas);
  const sections = [
    ...section('Timeline', timeline, canvas),
    ...section('Obligations per Games', obligations, canvas),
    ...section('Marketing rollout', rollout, canvas),
  ];
  return [
    canvas.paint('bold', `[${number}] ${headOf(step)}`),
    ...first.map((text) => indented(text, 2, canvas)),
    ...leftText(left, canvas),
    ...(sections.length === 0 ? [canvas.paint('dim', '  Nothing that is shown changes.')] : sections),
    '',
    '',
  ].join('\n');
}
