import type { SubjectRegistry } from '../articles/register.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { calendarCsv, calendarIcs } from '../exports/calendar.ts';
import { byteOrderMark } from '../exports/csv.ts';
import type { Export, FormatName } from '../exports/formats.ts';
import {
  auditCsv,
  driftCsv,
  obligationsCsv,
  rolloutCsv,
  silenceCsv,
  timelineCsv,
} from '../exports/partnership-tables.ts';
import { type CutShape, doubtOn, type Notice, type Question, withClockDoubt } from '../projections/answer.ts';
import { auditAnswer, auditFilters } from '../projections/audit.ts';
import { calendarAnswer, calendarFilters } from '../projections/calendar.ts';
import { driftAnswer, driftFilters } from '../projections/drift.ts';
import { type FilterRules, type Filters, readFilters } from '../projections/filters.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { obligationsAnswer, obligationsFilters } from '../projections/obligations.ts';
import { namesFor } from '../projections/partnership-view.ts';
import { partnershipAnswer } from '../projections/partnerships.ts';
import { rolloutAnswer } from '../projections/rollout.ts';
import { silenceAnswer, silenceFilters } from '../projections/silence.ts';
import { timelineAnswer, timelineFilters } from '../projections/timeline.ts';
import {
  type Command,
  choosePartnership,
  clockOptions,
  clocksOf,
  cutLine,
  fail,
  filterOptions,
  filtersOf,
  nothingYet,
  noticeText,
  type ParsedArguments,
  parameterProblem,
  registeredSubjects,
  withOption,
} from './command.ts';
import type { Context, ExitCode, Output } from './context.ts';
import { type Canvas, counted, plainText, wrap } from './print.ts';
import { auditTable } from './tables/audit.ts';
import { calendarTable } from './tables/calendar.ts';
import { driftTable } from './tables/drift.ts';
import { obligationsTable } from './tables/obligations.ts';
import { partnershipTable } from './tables/partnership.ts';
import { rolloutTable } from './tables/rollout.ts';
import { silenceTable } from './tables/silence.ts';
import { timelineTable } from './tables/timeline.ts';
import { legendOf, sourceLegend } from './texts.ts';

/** Shows a read model of a partnership at a cut, as a table or as the JSON of REST. Creates no ledger. */
async function show(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, args, context);
    const { request, problems } = await readShowRequest(args, ledger?.views ?? null, subjects, context.today());
    if (problems.length > 0) return fail(problems, 'show', context);
    if (ledger === null || request === null) return nothingYet(context);
    const { view, partnership, cut, filters, clocks, format } = request;
    const { views } = ledger;
    const seen = await views.partnership(partnership, cut);
    const names = namesFor(seen, subjects.name);
    const question = {
      view: seen,
      names,
      firstRecordedAt: views.catalogue.partnership(partnership)?.firstRecordedAt ?? null,
    };
    const doubt = doubtOn(views.clockDoubt(await views.head()), clocks.clocks);
    const shown = view.show(question, filters, doubt);
    const title = `${view.title} of ${names('partnership', partnership) ?? partnership} (${partnership})`;
    const hasBom = args.options.get('bom')?.at(-1) === 'true';
    const how = { hasBom, ledger: views.catalogue.ledger()?.id ?? '' };
    const page = () => shownPage(shown, { title, meant: clocks.meant }, context.out);
    context.out.write(format === null ? page() : shown.write(format, how));
    return 0;
  } finally {
    await ledger?.close();
  }
}

// Without a ledger it finds only the problems of the command line itself.
async function readShowRequest(
  args: ParsedArguments,
  views: LedgerViews | null,
  subjects: SubjectRegistry,
  today: Day,
): Promise<{ readonly request: ShowRequest | null; readonly problems: readonly string[] }> {
  const [name, partnership] = args.positionals;
  const { view, problem } = viewNamed(name);
  const clocks = clocksOf(args, today);
  const rules = view?.filters ?? {};
  const chosen = formatOf(args, name ?? '', view?.formats ?? []);
  const givenFilters = filtersOf(args, { view: name ?? '', rules, today });
  const usageProblems = [
    ...args.problems,
    ...surplusProblems(args),
    ...(problem === null ? [...givenFilters.problems, ...chosen.problems] : [problem]),
    ...clocks.problems,
  ];
  if (views === null) return { request: null, problems: usageProblems };

  const { catalogue } = views;
  const { position } = await views.head();
  const partnerships = catalogue.partnerships(position);
  if (partnerships.length === 0) return { request: null, problems: usageProblems };
  const isDoubtful = partnership !== undefined && args.doubtful.includes(partnership);
  const choice = choosePartnership(partnership, partnerships, subjects);
  const { cut, problems: clockProblems } = await views.resolve(clocks.clocks);
  const { filters, problems: filterProblems } = readFilters(givenFilters.texts, rules, catalogue);
  const problems = [
    ...usageProblems,
    ...(choice.problem === null || isDoubtful ? [] : [choice.problem]),
    ...[...(clockProblems ?? []), ...filterProblems].map(parameterProblem),
  ];
  if (problems.length > 0 || view === null || cut === null || choice.id === null) return { request: null, problems };
  return { request: { view, partnership: choice.id, cut, filters, clocks, format: chosen.format }, problems };
}

