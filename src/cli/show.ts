import type { SubjectRegistry } from '../articles/register.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { CutShape, Notice, Question } from '../projections/answer.ts';
import { auditAnswer, auditFilters } from '../projections/audit.ts';
import { driftAnswer, driftFilters } from '../projections/drift.ts';
import { type FilterRules, type Filters, readFilters } from '../projections/filters.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { obligationsAnswer, obligationsFilters } from '../projections/obligations.ts';
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
} from './command.ts';
import type { Context, ExitCode, Output } from './context.ts';
import { type Canvas, counted, plainText, wrap } from './print.ts';
import { auditTable } from './tables/audit.ts';
import { driftTable } from './tables/drift.ts';
import { obligationsTable } from './tables/obligations.ts';
import { rolloutTable } from './tables/rollout.ts';
import { silenceTable } from './tables/silence.ts';
import { timelineTable } from './tables/timeline.ts';
import { legendOf } from './texts.ts';

/** Shows a read model of a partnership at a cut, as a table or as REST answers it. Creates no ledger. */
async function show(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, context);
    const { request, problems } = await readShowRequest(given, ledger?.views ?? null, subjects);
    if (problems.length > 0) return fail(problems, 'show', context);
    if (ledger === null || request === null) return nothingYet(context);
    const { view, partnership, cut, filters } = request;
    const { views } = ledger;
    const seen = await views.partnership(partnership, cut);
    const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
    const shown = view.show({ view: seen, names: subjects.name, firstRecordedAt }, filters);
    const title = `${view.title} of ${subjects.name('partnership', partnership) ?? partnership} (${partnership})`;
    const json = given.options.get('json')?.at(-1) === 'true';
    context.out.write(json ? `${JSON.stringify(shown.answer)}\n` : shownPage(shown, title, context.out));
    return 0;
  } finally {
    await ledger?.close();
  }
}

/** Reads a request to show something. Without a ledger it finds only the problems of the command line itself. */
async function readShowRequest(
  given: ParsedArguments,
  views: LedgerViews | null,
  subjects: SubjectRegistry,
): Promise<ReadShowRequest> {
  const [name, partnership] = given.positionals;
  const { view, problem } = viewNamed(name);
  const clocks = clocksOf(given);
  const rules = view?.filters ?? {};
  const filtersGiven = filtersOf(given, name ?? '', rules);
  const unread = [
    ...given.problems,
    ...surplusProblems(given),
    ...(problem === null ? filtersGiven.problems : [problem]),
    ...clocks.problems,
  ];
  if (views === null) return { request: null, problems: unread };

  const { catalogue } = views;
  const { position } = await views.head();
  const recorded = catalogue.partnerships(position);
  if (recorded.length === 0) return { request: null, problems: unread };
  const isDoubtful = partnership !== undefined && given.doubtful.includes(partnership);
  const choice = choosePartnership(partnership, recorded, subjects);
  const { cut, problems: clockProblems } = await views.resolve(clocks.clocks);
  const { filters, problems: filterProblems } = readFilters(filtersGiven.texts, rules, catalogue);
  const problems = [
    ...unread,
    ...(choice.problem === null || isDoubtful ? [] : [choice.problem]),
    ...[...(clockProblems ?? []), ...filterProblems].map(parameterProblem),
  ];
  if (problems.length > 0 || view === null || cut === null || choice.id === null) return { request: null, problems };
  return { request: { view, partnership: choice.id, cut, filters }, problems };
}

/** A request, or its problems; neither if the ledger holds nothing to show. */
type ReadShowRequest = { readonly request: ShowRequest | null; readonly problems: readonly string[] };

type ShowRequest = {
  readonly view: ShownView;
  readonly partnership: string;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
};

/** A read model that can be shown: its title, its filters, and its answer. */
type ShownView = {
  readonly title: string;
  readonly filters: FilterRules;
  readonly show: (asked: Question, filters: Filters) => Shown;
};

/** An answer as REST gives it, and how to draw it. */
type Shown = {
  readonly answer: { readonly cut: CutShape; readonly notice?: Notice | undefined };
  /** How much there is to see, for the title. */
  readonly size: string;
  /** Gives '' if there is nothing to draw. */
  readonly draw: (canvas: Canvas) => string;
};

/** The read model of this name, or the reason why there is none. */
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

