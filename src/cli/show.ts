import { nearest } from '../domain/vocabulary/nearest.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import type { FormatName } from '../exports/formats.ts';
import { doubtOn, type Question, withClockDoubt } from '../projections/answer.ts';
import { factIn, factsOf } from '../projections/fact.ts';
import { type FilterTexts, filterNames, nearestArticles, readFilters } from '../projections/filters.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { namesFor } from '../projections/partnership-view.ts';
import {
  type Command,
  choosePartnership,
  clockOptions,
  clocksOf,
  cutLine,
  fail,
  filterOptions,
  filtersOf,
  flagOf,
  nothingYet,
  noticeText,
  type ParsedArguments,
  parameterProblem,
} from './command.ts';
import type { Context, ExitCode, OpenLedger, Output } from './context.ts';
import { plainText, wrap } from './print.ts';
import { registeredSubjects, withOption } from './registered-subjects.ts';
import { partnershipOn, type Server, serverOf, urlOption } from './server.ts';
import { type Asked, type Shown, type ShownAnswer, type ShownView, shownViews } from './shown-views.ts';
import { legendOf, sourceLegend } from './words.ts';

/** Shows a read model at a cut, as a table or as the JSON of REST. Creates no ledger. */
async function show(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const request = readRequest(args, context);
  const { server, problems: serverProblems } = serverOf(args, context);
  const outcome = await (server === null ? askHere(request, args, context) : askServer(request, server));
  const isUnlinked = linkedFormats.has(request.format) && originOf(args, server) === '';
  const problems = [
    ...request.problems,
    ...serverProblems,
    ...(isUnlinked ? ['a feed links to pages: say where readers reach the server, with --origin or --url'] : []),
    ...outcome.problems,
  ];
  if (problems.length > 0) return fail(problems, 'show', context);
  const { view, what, clocks, format, hasBom } = request;
  if (outcome.answer === null || view === null) return nothingYet(context);
  const shown = view.show(outcome.answer, { name: outcome.name, what });
  if (format === null) await context.page(shownPage(shown, clocks.meant, context.out));
  else context.out.write(await shown.write(format, { hasBom, ledger: outcome.ledger, origin: originOf(args, server) }));
  return 0;
}

// Formats that are of no use without links.
const linkedFormats: ReadonlySet<ShownFormat | null> = new Set(['atom', 'jsonfeed']);

function originOf({ options }: ParsedArguments, server: Server | null): string {
  return options.get('origin')?.at(-1)?.replace(/\/+$/, '') ?? server?.base ?? '';
}

// What the command line asks for, and its mistakes, as far as they do not depend on the ledger.
function readRequest(args: ParsedArguments, context: Pick<Context, 'today'>): ShowRequest {
  const [name, ...named] = args.positionals;
  const { view, problem } = viewNamed(name, named.length);
  const today = context.today();
  const clocks = clocksOf(args, today);
  const filters = filtersOf(args, { view: name ?? '', rules: view?.filters ?? {}, today });
  const { format, problems: formatProblems } = formatOf(args, name ?? '', view?.formats ?? []);
  const { what, partnership, surplus } = subjectOf(view?.about ?? 'partnership', named);
  return {
    view,
    viewName: name ?? '',
    what,
    partnership,
    isDoubtful: partnership !== undefined && args.doubtful.includes(partnership),
    clocks,
    filters: filters.texts,
    format,
    hasBom: args.options.get('bom')?.at(-1) === 'true',
    problems: [
      ...args.problems,
      // After an unknown option, a positional may be its value.
      ...(surplus === null || args.problems.length > 0 ? [] : [surplus]),
      ...(problem === null ? [...filters.problems, ...formatProblems] : [problem]),
      ...clocks.problems,
      ...(view?.about === 'fact' && !/^[^/]+\/[^/]+\/[^/]+$/.test(what) ? [noKey(what)] : []),
      ...(view?.about === 'words' && what === ''
        ? ['say what to search for, such as: show search cloud services']
        : []),
    ],
  };
}

type ShowRequest = {
  readonly view: ShownView | null;
  readonly viewName: string;
  /** The key of a fact, the id of an article, or the words of a search; else ''. */
  readonly what: string;
  readonly partnership: string | undefined;
  readonly isDoubtful: boolean;
  readonly clocks: ReturnType<typeof clocksOf>;
  readonly filters: FilterTexts;
  /** Null: a table for people. */
  readonly format: ShownFormat | null;
  readonly hasBom: boolean;
  readonly problems: readonly string[];
};

type ShownFormat = FormatName | 'json';

