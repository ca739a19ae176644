import type { SubjectRegistry } from '../articles/register.ts';
import { type DiffAnswer, diffAnswer } from '../projections/diff.ts';
import { effects } from '../projections/effects.ts';
import { type Comparison, resolveComparison } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
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
  registeredSubjects,
} from './command.ts';
import type { Context, ExitCode, Output } from './context.ts';
import { type DiffLine, diffLine, drawDiffLine, mergeDiffLines } from './diff-lines.ts';
import { counted, plainText, wrap } from './print.ts';
import { legendOf, numberRanges } from './texts.ts';

/** Shows what differs between two cuts of a partnership, as lines or as REST answers. Makes nothing where there is no ledger. */
export async function diff(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, context);
    const { request, problems } = await readDiffRequest(given, ledger?.views ?? null, subjects);
    if (problems.length > 0) return fail(problems, 'diff', context);
    if (ledger === null || request === null) return nothingYet(context);
    const { partnership, comparison } = request;
    const { views } = ledger;
    const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
    const [from, to] = await Promise.all(
      [comparison.from, comparison.to].map(async (cut) => ({
        view: await views.partnership(partnership, cut),
        names: subjects.name,
        firstRecordedAt,
      })),
    );
    if (from === undefined || to === undefined) throw new Error('a comparison has two sides');
    const answer = diffAnswer(comparison.clock, from, to);
    const json = given.options.get('json')?.at(-1) === 'true';
    const name = `${subjects.name('partnership', partnership) ?? partnership} (${partnership})`;
    context.out.write(json ? `${JSON.stringify(answer)}\n` : diffPage(answer, name, context.out));
    return 0;
  } finally {
    await ledger?.close();
  }
}

/** Reads what `diff` is asked for. Without a ledger only what is wrong in itself can be told. */
export async function readDiffRequest(
  given: ParsedArguments,
  views: LedgerViews | null,
  subjects: SubjectRegistry,
): Promise<ReadDiffRequest> {
  const asked = [...given.positionals.slice(0, 1), ...(given.options.get('partnership') ?? [])];
  const [named, ...others] = new Set(asked);
  const clocks = clocksOf(given);
  const unread = [...given.problems, ...surplusProblems(given), ...severalProblems(named, others), ...clocks.problems];
  if (views === null) return { request: null, problems: unread };

  const { position } = await views.head();
  const recorded = views.catalogue.partnerships(position);
  if (recorded.length === 0) return { request: null, problems: unread };
  const isDoubtful = named !== undefined && given.doubtful.includes(named);
  const choice = choosePartnership(named, recorded, subjects);
  const { comparison, problems: clockProblems } = await resolveComparison(clocks.clocks, views.resolve);
  const problems = [
    ...unread,
    ...(choice.problem === null || isDoubtful ? [] : [choice.problem]),
    ...(clockProblems ?? []).map(parameterProblem),
  ];
  if (problems.length > 0 || comparison === null || choice.id === null) return { request: null, problems };
  return { request: { partnership: choice.id, comparison }, problems };
}

/** A request, or everything that is wrong with it; neither where the ledger holds nothing that could be compared. */
export type ReadDiffRequest = { readonly request: DiffRequest | null; readonly problems: readonly string[] };

/** What is to be compared: two cuts of a partnership. */
export type DiffRequest = { readonly partnership: string; readonly comparison: Comparison };

// After an unknown option, what follows may have been its value.
function surplusProblems({ positionals, problems }: ParsedArguments): readonly string[] {
  return positionals.length <= 1 || problems.length > 0
    ? []
    : [`unexpected argument "${positionals.slice(1).join(' ')}": diff takes one partnership`];
}

function severalProblems(named: string | undefined, others: readonly string[]): readonly string[] {
  return others.length === 0 ? [] : [`${plainText([named, ...others].join(' or '))}? One partnership at a time`];
}

