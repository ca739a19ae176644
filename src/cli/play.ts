import type { ParsedArguments } from './command.ts';
import type { Context, ExitCode, Keyboard, Output, Press } from './context.ts';
import { clearToLineEnd, plainText, toLineStart } from './print.ts';

/**
 * Plays steps one after another; at once if nobody watches. Returns 130 if Ctrl-C stopped it, and 0 if a key did.
 */
export async function play(
  steps: AsyncIterable<PlayedStep>,
  pace: Pace,
  { out, terminal, listenForStop }: Pick<Context, 'out' | 'terminal' | 'listenForStop'>,
): Promise<ExitCode> {
  const signal = listenForStop();
  if (pace.by !== 'key' || !out.isTerminal) {
    const wait = async (days: number) => await terminal().wait(pauseMs(pace, days), signal);
    return await playByItself(steps, out, out.isTerminal ? wait : null, signal);
  }
  const keyboard = terminal().keyboard();
  try {
    return await playByKey(steps[Symbol.asyncIterator](), out, keyboard, signal);
  } finally {
    keyboard.close();
  }
}

/** A step, ready to show, and how many days after the one before it. */
export type PlayedStep = {
  /** Its first lines, where it has many. */
  readonly text: string;
  /** All of it; null if `text` is. */
  readonly whole: string | null;
  readonly days: number;
};

/** How fast a replay goes: a step a key, or so many steps, or so many days of the history, a second. */
export type Pace =
  | { readonly by: 'key' }
  | { readonly by: 'steps'; readonly perSecond: number }
  | { readonly by: 'days'; readonly perSecond: number };

function pauseMs(pace: Pace, days: number): number {
  if (pace.by === 'key') return 0;
  return (1000 * (pace.by === 'days' ? days : 1)) / pace.perSecond;
}

async function playByItself(
  steps: AsyncIterable<PlayedStep>,
  out: Output,
  wait: ((days: number) => Promise<void>) | null,
  signal: AbortSignal,
): Promise<ExitCode> {
  let isFirst = true;
  for await (const { text, days } of steps) {
    if (!isFirst) await wait?.(days);
    if (signal.aborted) {
      out.write('\n');
      return 130;
    }
    out.write(text);
    isFirst = false;
  }
  return 0;
}

// Fetches steps on demand and keeps them, to go back.
async function playByKey(
  steps: AsyncIterator<PlayedStep>,
  out: Output,
  keyboard: Keyboard,
  signal: AbortSignal,
): Promise<ExitCode> {
  const shown: PlayedStep[] = [];
  const showUntilPressed = async (text: string, hasMore: boolean): Promise<Press> => {
    const hint = `space: next   b: back   g: first   ${hasMore ? 'm: all lines   ' : ''}q: quit`;
    out.write(`${text}${out.paint('dim', hint)}`);
    const press = await keyboard.press(signal);
    out.write(`${toLineStart}${clearToLineEnd}`);
    return press;
  };
  let isWhole = false;
  for (let index = 0; ; ) {
    if (index >= shown.length) {
      const { value, done } = await steps.next();
      if (done === true) return 0;
      shown.push(value);
    }
    const { text, whole } = shown[index] as PlayedStep;
    const press = await showUntilPressed(isWhole ? (whole ?? text) : text, whole !== null && !isWhole);
    if (press === 'quit') return 0;
    if (press === 'stop') return 130;
    isWhole = press === 'whole';
    index = nextIndex[press](index);
  }
}

const nextIndex: Readonly<Record<Exclude<Press, 'quit' | 'stop'>, (index: number) => number>> = {
  next: (index) => index + 1,
  back: (index) => Math.max(index - 1, 0),
  first: () => 0,
  whole: (index) => index,
};

/** The pace that the options ask for, one step a second if none, and what is wrong with them. */
export function readPace(
  { options }: ParsedArguments,
  { out, terminal }: Pick<Context, 'out' | 'terminal'>,
): { readonly pace: Pace; readonly problems: readonly string[] } {
  const speed = options.get('speed')?.at(-1);
  const isByKey = options.get('step')?.at(-1) === 'true';
  const pace = speed === undefined ? oneStepPerSecond : readSpeed(speed);
  const problems = [
    ...(pace === null
      ? [
          `--speed ${plainText(speed ?? '')}: write so many steps a second, such as 2 or 0.5, or so many days, such as 30d`,
        ]
      : []),
    ...(isByKey && speed !== undefined ? ['--step waits for a key: leave out --speed'] : []),
    ...(isByKey && out.isTerminal && !terminal().hasKeyboard
      ? ['--step needs a keyboard, and there is none: leave it out']
      : []),
  ];
  return { pace: isByKey ? { by: 'key' } : (pace ?? oneStepPerSecond), problems };
}

const oneStepPerSecond: Pace = { by: 'steps', perSecond: 1 };

function readSpeed(text: string): Pace | null {
  const [, digits = '', unit] = /^(\d{1,5}(?:\.\d{1,3})?)(d|days?)?$/.exec(text) ?? [];
  const perSecond = Number(digits);
  return perSecond === 0 ? null : { by: unit === undefined ? 'steps' : 'days', perSecond };
}
