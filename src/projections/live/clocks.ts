import type { Cut } from '../../domain/facts/evidence.ts';
import type { TimingChoice } from '../../domain/facts/facts-at.ts';
import { endOfPeriod, uncertainDate } from '../../domain/vocabulary/dates.ts';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { isProblem } from '../../domain/vocabulary/problem.ts';

/** The position that a text names, or null. */
export function positionOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
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
  if (
    isClockProblem(occurred) ||
    isClockProblem(reported) ||
    isClockProblem(recorded) ||
    isClockProblem(timing) ||
    atLeast !== null
  ) {
    return { cut: null, problems: [occurred, reported, recorded, timing, atLeast].filter(isClockProblem) };
  }
  const others = [reported, recorded.day].filter((day) => day !== null);
  const earliest = others.length === 0 ? present.now.slice(0, 10) : others.reduce((a, b) => (a < b ? a : b));
  const cut = { occurredAsOf: occurred ?? earliest, reportedAsOf: reported, position: recorded.position, timing };
  return { cut, problems: null };
}

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

/** What clocks are resolved against. `now` is an instant; the ledger's last event may be recorded after it. */
export type Present = {
  readonly now: string;
  readonly head: { readonly position: number; readonly recordedAt: string | null };
  readonly positionAt: (instant: string) => Promise<number>;
  readonly recordedAtOf: (position: number) => Promise<string | null>;
};

/** The clocks resolved to a cut, or everything that is wrong with them. */
export type Resolved =
  | { readonly cut: ResolvedCut; readonly problems: null }
  | { readonly cut: null; readonly problems: readonly ClockProblem[] };

/** A cut with the choice between what was certain and what was possible. */
export type ResolvedCut = Cut & { readonly timing: TimingChoice };