/** A comparison for people: what moved, and by read model what appeared, changed and disappeared. */
export function diffPage(answer: DiffAnswer, name: string, canvas: Canvas): string {
  const { width, paint } = canvas;
  const { clock, from, to, notice, counts } = answer;
  const told = (items: DiffAnswer['timeline' | 'obligations' | 'rollout']): readonly Told[] =>
    items.flatMap((item) => {
      const line = diffLine(item);
      return line === null ? [] : [{ what: item.what, line }];
    });
  const recorded = whats.flatMap((what) => (counts.audit[what] === 0 ? [] : [`${counts.audit[what]} ${what}`]));
  const sections = [
    section('Timeline', told(answer.timeline), canvas),
    section('Obligations per Games', told(answer.obligations), canvas),
    section('Marketing rollout', told(answer.rollout), canvas),
    headed('Audit trail', recorded, diffAuditLines(answer.audit), canvas),
  ].join('\n\n');
  const legend = legendOf(sections);
  return [
    paint('bold', plainText(`What differs in ${name}, on the ${clock} clock`)),
    paint('dim', `from ${cutLine(from.cut)}`),
    paint('dim', `to   ${cutLine(to.cut)}`),
    ...(notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line))),
    '',
    sections,
    ...(legend === '' ? [] : ['', paint('dim', legend)]),
    '',
  ].join('\n');
}

type Canvas = Pick<Output, 'width' | 'paint'>;

type Told = { readonly what: (typeof whats)[number]; readonly line: DiffLine };

const whats = ['appeared', 'changed', 'disappeared'] as const;

// What is counted is what is told; a version or a place that is another has no line.
function section(title: string, told: readonly Told[], canvas: Canvas): string {
  const sizes = whats.flatMap((what) => {
    const count = told.filter((one) => one.what === what).length;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return headed(
    title,
    sizes,
    told.map(({ line }) => line),
    canvas,
  );
}

function headed(title: string, sizes: readonly string[], lines: readonly DiffLine[], canvas: Canvas): string {
  const head = canvas.paint('bold', `${title}: ${sizes.length === 0 ? 'no difference' : sizes.join(', ')}`);
  return [head, ...mergeDiffLines(lines).map((line) => drawDiffLine(line, canvas))].join('\n');
}

/** The lines of the audit trail: one an article, and one a decision. */
export function diffAuditLines(items: DiffAnswer['audit']): readonly DiffLine[] {
  return [...Map.groupBy(items, groupOf).values()].map((group) => {
    const [first] = group as [Item];
    const said = first.what === 'changed' ? ofChanged(group) : isOfReading(first) ? ofArticle(group) : ofOne(first);
    return { mark: marks[first.what], instances: [], ...said };
  });
}

function groupOf(item: Item): string {
  const { what, value, key } = item;
  if (what === 'changed') return what;
  return value === null || !isOfReading(item) ? `${what} ${key}` : `${what} ${value.article} ${value.revision}`;
}

type Item = DiffAnswer['audit'][number];

// What a reading recorded stands together; a decision or a retraction of a steward stands by itself.
function isOfReading({ value }: Item): boolean {
  return value !== null && value.article !== null && value.event.type !== 'ArticleRetracted';
}

function ofChanged(items: readonly Item[]): Pick<DiffLine, 'name' | 'says'> {
  return {
    name: counted(items.length, 'earlier event'),
    says: [positions(items), effectsOf(items)].filter(Boolean).join(', '),
  };
}

function positions(items: readonly Item[]): string {
  return `#${numberRanges(items.map(({ key }) => Number(key)))}`;
}

function effectsOf(items: readonly Item[]): string {
  return effects
    .flatMap((effect) => {
      const count = items.filter(({ means }) => means.includes(effect)).length;
      return count === 0 ? [] : [`${count} ${effect}`];
    })
    .join(', ');
}

function ofArticle(items: readonly Item[]): Pick<DiffLine, 'name' | 'says'> {
  const values = items.flatMap(({ value }) => value ?? []);
  const [first] = values;
  const reading = values.find(({ event }) => event.type === 'ArticleRead')?.asserted;
  const revision = first?.revision === 1 ? '' : `, revision ${first?.revision}`;
  const publisher = typeof reading?.['publisher'] === 'string' ? `${reading['publisher']}, ` : '';
  const events = counted(items.length, 'event');
  const had = effectsOf(items);
  return {
    name: `article ${first?.article}${revision}`,
    says: `${publisher}${events} ${positions(items)}${had === '' ? '' : `, ${had}`}`,
  };
}

function ofOne({ title, value, key, means }: Item): Pick<DiffLine, 'name' | 'says'> {
  return {
    name: [title, value?.fact ?? value?.article].filter(Boolean).join(' '),
    says: [
      [value === null ? null : `by ${value.recordedBy}`, `#${key}`, ...means]
        .filter((text) => text !== null)
        .join(', '),
      ...(typeof value?.asserted['reason'] === 'string' ? [value.asserted['reason']] : []),
    ].join(' · '),
  };
}

const marks = { appeared: '+', changed: '~', disappeared: '-' } as const;

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
  ],
  run: diff,
};
