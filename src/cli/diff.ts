import type { SubjectRegistry } from '../articles/registry.ts';
import { numberRanges } from '../articles/values.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { doubtOn, withClockDoubt } from '../projections/answer.ts';
import { type DiffAnswer, diffAnswer } from '../projections/diff.ts';
import type { DiffItem } from '../projections/diff-parts.ts';
import { effects } from '../projections/effects.ts';
import { type Comparison, type ResolvedCut, resolveComparison } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { namesFor } from '../projections/partnership-view.ts';
import {
  type Command,
  choosePartnership,
  clockOptions,
  clocksOf,
  comparisonOptions,
  cutLine,
  fail,
  nothingYet,
  noticeText,
  type ParsedArguments,
  parameterProblem,
} from './command.ts';
import type { Context, ExitCode, Output } from './context.ts';
import { type DiffLine, diffLine, diffMarks, drawDiffLine, mergeDiffLines } from './diff-lines.ts';
import { counted, plainText, wrap } from './print.ts';
import { registeredSubjects, withOption } from './registered-subjects.ts';
import { partnershipOn, type Server, serverOf, urlOption } from './server.ts';
import { legendOf } from './words.ts';

/**
 * Shows what differs between two cuts of a partnership, as lines or as REST answers. Creates no ledger if there is
 * none.
 */
export async function diff(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const { server, problems: serverProblems } = serverOf(given, context);
  if (serverProblems.length > 0) return fail(serverProblems, 'diff', context);
  return await (server === null ? diffHere(given, context) : diffOn(server, given, context));
}

async function diffHere(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, given, context);
    const { request, problems } = await readRequest(given, ledger?.views ?? null, subjects, context.today());
    if (problems.length > 0) return fail(problems, 'diff', context);
    if (ledger === null || request === null) return nothingYet(context);
    const { partnership, comparison, clocks } = request;
    const { views } = ledger;
    const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
    const side = async (cut: ResolvedCut) => ({
      view: await views.partnership(partnership, cut),
      names: subjects.name,
      firstRecordedAt,
    });
    const doubt = doubtOn(views.clockDoubt(await views.head()), clocks.clocks);
    const plain = diffAnswer(comparison.clock, await side(comparison.from), await side(comparison.to));
    const answer = withClockDoubt(plain, doubt);
    const names = namesFor(await views.partnership(partnership, comparison.to), subjects.name);
    const name = `${names('partnership', partnership) ?? partnership} (${partnership})`;
    return await writeDiff(answer, { name, meant: clocks.meant }, given, context);
  } finally {
    await ledger?.close();
  }
}

async function writeDiff(
  answer: DiffAnswer,
  about: { readonly name: string; readonly meant: readonly string[] },
  { options }: ParsedArguments,
  context: Context,
): Promise<ExitCode> {
  if (options.get('json')?.at(-1) === 'true') context.out.write(`${JSON.stringify(answer)}\n`);
  else await context.page(diffPage(answer, about, context.out));
  return 0;
}

// The comparison of a server, which reads the clocks itself.
async function diffOn(server: Server, given: ParsedArguments, context: Context): Promise<ExitCode> {
  const { partnership, clocks, problems } = readArguments(given, context.today());
  if (problems.length > 0) return fail(problems, 'diff', context);
  const on = await partnershipOn(server, partnership);
  if (on.problems.length > 0) return fail(on.problems, 'diff', context);
  const path = `/api/partnerships/${encodeURIComponent(on.id ?? '')}/diff`;
  const { answer, problems: refused } = await server.get(path, clocks.clocks);
  if (answer === null) return fail(refused, 'diff', context);
  return await writeDiff(answer as unknown as DiffAnswer, { name: on.name, meant: clocks.meant }, given, context);
}

