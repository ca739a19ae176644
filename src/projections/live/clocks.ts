import type { Cut } from '../../domain/facts/evidence.ts';
import type { TimingChoice } from '../../domain/facts/facts-at.ts';
import { type Day, endOfPeriod, lastDay, uncertainDate } from '../../domain/vocabulary/dates.ts';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { isProblem } from '../../domain/vocabulary/problem.ts';

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
  const atLeast = texts.atLeast === undefined ? null : parsePosition('atLeast', texts.atLeast);
  if (
    isClockProblem(occurred) ||
    isClockProblem(reported) ||
    isClockProblem(recorded) ||
    isClockProblem(timing) ||
    isClockProblem(atLeast)
  ) {
    return { cut: null, problems: [occurred, reported, recorded, timing, atLeast].filter(isClockProblem) };
  }
  const [earliest = present.now.slice(0, 10)] = [reported, recorded.day].filter((day) => day !== null).toSorted();
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
type Present = {
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
export type ClockProblem<Parameter = keyof ClockTexts> = {
  readonly kind: 'invalid-clock' | 'future-clock' | 'unknown-position';
  readonly parameter: Parameter;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

function dayOf(parameter: 'occurredAsOf' | 'reportedAsOf', text: string | undefined): Day | null | ClockProblem {
  if (text === undefined) return null;
  const day = endOfPeriod(text);
  return isProblem(day) ? clockProblem(parameter, day.message, day.suggestion) : day;
}

function clockProblem<Parameter>(
  parameter: Parameter,
  message: string,
  suggestion?: string,
  kind: ClockProblem['kind'] = 'invalid-clock',
): ClockProblem<Parameter> {
  return { kind, parameter, message, suggestion };
}

async function recordedClock(texts: ClockTexts, present: Present): Promise<RecordedClock | ClockProblem> {
  const { atPosition, recordedAsOf } = texts;
  if (atPosition !== undefined && recordedAsOf !== undefined) {
    return clockProblem('atPosition', 'atPosition and recordedAsOf set the same clock: give one of them');
  }
  if (atPosition !== undefined) return await clockAtPosition(atPosition, present);
  if (recordedAsOf !== undefined) return await clockAtInstant(recordedAsOf, present);
  return { position: present.head.position, day: null };
}

type RecordedClock = { readonly position: number; readonly day: Day | null };

async function clockAtPosition(text: string, { head, recordedAtOf }: Present): Promise<RecordedClock | ClockProblem> {
  const position = parsePosition('atPosition', text);
  if (isClockProblem(position)) return position;
  if (position > head.position) {
    const message = `the ledger ends at position ${head.position}; there is no position ${text} yet`;
    return clockProblem('atPosition', message, String(head.position), 'unknown-position');
  }
  return { position, day: (await recordedAtOf(position))?.slice(0, 10) ?? null };
}

function parsePosition(parameter: 'atPosition' | 'atLeast', text: string): number | ClockProblem {
  return positionOf(text) ?? clockProblem(parameter, `"${text}" is no position: write a whole number from 0 on`);
}

/** The position that a text names, or null. */
export function positionOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

async function clockAtInstant(text: string, { now, head, positionAt }: Present): Promise<RecordedClock | ClockProblem> {
  const instant = instantAt(text, 'ends');
  if (typeof instant !== 'string') return clockProblem('recordedAsOf', instant.message, instant.suggestion);
  const latest = head.recordedAt !== null && head.recordedAt > now ? head.recordedAt : now;
  const [day, today] = [instant.slice(0, 10), latest.slice(0, 10)];
  const isDate = !text.includes('T');
  // A date that is not over yet means "so far".
  if (isDate ? day > today : instant > latest) {
    const lies = isDate && text < today ? `means its end, ${day}, which lies in the future` : 'lies in the future';
    const message = `recordedAsOf=${text} ${lies}: the ledger cannot know what it will hold; the latest is ${today}`;
    return clockProblem('recordedAsOf', message, today, 'future-clock');
  }
  return { position: await positionAt(instant), day };
}

/**
 * The instant that a text names, UTC and in whole milliseconds, as recordedAt is. A year, a month or a day means its
 * first millisecond where a period begins, its last one where it ends.
 */
export function instantAt(text: string, end: 'begins' | 'ends'): string | InstantProblem {
  if (text.includes('T')) return parseInstant(text, rounding[end]);
  const last = endOfPeriod(text, end === 'ends' ? 'end' : 'beginning');
  if (isProblem(last)) return last;
  return end === 'ends' ? `${last}T23:59:59.999Z` : `${uncertainDate(text).earliest}T00:00:00.000Z`;
}

type InstantProblem = { readonly message: string; readonly suggestion?: string | undefined };

// A text between two milliseconds means the first one not before it, or the last one not after it.
const rounding = { begins: 'ceil', ends: 'floor' } as const;

function parseInstant(text: string, roundingMode: 'ceil' | 'floor'): string | InstantProblem {
  try {
    const instant = Temporal.Instant.from(text).round({ smallestUnit: 'millisecond', roundingMode });
    const written = instant.toString({ fractionalSecondDigits: 3 });
    // Instants are compared as texts, which does not work for years of more than four digits.
    return /^\d{4}-/.test(written) ? written : noInstant(text);
  } catch {
    return noInstant(text);
  }
}

function noInstant(text: string): InstantProblem {
  // In an address a plus sign stands for a space.
  const [, local, offset] = /^(\d.*T.*\d) (\d\d(?::?\d\d)?)$/.exec(text) ?? [];
  const example = '2026-11-22T09:00:00Z';
  const hint =
    local === undefined
      ? `write it as ${example}`
      : `in an address the plus sign of ${local}+${offset} is written %2B; or give it in UTC, as ${example}`;
  return { message: `"${text.slice(0, 80)}" is no instant: ${hint}` };
}

function timingOf(text: string | undefined): TimingChoice | ClockProblem {
  if (text === undefined || text === 'any' || text === 'certain') return text ?? 'any';
  return clockProblem('timing', `timing is "any" or "certain", not "${text}"`);
}

function isClockProblem(value: unknown): value is ClockProblem {
  return typeof value === 'object' && value !== null && 'parameter' in value;
}

/**
 * Resolves a comparison to its two cuts. Each side is the cut of a question that sets the moving clock alone and leaves
 * the others as given: an omitted `occurredAsOf` is resolved on each side by itself, so that "what was known on 20
 * January 2017, and what today" shows the world of each day. `resolve` resolves the clocks of one side.
 */
export async function resolveComparison(
  texts: ComparisonTexts,
  resolve: (clocks: ClockTexts) => Promise<Resolved>,
): Promise<ResolvedComparison> {
  const { clock: name = 'occurred', from: start, to: end, ...others } = texts;
  const clock = movingClockOf(name);
  if (typeof clock !== 'string') {
    const { problems } = await resolve(others);
    return { comparison: null, problems: [clock, ...(start === undefined ? [noStart] : []), ...(problems ?? [])] };
  }
  const ofForm = problemsOfForm(clock, texts);
  const refused = new Set(ofForm.map(({ parameter }) => parameter));
  const fixed = Object.fromEntries(
    Object.entries(others).filter(([parameter]) => !setters[clock].some((setter) => setter === parameter)),
  );
  const resolveSide = async (side: Side, text: string | undefined) =>
    await resolve({ ...fixed, ...dayOn(side, fixed), ...(refused.has(side) ? {} : movedTo(clock, side, text)) });
  const [from, to] = [await resolveSide('from', start), await resolveSide('to', end)];
  const problems = distinct([
    ...ofForm,
    ...(from.problems ?? []).map((problem) => toSideProblem(problem, clock, 'from')),
    ...(to.problems ?? []).map((problem) => toSideProblem(problem, clock, 'to')),
  ]);
  if (problems.length > 0 || from.cut === null || to.cut === null) return { comparison: null, problems };
  if (isAfter(clock, from.cut, to.cut)) return { comparison: null, problems: [reversedEnds(clock, texts, to.cut)] };
  return { comparison: { clock, from: from.cut, to: to.cut }, problems: null };
}

/** A comparison as a user writes it: which clock moves, from where to where, and the other clocks on both sides. */
export type ComparisonTexts = ClockTexts & {
  readonly clock?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** The two cuts of a comparison, or everything that is wrong with its parameters. */
type ResolvedComparison =
  | { readonly comparison: Comparison; readonly problems: null }
  | { readonly comparison: null; readonly problems: readonly ComparisonProblem[] };

/** Two cuts that differ in one clock; the others are those of the same question on either side. */
export type Comparison = { readonly clock: MovingClock; readonly from: ResolvedCut; readonly to: ResolvedCut };

export type MovingClock = (typeof movingClocks)[number];

/** The clocks by which two views may differ. */
export const movingClocks = ['occurred', 'reported', 'recorded'] as const;

/** A parameter of a comparison that cannot be used: which one, why, and what to write instead. */
export type ComparisonProblem = ClockProblem<keyof ComparisonTexts>;

function movingClockOf(text: string): MovingClock | ComparisonProblem {
  const clock = movingClocks.find((moving) => moving === text);
  if (clock !== undefined) return clock;
  const [near] = nearest(text.replace(/AsOf$/i, ''), movingClocks, { limit: 1 });
  const all =
    'occurred (what was true in the world), reported (what a reader could have known), recorded (what this ledger held)';
  return clockProblem('clock', `clock is one of ${all}, not "${text.slice(0, 80)}"`, near);
}

const noStart: ComparisonProblem = clockProblem(
  'from',
  'from is missing: say where the clock moves from, such as from=2018-01-01',
);

// What is wrong before any clock is read: a missing start, and a clock that is set beside the ends that move it.
function problemsOfForm(clock: MovingClock, texts: ComparisonTexts): readonly ComparisonProblem[] {
  const alsoSet = setters[clock].filter((name) => texts[name] !== undefined);
  const positions = (['from', 'to'] as const).filter(
    (side) => clock !== 'recorded' && writtenPosition.test(texts[side] ?? ''),
  );
  return [
    ...(texts.from === undefined ? [noStart] : []),
    ...alsoSet.map((name) =>
      clockProblem(name, `the ${clock} clock is the one that moves, and from and to set it: leave out ${name}`),
    ),
    ...positions.map((side) =>
      clockProblem(
        side,
        `${texts[side]} is a position of this ledger, on clock=recorded; the ${clock} clock takes a date`,
      ),
    ),
  ];
}

const setters: Readonly<Record<MovingClock, readonly (keyof ClockTexts)[]>> = {
  occurred: ['occurredAsOf'],
  reported: ['reportedAsOf'],
  recorded: ['recordedAsOf', 'atPosition'],
};

const writtenPosition = /^position:(.*)$/i;

type Side = 'from' | 'to';

// A citation of a comparison names the day of the world on both sides: `2017-01-20,2018-02-08`.
function dayOn(side: Side, { occurredAsOf }: ClockTexts): ClockTexts {
  const [first, second, ...more] = occurredAsOf?.split(',') ?? [];
  if (first === undefined || second === undefined || more.length > 0) return {};
  return { occurredAsOf: side === 'from' ? first : second };
}

// The moving clock of one side, as a question on that side alone sets it.
function movedTo(clock: MovingClock, side: Side, end: string | undefined): ClockTexts {
  if (end === undefined) return {};
  if (clock === 'occurred') return { occurredAsOf: end };
  if (clock === 'reported') return side === 'to' && end === noLimit ? {} : { reportedAsOf: end };
  const [, position] = writtenPosition.exec(end) ?? [];
  return position === undefined ? { recordedAsOf: end } : { atPosition: position };
}

/** An open end, as EDTF writes one: where the reported clock stands if it is not set. */
export const noLimit = '..';

function distinct(problems: readonly ComparisonProblem[]): readonly ComparisonProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify([one.parameter, one.message]), one])).values()];
}

