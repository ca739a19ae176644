import { nearest } from '../../domain/nearest.ts';
import type { ClockProblem, ClockTexts, Resolved, ResolvedCut } from '../clocks.ts';

/** The clocks by which two views may differ. */
export const movingClocks = ['occurred', 'reported', 'recorded'] as const;
export type MovingClock = (typeof movingClocks)[number];

/** What a comparison is asked as: which clock moves, from where to where, and how the others stand on both sides. */
export type ComparisonTexts = ClockTexts & {
  readonly clock?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** A parameter of a comparison that cannot be used: which one, why, and what to write instead. */
export type ComparisonProblem = Omit<ClockProblem, 'parameter'> & { readonly parameter: keyof ComparisonTexts };

/** Two cuts of which one clock lies apart; the others are those of the same question on either side. */
export type Comparison = { readonly clock: MovingClock; readonly from: ResolvedCut; readonly to: ResolvedCut };

/** The two cuts of a comparison, or everything that is wrong with how it was asked. */
export type ResolvedComparison =
  | { readonly comparison: Comparison; readonly problems: null }
  | { readonly comparison: null; readonly problems: readonly ComparisonProblem[] };

type Side = 'from' | 'to';

function problem(parameter: keyof ComparisonTexts, message: string, suggestion?: string): ComparisonProblem {
  return {
    kind: 'invalid-clock',
    parameter,
    message,
    suggestion,
  };
}

function clockOf(text: string): MovingClock | ComparisonProblem {
  const known = movingClocks.find((clock) => clock === text);
  if (known !== undefined) return known;
  const [near] = nearest(text.replace(/AsOf$/i, ''), movingClocks, { limit: 1 });
  const all =
    'occurred (what was true in the world), reported (what a reader could have known), recorded (what this ledger held)';
  return problem('clock', `clock is one of ${all}, not "${text.slice(0, 80)}"`, near);
}

const setsClock: Readonly<Record<MovingClock, readonly (keyof ClockTexts)[]>> = {
  occurred: ['occurredAsOf'],
  reported: ['reportedAsOf'],
  recorded: ['recordedAsOf', 'atPosition'],
};

const byPosition = /^position:(.*)$/i;

// An open end, as EDTF writes one: where the reported clock stands when it is not set.
export const noLimit = '..';

const missing = problem('from', 'from= is missing: say from where the clock moves, such as from=2018-01-01');

// What is wrong before any clock is read: what is missing, and a clock that is set beside the ends that move it.
function problemsOfForm(clock: MovingClock, texts: ComparisonTexts): readonly ComparisonProblem[] {
  const beside = setsClock[clock].filter((name) => texts[name] !== undefined);
  const positions = (['from', 'to'] as const).filter(
    (side) => clock !== 'recorded' && byPosition.test(texts[side] ?? ''),
  );
  return [
    ...(texts.from === undefined ? [missing] : []),
    ...beside.map((name) =>
      problem(name, `the ${clock} clock is the one that moves, and from and to set it: leave out ${name}`),
    ),
    ...positions.map((side) =>
      problem(side, `${texts[side]} is a position of this ledger, on clock=recorded; the ${clock} clock takes a date`),
    ),
  ];
}

// The clocks of one side, as one sets them who asks for that side alone.
function movedTo(clock: MovingClock, side: Side, end: string | undefined): ClockTexts {
  if (end === undefined) return {};
  if (clock === 'occurred') return { occurredAsOf: end };
  if (clock === 'reported') return side === 'to' && end === noLimit ? {} : { reportedAsOf: end };
  const [, position] = byPosition.exec(end) ?? [];
  return position === undefined ? { recordedAsOf: end } : { atPosition: position };
}

// Whoever cites a comparison names the day of the world on both sides: `2017-01-20,2018-02-08`.
function dayOn(side: Side, { occurredAsOf }: ClockTexts): ClockTexts {
  const [first, second, ...more] = occurredAsOf?.split(',') ?? [];
  if (first === undefined || second === undefined || more.length > 0) return {};
  return { occurredAsOf: side === 'from' ? first : second };
}

// A problem of the clock that moves is one of the end that was written.
function ofSide(clock: MovingClock, side: Side, { parameter, message, ...rest }: ClockProblem): ComparisonProblem {
  return setsClock[clock].includes(parameter)
    ? { ...rest, parameter: side, message: message.replace(`${parameter}=`, `${side}=`) }
    : { ...rest, parameter, message };
}

const endOfTime = '9999-12-31';

function isAfter(clock: MovingClock, a: ResolvedCut, b: ResolvedCut): boolean {
  if (clock === 'recorded') return a.position > b.position;
  if (clock === 'occurred') return a.occurredAsOf > b.occurredAsOf;
  return (a.reportedAsOf ?? endOfTime) > (b.reportedAsOf ?? endOfTime);
}

function reversed(
  clock: MovingClock,
  { from, to }: ComparisonTexts,
  { occurredAsOf, position }: ResolvedCut,
): ComparisonProblem {
  if (to !== undefined) return problem('from', `from=${from} is after to=${to}: swap them`, to);
  const stands = clock === 'recorded' ? `position ${position}` : occurredAsOf;
  return problem('from', `from=${from} is after ${stands}, where the clock stands without a to: give a later to`);
}

function distinct(problems: readonly ComparisonProblem[]): readonly ComparisonProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify([one.parameter, one.message]), one])).values()];
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