// Reads what `diff` is asked for; null if the ledger holds nothing. Without a ledger it finds only problems that need none.
async function readRequest(
  given: ParsedArguments,
  views: LedgerViews | null,
  subjects: SubjectRegistry,
  today: Day,
): Promise<{ readonly request: DiffRequest | null; readonly problems: readonly string[] }> {
  const { partnership, clocks, problems: argumentProblems } = readArguments(given, today);
  const recorded = views?.catalogue.partnerships((await views.head()).position) ?? [];
  if (views === null || recorded.length === 0) return { request: null, problems: argumentProblems };

  const choice = choosePartnership(partnership, recorded, subjects);
  const isDoubtful = partnership !== undefined && given.doubtful.includes(partnership);
  const { comparison, problems: clockProblems } = await resolveComparison(clocks.clocks, views.resolve);
  const problems = [
    ...argumentProblems,
    ...(choice.problem === null || isDoubtful ? [] : [choice.problem]),
    ...(clockProblems ?? []).map(parameterProblem),
  ];
  if (problems.length > 0 || comparison === null || choice.id === null) return { request: null, problems };
  return { request: { partnership: choice.id, comparison, clocks }, problems };
}

function readArguments(given: ParsedArguments, today: Day) {
  const [positional, ...surplus] = given.positionals;
  const [partnership, ...others] = new Set([positional ?? [], given.options.get('partnership') ?? []].flat());
  const clocks = clocksOf(given, today, [...comparisonOptions, ...clockOptions]);
  const problems = [
    ...given.problems,
    // What follows an unknown option may have been its value.
    ...(surplus.length > 0 && given.problems.length === 0
      ? [`unexpected argument "${surplus.join(' ')}": diff takes one partnership`]
      : []),
    ...(others.length > 0 ? [`${plainText([partnership, ...others].join(' or '))}? One partnership at a time`] : []),
    ...clocks.problems,
  ];
  return { partnership, clocks, problems };
}

type DiffRequest = {
  readonly partnership: string;
  readonly comparison: Comparison;
  readonly clocks: ReturnType<typeof clocksOf>;
};

/** A comparison for people: what moved, and by read model what appeared, changed and disappeared. */
export function diffPage(
  answer: DiffAnswer,
  { name, meant }: { readonly name: string; readonly meant: readonly string[] },
  canvas: Canvas,
): string {
  const { width, paint } = canvas;
  const { clock, from, to, notice, counts } = answer;
  const sections = [
    itemSection('Timeline', answer.timeline, canvas),
    itemSection('Obligations per Games', answer.obligations, canvas),
    itemSection('Marketing rollout', answer.rollout, canvas),
    section('Audit trail', counts.audit, diffAuditLines(answer.audit), canvas),
  ].join('\n\n');
  const legend = legendOf(sections);
  return [
    paint('bold', plainText(`What differs in ${name}, on the ${clock} clock`)),
    ...[...hanging('from', cutLine(from.cut), width), ...hanging('to', cutLine(to.cut), width), ...meant].map((line) =>
      paint('dim', line),
    ),
    ...(notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line))),
    '',
    sections,
    ...(legend === '' ? [] : ['', ...wrap(legend, width).map((line) => paint('dim', line))]),
    '',
  ].join('\n');
}

// A text after a word, its further lines below its first.
function hanging(word: string, text: string, width: number): readonly string[] {
  return wrap(text, width - 5).map((line, i) => `${(i === 0 ? word : '').padEnd(5)}${line}`);
}

type Canvas = Pick<Output, 'width' | 'paint'>;

// Counts only items with a line: one with just another version or place has none.
function itemSection(title: string, items: readonly DiffItem[], canvas: Canvas): string {
  const told = items.map((item) => ({ item, line: diffLine(item) })).filter(({ line }) => line !== null);
  const counts = Object.fromEntries(
    [...Map.groupBy(told, ({ item }) => item.what)].map(([what, same]) => [what, same.length]),
  );
  return section(
    title,
    counts,
    told.flatMap(({ line }) => line ?? []),
    canvas,
  );
}