function viewNamed(
  name: string | undefined,
  named: number,
): { readonly view: ShownView; readonly problem: null } | { readonly view: null; readonly problem: string } {
  const names = Object.keys(shownViews);
  if (name === undefined) return { view: null, problem: `say what to show: ${names.join(', ')}` };
  // "show articles 002" shows that one.
  const meant = name === 'articles' && named > 0 ? 'article' : name;
  const view = Object.hasOwn(shownViews, meant) ? shownViews[meant] : undefined;
  if (view !== undefined) return { view, problem: null };
  const [near] = nearest(name, names, { limit: 1 });
  const instead = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  return { view: null, problem: `${plainText(name)} is not a view; ${instead}` };
}

function subjectOf(about: ShownView['about'], named: readonly string[]): Subject {
  if (about === 'words') return { what: named.join(' '), partnership: undefined, surplus: null };
  const hasWhat = about === 'fact' || about === 'article';
  const [what = '', ...others] = hasWhat ? named : ['', ...named];
  const takesPartnership = about === 'partnership' || about === 'fact' || about === 'ledger or partnership';
  const surplus = others.slice(takesPartnership ? 1 : 0);
  return {
    what,
    partnership: takesPartnership ? others[0] : undefined,
    surplus:
      surplus.length === 0 ? null : `unexpected argument "${plainText(surplus.join(' '))}": show takes ${takes[about]}`,
  };
}

type Subject = Pick<ShowRequest, 'what' | 'partnership'> & { readonly surplus: string | null };

const takes = {
  partnership: 'one view and one partnership',
  fact: 'one fact and one partnership',
  article: 'one article',
  words: 'words',
  ledger: 'one view',
  games: 'one view',
  'ledger or partnership': 'one view and one partnership',
} as const satisfies Readonly<Record<ShownView['about'], string>>;

function noKey(what: string): string {
  const says = what === '' ? 'name a fact by its key' : `${plainText(what)} is no key of a fact`;
  return `${says}, such as campaign/greatness-of-small/launched; "show search <words>" finds keys`;
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

// The answer of the ledger that is set up. Without a ledger it finds only problems that need none.
async function askHere(request: ShowRequest, args: ParsedArguments, context: Context): Promise<Outcome> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, args, context);
    const { view, clocks } = request;
    const recorded = ledger?.views.catalogue.partnerships((await ledger.views.head()).position) ?? [];
    if (ledger === null || recorded.length === 0) return { ...noAnswer, problems: [] };
    const { views } = ledger;
    const { cut, problems: clockProblems } = await views.resolve(clocks.clocks);
    const { filters, problems: filterProblems } = readFilters(request.filters, view?.filters ?? {}, views.catalogue);
    const subject = await findSubject(request, recorded, ledger, subjects);
    const problems = [...subject.problems, ...[...(clockProblems ?? []), ...filterProblems].map(parameterProblem)];
    if (problems.length + request.problems.length > 0 || view === null || cut === null) {
      return { ...noAnswer, problems };
    }
    const asked = await askedOf(subject, request, cut, ledger, subjects.name);
    const doubt = doubtOn(views.clockDoubt(await views.head()), clocks.clocks);
    const [id] = subject.partnerships;
    const name = id === undefined ? '' : `${asked.question().names('partnership', id) ?? id} (${id})`;
    return {
      answer: withClockDoubt(view.ask(asked, filters), doubt),
      name,
      ledger: views.catalogue.ledger()?.id ?? '',
      problems,
    };
  } finally {
    await ledger?.close();
  }
}

/** `answer` is null where nothing is recorded, or where there are problems; `name` is that of the partnership. */
type Outcome = {
  readonly answer: ShownAnswer | null;
  readonly name: string;
  /** The id of the ledger. */
  readonly ledger: string;
  readonly problems: readonly string[];
};

const noAnswer = { answer: null, name: '', ledger: '' } as const;

// The partnerships that an answer is built from, and when the first event on its subject was recorded.
async function findSubject(
  { view, what, partnership, isDoubtful }: ShowRequest,
  recorded: readonly string[],
  { views }: OpenLedger,
  subjects: Parameters<typeof choosePartnership>[2],
): Promise<Found> {
  const { catalogue } = views;
  const about = view?.about ?? 'partnership';
  if (about === 'article') return await findArticle(what, views);
  const isOfWhole = about === 'ledger or partnership' && partnership === undefined;
  if (about === 'words' || about === 'ledger' || about === 'games' || isOfWhole) {
    const firstRecordedAt = recorded.flatMap((id) => catalogue.partnership(id)?.firstRecordedAt ?? []).toSorted()[0];
    return { partnerships: recorded, firstRecordedAt: firstRecordedAt ?? null, problems: [] };
  }
  const holders = about === 'fact' && partnership === undefined ? await holdersOf(what, recorded, views) : recorded;
  const choice = choosePartnership(partnership, holders.length === 0 ? recorded : holders, subjects);
  if (choice.id === null) return { ...notFound, problems: isDoubtful ? [] : [choice.problem] };
  if (about === 'fact') return await findFact(what, choice.id, views);
  const firstRecordedAt = catalogue.partnership(choice.id)?.firstRecordedAt ?? null;
  return { partnerships: [choice.id], firstRecordedAt, problems: [] };
}

