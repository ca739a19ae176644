import { toDay } from '../domain/vocabulary/spoken-periods.ts';
import { briefMd } from '../exports/brief.ts';
import { briefAnswer, defaultSince, eveOf } from '../projections/brief.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import { instantAt } from '../projections/live/clocks.ts';
import { namesFor } from '../projections/partnership-view.ts';
import {
  type Command,
  choosePartnership,
  clockOptions,
  clocksOf,
  fail,
  nothingYet,
  type ParsedArguments,
  parameterProblem,
} from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { plainLines, plainText } from './print.ts';
import { registeredSubjects, withOption } from './registered-subjects.ts';
import { partnershipOn, type Server, serverOf, urlOption } from './server.ts';

/** Writes a briefing on a partnership as Markdown, or as the JSON of REST. Creates no ledger. */
async function brief(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const { server, problems: serverProblems } = serverOf(args, context);
  if (serverProblems.length > 0) return fail(serverProblems, 'brief', context);
  return await (server === null ? briefHere(args, context) : briefOf(server, args, context));
}

// The briefing of a server, which reads the clocks itself.
async function briefOf(server: Server, args: ParsedArguments, context: Context): Promise<ExitCode> {
  const today = context.today();
  const clocks = clocksOf(args, today);
  const on = await partnershipOn(server, args.positionals[0]);
  const problems = [...args.problems, ...clocks.problems, ...on.problems];
  if (problems.length > 0) return fail(problems, 'brief', context);
  const since = args.options.get('since')?.at(-1);
  const suffix = args.options.get('format')?.at(-1) === 'json' ? '' : '.md';
  const { answer, problems: refused } = await server.text(
    `/api/partnerships/${encodeURIComponent(on.id ?? '')}/brief${suffix}`,
    { ...clocks.clocks, ...(since === undefined ? {} : { since: toDay(since, today, 'begins') }) },
  );
  if (answer === null) return fail(refused, 'brief', context);
  context.out.write(suffix === '' ? `${answer}\n` : plainLines(answer));
  return 0;
}

async function briefHere(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const clocks = clocksOf(args, context.today());
    const format = args.options.get('format')?.at(-1) ?? 'md';
    const problems = [
      ...args.problems,
      ...(args.positionals.length > 1 ? ['brief takes one partnership'] : []),
      ...clocks.problems,
      ...(format === 'md' || format === 'json' ? [] : [`"brief" has no ${plainText(format)}; it has md, json`]),
    ];
    if (ledger === null) return problems.length > 0 ? fail(problems, 'brief', context) : nothingYet(context);
    const { views } = ledger;
    const { position } = await views.head();
    const subjects = await registeredSubjects(folders, args, context);
    const recorded = views.catalogue.partnerships(position);
    if (recorded.length === 0 && problems.length === 0) return nothingYet(context);
    const choice = choosePartnership(args.positionals[0], recorded, subjects);
    const { cut, problems: clockProblems } = await views.resolve(clocks.clocks);
    const since = sinceOf(args, context, cut);
    const all = [
      ...problems,
      ...(choice.problem === null ? [] : [choice.problem]),
      ...(clockProblems ?? []).map(parameterProblem),
      ...(since.problem === null ? [] : [since.problem]),
    ];
    if (all.length > 0 || cut === null || choice.id === null) return fail(all, 'brief', context);
    const { id } = choice;
    const questionAt = async (at: ResolvedCut) => {
      const view = await views.partnership(id, at);
      const firstRecordedAt = views.catalogue.partnership(id)?.firstRecordedAt ?? null;
      return { view, names: namesFor(view, subjects.name), firstRecordedAt };
    };
    const eve = eveOf(since.day);
    const known = cut.reportedAsOf !== null && cut.reportedAsOf < eve ? cut.reportedAsOf : eve;
    const before = await questionAt({ ...cut, occurredAsOf: eve, reportedAsOf: known });
    const answer = briefAnswer(await questionAt(cut), before, since.day);
    const place = { isFirst: true, origin: '', ledger: views.catalogue.ledger()?.id ?? '' };
    context.out.write(format === 'json' ? `${JSON.stringify(answer)}\n` : plainLines(briefMd.text(answer, place)));
    return 0;
  } finally {
    await ledger?.close();
  }
}

function sinceOf(
  { options }: ParsedArguments,
  context: Context,
  cut: ResolvedCut | null,
): { readonly day: string; readonly problem: string | null } {
  const text = options.get('since')?.at(-1);
  const last = cut?.occurredAsOf ?? context.today();
  if (text === undefined) return { day: defaultSince(last), problem: null };
  const read = instantAt(toDay(text, context.today(), 'begins'), 'begins');
  if (typeof read !== 'string') return { day: last, problem: `--since: ${read.message}` };
  const day = read.slice(0, 10);
  return { day, problem: day > last ? `--since (${day}) comes after the day of the briefing (${last})` : null };
}

/** `brief`: what a manager asks, as a document with footnotes. */
export const briefCommand: Command = {
  name: 'brief',
  usage: 'brief [partnership]',
  says: 'write a briefing: what is due, silent and ahead, what changed since a day, what is contested',
  explains: `The briefing is Markdown with footnotes to the articles. A change is held against what a reader could have known on
the eve of --since. Leave the partnership out if only one is recorded. --since takes a day, a month, a year or a period
as people say it, from its beginning on: 2018-01-15, 2018-01, 2017-Q4, "last quarter".`,
  options: [
    { name: 'since', value: '<date>', says: 'tell what changed from this day on (default: 90 days before the day)' },
    ...clockOptions,
    withOption,
    urlOption,
    { name: 'format', value: 'md|json', says: 'md (the default), or the JSON of REST' },
  ],
  run: brief,
};
