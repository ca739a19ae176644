import type { ExitCode, Keyboard, Output } from './context.ts';
import { clearToLineEnd, toLineStart } from './print.ts';

/** Plays steps one after another. Gives 130 if Ctrl-C stopped it, and 0 if a key did. */
export async function play(steps: AsyncIterable<PlayedStep>, playing: Play): Promise<ExitCode> {
  const { pace } = playing;
  return pace.by === 'key'
    ? await byKey(steps[Symbol.asyncIterator](), pace.keyboard, playing)
    : await byItself(steps, playing);
}

/** A step, ready to show. */
export type PlayedStep = {
  readonly text: string;
  /** How many milliseconds to wait before it, if no key paces the play. */
  readonly pause: number;
};

type Play = { readonly out: Output; readonly pace: Pace; readonly signal: AbortSignal };

/** What brings the next step: a key, a pause, or nothing. */
export type Pace =
  | { readonly by: 'key'; readonly keyboard: Keyboard }
  | { readonly by: 'time'; readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void> }
  | { readonly by: 'nothing' };

// Steps are fetched on demand and kept, so that one can go back.
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
