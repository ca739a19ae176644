import type { SubjectRegistry } from '../articles/register.ts';
import { daysBetween, endOfPeriod, parsePeriod } from '../domain/vocabulary/dates.ts';
import { factParts } from '../domain/vocabulary/fact-key.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem } from '../domain/vocabulary/problem.ts';
import { noticeOf } from '../projections/answer.ts';
import type { DiffItem } from '../projections/diff-parts.ts';
import type { ClockProblem, ClockTexts } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { type Happening, type Replay, type ReplayClock, type ReplayStep, replaySteps } from '../projections/replay.ts';
import {
  type Command,
  choosePartnership,
  clockOptions,
  clocksOf,
  fail,
  flagOf,
  noticeText,
  type ParsedArguments,
  parameterProblem,
  registeredSubjects,
} from './command.ts';
import type { Context, ExitCode, OpenLedger, Output } from './context.ts';
import { type DiffLine, diffLine, drawDiffLine, mergeDiffLines } from './diff-lines.ts';
import { type Pace, type PlayedStep, play } from './play.ts';
import { counted, plainText, wrap } from './print.ts';
import { inSpans, numberRanges } from './texts.ts';

/** Plays the history of a partnership: step by step on a terminal, at once elsewhere. Makes nothing where there is no ledger. */
export async function replay(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const { pace, problems: ofPace } = readPace(given, context);
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, context);
    const { replay: asked, partnership, problems } = await readReplay(given, ledger?.views ?? null, subjects);
    if (problems.length + ofPace.length > 0) return fail([...problems, ...ofPace], 'replay', context);
    if (ledger === null || asked === null || partnership === null) return nothingYet(context);
    return await playOn(ledger, { replay: asked, partnership, pace }, context, subjects.name);
  } finally {
    await ledger?.close();
  }
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
      ? [`unexpected argument "${plainText(surplus.join(' '))}": replay takes one partnership`]
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

/** A replay that was asked for, or everything that is wrong with it; neither where nothing is recorded. */
export type ReadReplay = {
  readonly replay: Replay | null;
  readonly partnership: string | null;
  readonly problems: readonly string[];
};

function readClock(given: ParsedArguments): Read<ReplayClock> {
  const { value = 'occurred', problems } = once(given, 'clock');
  const known = clocks.find((clock) => clock === value);
  if (known !== undefined) return { value: known, problems };
  const [near] = nearest(value.replace(/[-_]?as[-_]?of$/i, ''), clocks, { limit: 1 });
  const instead = near === undefined ? `there are ${clocks.join(', ')}` : `did you mean ${near}?`;
  return { value: 'occurred', problems: [...problems, `--clock ${plainText(value)} is no clock; ${instead}`] };
}

type Read<T> = { readonly value: T; readonly problems: readonly string[] };

function once({ options }: ParsedArguments, name: string): Read<string | undefined> {
  const values = options.get(name) ?? [];
  const problems = values.length > 1 ? [`${flagOf(name)} is given ${values.length} times`] : [];
  return { value: values[0], problems };
}

const clocks = ['occurred', 'reported', 'recorded'] as const;

// A replay begins with the first day of what is written, and ends with the last one, as every clock.
function readFrom(given: ParsedArguments): Read<string | null> {
  const { value, problems } = once(given, 'from');
  if (value === undefined) return { value: null, problems };
  const end = endOfPeriod(value);
  if (isProblem(end)) return { value: null, problems: [...problems, `--from ${plainText(end.message)}`] };
  const period = parsePeriod(value);
  return { value: isProblem(period) ? null : period.earliest, problems };
}

const movedBy: Readonly<Record<ReplayClock, readonly (keyof ClockTexts)[]>> = {
  occurred: ['occurredAsOf'],
  reported: ['reportedAsOf'],
  recorded: ['recordedAsOf', 'atPosition'],
};

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

function nothingYet({ messages, folders }: Context): ExitCode {
  messages.write(`Nothing is recorded in ${folders().dataDir} yet, so there is nothing to replay.\n`);
  return 1;
}

