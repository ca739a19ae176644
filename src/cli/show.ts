import { readFilters } from '../projections/answers/filters.ts';
import type { ClockTexts } from '../projections/clocks.ts';
import { choosePartnership } from './choose-partnership.ts';
import { clocksOf } from './clock-options.ts';
import type { Context, ExitCode, OpenedLedger } from './context.ts';
import { fail } from './fail.ts';
import { filtersOf } from './filter-options.ts';
import { flagOf } from './option.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { shownPage } from './shown-page.ts';
import type { ShownView } from './shown-views.ts';
import { inFlags } from './tables/cut-line.ts';
import { viewNamed } from './view-named.ts';

type Problem = { readonly parameter: string; readonly message: string; readonly suggestion?: string | undefined };

const said = ({ parameter, message, suggestion }: Problem): string => {
  const meant = suggestion === undefined || message.includes(suggestion) ? '' : ` (did you mean ${suggestion}?)`;
  return `${flagOf(parameter)}: ${inFlags(message)}${meant}`;
};

const nothingYet = (dataDir: string, { messages }: Context): ExitCode => {
  messages.write(
    `Nothing is recorded in ${dataDir} yet. "npm start" replays the seeds and serves them; ` +
      '"partnership-ledger ingest <files>" records articles.\n',
  );
  return 1;
};

type Asked = { readonly name: string; readonly view: ShownView; readonly clocks: ClockTexts; readonly problems: readonly string[] };

const showFrom = async (
  { views }: OpenedLedger,
  { name, view, clocks, problems }: Asked,
  given: ParsedArguments,
  context: Context,
): Promise<ExitCode> => {
  const folders = context.folders();
  const { catalogue } = views;
  const { position } = await views.head();
  const recorded = catalogue.partnerships(position);
  if (recorded.length === 0 && problems.length === 0) return nothingYet(folders.dataDir, context);
  const { name: names } = await registeredSubjects(folders, context);
  const choice = choosePartnership(given.positionals[1], recorded, names);
  const { cut, problems: clockProblems } = await views.resolve(clocks);
  const { texts } = filtersOf(given, name, view.filters);
  const articles = {
    has: (id: string) => catalogue.article(id) !== null,
    all: () => catalogue.articles(position).map(({ id }) => id),
  };
  const { filters, problems: filterProblems } = readFilters(texts, view.filters, articles);
  const all = [...problems, ...(choice.problem === null ? [] : [choice.problem]), ...[...(clockProblems ?? []), ...filterProblems].map(said)];
  if (all.length > 0 || cut === null || choice.id === null) return fail(all, 'show', context);

  const seen = await views.partnership(choice.id, cut);
  const firstRecordedAt = catalogue.partnership(choice.id)?.firstRecordedAt ?? null;
  const shown = view.show({ view: seen, names, firstRecordedAt }, filters);
  const title = `${view.title} of ${names('partnership', choice.id) ?? choice.id} (${choice.id})`;
  const json = given.options.get('json')?.at(-1) === 'true';
  context.out.write(json ? `${JSON.stringify(shown.answer)}\n` : shownPage(shown, title, context.out));
  return 0;
};

/** Shows a read model of a partnership through a cut, as a table or as REST answers. Makes nothing where there is no ledger. */
export const show = async (given: ParsedArguments, context: Context): Promise<ExitCode> => {
  const [name, , ...surplus] = given.positionals;
  const { view, problem } = viewNamed(name);
  const { clocks, problems: clockProblems } = clocksOf(given);
  const problems = [
    ...given.problems,
    ...(problem === null ? [] : [problem]),
    // After an unknown option, what follows may have been its value.
    ...(surplus.length > 0 && given.problems.length === 0 ? [`one view of one partnership at a time; "${surplus.join(' ')}" is too much`] : []),
    ...clockProblems,
    ...(view === null ? [] : filtersOf(given, name ?? '', view.filters).problems),
  ];
  if (view === null) return fail(problems, 'show', context);
  const { dataDir } = context.folders();
  const ledger = await context.openExistingLedger(context.folders());
  if (ledger === null) return problems.length > 0 ? fail(problems, 'show', context) : nothingYet(dataDir, context);
  try {
    return await showFrom(ledger, { name: name ?? '', view, clocks, problems }, given, context);
  } finally {
    await ledger.close();
  }
};
