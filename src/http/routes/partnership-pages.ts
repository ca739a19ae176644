import { addressOf, type Clocks, followAddress, partnershipPath } from '../../page/address.ts';
import type { NavLink, PageState, View } from '../../page/app.ts';
import { articlesView, articleView } from '../../page/article.ts';
import { auditView } from '../../page/audit.ts';
import { briefView } from '../../page/brief.ts';
import { type ComparedSide, compareView } from '../../page/compare.ts';
import { contestedView } from '../../page/contest.ts';
import { decideView } from '../../page/decide.ts';
import { driftView } from '../../page/drift.ts';
import { factView } from '../../page/fact.ts';
import { overview } from '../../page/overview.ts';
import { rolloutView } from '../../page/rollout.ts';
import { silenceView } from '../../page/silence.ts';
import { takeAlong } from '../../page/take.ts';
import { timeBar } from '../../page/time-bar.ts';
import { type TimelineFilter, timelineView } from '../../page/timeline.ts';
import { dayWords, memberWords } from '../../page/words.ts';
import {
  mostPerPage,
  type Notice,
  noticeOf,
  type Page,
  type Question,
  type SpanningQuestion,
} from '../../projections/answer.ts';
import { articleAnswer, articlesAnswer } from '../../projections/articles.ts';
import { articleAuditAnswer, auditAnswer, factAuditAnswer, keysOf } from '../../projections/audit.ts';
import { driftAnswer } from '../../projections/drift.ts';
import { effects } from '../../projections/effects.ts';
import { factAnswer, factsOf } from '../../projections/fact.ts';
import { noFilters } from '../../projections/filters.ts';
import type { ResolvedCut } from '../../projections/live/clocks.ts';
import type { Moments } from '../../projections/moments.ts';
import { obligationsAnswer } from '../../projections/obligations.ts';
import { partnershipAnswer } from '../../projections/partnerships.ts';
import { rolloutAnswer } from '../../projections/rollout.ts';
import { silenceAnswer } from '../../projections/silence.ts';
import { listedArticles, listedSources } from '../../projections/summary.ts';
import { timelineAnswer } from '../../projections/timeline.ts';
import { whyAnswer } from '../../projections/why.ts';
import { type Context, findArticle, partnershipAt, presentCut } from '../context.ts';
import { briefAt } from './briefs.ts';
import { factAt } from './facts.ts';

/** The pages of one partnership, each from the answers of the API that it shows. */
export function partnershipPages(context: Context) {
  const page =
    (name: string, build: (question: Question, reading: PageReading) => View) =>
    async (reading: PageReading): Promise<PageState> => {
      const question = await partnershipAt(context, reading.partnership ?? '', reading.cut);
      return shell(question, reading, name, build(question, reading));
    };
  return {
    overview: page('Overview', (question, { worldMoments, clocks, own }) =>
      overview({
        ...overviewAnswers(question),
        moments: worldMoments(),
        clocks,
        allPromises: own['promises'] === 'all',
      }),
    ),
    rollout: page('Rollout', (question, { clocks }) =>
      rolloutView(rolloutAnswer(question), {
        partnership: question.view.partnership,
        clocks,
        names: gamesNames(question),
      }),
    ),
    contested: page('Contested', (question, { clocks }) => {
      const { entries } = timelineAnswer(question, { ...noFilters, contested: true });
      return contestedView(entries, { partnership: question.view.partnership, clocks, parties: partyNames(question) });
    }),
    silence: page('Silence', (question, { clocks }) =>
      silenceView(silenceAnswer(question), {
        partnership: question.view.partnership,
        clocks,
        names: gamesNames(question),
      }),
    ),
    drift: page('Drift', (question, { clocks }) =>
      driftView(driftAnswer(question), {
        partnership: question.view.partnership,
        clocks,
        titles: titlesIn(question),
      }),
    ),
    articles: page('Articles', (question, { clocks }) => articlesView(articlesOf(question), clocks)),
    audit: page('Audit', (question, { clocks, own }) => {
      const { start, ...filter } = own;
      const list = (text: string | null | undefined) => (text ? [text] : []);
      const filters = {
        ...noFilters,
        article: list(filter['article']),
        actor: list(filter['actor']),
        effect: list(filter['effect']),
      };
      const { partnership } = question.view;
      const offset = Number(start ?? 0);
      const facts = factNames(question);
      return auditView(auditAnswer(question, filters), { partnership, clocks, filter, effects, offset, facts });
    }),
    article: async (reading: PageReading) => await articlePage(context, reading),
    brief: async (reading: PageReading) => await briefPage(context, reading),
    timeline: async (reading: PageReading) => await timelinePage(context, reading),
    compare: async (reading: PageReading) => await comparePage(context, reading),
    fact: async (reading: PageReading) => await factPage(context, reading),
    decide: async (reading: PageReading) => await decidePage(context, reading),
  };
}