async function playOn(
  ledger: OpenLedger,
  { replay, partnership, pace: asked }: { replay: Replay; partnership: string; pace: PaceAsked },
  context: Context,
  names: Parameters<typeof replaySteps>[2],
): Promise<ExitCode> {
  const { out } = context;
  out.write(`${out.paint('bold', plainText(titleOf(replay, partnership, names('partnership', partnership))))}\n\n`);
  const steps = replaySteps(replay, (cut) => ledger.views.partnership(partnership, cut), names);
  const signal = context.listenForStop();
  const pace = paceOf(asked, context);
  try {
    const nothing = async (): Promise<string> => await whyNothing(ledger, partnership, replay, out.width);
    return await play(drawn(steps, { out, pace: asked, nothing }), { out, pace, signal });
  } finally {
    if (pace.by === 'key') pace.keyboard.close();
  }
}

function titleOf({ clock, from, to }: Replay, partnership: string, name: string | null): string {
  const end = clock === 'recorded' ? `#${to.position}` : clock === 'occurred' ? to.occurredAsOf : to.reportedAsOf;
  const begin = from === null ? '' : ` from ${from}`;
  return `Replay of ${name ?? partnership} (${partnership})${begin} to ${end}: ${questions[clock]}`;
}

const questions: Readonly<Record<Replay['clock'], string>> = {
  occurred: 'what was true in the world',
  reported: 'what a reader could know',
  recorded: 'what this ledger held',
};

function paceOf(asked: PaceAsked, { out, terminal }: Context): Pace {
  if (!out.isTerminal) return { by: 'nothing' };
  return asked.by === 'key' ? { by: 'key', keyboard: terminal.keyboard() } : { by: 'time', wait: terminal.wait };
}

// What a reader of nothing could misread: that nothing was ever recorded, say.
async function whyNothing({ views }: OpenLedger, partnership: string, { to }: Replay, width: number): Promise<string> {
  const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
  const notice = noticeOf({ view: await views.partnership(partnership, to), names: () => null, firstRecordedAt });
  return wrap(notice === undefined ? 'Nothing changes between these dates.' : noticeText(notice), width).join('\n');
}

async function* drawn(steps: AsyncIterable<ReplayStep>, { out, pace, nothing }: Drawing): AsyncGenerator<PlayedStep> {
  let number = 0;
  let before: string | null = null;
  for await (const step of steps) {
    number += 1;
    const days = before === null ? 0 : daysBetween(before, step.day);
    before = step.day;
    yield { text: replayStepText(step, number, out), pause: pauseBefore(pace, days) };
  }
  if (number === 0) yield { text: `${await nothing()}\n`, pause: 0 };
}

type Drawing = Pick<Context, 'out'> & { readonly pace: PaceAsked; readonly nothing: () => Promise<string> };

/** A step of a replay: where the clock stands, what comes about there, and what that changes in each read model. */
export function replayStepText(step: ReplayStep, number: number, canvas: Canvas): string {
  const { timeline, obligations, rollout } = step.changes;
  const { first, left } = limited(happeningLines(step.happenings), canvas);
  const sections = [
    ...section('Timeline', timeline, canvas),
    ...section('Obligations per Games', obligations, canvas),
    ...section('Marketing rollout', rollout, canvas),
  ];
  return [
    canvas.paint('bold', `[${number}] ${headOf(step)}`),
    ...first.map((text) => indented(text, 2, canvas)),
    ...leftText(left, canvas),
    ...(sections.length === 0 ? [canvas.paint('dim', '  Nothing that is shown changes.')] : sections),
    '',
    '',
  ].join('\n');
}

type Canvas = Pick<Output, 'width' | 'paint' | 'isTerminal'>;

// The first of many lines for who watches, and how many are left out.
function limited<T>(
  lines: readonly T[],
  { isTerminal }: Canvas,
): { readonly first: readonly T[]; readonly left: number } {
  const left = lines.length - mostWatched;
  return !isTerminal || left <= 1 ? { first: lines, left: 0 } : { first: lines.slice(0, mostWatched), left };
}

