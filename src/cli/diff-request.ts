import type { SubjectRegistry } from '../articles/subjects.ts';
import { type Comparison, resolveComparison } from '../projections/diff/comparison.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';
import { choosePartnership } from './choose-partnership.ts';
import { clocksOf } from './clock-options.ts';
import { parameterProblem } from './parameter-problem.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';

/** What is to be compared: two cuts of a partnership. */
export type DiffRequest = { readonly partnership: string; readonly comparison: Comparison };

/** A request, or everything that is wrong with it; neither where the ledger holds nothing that could be compared. */
export type ReadDiffRequest = { readonly request: DiffRequest | null; readonly problems: readonly string[] };

// After an unknown option, what follows may have been its value.
function surplusProblems({ positionals, problems }: ParsedArguments): readonly string[] {
  return positionals.length <= 1 || problems.length > 0
    ? []
    : [`one partnership at a time; "${positionals.slice(1).join(' ')}" is too much`];
}

function severalProblems(named: string | undefined, others: readonly string[]): readonly string[] {
  return others.length === 0 ? [] : [`${plainText([named, ...others].join(' or '))}? One partnership at a time`];
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
