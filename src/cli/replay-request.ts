import type { SubjectRegistry } from '../articles/subjects.ts';
import { nearest } from '../domain/nearest.ts';
import { endOfPeriod, isDateProblem, parsePeriod } from '../domain/uncertain-date.ts';
import type { ClockProblem, ClockTexts } from '../projections/clocks.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';
import { choosePartnership } from './choose-partnership.ts';
import { clocksOf } from './clock-options.ts';
import { flagOf } from './option.ts';
import { parameterProblem } from './parameter-problem.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';
import type { Replay, ReplayClock } from './replay-steps.ts';

/** A replay that was asked for, or everything that is wrong with it; neither where nothing is recorded. */
export type ReadReplay = {
  readonly replay: Replay | null;
  readonly partnership: string | null;
  readonly problems: readonly string[];
};

const clocks = ['occurred', 'reported', 'recorded'] as const;

const movedBy: Readonly<Record<ReplayClock, readonly (keyof ClockTexts)[]>> = {
  occurred: ['occurredAsOf'],
  reported: ['reportedAsOf'],
  recorded: ['recordedAsOf', 'atPosition'],
};

type Read<T> = { readonly value: T; readonly problems: readonly string[] };

function once({ options }: ParsedArguments, name: string): Read<string | undefined> {
  const values = options.get(name) ?? [];
  const problems = values.length > 1 ? [`${flagOf(name)} is given ${values.length} times`] : [];
  return { value: values[0], problems };
}

function readClock(given: ParsedArguments): Read<ReplayClock> {
  const { value = 'occurred', problems } = once(given, 'clock');
  const known = clocks.find((clock) => clock === value);
  if (known !== undefined) return { value: known, problems };
  const [near] = nearest(value.replace(/[-_]?as[-_]?of$/i, ''), clocks, { limit: 1 });
  const instead = near === undefined ? `there are ${clocks.join(', ')}` : `did you mean ${near}?`;
  return { value: 'occurred', problems: [...problems, `--clock ${plainText(value)} is no clock; ${instead}`] };
}

// A replay begins with the first day of what is written, and ends with the last one, as every clock.
function readFrom(given: ParsedArguments): Read<string | null> {
  const { value, problems } = once(given, 'from');
  if (value === undefined) return { value: null, problems };
  const end = endOfPeriod(value);
  if (isDateProblem(end)) return { value: null, problems: [...problems, `--from ${plainText(end.message)}`] };
  const period = parsePeriod(value);
  return { value: isDateProblem(period) ? null : period.earliest, problems };
}

function toClocks(clock: ReplayClock, to: string | undefined, today: string): ClockTexts {
  if (clock === 'occurred') return to === undefined ? {} : { occurredAsOf: to };
  if (clock === 'reported') return { reportedAsOf: to ?? today };
  return to === undefined ? {} : { recordedAsOf: to };
}

function inWords(clock: ReplayClock, problem: ClockProblem): string {
  return movedBy[clock].includes(problem.parameter)
    ? `--to: ${plainText(problem.message.replace(`${problem.parameter}=`, ''))}`
    : parameterProblem(problem);
}

/** Reads what `replay` is asked for. Without a ledger only what is wrong in itself can be told. */
export async function readReplay(
  given: ParsedArguments,
  views: LedgerViews | null,
  subjects: SubjectRegistry,
): Promise<ReadReplay> {
  const [named, ...surplus] = given.positionals;
  const clock = readClock(given);
  const [from, to, partnership] = [readFrom(given), once(given, 'to'), once(given, 'partnership')];
  const held = clocksOf(given);
  const beside = movedBy[clock.value].filter((name) => held.clocks[name] !== undefined);
  const unread = [
    ...given.problems,
    ...(given.problems.length === 0 && surplus.length > 0
      ? [`one partnership at a time; "${plainText(surplus.join(' '))}" is too much`]
      : []),
    ...(named !== undefined && partnership.value !== undefined && named !== partnership.value
      ? [`${plainText(named)} or ${plainText(partnership.value)}? One partnership at a time`]
      : []),
    ...[clock, from, to, partnership, held].flatMap(({ problems }) => problems),
    ...beside.map((name) => `the ${clock.value} clock is played, from --from to --to: leave out ${flagOf(name)}`),
  ];
  if (views === null) return { replay: null, partnership: null, problems: unread };

  const { position } = await views.head();
  const recorded = views.catalogue.partnerships(position);
  if (recorded.length === 0) return { replay: null, partnership: null, problems: unread };
  const choice = choosePartnership(partnership.value ?? named, recorded, subjects);
  const today = (await views.resolve({})).cut?.occurredAsOf ?? '';
  const others = Object.fromEntries(
    Object.entries(held.clocks).filter(([name]) => !beside.includes(name as keyof ClockTexts)),
  );
  const { cut, problems: clockProblems } = await views.resolve({
    ...others,
    ...toClocks(clock.value, to.value, today),
  });
  const last = clock.value === 'reported' ? cut?.reportedAsOf : clock.value === 'occurred' ? cut?.occurredAsOf : null;
  const isReversed = last != null && from.value !== null && from.value > last;
  const problems = [
    ...unread,
    ...(choice.problem === null || (named !== undefined && given.doubtful.includes(named)) ? [] : [choice.problem]),
    ...(clockProblems ?? []).map((problem) => inWords(clock.value, problem)),
    ...(isReversed ? ['--from is after --to: swap them'] : []),
  ];
  if (problems.length > 0 || cut === null) return { replay: null, partnership: null, problems };
  const follows = clock.value !== 'occurred' && held.clocks.occurredAsOf === undefined;
  return { replay: { clock: clock.value, from: from.value, to: cut, follows }, partnership: choice.id, problems };
}