// `--json` is how earlier versions wrote `--format json`.
function formatOf(
  { options }: ParsedArguments,
  view: string,
  formats: readonly ShownFormat[],
): { readonly format: ShownFormat | null; readonly problems: readonly string[] } {
  const given = options.get('format')?.at(-1) ?? (options.get('json')?.at(-1) === 'true' ? 'json' : null);
  const isBom = options.get('bom')?.at(-1) === 'true';
  const format = [...formats, 'json' as const].find((name) => name === given) ?? null;
  const list = [...formats, 'json'].join(', ');
  return {
    format,
    problems: [
      ...(given === null || format !== null ? [] : [`"show ${view}" has no ${plainText(given)}; it has ${list}`]),
      ...(isBom && format !== 'csv' ? ['--bom goes with --format csv'] : []),
    ],
  };
}

type ShownFormat = FormatName | 'json';

type ShowRequest = {
  readonly view: ShownView;
  readonly partnership: string;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly clocks: ReturnType<typeof clocksOf>;
  /** Null: a table for people. */
  readonly format: ShownFormat | null;
};

function viewNamed(
  name: string | undefined,
): { readonly view: ShownView; readonly problem: null } | { readonly view: null; readonly problem: string } {
  const names = Object.keys(shownViews);
  if (name === undefined) return { view: null, problem: `say what to show: ${names.join(', ')}` };
  const view = Object.hasOwn(shownViews, name) ? shownViews[name] : undefined;
  if (view !== undefined) return { view, problem: null };
  const [near] = nearest(name, names, { limit: 1 });
  const instead = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  return { view: null, problem: `${plainText(name)} is not a view; ${instead}` };
}

const shownViews: Readonly<Record<string, ShownView>> = {
  partnership: viewOf({
    title: 'Standing',
    filters: {},
    answer: partnershipAnswer,
    exports: [],
    size: ({ facts }) => counted(facts, 'fact'),
    draw: partnershipTable,
  }),
  timeline: viewOf({
    title: 'Timeline',
    filters: timelineFilters,
    answer: timelineAnswer,
    exports: [timelineCsv],
    size: ({ total }) => counted(total, 'fact'),
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : timelineTable(entries, canvas)),
  }),
  obligations: viewOf({
    title: 'Obligations per Games',
    filters: obligationsFilters,
    answer: obligationsAnswer,
    exports: [obligationsCsv],
    size: ({ columns, rows }) =>
      `${counted(columns.length, 'obligation')}${rows.length === 0 ? '' : `, ${rows.length} Games`}`,
    draw: obligationsTable,
  }),
  rollout: viewOf({
    title: 'Marketing rollout',
    filters: {},
    answer: rolloutAnswer,
    exports: [rolloutCsv],
    size: ({ campaigns, storefronts }) =>
      `${counted(campaigns.length, 'campaign')}, ${counted(storefronts.length, 'storefront')}`,
    draw: rolloutTable,
  }),
  audit: viewOf({
    title: 'Audit trail',
    filters: auditFilters,
    answer: auditAnswer,
    exports: [auditCsv],
    size: ({ total }) => counted(total, 'event'),
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : auditTable(entries, canvas)),
  }),
  drift: viewOf({
    title: 'Drift',
    filters: driftFilters,
    answer: driftAnswer,
    exports: [driftCsv],
    size: ({ total }) => `${counted(total, 'fact')} reported more than once or planned`,
    draw: driftTable,
  }),
  calendar: viewOf({
    title: 'Calendar',
    filters: calendarFilters,
    answer: calendarAnswer,
    exports: [calendarIcs, calendarCsv],
    size: ({ total, undated }) =>
      `${counted(total, 'entry', 'entries')}${undated === 0 ? '' : `, ${counted(undated, 'plan')} without a day`}`,
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : calendarTable(entries, canvas)),
  }),
  silence: viewOf({
    title: 'Promises without a report since',
    filters: silenceFilters,
    answer: silenceAnswer,
    exports: [silenceCsv],
    size: ({ total }) => counted(total, 'promise'),
    draw: (answer, canvas) => (answer.total === 0 ? '' : silenceTable(answer, canvas)),
  }),
};