/** A request for a page: through which clocks, and with which parameters of its own. */
export type PageReading = {
  readonly params: Readonly<Record<string, string>>;
  /** The partnership that the page is about; null for one that is about several. */
  readonly partnership: string | null;
  readonly path: string;
  readonly cut: ResolvedCut;
  readonly clocks: Clocks;
  /** The parameters of the page itself. */
  readonly own: Readonly<Record<string, string | null>>;
  readonly today: string;
  readonly recordedAt: string | null;
  /** The host under which this server is asked, where other sites may frame a timeline; else null. */
  readonly embedHost: string | null;
  /** The moments of the clock that the slider moves, and those of the world's clock. */
  readonly moments: () => Moments;
  readonly worldMoments: () => Moments;
};

// The entries that the overview speaks of: those of the agreement, and those that are still to come.
function overviewAnswers(question: Question) {
  const open = timelineAnswer(question, { ...noFilters, status: ['planned', 'due', 'overdue-unconfirmed', 'on-hold'] });
  const agreed = timelineAnswer(question, {
    ...noFilters,
    type: ['PartnershipAnnounced', 'PartnershipSigned', 'TermAgreed', 'PartnershipTerminated'],
  });
  const entries = new Map([...agreed.entries, ...open.entries].map((entry) => [entry.fact, entry]));
  return {
    partnership: partnershipAnswer(question),
    obligations: obligationsAnswer(question),
    silence: silenceAnswer(question),
    entries: [...entries.values()],
  };
}

function gamesNames(question: Question): ReadonlyMap<string, string> {
  return new Map(obligationsAnswer(question).rows.map(({ edition, name }) => [edition, name]));
}

function titlesIn(question: Question): ReadonlyMap<string, string> {
  return new Map(timelineAnswer(question).entries.map(({ fact, title }) => [fact, title]));
}

function partyNames(question: Question): ReadonlyMap<string, string> {
  return new Map(partnershipAnswer(question).parties.map(({ id, name }) => [id, name]));
}

// Facts that differ in Games, market or sponsor alone share a title, so the member goes with it.
function factNames(question: Question) {
  const names = gamesNames(question);
  return new Map(
    timelineAnswer(question).entries.map(({ fact, title, group }) => [
      fact,
      { title, member: group === null ? '' : memberWords(group, names) },
    ]),
  );
}

function articlesOf(question: Question) {
  return articlesAnswer(spanOf(question), listedArticles([listedSources(question.view)]));
}

// One partnership, where an answer may span several.
function spanOf({ view, firstRecordedAt }: Question): SpanningQuestion {
  return { cut: view.cut, views: [view], firstRecordedAt };
}

// An article on several partnerships stands on one page, in the frame of the first.
async function articlePage(context: Context, reading: PageReading): Promise<PageState> {
  const { cut, clocks, params } = reading;
  const { id = '' } = params;
  const { partnerships } = findArticle(context, id);
  const questions = await Promise.all(partnerships.map((one) => partnershipAt(context, one, cut)));
  const [first] = questions as [Question];
  const view = articleView({
    article: articleAnswer({ ...spanOf(first), views: questions.map((question) => question.view) }, id),
    parts: questions.map((question) => ({
      partnership: question.view.partnership,
      name: partnershipAnswer(question).name,
      audit: articleAuditAnswer(spanOf(question), id),
      titles: titlesIn(question),
    })),
    clocks,
    id,
  });
  const state = shell(first, reading, 'Articles', view);
  const position = Math.max(...questions.map((question) => question.view.last?.position ?? 0));
  return { ...state, position, cite: position === 0 ? null : citation(reading, position) };
}

// Rows keep their place when the day moves, so they are those of the last day of the slider.
async function timelinePage(context: Context, reading: PageReading): Promise<PageState> {
  const { question, view } = await timelineAt(context, reading);
  return shell(question, reading, 'Timeline', view);
}

