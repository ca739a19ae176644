import type { SubjectRegistry } from '../articles/subjects.ts';
import { type Filters, readFilters } from '../projections/answers/filters.ts';
import { knownTo } from '../projections/answers/known-to.ts';
import type { ResolvedCut } from '../projections/clocks.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';
import { choosePartnership } from './choose-partnership.ts';
import { clocksOf } from './clock-options.ts';
import { filtersOf } from './filter-options.ts';
import { parameterProblem } from './parameter-problem.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import type { ShownView } from './shown-views.ts';
import { viewNamed } from './view-named.ts';

/** What is to be shown: which read model of which partnership, through which cut and filters. */
export type ShowRequest = {
  readonly view: ShownView;
  readonly partnership: string;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
};

/** A request, or everything that is wrong with it; neither where the ledger holds nothing that could be shown. */
export type ReadShowRequest = { readonly request: ShowRequest | null; readonly problems: readonly string[] };

// After an unknown option, what follows may have been its value.
function surplusProblems({ positionals, problems }: ParsedArguments): readonly string[] {
  return positionals.length <= 2 || problems.length > 0
    ? []
    : [`one view of one partnership at a time; "${positionals.slice(2).join(' ')}" is too much`];
}

/** Reads what `show` is asked for. Without a ledger only what is wrong in itself can be told. */
export async function readShowRequest(
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
  const { filters, problems: filterProblems } = readFilters(filtersGiven.texts, rules, knownTo(catalogue));
  const problems = [
    ...unread,
    ...(choice.problem === null || isDoubtful ? [] : [choice.problem]),
    ...[...(clockProblems ?? []), ...filterProblems].map(parameterProblem),
  ];
  if (problems.length > 0 || view === null || cut === null || choice.id === null) return { request: null, problems };
  return { request: { view, partnership: choice.id, cut, filters }, problems };
}