function viewOf<Answer extends ShownAnswer>({
  title,
  filters,
  answer: build,
  exports,
  size,
  draw,
}: View<Answer>): ShownView {
  return {
    title,
    filters,
    formats: exports.map(({ format }) => format),
    show: (question, limits, doubt) => {
      const answer = withClockDoubt(build(question, limits), doubt);
      return {
        answer,
        size: size(answer),
        draw: (canvas) => draw(answer, canvas),
        write: (format, { hasBom, ledger }) => {
          const written = exports
            .find((one) => one.format === format)
            ?.text(answer, { isFirst: true, origin: '', ledger });
          return written === undefined ? `${JSON.stringify(answer)}\n` : `${hasBom ? byteOrderMark : ''}${written}`;
        },
      };
    },
  };
}

type View<Answer> = Pick<ShownView, 'title' | 'filters'> & {
  readonly answer: (question: Question, filters: Filters) => Answer;
  /** What it can be written as, beside JSON. */
  readonly exports: readonly Export<Answer>[];
  /** How much there is to see, for the title. */
  readonly size: (answer: Answer) => string;
  /** Returns '' if there is nothing to draw. */
  readonly draw: (answer: Answer, canvas: Canvas) => string;
};

/** A read model that can be shown. */
type ShownView = {
  readonly title: string;
  readonly filters: FilterRules;
  readonly formats: readonly FormatName[];
  readonly show: (question: Question, filters: Filters, doubt: ReturnType<typeof doubtOn>) => Shown;
};

/** An answer as REST gives it, and how to draw it. */
type Shown = {
  readonly answer: ShownAnswer;
  readonly size: string;
  readonly draw: (canvas: Canvas) => string;
  readonly write: (format: ShownFormat, how: { readonly hasBom: boolean; readonly ledger: string }) => string;
};

type ShownAnswer = { readonly cut: CutShape; readonly notice?: Notice | undefined };

// After an unknown option, a positional may be its value.
function surplusProblems({ positionals, problems }: ParsedArguments): readonly string[] {
  return positionals.length <= 2 || problems.length > 0
    ? []
    : [`unexpected argument "${positionals.slice(2).join(' ')}": show takes one view and one partnership`];
}

// The page for people: title, cut, notice, table, and a legend of its marks.
function shownPage(
  { answer, size, draw }: Shown,
  { title, meant }: { readonly title: string; readonly meant: readonly string[] },
  { width, paint }: Pick<Output, 'width' | 'paint'>,
): string {
  const table = draw({ width, paint });
  const legend = legendOf(table);
  const { cut, notice } = answer;
  const noticeLines = notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line));
  const body = table === '' ? 'Nothing to show.\n' : table;
  const sources = sourceLegend(answer).flatMap((source) => wrap(plainText(source), width));
  const foot = [...(legend === '' ? [] : [legend]), ...sources].map((text) => `${paint('dim', text)}\n`);
  const head = [
    paint('bold', plainText(`${title}: ${size}`)),
    paint('dim', cutLine(cut)),
    ...meant.map((line) => paint('dim', line)),
    ...noticeLines,
  ];
  return `${head.join('\n')}\n\n${body}${foot.length === 0 ? '' : `\n${foot.join('')}`}`;
}

/** `show`: a read model as of any date. */
export const showCommand: Command = {
  name: 'show',
  usage: 'show <view> [partnership]',
  says: 'show partnership, timeline, obligations, rollout, audit, drift, calendar or silence, as of any date',
  explains: `  partnership  status, parties and term, and how it is to end
  timeline     what was planned, is due and has happened, one entry a fact
  obligations  what is owed for which Games, and where it stands
  rollout      campaigns, activations and storefronts
  audit        what was recorded when, from where, and what it changed
  drift        how promises changed from article to article, and how late they were reported
  calendar     planned days, Games and ends of the agreement
  silence      promises whose day or Games have passed without a report

Leave the partnership out if only one is recorded. "timeline" and "drift" take the first six filters, "calendar" the
first five, "obligations" takes --games, "silence" --type, --status, --games and --article, "audit" --type, --games,
--article, --actor, --fact, --effect, --late, --recorded-from and --recorded-to. Separate several values of a filter by commas, or repeat the
filter. A year, a month or a day means its end, and so does a period as people say it: 2017-Q4, yesterday, "last
quarter", "end of 2018", "3 months ago". Games go by their edition or their name: 2022W, "Beijing 2022".`,
  options: [
    ...clockOptions,
    ...filterOptions,
    {
      name: 'format',
      value: 'csv|ics|json',
      says: 'print a file instead of a table; json is what REST answers, all at once',
    },
    { name: 'bom', value: null, says: 'begin a csv with the mark by which Excel reads UTF-8' },
    { name: 'json', value: null, says: null },
    withOption,
  ],
  run: show,
};