/** The timeline of a partnership as pages show it, with its filters in `own`. */
export async function timelineAt(
  context: Context,
  { partnership, cut, today, clocks, own }: Pick<PageReading, 'partnership' | 'cut' | 'today' | 'clocks' | 'own'>,
) {
  const question = await partnershipAt(context, partnership ?? '', cut);
  const occurredAsOf = today > cut.occurredAsOf ? today : cut.occurredAsOf;
  const last = await partnershipAt(context, partnership ?? '', { ...cut, occurredAsOf });
  const articles = articlesOf(question);
  const view = timelineView({
    partnership: question.view.partnership,
    entries: timelineAnswer(question).entries,
    rows: timelineAnswer(last).entries,
    games: gamesNames(last),
    articles,
    obligations: obligationsAnswer(question),
    clocks,
    filter: own as TimelineFilter,
    day: cut.occurredAsOf,
  });
  return { question, view, articles };
}

async function briefPage(context: Context, reading: PageReading): Promise<PageState> {
  const { partnership, cut, clocks, own } = reading;
  const question = await partnershipAt(context, partnership ?? '', cut);
  const { build } = await briefAt(context, partnership ?? '', cut, own['since']);
  return shell(question, reading, 'Briefing', briefView(build(), clocks));
}

// Two days of the clock that the slider moves. Without them, the chosen day and the day before the last change.
async function comparePage(context: Context, reading: PageReading): Promise<PageState> {
  const { partnership, cut, clocks, own } = reading;
  const clock = clocks.slider === 'reported' ? 'reported' : 'occurred';
  const to = own['to'] ?? (clock === 'reported' ? cut.reportedAsOf : null) ?? cut.occurredAsOf;
  const from = own['from'] ?? `${Number(to.slice(0, 4)) - 1}${to.slice(4).replace('-02-29', '-02-28')}`;
  const sideAt = async (day: string): Promise<ComparedSide> => {
    const follows = clock === 'reported' && clocks.occurredAsOf === undefined;
    const moved =
      clock === 'reported' ? { reportedAsOf: day, ...(follows ? { occurredAsOf: day } : {}) } : { occurredAsOf: day };
    const question = await partnershipAt(context, partnership ?? '', { ...cut, ...moved });
    return { day, entries: timelineAnswer(question).entries, obligations: obligationsAnswer(question) };
  };
  const question = await partnershipAt(context, partnership ?? '', cut);
  const sides = { from: await sideAt(from), to: await sideAt(to) };
  const view = compareView({ ...sides, partnership: question.view.partnership, clocks, clock });
  return shell(question, reading, 'Compare', view);
}

// Throws unknown-fact for a fact that was never recorded.
async function factPage(context: Context, reading: PageReading): Promise<PageState> {
  const { params, clocks, cut } = reading;
  const { id = '', kind = '', subject = '', milestone = '' } = params;
  const key = `${kind}/${subject}/${milestone}`;
  const question = await factAt(context, { id, kind, subject, milestone }, cut);
  const view = factView({
    fact: factAnswer(question, key, firstPage),
    why: whyAnswer(question, key),
    audit: factAuditAnswer(question, key, noFilters, firstPage),
    clocks,
    day: cut.occurredAsOf,
    key,
    gamesNames: gamesNames(question),
    parties: partyNames(question),
    cite: {
      partnership: partnershipAnswer(question).name,
      href: citation(reading, question.view.last?.position ?? 0),
    },
  });
  return shell(question, reading, 'Fact', view);
}

const firstPage: Page = { offset: 0, limit: mostPerPage, link: () => '' };

// A steward decides on what the ledger holds now, whatever clocks the last page had.
async function decidePage(context: Context, reading: PageReading): Promise<PageState> {
  const { own, partnership } = reading;
  const cut = await presentCut(context);
  const question = await partnershipAt(context, partnership ?? '', cut);
  const { history } = question.view.ground;
  const key = own['fact'] ?? null;
  const [kind = '', subject = '', milestone = ''] = key?.split('/') ?? [];
  const found = key === null ? null : await factAt(context, { id: partnership ?? '', kind, subject, milestone }, cut);
  const answer = key === null || found === null ? null : factAnswer(found, key);
  const view = decideView({
    partnership: question.view.partnership,
    article: own['article'] == null ? null : await articleNow(context, own['article'], cut),
    contested: timelineAnswer(question, { ...noFilters, contested: true }).entries,
    fact: answer === null || answer.entry === null ? null : { ...answer, entry: answer.entry },
    as: own['as'] ?? null,
    keys: factsOf(history),
    merged: answer?.entry ? [...keysOf(answer.entry.fact, history)].filter((one) => one !== answer.entry?.fact) : [],
  });
  return { ...shell(question, { ...reading, cut, clocks: {} }, 'Decide', view), bar: null, cite: null };
}

