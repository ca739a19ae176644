import type { Context } from './context.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';

/** How fast a replay goes: so many steps, or so many days of the history, a second; or step by step. */
export type PaceAsked =
  | { readonly by: 'key' }
  | { readonly by: 'steps'; readonly perSecond: number }
  | { readonly by: 'days'; readonly perSecond: number };

function speedOf(text: string): PaceAsked | string {
  const [, digits = '', unit] = /^(\d{1,5}(?:\.\d{1,3})?)(d|days?)?$/.exec(text) ?? [];
  const perSecond = Number(digits);
  if (digits === '' || perSecond === 0) {
    return `--speed ${plainText(text)}: write so many steps a second, such as 2 or 0.5, or so many days, such as 30d`;
  }
  return { by: unit === undefined ? 'steps' : 'days', perSecond };
}

/** The pace that is asked for, or what is wrong with it. A replay that nobody watches keeps to none. */
export function readPace(
  { options }: ParsedArguments,
  { out, terminal }: Pick<Context, 'out' | 'terminal'>,
): { readonly pace: PaceAsked; readonly problems: readonly string[] } {
  const speed = options.get('speed')?.at(-1);
  const byKey = options.get('step')?.at(-1) === 'true';
  const asked = speed === undefined ? { by: 'steps' as const, perSecond: 1 } : speedOf(speed);
  const noKeys = byKey && out.isTerminal && !terminal.hasKeyboard;
  const problems = [
    ...(typeof asked === 'string' ? [asked] : []),
    ...(byKey && speed !== undefined ? ['--step waits for a key: leave out --speed'] : []),
    ...(noKeys ? ['--step needs a keyboard, and what is read here is none: leave it out'] : []),
  ];
  return { pace: byKey ? { by: 'key' } : typeof asked === 'string' ? { by: 'steps', perSecond: 1 } : asked, problems };
}

/** The pause before a step, in milliseconds; `days` lie between it and the one before. */
export function pauseBefore(pace: PaceAsked, days: number): number {
  if (pace.by === 'key') return 0;
  return (1000 * (pace.by === 'days' ? days : 1)) / pace.perSecond;
}