/** A clock parameter that cannot be used: which one, why, and what to write instead. */
export type ClockProblem = {
  readonly kind: 'invalid-clock' | 'future-clock' | 'unknown-position';
  readonly parameter: keyof ClockTexts;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

function dayOf(parameter: 'occurredAsOf' | 'reportedAsOf', text: string | undefined): string | null | ClockProblem {
  if (text === undefined) return null;
  const day = endOfPeriod(text);
  return isProblem(day) ? problem(parameter, day.message, 'invalid-clock', day.suggestion) : day;
}

function problem(
  parameter: keyof ClockTexts,
  message: string,
  kind: ClockProblem['kind'] = 'invalid-clock',
  suggestion?: string,
): ClockProblem {
  return { kind, parameter, message, suggestion };
}

async function recordedClock(texts: ClockTexts, present: Present): Promise<Recorded | ClockProblem> {
  if (texts.atPosition !== undefined && texts.recordedAsOf !== undefined) {
    return problem('atPosition', 'atPosition and recordedAsOf set the same clock: give one of them');
  }
  if (texts.atPosition !== undefined) return await atPosition(texts.atPosition, present);
  if (texts.recordedAsOf !== undefined) return await atInstant(texts.recordedAsOf, present);
  return { position: present.head.position, day: null };
}

type Recorded = { readonly position: number; readonly day: string | null };

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

async function atInstant(text: string, { now, head, positionAt }: Present): Promise<Recorded | ClockProblem> {
  const instant = instantOf(text);
  if (isClockProblem(instant)) return instant;
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

function instantOf(text: string): string | ClockProblem {
  const instant = instantAt(text, 'ends');
  return typeof instant === 'string'
    ? instant
    : problem('recordedAsOf', instant.message, 'invalid-clock', instant.suggestion);
}

/**
 * The instant that a text names, UTC and in whole milliseconds, as recordedAt is. A year, a month or a day stands for
 * the first millisecond of it where a period begins, the last one where it ends.
 */
export function instantAt(text: string, end: 'begins' | 'ends'): string | InstantProblem {
  if (text.includes('T')) return statedInstant(text, rounding[end]);
  const last = endOfPeriod(text);
  if (isProblem(last)) return last;
  return end === 'ends' ? `${last}T23:59:59.999Z` : `${uncertainDate(text).earliest}T00:00:00.000Z`;
}

/** Why a text names no instant, and what to write instead. */
export type InstantProblem = { readonly message: string; readonly suggestion?: string | undefined };

function statedInstant(text: string, roundingMode: 'ceil' | 'floor'): string | InstantProblem {
  try {
    const instant = Temporal.Instant.from(text).round({ smallestUnit: 'millisecond', roundingMode });
    const written = instant.toString({ fractionalSecondDigits: 3 });
    // Instants are compared as texts, which years of more than four digits are not made for.
    return /^\d{4}-/.test(written) ? written : noInstant(text);
  } catch {
    return noInstant(text);
  }
}

function noInstant(text: string): InstantProblem {
  // In an address a plus sign stands for a space.
  const [, local, offset] = /^(\d.*T.*\d) (\d\d(?::?\d\d)?)$/.exec(text) ?? [];
  const hint =
    local === undefined
      ? `write it as ${example}`
      : `in an address the plus sign of ${local}+${offset} is written %2B; or give it in UTC, as ${example}`;
  return { message: `"${text.slice(0, 80)}" is no instant: ${hint}` };
}

const example = '2026-11-22T09:00:00Z';

// A text between two milliseconds: the first that is not before it, or the last that is not after it.
const rounding = { begins: 'ceil', ends: 'floor' } as const;

function isClockProblem(value: unknown): value is ClockProblem {
  return typeof value === 'object' && value !== null && 'parameter' in value;
}

function later(a: string, b: string | null): string {
  return b !== null && b > a ? b : a;
}

function timingOf(text: string | undefined): TimingChoice | ClockProblem {
  return text === undefined || text === 'any' || text === 'certain'
    ? (text ?? 'any')
    : problem('timing', `timing is "any" or "certain", not "${text}"`);
}

/**
 * Resolves a comparison to its two cuts. Each side is the cut that one gets who sets the moving clock alone, and the
 * others as they are given: an omitted `occurredAsOf` is resolved on each side by itself, so that "what was known on 20
 * January 2017, and what today" is seen with the world of each day. `resolve` resolves the clocks of one side.
 */
export async function resolveComparison(
  texts: ComparisonTexts,
  resolve: (clocks: ClockTexts) => Promise<Resolved>,
): Promise<ResolvedComparison> {
  const { clock: name = 'occurred', from: start, to: end, ...others } = texts;
  const clock = clockOf(name);
  if (typeof clock !== 'string') {
    const { problems } = await resolve(others);
    return { comparison: null, problems: [clock, ...(start === undefined ? [missing] : []), ...(problems ?? [])] };
  }
  const ofForm = problemsOfForm(clock, texts);
  const wrong = new Set(ofForm.map(({ parameter }) => parameter));
  const held = Object.fromEntries(
    Object.entries(others).filter(([one]) => !setsClock[clock].some((own) => own === one)),
  );
  const sideAt = async (side: Side, text: string | undefined) =>
    await resolve({ ...held, ...dayOn(side, held), ...(wrong.has(side) ? {} : movedTo(clock, side, text)) });
  const [from, to] = [await sideAt('from', start), await sideAt('to', end)];
  const problems = distinct([
    ...ofForm,
    ...(from.problems ?? []).map((one) => ofSide(clock, 'from', one)),
    ...(to.problems ?? []).map((one) => ofSide(clock, 'to', one)),
  ]);
  if (problems.length > 0 || from.cut === null || to.cut === null) return { comparison: null, problems };
  if (isAfter(clock, from.cut, to.cut)) return { comparison: null, problems: [reversed(clock, texts, to.cut)] };
  return { comparison: { clock, from: from.cut, to: to.cut }, problems: null };
}

/** What a comparison is asked as: which clock moves, from where to where, and how the others stand on both sides. */
export type ComparisonTexts = ClockTexts & {
  readonly clock?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** The two cuts of a comparison, or everything that is wrong with how it was asked. */
export type ResolvedComparison =
  | { readonly comparison: Comparison; readonly problems: null }
  | { readonly comparison: null; readonly problems: readonly ComparisonProblem[] };

/** Two cuts of which one clock lies apart; the others are those of the same question on either side. */
export type Comparison = { readonly clock: MovingClock; readonly from: ResolvedCut; readonly to: ResolvedCut };

export type MovingClock = (typeof movingClocks)[number];

/** The clocks by which two views may differ. */
export const movingClocks = ['occurred', 'reported', 'recorded'] as const;

/** A parameter of a comparison that cannot be used: which one, why, and what to write instead. */
export type ComparisonProblem = Omit<ClockProblem, 'parameter'> & { readonly parameter: keyof ComparisonTexts };

function clockOf(text: string): MovingClock | ComparisonProblem {
  const known = movingClocks.find((clock) => clock === text);
  if (known !== undefined) return known;
  const [near] = nearest(text.replace(/AsOf$/i, ''), movingClocks, { limit: 1 });
  const all =
    'occurred (what was true in the world), reported (what a reader could have known), recorded (what this ledger held)';
  return problemOfComparison('clock', `clock is one of ${all}, not "${text.slice(0, 80)}"`, near);
}

function problemOfComparison(
  parameter: keyof ComparisonTexts,
  message: string,
  suggestion?: string,
): ComparisonProblem {
  return {
    kind: 'invalid-clock',
    parameter,
    message,
    suggestion,
  };
}

const missing = problemOfComparison(
  'from',
  'from= is missing: say where the clock moves from, such as from=2018-01-01',
);

// What is wrong before any clock is read: what is missing, and a clock that is set beside the ends that move it.
function problemsOfForm(clock: MovingClock, texts: ComparisonTexts): readonly ComparisonProblem[] {
  const beside = setsClock[clock].filter((name) => texts[name] !== undefined);
  const positions = (['from', 'to'] as const).filter(
    (side) => clock !== 'recorded' && byPosition.test(texts[side] ?? ''),
  );
  return [
    ...(texts.from === undefined ? [missing] : []),
    ...beside.map((name) =>
      problemOfComparison(name, `the ${clock} clock is the one that moves, and from and to set it: leave out ${name}`),
    ),
    ...positions.map((side) =>
      problemOfComparison(
        side,
        `${texts[side]} is a position of this ledger, on clock=recorded; the ${clock} clock takes a date`,
      ),
    ),
  ];
}

const setsClock: Readonly<Record<MovingClock, readonly (keyof ClockTexts)[]>> = {
  occurred: ['occurredAsOf'],
  reported: ['reportedAsOf'],
  recorded: ['recordedAsOf', 'atPosition'],
};

const byPosition = /^position:(.*)$/i;

type Side = 'from' | 'to';

// Whoever cites a comparison names the day of the world on both sides: `2017-01-20,2018-02-08`.
function dayOn(side: Side, { occurredAsOf }: ClockTexts): ClockTexts {
  const [first, second, ...more] = occurredAsOf?.split(',') ?? [];
  if (first === undefined || second === undefined || more.length > 0) return {};
  return { occurredAsOf: side === 'from' ? first : second };
}

// The clocks of one side, as one sets them who asks for that side alone.
function movedTo(clock: MovingClock, side: Side, end: string | undefined): ClockTexts {
  if (end === undefined) return {};
  if (clock === 'occurred') return { occurredAsOf: end };
  if (clock === 'reported') return side === 'to' && end === noLimit ? {} : { reportedAsOf: end };
  const [, position] = byPosition.exec(end) ?? [];
  return position === undefined ? { recordedAsOf: end } : { atPosition: position };
}

// An open end, as EDTF writes one: where the reported clock stands when it is not set.
export const noLimit = '..';

function distinct(problems: readonly ComparisonProblem[]): readonly ComparisonProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify([one.parameter, one.message]), one])).values()];
}