type Found = {
  readonly partnerships: readonly string[];
  readonly firstRecordedAt: string | null;
  readonly problems: readonly string[];
};

const notFound = { partnerships: [], firstRecordedAt: null } as const;

async function findArticle(id: string, { catalogue, recordedAt }: LedgerViews): Promise<Found> {
  const article = catalogue.article(id);
  if (article !== null) {
    const partnerships = [...new Set([...article.partnerships, ...article.sameText])];
    return { partnerships, firstRecordedAt: await recordedAt(article.first), problems: [] };
  }
  const [near] = nearestArticles(id, catalogue.articles(Number.MAX_SAFE_INTEGER));
  const instead = near === undefined ? '"show articles" lists them' : `did you mean ${near}?`;
  return { ...notFound, problems: [`no article ${plainText(id)} is recorded; ${instead}`] };
}

// The partnerships that tell of a fact; the same key may stand in several.
async function holdersOf(key: string, recorded: readonly string[], views: LedgerViews): Promise<readonly string[]> {
  const telling = await Promise.all(recorded.map(async (id) => (await factKeys(id, views)).has(key)));
  return recorded.filter((_, i) => telling[i]);
}

async function factKeys(id: string, views: LedgerViews): Promise<ReadonlySet<string>> {
  const { cut } = await views.resolve({});
  if (cut === null) return new Set();
  const view = await views.partnership(id, cut);
  // No report names the fact that a store opened again: the days of its reports make it one.
  return new Set([...factsOf(view.ground.history), ...view.facts().facts.map(({ key }) => key)]);
}

async function findFact(key: string, id: string, views: LedgerViews): Promise<Found> {
  const keys = await factKeys(id, views);
  if (!keys.has(key)) {
    const near = nearest(key, keys);
    const instead =
      near.length === 0 ? '"show search <words>" finds keys' : `the nearest: ${near.slice(0, maxNear).join(', ')}`;
    return {
      ...notFound,
      problems: key.includes('/') ? [`no fact ${plainText(key)} is recorded of ${id}; ${instead}`] : [],
    };
  }
  const { cut } = await views.resolve({});
  const view = await views.partnership(id, cut as ResolvedCut);
  const report =
    view.ground.history.find((event) => event.kind === 'report' && event.fact === key) ??
    factIn(view, key)?.evidence[0]?.report;
  return { partnerships: [id], firstRecordedAt: report?.recordedAt ?? null, problems: [] };
}

const maxNear = 3;

// The answer of a server. It reads the clocks and the filters itself.
async function askServer(request: ShowRequest, server: Server): Promise<Outcome> {
  const { view, viewName, what, partnership, clocks, filters, format } = request;
  if (view === null || request.problems.length > 0) return { ...noAnswer, problems: [] };
  const isNamed = partnership !== undefined && view.about === 'ledger or partnership';
  const takesPartnership = view.about === 'partnership' || view.about === 'fact' || isNamed;
  const on = takesPartnership ? await partnershipOn(server, partnership) : { id: null, name: '', problems: [] };
  if (on.problems.length > 0) return { ...noAnswer, problems: on.problems };
  const base = `/api/partnerships/${encodeURIComponent(on.id ?? '')}`;
  const path = {
    partnership: viewName === 'partnership' ? base : `${base}/${viewName}`,
    fact: `${base}/facts/${what.split('/').map(encodeURIComponent).join('/')}${viewName === 'why' ? '/why' : ''}`,
    article: `/api/articles/${encodeURIComponent(what)}`,
    words: '/api/search',
    ledger: `/api/${viewName}`,
    games: '/api/games',
    'ledger or partnership': `${isNamed ? base : '/api'}/${viewName}`,
  }[view.about];
  const words = view.about === 'words' ? { q: what } : {};
  const { answer, problems } = await server.get(path, { ...words, ...clocks.clocks, ...filters }, view.list);
  if (answer === null) return { ...noAnswer, problems };
  // A calendar, a feed and a citation name their ledger.
  const about = format !== null && format !== 'json' && format !== 'csv' ? (await server.get('/api', {})).answer : null;
  const { id } = (about?.['ledger'] ?? { id: '' }) as { readonly id: string };
  return { answer: answer as unknown as ShownAnswer, name: on.name, ledger: id, problems: [] };
}

