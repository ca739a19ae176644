import type { SubjectRegistry } from '../articles/registry.ts';
import { numberRanges } from '../articles/values.ts';
import { type Day, daysBetween, endOfPeriod, parsePeriod } from '../domain/vocabulary/dates.ts';
import { factParts } from '../domain/vocabulary/fact-parts.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem } from '../domain/vocabulary/problem.ts';
import { toSpokenDay } from '../domain/vocabulary/spoken-periods.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { noticeOf } from '../projections/answer.ts';
import type { DiffItem } from '../projections/diff-parts.ts';
import type { Happening } from '../projections/happenings.ts';
import { type ClockProblem, type ClockTexts, type MovingClock, movingClocks } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { namesFor } from '../projections/partnership-view.ts';
import { type Replay, type ReplayStep, replaySteps } from '../projections/replay.ts';
import {
  type Command,
  choosePartnership,
  clockOptions,
  clocksOf,
  comparisonOptions,
  fail,
  flagOf,
  noticeText,
  type ParsedArguments,
  parameterProblem,
  warnOfClock,
} from './command.ts';
import type { Context, ExitCode, OpenLedger, Output } from './context.ts';
import { type DiffLine, diffLine, drawDiffLine, mergeDiffLines } from './diff-lines.ts';
import { type Pace, type PlayedStep, play, readPace } from './play.ts';
import { counted, plainText, wrap } from './print.ts';
import { registeredSubjects, withOption } from './registered-subjects.ts';
import { inSpans } from './words.ts';

/**
 * Plays the history of a partnership: step by step on a terminal, at once elsewhere. Creates no ledger if there is
 * none.
 */
export async function replay(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const { pace, problems: paceProblems } = readPace(given, context);
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, given, context);
    const { request, problems } = await readRequest(given, ledger?.views ?? null, subjects, context.today());
    if (problems.length + paceProblems.length > 0) return fail([...problems, ...paceProblems], 'replay', context);
    if (ledger === null || request === null) {
      context.messages.write(`Nothing is recorded in ${folders.dataDir} yet, so there is nothing to replay.\n`);
      return 1;
    }
    await warnOfClock(ledger, context);
    return await playRequest(request, pace, ledger, context, subjects.name);
  } finally {
    await ledger?.close();
  }
}

// Reads what `replay` is asked for; null if the ledger holds nothing. Without a ledger it finds only problems that need
// none.
async function readRequest(
  given: ParsedArguments,
  views: LedgerViews | null,
  subjects: SubjectRegistry,
  today: Day,
): Promise<{ readonly request: ReplayRequest | null; readonly problems: readonly string[] }> {
  const [positional, ...surplus] = given.positionals;
  const [clock, from] = [readClock(given), readFrom(given, today)];
  const [to, option] = [readOnce(given, 'to'), readOnce(given, 'partnership')];
  const held = clocksOf(given, today, [...comparisonOptions, ...clockOptions]);
  const { from: _from, to: end, ...heldClocks } = held.clocks;
  const opposed = movedBy[clock.value].filter((name) => heldClocks[name] !== undefined);
  const argumentProblems = [
    ...given.problems,
    ...(given.problems.length === 0 && surplus.length > 0
      ? [`unexpected argument "${plainText(surplus.join(' '))}": replay takes one partnership`]
      : []),
    ...(positional !== undefined && option.value !== undefined && positional !== option.value
      ? [`${plainText(positional)} or ${plainText(option.value)}? One partnership at a time`]
      : []),
    ...[clock, from, to, option, held].flatMap(({ problems }) => problems),
    ...opposed.map((name) => `the ${clock.value} clock is played, from --from to --to: leave out ${flagOf(name)}`),
  ];
  const recorded = views?.catalogue.partnerships((await views.head()).position) ?? [];
  if (views === null || recorded.length === 0) return { request: null, problems: argumentProblems };

  const choice = choosePartnership(option.value ?? positional, recorded, subjects);
  const isDoubtful = positional !== undefined && given.doubtful.includes(positional);
  const others = Object.entries(heldClocks).filter(([name]) => !opposed.includes(name as keyof ClockTexts));
  const { cut, problems: clockProblems } = await views.resolve({
    ...Object.fromEntries(others),
    ...endClocks(clock.value, end, today),
  });
  const lastDay =
    clock.value === 'reported' ? cut?.reportedAsOf : clock.value === 'occurred' ? cut?.occurredAsOf : null;
  const problems = [
    ...argumentProblems,
    ...(choice.problem === null || isDoubtful ? [] : [choice.problem]),
    ...(clockProblems ?? []).map((problem) => clockProblemText(clock.value, problem)),
    ...(lastDay != null && from.value !== null && from.value > lastDay ? ['--from is after --to: swap them'] : []),
  ];
  if (problems.length > 0 || cut === null || choice.id === null) return { request: null, problems };
  const follows = clock.value !== 'occurred' && heldClocks.occurredAsOf === undefined;
  return { request: { partnership: choice.id, clock: clock.value, from: from.value, to: cut, follows }, problems };
}

type ReplayRequest = Replay & { readonly partnership: string };