// A problem of the clock that moves is one of the end that was written.
function ofSide(clock: MovingClock, side: Side, { parameter, message, ...rest }: ClockProblem): ComparisonProblem {
  return setsClock[clock].includes(parameter)
    ? { ...rest, parameter: side, message: message.replace(`${parameter}=`, `${side}=`) }
    : { ...rest, parameter, message };
}

function isAfter(clock: MovingClock, a: ResolvedCut, b: ResolvedCut): boolean {
  if (clock === 'recorded') return a.position > b.position;
  if (clock === 'occurred') return a.occurredAsOf > b.occurredAsOf;
  return (a.reportedAsOf ?? endOfTime) > (b.reportedAsOf ?? endOfTime);
}

const endOfTime = '9999-12-31';

function reversed(
  clock: MovingClock,
  { from, to }: ComparisonTexts,
  { occurredAsOf, position }: ResolvedCut,
): ComparisonProblem {
  if (to !== undefined) return problemOfComparison('from', `from=${from} is after to=${to}: swap them`, to);
  const stands = clock === 'recorded' ? `position ${position}` : occurredAsOf;
  return problemOfComparison(
    'from',
    `from=${from} is after ${stands}, where the clock stands without a to: give a later to`,
  );
}

/** What the API document and the help of commands say of a parameter. */
export type ParameterText = {
  readonly means: string;
  /** What to write. */
  readonly form?: string;
  /** What stands for a parameter that is left out. */
  readonly fallback?: string;
};

const endOfDay = 'a year, a month or a day (2018, 2018-02, 2018-02-05), meaning its end';

/** The clocks as parameters, by name. */
export const clockParameters = {
  occurredAsOf: {
    means: 'what was true in the world by then',
    form: endOfDay,
    fallback: 'the earliest of the other clocks, else today',
  },
  reportedAsOf: { means: 'what a reader could have known by then', form: endOfDay, fallback: 'no limit' },
  recordedAsOf: {
    means: 'what this ledger held then',
    form: `${endOfDay}, or an instant (2026-11-22T09:00:00Z)`,
    fallback: 'now',
  },
  atPosition: { means: 'the recorded clock, exactly', form: 'the number of the last event that counts' },
  timing: { means: 'certain leaves out what the dates make merely possible', fallback: 'any' },
} as const satisfies Readonly<Record<string, ParameterText>>;

/** The parameters of a comparison beside the clocks that do not move. */
export const comparisonParameters = {
  clock: { means: 'which clock moves', fallback: 'occurred' },
  from: { means: 'where it moves from', form: `${endOfDay}; on clock=recorded also an instant, or position:12` },
  to: { means: 'where it moves to', form: 'as from', fallback: 'where the clock stands when it is not set' },
} as const satisfies Readonly<Record<string, ParameterText>>;