/** The read models by name. */
const shownViews: Readonly<Record<string, ShownView>> = {
  timeline: {
    title: 'Timeline',
    filters: timelineFilters,
    show: (asked, filters) => {
      const answer = timelineAnswer(asked, filters);
      const size = counted(answer.total, 'fact');
      return { answer, size, draw: (canvas) => (answer.total === 0 ? '' : timelineTable(answer.entries, canvas)) };
    },
  },
  obligations: {
    title: 'Obligations per Games',
    filters: obligationsFilters,
    show: (asked, filters) => {
      const answer = obligationsAnswer(asked, filters);
      return {
        answer,
        size: `${counted(answer.columns.length, 'obligation')}, ${answer.rows.length} Games`,
        draw: (canvas) => obligationsTable(answer, canvas),
      };
    },
  },
  rollout: {
    title: 'Marketing rollout',
    filters: {},
    show: (asked) => {
      const answer = rolloutAnswer(asked);
      return {
        answer,
        size: `${counted(answer.campaigns.length, 'campaign')}, ${counted(answer.storefronts.length, 'storefront')}`,
        draw: (canvas) => rolloutTable(answer, canvas),
      };
    },
  },
  audit: {
    title: 'Audit trail',
    filters: auditFilters,
    show: (asked, filters) => {
      const answer = auditAnswer(asked, filters);
      const size = counted(answer.total, 'event');
      return { answer, size, draw: (canvas) => (answer.total === 0 ? '' : auditTable(answer.entries, canvas)) };
    },
  },
  drift: {
    title: 'Drift',
    filters: driftFilters,
    show: (asked, filters) => {
      const answer = driftAnswer(asked, filters);
      const size = `${counted(answer.total, 'fact')} told more than once or planned`;
      return { answer, size, draw: (canvas) => driftTable(answer, canvas) };
    },
  },
  silence: {
    title: 'Promises without a report since',
    filters: silenceFilters,
    show: (asked, filters) => {
      const answer = silenceAnswer(asked, filters);
      const size = counted(answer.total, 'promise');
      return { answer, size, draw: (canvas) => (answer.total === 0 ? '' : silenceTable(answer, canvas)) };
    },
  },
};

// After an unknown option, a positional may be its value.
function surplusProblems({ positionals, problems }: ParsedArguments): readonly string[] {
  return positionals.length <= 2 || problems.length > 0
    ? []
    : [`unexpected argument "${positionals.slice(2).join(' ')}": show takes one view and one partnership`];
}

/** An answer for people: title, cut, notice, table, and a legend of its marks. */
function shownPage(
  { answer, size, draw }: Shown,
  title: string,
  { width, paint }: Pick<Output, 'width' | 'paint'>,
): string {
  const drawn = draw({ width, paint });
  const legend = legendOf(drawn);
  const { cut, notice } = answer;
  const noticed = notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line));
  const body = drawn === '' ? 'Nothing to show.\n' : drawn;
  const head = [paint('bold', plainText(`${title}: ${size}`)), paint('dim', cutLine(cut)), ...noticed];
  return `${head.join('\n')}\n\n${body}${legend === '' ? '' : `\n${paint('dim', legend)}\n`}`;
}

/** `show`: a read model as of any date. */
export const showCommand: Command = {
  name: 'show',
  usage: 'show <view> [partnership]',
  says: 'show timeline, obligations, rollout, audit, drift or silence, as of any date',
  explains: `  timeline     what was planned, is due and has happened, one entry a fact
  obligations  what is owed for which Games, and where it stands
  rollout      campaigns, activations and storefronts
  audit        what was recorded when, from where, and what it changed
  drift        how promises changed from article to article, and how late they were reported
  silence      promises whose day or Games have passed without a report

Leave the partnership out if only one is recorded. "timeline" and "drift" take the first six filters, "obligations"
takes --games, "silence" --type, --status, --games and --article, "audit" --type, --games, --article, --actor, --fact,
--effect, --late, --recorded-from and --recorded-to. Separate several values of a filter by commas, or repeat the
filter. A year, a month or a day means its end.`,
  options: [
    ...clockOptions,
    ...filterOptions,
    { name: 'json', value: null, says: 'print what REST answers, all entries at once, instead of a table' },
  ],
  run: show,
};