// So many lines of one kind tell a step to who watches it; of a first ingest there are hundreds.
const mostWatched = 12;

/** What comes about at a moment, a line for what is alike but for its Games or its market; dates as printed. */
export function happeningLines(happenings: readonly Happening[]): readonly string[] {
  return [...Map.groupBy(happenings, groupOf).values()].map(lineOf);
}

function groupOf({ what, date, type, fact, summary, source, paragraphs }: Happening): string {
  return JSON.stringify([
    what,
    date,
    type,
    fact === null ? null : namedBy(type, fact).subject,
    summary,
    source,
    paragraphs,
  ]);
}

/** A fact by its type and subject, with its Games or its market. */
export function namedBy(type: string, fact: string): Named {
  const { kind, subject, edition } = factParts(fact);
  if (kind === 'partnership') return { type, subject: subject.split('.').slice(2).join('.'), instance: edition };
  if (kind !== 'market') return { type, subject, instance: edition };
  const dot = subject.lastIndexOf('.');
  return { type, subject: subject.slice(0, dot), instance: subject.slice(dot + 1).toUpperCase() };
}

/** A subject with the Games or markets for which the same is said. */
export type Named = { readonly type: string; readonly subject: string; readonly instance: string | null };

function lineOf(same: readonly Happening[]): string {
  const [{ what, date, type, fact, summary }] = same as readonly [Happening];
  const named =
    fact === null ? type : namesText(same.flatMap((one) => (one.fact === null ? [] : namedBy(type, one.fact))));
  const said = [named, ...(summary === null ? [] : [summary])].join(': ');
  return `${what}${date === null ? '' : ` ${date}`} · ${said} (${sourceText(same[0] as Happening)})`;
}

/** Names of the same type and subject in one, with their Games in spans. */
export function namesText(names: readonly Named[]): string {
  return [...Map.groupBy(names, ({ type, subject }) => `${type}${subject === '' ? '' : ` ${subject}`}`)]
    .map(([name, same]) =>
      [name, ...inSpans([...new Set(same.flatMap(({ instance }) => (instance === null ? [] : [instance])))])].join(' '),
    )
    .join(', ');
}

function sourceText({ source, paragraphs }: Happening): string {
  return paragraphs.length === 0 ? source : `${source} ¶ ${numberRanges(paragraphs)}`;
}

function section(title: string, items: readonly DiffItem[], canvas: Canvas): readonly string[] {
  const lines: readonly DiffLine[] = mergeDiffLines(items.flatMap((item) => diffLine(item) ?? []));
  const { first, left } = limited(lines, canvas);
  return lines.length === 0
    ? []
    : [
        canvas.paint('bold', `  ${title}`),
        ...first.map((line) => deeper(drawDiffLine(line, { ...canvas, width: canvas.width - 2 }))),
        ...leftText(left, canvas),
      ];
}

function deeper(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function leftText(left: number, { paint }: Canvas): readonly string[] {
  return left === 0 ? [] : [paint('dim', `    … and ${counted(left, 'more line')}`)];
}

function headOf({ day, position, recordedAt }: ReplayStep): string {
  return position === null ? day : `#${position} · recorded ${recordedAt?.slice(0, 19).replace('T', ' ') ?? ''}`;
}

function indented(text: string, by: number, { width }: Canvas): string {
  const space = ' '.repeat(by);
  const [first = '', ...rest] = wrap(plainText(text), Math.max(width - by, 20));
  return [`${space}${first}`, ...rest.map((line) => `${space}  ${line}`)].join('\n');
}

/** The pause before a step, in milliseconds; `days` lie between it and the one before. */
export function pauseBefore(pace: PaceAsked, days: number): number {
  if (pace.by === 'key') return 0;
  return (1000 * (pace.by === 'days' ? days : 1)) / pace.perSecond;
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
set. On a terminal steps follow each other, one a second, or wait for a key: space or enter goes on, b goes back, q
quits. A terminal shows the first lines of a long step. Written to a file or a pipe all steps come at once, and whole.`,
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
  ],
  run: replay,
};
