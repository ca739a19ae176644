import type { Output } from '../context.ts';
import { counted } from '../counted.ts';
import type { Line } from '../draw-table.ts';
import { plainText } from '../plain-text.ts';
import type { ReplayStep } from '../replay-steps.ts';
import { wrap } from '../wrap.ts';
import { changeLines } from './change-lines.ts';
import { happeningLines } from './happening-lines.ts';

// So many lines of one kind tell a step to who watches it; of a first ingest there are hundreds.
const mostWatched = 12;

type Canvas = Pick<Output, 'width' | 'paint' | 'isTerminal'>;

const indented = (text: string, by: number, { width }: Canvas): string => {
  const space = ' '.repeat(by);
  const [first = '', ...rest] = wrap(plainText(text), Math.max(width - by, 20));
  return [`${space}${first}`, ...rest.map((line) => `${space}  ${line}`)].join('\n');
};

const limited = (lines: readonly Line[], { isTerminal }: Canvas): readonly Line[] => {
  const left = lines.length - mostWatched;
  if (!isTerminal || left <= 1) return lines;
  return [...lines.slice(0, mostWatched), { text: `… and ${counted(left, 'more line')}`, format: 'dim' }];
};

const section = (title: string, lines: readonly Line[], canvas: Canvas): readonly string[] =>
  lines.length === 0
    ? []
    : [
        canvas.paint('bold', `  ${title}`),
        ...limited(lines, canvas).map(({ text, format }) => {
          const drawn = indented(text, 4, canvas);
          return format === undefined ? drawn : canvas.paint(format, drawn);
        }),
      ];

const headOf = ({ day, position, recordedAt }: ReplayStep): string =>
  position === null ? day : `#${position} · recorded ${recordedAt?.slice(0, 19).replace('T', ' ') ?? ''}`;

/** A step of a replay: where the clock stands, what comes about there, and what that changes in each read model. */
export const replayStepText = (step: ReplayStep, number: number, canvas: Canvas): string => {
  const { timeline, obligations, rollout } = changeLines(step.changes, step.after);
  const happenings = happeningLines(step.happenings).map((text): Line => ({ text }));
  const nothing = timeline.length + obligations.length + rollout.length === 0;
  return [
    canvas.paint('bold', `[${number}] ${headOf(step)}`),
    ...limited(happenings, canvas).map(({ text }) => indented(text, 2, canvas)),
    ...section('Timeline', timeline, canvas),
    ...section('Obligations', obligations, canvas),
    ...section('Rollout', rollout, canvas),
    ...(nothing ? [canvas.paint('dim', '  Nothing that is shown changes.')] : []),
    '',
    '',
  ].join('\n');
};