function readClock(given: ParsedArguments): Reading<MovingClock> {
  const { value = 'occurred', problems } = readOnce(given, 'clock');
  const clock = movingClocks.find((name) => name === value);
  if (clock !== undefined) return { value: clock, problems };
  const [near] = nearest(value.replace(/[-_]?as[-_]?of$/i, ''), movingClocks, { limit: 1 });
  const instead = near === undefined ? `there are ${movingClocks.join(', ')}` : `did you mean ${near}?`;
  return { value: 'occurred', problems: [...problems, `--clock ${plainText(value)} is no clock; ${instead}`] };
}

type Reading<T> = { readonly value: T; readonly problems: readonly string[] };

function readOnce({ options }: ParsedArguments, name: string): Reading<string | undefined> {
  const values = options.get(name) ?? [];
  const problems = values.length > 1 ? [`${flagOf(name)} is given ${values.length} times`] : [];
  return { value: values[0], problems };
}

// A replay starts with the first day of the period that is written; it ends with the last one, as every clock does.
function readFrom(given: ParsedArguments, today: Day): Reading<string | null> {
  const { value: text, problems } = readOnce(given, 'from');
  if (text === undefined) return { value: null, problems };
  const value = toSpokenDay(text, today, 'begins');
  const end = endOfPeriod(value);
  if (isProblem(end)) return { value: null, problems: [...problems, `--from ${plainText(end.message)}`] };
  const period = parsePeriod(value);
  return { value: isProblem(period) ? null : period.earliest, problems };
}

const movedBy: Readonly<Record<MovingClock, readonly (keyof ClockTexts)[]>> = {
  occurred: ['occurredAsOf'],
  reported: ['reportedAsOf'],
  recorded: ['recordedAsOf', 'atPosition'],
};

function endClocks(clock: MovingClock, to: string | undefined, today: string): ClockTexts {
  if (clock === 'reported') return { reportedAsOf: to ?? today };
  if (to === undefined) return {};
  return clock === 'occurred' ? { occurredAsOf: to } : { recordedAsOf: to };
}

function clockProblemText(clock: MovingClock, problem: ClockProblem): string {
  return movedBy[clock].includes(problem.parameter)
    ? `--to: ${plainText(problem.message.replace(`${problem.parameter}=`, ''))}`
    : parameterProblem(problem);
}

async function playRequest(
  request: ReplayRequest,
  pace: Pace,
  { views }: OpenLedger,
  context: Context,
  names: SubjectNames,
): Promise<ExitCode> {
  const { out } = context;
  const { partnership } = request;
  const ownNames = namesFor(await views.partnership(partnership, request.to), names);
  const title = titleOf(request, partnership, ownNames('partnership', partnership));
  out.write(`${out.paint('bold', plainText(title))}\n\n`);
  const steps = replaySteps(request, (cut) => views.partnership(partnership, cut), names);
  return await play(
    drawSteps(steps, out, () => whyNothing(views, request, out.width)),
    pace,
    context,
  );
}

function titleOf({ clock, from, to }: Replay, partnership: string, name: string | null): string {
  const end = clock === 'recorded' ? `#${to.position}` : clock === 'occurred' ? to.occurredAsOf : to.reportedAsOf;
  const begin = from === null ? '' : ` from ${from}`;
  return `Replay of ${name ?? partnership} (${partnership})${begin} to ${end}: ${questions[clock]}`;
}

const questions: Readonly<Record<MovingClock, string>> = {
  occurred: 'what was true in the world',
  reported: 'what a reader could know',
  recorded: 'what this ledger held',
};

// An empty replay could be misread: as if nothing was ever recorded, say.
async function whyNothing(views: LedgerViews, { partnership, to }: ReplayRequest, width: number): Promise<string> {
  const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
  const notice = noticeOf({ view: await views.partnership(partnership, to), names: () => null, firstRecordedAt });
  return wrap(notice === undefined ? 'Nothing changes between these dates.' : noticeText(notice), width).join('\n');
}

async function* drawSteps(
  steps: AsyncIterable<ReplayStep>,
  canvas: Canvas,
  whyEmpty: () => Promise<string>,
): AsyncGenerator<PlayedStep> {
  let number = 0;
  let before: string | null = null;
  for await (const step of steps) {
    number += 1;
    const days = before === null ? 0 : daysBetween(before, step.day);
    before = step.day;
    const text = replayStepText(step, number, canvas);
    const whole = replayStepText(step, number, { ...canvas, isTerminal: false });
    yield { text, whole: whole === text ? null : whole, days };
  }
  if (number === 0) yield { text: `${await whyEmpty()}\n`, whole: null, days: 0 };
}

// A step: where the clock stands, what happens there, and what that changes in each read model.
function replayStepText(step: ReplayStep, number: number, canvas: Canvas): string {
  const { day, position, recordedAt, happenings, changes } = step;
  const place = position === null ? day : `#${position} · recorded ${recordedAt?.slice(0, 19).replace('T', ' ') ?? ''}`;
  const sections = [
    ...section('Timeline', changes.timeline, canvas),
    ...section('Obligations per Games', changes.obligations, canvas),
    ...section('Marketing rollout', changes.rollout, canvas),
  ];
  return [
    canvas.paint('bold', `[${number}] ${place}`),
    ...limitLines(happeningTexts(happenings), (text) => indent(text, canvas), canvas),
    ...(sections.length === 0 ? [canvas.paint('dim', '  Nothing that is shown changes.')] : sections),
    '',
    '',
  ].join('\n');
}