// Throws unknown-article for one that was never recorded.
async function articleNow(context: Context, id: string, cut: ResolvedCut) {
  const { partnerships } = findArticle(context, id);
  const questions = await Promise.all(partnerships.map((one) => partnershipAt(context, one, cut)));
  const [first] = questions as [Question];
  return articleAnswer({ ...spanOf(first), views: questions.map(({ view }) => view) }, id).article;
}

// What all pages of a partnership share: its name, its links, the time bar.
function shell(question: Question, reading: PageReading, name: string, view: View): PageState {
  const { cut, clocks, own, today, recordedAt, path } = reading;
  const partnership = partnershipAnswer(question);
  const notice = noticeOf(question);
  const { last } = question.view;
  return {
    title: `${'title' in view ? view.title : name} · ${partnership.name} · Partnership Ledger`,
    partnership: { name: partnership.name, href: addressOf(partnershipPath(partnership.id), clocks) },
    home: addressOf('/', clocks),
    nav: navOf(partnership.id, clocks, name, partnership.contested),
    bar: timeBar({ path, clocks, more: own, cut: { ...cut, recordedAt }, today, moments: reading.moments() }),
    notice:
      notice === undefined
        ? null
        : { text: noticeWords(notice, cut), href: notice.try.length > 1 ? `${path}${notice.try}` : null },
    view,
    take: takeAlong(partnership.id, { page: name, path }, clocks, own, reading.embedHost),
    position: last?.position ?? 0,
    cite: last === null ? null : citation(reading, last.position),
    // Through the reported clock, events of later articles do not bear on it.
    follow: followAddress(clocks, partnership.id, cut.reportedAsOf === null ? (last?.position ?? 0) : cut.position),
  };
}

// The notice of the API names its parameters; a page names its clocks.
function noticeWords({ reason, text, firstRecordedAt }: Notice, { position, reportedAsOf }: ResolvedCut): string {
  if (reason === 'published-later' && reportedAsOf !== null) {
    return `No article on it had come out by ${dayWords(reportedAsOf, 'long')}.`;
  }
  if (reason !== 'recorded-later') return text;
  const first =
    firstRecordedAt === null ? '' : ` The first report is of ${dayWords(firstRecordedAt.slice(0, 10), 'long')}.`;
  return `After event ${position} this ledger held nothing on it yet.${first} For an earlier day of the world, move the clock “Happened” and leave this one at now.`;
}

function navOf(id: string, clocks: Clocks, current: string, contested: number): readonly NavLink[] {
  const base = partnershipPath(id);
  const own = views.map(({ name, path }) => ({
    name,
    href: addressOf(`${base}${path}`, clocks),
    isCurrent: name === current,
    count: name === 'Contested' && contested > 0 ? contested : null,
  }));
  const others = [
    { name: 'Search', href: addressOf('/search', clocks) },
    { name: 'Write', href: addressOf('/write', {}, { partnership: id }) },
  ];
  return [...own, ...others.map((one) => ({ ...one, isCurrent: false, count: null }))];
}

const views = [
  { name: 'Overview', path: '' },
  { name: 'Timeline', path: '/timeline' },
  { name: 'Rollout', path: '/rollout' },
  { name: 'Contested', path: '/contested' },
  { name: 'Silence', path: '/silence' },
  { name: 'Drift', path: '/drift' },
  { name: 'Compare', path: '/compare' },
  { name: 'Articles', path: '/articles' },
  { name: 'Audit', path: '/audit' },
];

function citation({ path, cut, own, clocks }: PageReading, position: number): string {
  const { timing } = clocks;
  const set: Clocks = {
    occurredAsOf: cut.occurredAsOf,
    ...(cut.reportedAsOf === null ? {} : { reportedAsOf: cut.reportedAsOf }),
    atPosition: String(position),
    ...(timing === undefined ? {} : { timing }),
  };
  return addressOf(path, set, own);
}