// A problem of the moving clock is a problem of the end that the user wrote.
function toSideProblem(
  { parameter, message, ...rest }: ClockProblem,
  clock: MovingClock,
  side: Side,
): ComparisonProblem {
  return setters[clock].includes(parameter)
    ? { ...rest, parameter: side, message: message.replace(`${parameter}=`, `${side}=`) }
    : { ...rest, parameter, message };
}

function isAfter(clock: MovingClock, a: ResolvedCut, b: ResolvedCut): boolean {
  if (clock === 'recorded') return a.position > b.position;
  if (clock === 'occurred') return a.occurredAsOf > b.occurredAsOf;
  return (a.reportedAsOf ?? lastDay) > (b.reportedAsOf ?? lastDay);
}

function reversedEnds(clock: MovingClock, { from, to }: ComparisonTexts, end: ResolvedCut): ComparisonProblem {
  if (to !== undefined) return clockProblem('from', `from=${from} is after to=${to}: swap them`, to);
  const stands = clock === 'recorded' ? `position ${end.position}` : end.occurredAsOf;
  return clockProblem('from', `from=${from} is after ${stands}, where the clock stands without a to: give a later to`);
}

/**
 * What is odd between the present and the last event, or null: the last event was recorded later than now, or so long ago
 * that the clock may be ahead. The text names no present instant, so that it stays the same while nothing changes.
 */
export function clockDoubt({ now, head: { recordedAt } }: Pick<Present, 'now' | 'head'>): ClockDoubt | null {
  if (recordedAt === null) return null;
  const aheadMs = Date.parse(recordedAt) - Date.parse(now);
  if (aheadMs > clockToleranceMs) {
    const text =
      `The last event of this ledger was recorded at ${recordedAt}, which by this clock is still to come: the clock is ` +
      'behind, or one that recorded was ahead. recordedAsOf leaves such events out until then, and what is recorded ' +
      'from now on carries that time too.';
    return { reason: 'recorded-in-future', text };
  }
  if (-aheadMs <= longUnrecordedMs) return null;
  const text =
    `Nothing was recorded here since ${recordedAt}, more than a year ago by this clock. If the clock is ahead, what falls ` +
    'due or silent today is wrong, and what is recorded now will stand in the future for good.';
  return { reason: 'long-unrecorded', text };
}

export type ClockDoubt = { readonly reason: 'recorded-in-future' | 'long-unrecorded'; readonly text: string };

// Clocks of servers that share a log differ by seconds.
const clockToleranceMs = 5 * 60_000;

const longUnrecordedMs = 366 * 86_400_000;

/** What the API document and the help of commands say about a parameter. */
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