async function askedOf(
  { partnerships, firstRecordedAt }: Found,
  { view, what, partnership }: ShowRequest,
  cut: ResolvedCut,
  { views }: OpenLedger,
  register: SubjectNames,
): Promise<Asked> {
  const seen = await Promise.all(partnerships.map((id) => views.partnership(id, cut)));
  const [first] = seen;
  const names = first !== undefined && seen.length === 1 ? namesFor(first, register) : register;
  return {
    question: () => ({ view: first, names, firstRecordedAt }) as Question,
    span: { cut, views: seen, firstRecordedAt },
    names: register,
    what: view?.about === 'ledger or partnership' ? (partnership ?? '') : what,
    games: view?.about === 'games' ? await views.games(cut) : [],
  };
}

// The page for people: title, cut, notice, table, and a legend of its marks.
function shownPage(
  { answer, title, draw }: Shown,
  meant: readonly string[],
  { width, paint }: Pick<Output, 'width' | 'paint'>,
): string {
  const table = draw({ width, paint });
  const legend = legendOf(table);
  const { cut, notice } = answer;
  const noticeLines = notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line));
  const body = table === '' ? 'Nothing to show.\n' : table;
  const sources = sourceLegend(answer).flatMap((source) => wrap(plainText(source), width));
  const foot = [...wrap(legend, width), ...sources].map((text) => `${paint('dim', text)}\n`);
  const head = [
    ...wrap(plainText(title), width).map((line) => paint('bold', line)),
    ...[cutLine(cut), ...meant].flatMap((text) => wrap(text, width)).map((line) => paint('dim', line)),
    ...noticeLines,
  ];
  return `${head.join('\n')}\n\n${body}${foot.length === 0 ? '' : `\n${foot.join('')}`}`;
}

// What each view takes and gives, a line each; a long one goes on below.
function taken(): string {
  const indent = ' '.repeat(15);
  return Object.entries(shownViews)
    .flatMap(([name, { filters, formats }]) => {
      const given = filterNames.filter((filter) => filters[filter] !== undefined).map(flagOf);
      const lines = wrap([...given, 'as', [...formats, 'json'].join('|')].join(' '), 100);
      return lines.map((line, i) => `  ${i === 0 ? name.padEnd(13) : indent.slice(2)}${line}`);
    })
    .join('\n');
}

/** `show`: a read model as of any date. */
export const showCommand: Command = {
  name: 'show',
  usage: 'show <view> [what]',
  says: 'show a read model, a fact, articles or a search, as of any date',
  explains: `  partnership  status, parties and term, and how it is to end
  timeline     what was planned, is due and has happened, one entry a fact
  obligations  what is owed for which Games, and where it stands
  rollout      campaigns, activations and storefronts
  audit        what was recorded when, from where, and what it changed
  drift        how promises changed from article to article, and how late they were reported
  calendar     planned days, Games and ends of the agreement
  silence      promises whose day or Games have passed without a report
  fact <key>   one fact with every report of it, also those that no longer count
  why <key>    why a fact says what it says: the rule behind each value, and what became of every report
  articles     the articles; with an id, one of them, paragraph by paragraph
  partnerships the partnerships of the ledger
  games        the Games, and what became of their days
  feed         what was newly recorded, of the whole ledger or of one partnership
  search <…>   facts and articles that name all of the words

A partnership follows the view, or the key of a fact; leave it out if only one is recorded.

Filters and formats of each view:
${taken()}

Separate several values of a filter by commas, or repeat the filter. A year, a month or a day means its end, and so does
a period as people say it: 2017-Q4, yesterday, "last quarter", "end of 2018", "3 months ago". Games go by their edition
or their name: 2022W, "Beijing 2022".`,
  options: [
    ...clockOptions,
    ...filterOptions,
    {
      name: 'format',
      value: '<format>',
      values: [...new Set(Object.values(shownViews).flatMap(({ formats }) => formats)), 'json'],
      says: 'print a file instead of a table, in a form that the view has; json is what REST answers, all at once',
    },
    {
      name: 'origin',
      value: '<server>',
      says: 'where readers reach the server, for the links of a feed, a citation or a calendar (default: --url)',
      refuse: (text) =>
        /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? null : 'write an address such as https://ledger.example',
    },
    { name: 'bom', value: null, says: 'begin a csv with the mark by which Excel reads UTF-8' },
    { name: 'json', value: null, says: null },
    withOption,
    urlOption,
  ],
  words: Object.keys(shownViews),
  run: show,
};
