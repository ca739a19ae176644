import { PassThrough } from 'node:stream';
import t from 'tap';
import { openKeyboard } from '../../src/cli/context.ts';

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const arrowRight = '\u001b[C';

// A terminal that remembers which modes it was set to.
const terminal = () => {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isRaw: false, setRawMode: (raw: boolean) => modes.push(raw) });
  return { input, modes };
};
const forever = new AbortController().signal;

t.test('keys step forward, step back or quit, and any other key does nothing', async (t) => {
  const { input } = terminal();
  const keyboard = openKeyboard(input);
  input.write(` x\r${arrowRight}b7q`);
  const pressed = [];
  for (let i = 0; i < 5; i += 1) pressed.push(await keyboard.press(forever));
  t.strictSame(pressed, ['next', 'next', 'next', 'back', 'quit']);
  keyboard.close();
});

t.test('Ctrl-C stops, Ctrl-D and the end of input quit, and a signal ends the wait for a key', async (t) => {
  const { input } = terminal();
  const keyboard = openKeyboard(input);
  const waiting = keyboard.press(forever);
  input.write(ctrlC);
  t.equal(await waiting, 'stop');
  input.write(ctrlD);
  t.equal(await keyboard.press(forever), 'quit');
  const stopping = new AbortController();
  const stopped = keyboard.press(stopping.signal);
  stopping.abort();
  t.equal(await stopped, 'stop');
  t.equal(await keyboard.press(stopping.signal), 'stop');
  const ended = keyboard.press(forever);
  input.end();
  t.equal(await ended, 'quit');
  keyboard.close();
});

t.test('the keyboard restores the terminal', async (t) => {
  const { input, modes } = terminal();
  const keyboard = openKeyboard(input);
  t.strictSame(modes, [true], 'keys are read as they are pressed');
  keyboard.close();
  t.strictSame(modes, [true, false]);
  t.ok(input.isPaused());
  t.equal(input.listenerCount('keypress'), 0);
});
