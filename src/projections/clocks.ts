import type { Cut } from '../domain/cut.ts';
import { endOfPeriod, isDateProblem } from '../domain/uncertain-date.ts';
import type { TimingChoice } from './facts-in-view.ts';
import { instantAt } from './instant-at.ts';

/** The clock parameters as a user writes them. */
export type ClockTexts = {
  readonly occurredAsOf?: string | undefined;
  readonly reportedAsOf?: string | undefined;
  readonly recordedAsOf?: string | undefined;
  readonly atPosition?: string | undefined;
  readonly timing?: string | undefined;
  /** Not a clock: a position that the answer must at least know of, so that a client reads its own writes. */
  readonly atLeast?: string | undefined;
};

/** A clock parameter that cannot be used: which one, why, and what to write instead. */
export type ClockProblem = {
  readonly kind: 'invalid-clock' | 'future-clock' | 'unknown-position';
  readonly parameter: keyof ClockTexts;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

/** What clocks are resolved against. `now` is an instant; the ledger's last event may be recorded after it. */
export type Present = {
  readonly now: string;
  readonly head: { readonly position: number; readonly recordedAt: string | null };
  readonly positionAt: (instant: string) => Promise<number>;
  readonly recordedAtOf: (position: number) => Promise<string | null>;
};

/** A cut with the choice between what was certain and what was possible. */
export type ResolvedCut = Cut & { readonly timing: TimingChoice };

/** The clocks resolved to a cut, or everything that is wrong with them. */
export type Resolved =
  | { readonly cut: ResolvedCut; readonly problems: null }
  | { readonly cut: null; readonly problems: readonly ClockProblem[] };

function problem(
  parameter: keyof ClockTexts,
  message: string,
  kind: ClockProblem['kind'] = 'invalid-clock',
  suggestion?: string,
): ClockProblem {
  return { kind, parameter, message, suggestion };
}

function dayOf(parameter: 'occurredAsOf' | 'reportedAsOf', text: string | undefined): string | null | ClockProblem {
  if (text === undefined) return null;
  const day = endOfPeriod(text);
  return isDateProblem(day) ? problem(parameter, day.message, 'invalid-clock', day.suggestion) : day;
}

function isProblem(value: unknown): value is ClockProblem {
  return typeof value === 'object' && value !== null && 'parameter' in value;
}

function instantOf(text: string): string | ClockProblem {
  const instant = instantAt(text, 'ends');
  return typeof instant === 'string'
    ? instant
    : problem('recordedAsOf', instant.message, 'invalid-clock', instant.suggestion);
}

function later(a: string, b: string | null): string {
  return b !== null && b > a ? b : a;
}

type Recorded = { readonly position: number; readonly day: string | null };

async function atInstant(text: string, { now, head, positionAt }: Present): Promise<Recorded | ClockProblem> {
  const instant = instantOf(text);
  if (isProblem(instant)) return instant;
  const today = later(now, head.recordedAt).slice(0, 10);
  // A date that is not over yet means "so far".
  const [asked, limit] = text.includes('T') ? [instant, later(now, head.recordedAt)] : [instant.slice(0, 10), today];
  if (asked > limit) {
    const isBegun = !text.includes('T') && text < today;
    const lies = isBegun ? `means its end, ${asked}, which lies in the future` : 'lies in the future';
    const message = `recordedAsOf=${text} ${lies}: the ledger cannot know what it will hold; the latest is ${today}`;
    return problem('recordedAsOf', message, 'future-clock', today);
  }
  return { position: await positionAt(instant), day: instant.slice(0, 10) };
}

/** The position that a text names, or null. */
export function positionOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

async function atPosition(text: string, { head, recordedAtOf }: Present): Promise<Recorded | ClockProblem> {
  if (!/^\d{1,15}$/.test(text))
    return problem('atPosition', `"${text}" is no position: write a whole number from 0 on`);
  const position = Number(text);
  if (position > head.position) {
    const message = `the ledger ends at position ${head.position}; there is no position ${text} yet`;
    return problem('atPosition', message, 'unknown-position', String(head.position));
  }
  return { position, day: (await recordedAtOf(position))?.slice(0, 10) ?? null };
}

async function recordedClock(texts: ClockTexts, present: Present): Promise<Recorded | ClockProblem> {
  if (texts.atPosition !== undefined && texts.recordedAsOf !== undefined) {
    return problem('atPosition', 'atPosition and recordedAsOf set the same clock: give one of them');
  }
  if (texts.atPosition !== undefined) return await atPosition(texts.atPosition, present);
  if (texts.recordedAsOf !== undefined) return await atInstant(texts.recordedAsOf, present);
  return { position: present.head.position, day: null };
}

function timingOf(text: string | undefined): TimingChoice | ClockProblem {
  return text === undefined || text === 'any' || text === 'certain'
    ? (text ?? 'any')
    : problem('timing', `timing is "any" or "certain", not "${text}"`);
}

/**
 * Resolves the clocks, once, at the edge; below it only positions are compared. An omitted `occurredAsOf` is the
 * earliest of the other clocks that were given, else today; an omitted `reportedAsOf` is no limit. Cut-offs are
 * inclusive, and a year, a month or a day means its end, UTC. The world's and the readers' clocks may lie in the
 * future, the recorded one may not.
 */
export async function resolveClocks(texts: ClockTexts, present: Present): Promise<Resolved> {
  const occurred = dayOf('occurredAsOf', texts.occurredAsOf);
  const reported = dayOf('reportedAsOf', texts.reportedAsOf);
  const recorded = await recordedClock(texts, present);
  const timing = timingOf(texts.timing);
  const atLeast =
    texts.atLeast !== undefined && positionOf(texts.atLeast) === null
      ? problem('atLeast', `"${texts.atLeast}" is no position: write a whole number from 0 on`)
      : null;
  if (isProblem(occurred) || isProblem(reported) || isProblem(recorded) || isProblem(timing) || atLeast !== null) {
    return { cut: null, problems: [occurred, reported, recorded, timing, atLeast].filter(isProblem) };
  }
  const others = [reported, recorded.day].filter((day) => day !== null);
  const earliest = others.length === 0 ? present.now.slice(0, 10) : others.reduce((a, b) => (a < b ? a : b));
  const cut = { occurredAsOf: occurred ?? earliest, reportedAsOf: reported, position: recorded.position, timing };
  return { cut, problems: null };
}