type Canvas = Pick<Output, 'width' | 'paint' | 'isTerminal'>;

function section(title: string, items: readonly DiffItem[], canvas: Canvas): readonly string[] {
  const lines = mergeDiffLines(items.flatMap((item) => diffLine(item) ?? []));
  if (lines.length === 0) return [];
  const inner = { ...canvas, width: canvas.width - 2 };
  const draw = (line: DiffLine) => drawDiffLine(line, inner).replaceAll(/^/gm, '  ');
  return [canvas.paint('bold', `  ${title}`), ...limitLines(lines, draw, canvas)];
}

// On a terminal only the first of many lines, and how many more there are.
function limitLines<T>(lines: readonly T[], draw: (line: T) => string, { isTerminal, paint }: Canvas): string[] {
  const left = lines.length - mostLinesWatched;
  if (!isTerminal || left <= 1) return lines.map(draw);
  return [
    ...lines.slice(0, mostLinesWatched).map(draw),
    paint('dim', `    … and ${counted(left, 'more line')}: with --step, m shows them`),
  ];
}

// So many lines of one kind tell someone who watches what a step is about; a first ingest has hundreds.
const mostLinesWatched = 12;

// A line for what differs only in its Games or its market; dates as printed.
function happeningTexts(happenings: readonly Happening[]): readonly string[] {
  const groups = Map.groupBy(happenings, ({ what, date, type, fact, summary, source, paragraphs }) =>
    JSON.stringify([what, date, type, fact && nameFact(fact).subject, summary, source, paragraphs]),
  );
  return [...groups.values()].map((group) => {
    const { what, date, type, fact, summary, source, paragraphs } = group[0] as Happening;
    const name = fact === null ? type : namesText(type, group);
    const says = summary === null ? name : `${name}: ${summary}`;
    const place = paragraphs.length === 0 ? source : `${source} ¶ ${numberRanges(paragraphs)}`;
    return `${what}${date === null ? '' : ` ${date}`} · ${says} (${place})`;
  });
}

// The subject of a fact, and its Games or its market.
function nameFact(fact: string): { readonly subject: string; readonly instance: string | null } {
  const { kind, subject, edition } = factParts(fact);
  if (kind === 'partnership') return { subject: subject.split('.').slice(2).join('.'), instance: edition };
  if (kind !== 'market') return { subject, instance: edition };
  const dot = subject.lastIndexOf('.');
  return { subject: subject.slice(0, dot), instance: subject.slice(dot + 1).toUpperCase() };
}

// The type and the subject that all of them share, with their Games in spans.
function namesText(type: string, group: readonly Happening[]): string {
  const names = group.flatMap(({ fact }) => (fact === null ? [] : nameFact(fact)));
  const instances = new Set(names.flatMap(({ instance }) => instance ?? []));
  return [type, names[0]?.subject ?? '', ...inSpans([...instances])].filter(Boolean).join(' ');
}

function indent(text: string, { width }: Canvas): string {
  const [first = '', ...rest] = wrap(plainText(text), Math.max(width - 4, 20));
  return [`  ${first}`, ...rest.map((line) => `    ${line}`)].join('\n');
}

/** `replay`: plays a history step by step. */
export const replayCommand: Command = {
  name: 'replay',
  usage: 'replay [partnership]',
  says: 'play the history step by step, to a date',
  explains: `Every step is a moment at which something changes on the clock that is played: what comes about, from which article,
and how timeline, obligations and rollout change by it.

  occurred  what was true in the world: facts happen, fall due, become overdue; Games open and close (the default)
  reported  what a reader could know: articles are published, possibly from one day on and certainly from another
  recorded  what this ledger held: one step for each article or decision that was recorded

The other clocks stand where they are set. The world's clock goes with the reported or the recorded one unless it is
set. On a terminal steps follow each other, one a second, or wait for a key: space or enter goes on, b goes back, g to
the first step, m shows all lines of a long step, q quits. Written to a file or a pipe all steps come at once, and whole.`,
  options: [
    { name: 'to', value: '<date>', says: 'where it ends: a year, a month or a day means its end (default: today)' },
    { name: 'from', value: '<date>', says: 'where it begins: the first day of it (default: with the first change)' },
    {
      name: 'clock',
      value: '<name>',
      says: 'occurred, reported or recorded; of the last, dates are those of recording',
    },
    { name: 'speed', value: '<n>', says: 'so many steps a second; 30d: so many days of the history (default: 1)' },
    { name: 'step', value: null, says: 'wait for a key after every step' },
    { name: 'partnership', value: '<id>', says: 'which one; it can be left out where only one is recorded' },
    ...clockOptions,
    withOption,
  ],
  run: replay,
};