function section(
  title: string,
  counts: Partial<Record<DiffItem['what'], number>>,
  lines: readonly DiffLine[],
  canvas: Canvas,
): string {
  const sizes = (['appeared', 'changed', 'disappeared'] as const).flatMap((what) =>
    counts[what] ? [`${counts[what]} ${what}`] : [],
  );
  const head = canvas.paint('bold', `${title}: ${sizes.length === 0 ? 'no difference' : sizes.join(', ')}`);
  return [head, ...mergeDiffLines(lines).map((line) => drawDiffLine(line, canvas))].join('\n');
}

/** The lines of the audit trail: one for each article, one for each decision, and one for all older events that changed. */
export function diffAuditLines(items: DiffAnswer['audit']): readonly DiffLine[] {
  return [...Map.groupBy(items, groupOf).values()].map((group) => {
    const [first] = group as [AuditItem];
    const words =
      first.what === 'changed' ? changedWords(group) : articleOf(first) ? articleWords(group) : wordsOf(first);
    return { mark: diffMarks[first.what], instances: [], ...words };
  });
}

type AuditItem = DiffAnswer['audit'][number];

function groupOf(item: AuditItem): string {
  const { what, key } = item;
  return what === 'changed' ? what : `${what} ${articleOf(item) ?? key}`;
}

// The article whose reading recorded an event, with its revision. A steward's decision or retraction stands by itself.
function articleOf({ value }: AuditItem): string | null {
  if (value === null || value.article === null || value.event.type === 'ArticleRetracted') return null;
  return `article ${value.article}${value.revision === 1 ? '' : `, revision ${value.revision}`}`;
}

function changedWords(items: readonly AuditItem[]): Pick<DiffLine, 'name' | 'says'> {
  const name = counted(items.length, 'earlier event');
  return { name, says: [positionsText(items), ...effectTexts(items)].join(', ') };
}

function positionsText(items: readonly AuditItem[]): string {
  return `#${numberRanges(items.map(({ key }) => Number(key)))}`;
}

function effectTexts(items: readonly AuditItem[]): readonly string[] {
  return effects.flatMap((effect) => {
    const count = items.filter(({ means }) => means.includes(effect)).length;
    return count === 0 ? [] : [`${count} ${effect}`];
  });
}

function articleWords(items: readonly AuditItem[]): Pick<DiffLine, 'name' | 'says'> {
  const reading = items.find(({ value }) => value?.event.type === 'ArticleRead')?.value?.asserted;
  const publisher = reading?.['publisher'];
  const says = [
    ...(typeof publisher === 'string' ? [publisher] : []),
    `${counted(items.length, 'event')} ${positionsText(items)}`,
    ...effectTexts(items),
  ];
  return { name: articleOf(items[0] as AuditItem) ?? '', says: says.join(', ') };
}

function wordsOf({ title, value, key, means }: AuditItem): Pick<DiffLine, 'name' | 'says'> {
  const reason = value?.asserted['reason'];
  const says = [...(value === null ? [] : [`by ${value.recordedBy}`]), `#${key}`, ...means].join(', ');
  return {
    name: [title, value?.fact ?? value?.article].filter(Boolean).join(' '),
    says: typeof reason === 'string' ? `${says} · ${reason}` : says,
  };
}

/** `diff`: what differs between two dates. */
export const diffCommand: Command = {
  name: 'diff',
  usage: 'diff [partnership] --from <date>',
  says: 'show what appeared, changed and disappeared between two dates',
  explains: `One clock moves, from --from to --to:
  occurred  what happened, came due or became certain in the world
  reported  what a reader could learn from articles
  recorded  what this ledger recorded

The other clocks hold on both sides where they are given. Where --occurred-as-of is not, each side sees the
world of its own day. A year, a month or a day means its end.

  + appeared   ~ changed   - disappeared   = more sources say the same`,
  options: [
    ...comparisonOptions,
    ...clockOptions,
    { name: 'partnership', value: '<id>', says: 'which one; it can be left out where only one is recorded' },
    { name: 'json', value: null, says: 'print what REST answers, field by field, instead of lines' },
    withOption,
    urlOption,
  ],
  run: diff,
};
