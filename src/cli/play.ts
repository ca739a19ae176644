import type { ExitCode, Keyboard, Output } from './context.ts';

/** Plays steps one after another. 130 where it was stopped by Ctrl-C; whoever quits by a key is done. */
export async function play(steps: AsyncIterable<PlayedStep>, playing: Play): Promise<ExitCode> {
  const { pace } = playing;
  return pace.by === 'key'
    ? await byKey(steps[Symbol.asyncIterator](), pace.keyboard, playing)
    : await byItself(steps, playing);
}

/** A step that is ready to be shown. */
export type PlayedStep = {
  readonly text: string;
  /** So many milliseconds to wait before it, where steps follow each other by themselves. */
  readonly pause: number;
};

type Play = { readonly out: Output; readonly pace: Pace; readonly signal: AbortSignal };

/** How a play goes on from step to step: a key, a pause, or at once. */
export type Pace =
  | { readonly by: 'key'; readonly keyboard: Keyboard }
  | { readonly by: 'time'; readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void> }
  | { readonly by: 'nothing' };

// A step is fetched when it is asked for, and kept for who goes back.
async function byKey(steps: AsyncIterator<PlayedStep>, keyboard: Keyboard, play: Play): Promise<ExitCode> {
  const shown: PlayedStep[] = [];
  for (let at = 0; ; ) {
    if (at >= shown.length) {
      const { value, done } = await steps.next();
      if (done === true) return 0;
      shown.push(value);
    }
    play.out.write((shown[at] as PlayedStep).text);
    const press = await askForKey(keyboard, play);
    if (press === 'quit') return 0;
    if (press === 'stop') return 130;
    at = press === 'back' ? Math.max(at - 1, 0) : at + 1;
  }
}

async function askForKey(keyboard: Keyboard, { out, signal }: Play) {
  out.write(out.paint('dim', hint));
  const press = await keyboard.press(signal);
  out.write(`${toLineStart}${clearToLineEnd}`);
  return press;
}

const hint = 'space: next   b: back   q: quit';

const toLineStart = '\r';

const clearToLineEnd = '\u001b[K';

async function byItself(steps: AsyncIterable<PlayedStep>, { out, pace, signal }: Play): Promise<ExitCode> {
  let isFirst = true;
  for await (const { text, pause } of steps) {
    if (pace.by === 'time' && !isFirst) await pace.wait(pause, signal);
    if (signal.aborted) {
      out.write('\n');
      return 130;
    }
    out.write(text);
    isFirst = false;
  }
  return 0;
}
