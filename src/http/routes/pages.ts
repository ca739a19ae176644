import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { addressOf, type Clocks, clocksIn, partnershipPath } from '../../page/address.ts';
import type { NavLink, PageState, View } from '../../page/app.ts';
import { contestedView } from '../../page/contest.ts';
import { factView } from '../../page/fact.ts';
import { home } from '../../page/home.ts';
import { overview } from '../../page/overview.ts';
import { renderPage, stateText } from '../../page/page.ts';
import { type Bar, timeBar } from '../../page/time-bar.ts';
import { type TimelineFilter, timelineView } from '../../page/timeline.ts';
import { noticeOf, type Question } from '../../projections/answer.ts';
import { articlesAnswer } from '../../projections/articles.ts';
import { factAuditAnswer } from '../../projections/audit.ts';
import { factAnswer } from '../../projections/fact.ts';
import { noFilters } from '../../projections/filters.ts';
import type { ResolvedCut } from '../../projections/live/clocks.ts';
import { type Moments, moments } from '../../projections/moments.ts';
import { obligationsAnswer } from '../../projections/obligations.ts';
import { partnershipAnswer } from '../../projections/partnerships.ts';
import { silenceAnswer } from '../../projections/silence.ts';
import { statusShape, timelineAnswer } from '../../projections/timeline.ts';
import { whyAnswer } from '../../projections/why.ts';
import { etagOf, pathOf, sendTagged } from '../answers.ts';
import { type Context, partnershipAt, partnershipsAt } from '../context.ts';
import { noAssets } from '../page-assets.ts';
import { HttpProblem } from '../problems.ts';
import { queryOf, readRequest } from '../query.ts';
import { factAt } from './facts.ts';

/**
 * The pages: each is a view of an answer of the API, rendered here and brought to life by the script. The address holds
 * the whole state. To a client that takes only JSON a page answers with the address of its data.
 */
export function pageRoutes(app: FastifyInstance, context: Context): void {
  const pages = partnershipPages(context);
  const add = pageAdder(app, context);
  add('/', {}, async (reading) => await homePage(context, reading));
  add('/partnerships/:id', {}, async (reading) =>
    pages(reading, 'Overview', (question) => ({
      ...overview({ ...overviewAnswers(question), moments: reading.worldMoments(), clocks: reading.clocks }),
    })),
  );
  add('/partnerships/:id/contested', {}, async (reading) =>
    pages(reading, 'Contested', (question) =>
      contestedView(
        timelineAnswer(question, { ...noFilters, contested: true }).entries,
        question.view.partnership,
        reading.clocks,
      ),
    ),
  );
  add(
    '/partnerships/:id/facts/:kind/:subject/:milestone',
    {},
    async (reading) => await factPage(context, reading, pages),
  );
  add('/partnerships/:id/timeline', timelineParameters, async (reading) => {
    const rows = await partnershipAt(context, reading.params['id'] ?? '', {
      ...reading.cut,
      occurredAsOf: lastDayOf(reading),
    });
    return await pages(reading, 'Timeline', (question) =>
      timelineView({
        partnership: question.view.partnership,
        entries: timelineAnswer(question).entries,
        rows: timelineAnswer(rows).entries,
        articles: articlesOf(question),
        obligations: obligationsAnswer(question),
        clocks: reading.clocks,
        filter: reading.own as TimelineFilter,
        day: reading.cut.occurredAsOf,
      }),
    );
  });
}

// Throws unknown-fact for a fact that was never recorded.
async function factPage(context: Context, reading: PageReading, pages: PartnershipPages): Promise<PageState> {
  const { params, clocks, cut } = reading;
  const { id = '', kind = '', subject = '', milestone = '' } = params;
  const key = `${kind}/${subject}/${milestone}`;
  const { firstRecordedAt } = await factAt(context, { id, kind, subject, milestone }, cut);
  return await pages(reading, 'Fact', (partnership) => {
    const question = { ...partnership, firstRecordedAt };
    const { rows } = obligationsAnswer(partnership);
    return factView({
      fact: factAnswer(question, key),
      why: whyAnswer(question, key),
      audit: factAuditAnswer(question, key),
      clocks,
      day: cut.occurredAsOf,
      key,
      gamesNames: new Map(rows.map(({ edition, name }) => [edition, name])),
    });
  });
}

const timelineParameters = {
  status: z.string().optional(),
  lane: z.string().max(80).optional(),
  row: z.string().max(400).optional(),
  from: z.iso.date('write a day, such as 2018-01-01').optional(),
  to: z.iso.date('write a day, such as 2018-12-31').optional(),
};

const statusFilter = { status: statusShape.options };

// Rows keep their place when the day moves, so they are those of the last day of the slider.
function lastDayOf({ today, cut }: PageReading): string {
  return today > cut.occurredAsOf ? today : cut.occurredAsOf;
}

function articlesOf(question: Question) {
  return articlesAnswer({ cut: question.view.cut, views: [question.view], firstRecordedAt: question.firstRecordedAt });
}

type PartnershipPages = ReturnType<typeof partnershipPages>;

type Own = Readonly<Record<string, z.ZodType>>;

type PageReading = {
  readonly params: Readonly<Record<string, string>>;
  readonly path: string;
  readonly cut: ResolvedCut;
  readonly clocks: Clocks;
  /** The parameters of the page itself. */
  readonly own: Readonly<Record<string, string | null>>;
  readonly today: string;
  readonly recordedAt: string | null;
  /** The moments of the clock that the slider moves, and those of the world's clock. */
  readonly moments: () => Moments;
  readonly worldMoments: () => Moments;
};

type AddPage = (url: string, own: Own, build: (reading: PageReading) => Promise<PageState>) => void;

function pageAdder(app: FastifyInstance, context: Context): AddPage {
  const { ledger, now, assets = noAssets, identity } = context;
  const momentsOf = momentsCache();
  return (url, own, build) => {
    const shape = queryOf(undefined, false).extend({ slider: z.string().optional(), ...own });
    const read = async (request: FastifyRequest): Promise<PageState> => {
      const params = request.params as Readonly<Record<string, string>>;
      const query = filled(request.query as Readonly<Record<string, unknown>>);
      const path = pathOf(url, params);
      const head = await ledger.views.head();
      const { cut } = await readRequest(context, shape, 'status' in own ? statusFilter : {}, { path, query, head });
      const today = new Date(now()).toISOString().slice(0, 10);
      const clocks = clocksIn(query);
      const recordedAt = await ledger.views.recordedAt(cut.position);
      const kept = Object.fromEntries(Object.keys(own).map((name) => [name, textIn(query, name)]));
      const id = params['id'] ?? null;
      const { slider: _slider, ...worldClocks } = clocks;
      const [ofSlider, ofWorld] = [
        await momentsOf(context, { id, cut, clocks, today }),
        await momentsOf(context, { id, cut, clocks: worldClocks, today }),
      ];
      const reading = { params, path, cut, clocks, own: kept, today, recordedAt };
      return await build({ ...reading, moments: ofSlider, worldMoments: ofWorld });
    };
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const wants = wantedOf(request.headers.accept);
      if (wants === 'data') return reply.header('vary', 'accept').redirect(dataAddress(request.url));
      const state = await read(request).catch((error: unknown) => problemPage(error, request));
      const status = state.view.kind === 'problem' ? state.view.status : 200;
      return send(request, reply.code(status), wants, state);
    });
  };

  function send(request: FastifyRequest, reply: FastifyReply, wants: 'page' | 'state', state: PageState): FastifyReply {
    reply
      .header('vary', 'accept')
      .header('content-security-policy', contentPolicy)
      .header('referrer-policy', 'same-origin');
    const body = Buffer.from(wants === 'page' ? renderPage(state, assets) : stateText(state));
    const type = wants === 'page' ? 'text/html; charset=utf-8' : stateType;
    if (reply.statusCode !== 200) return reply.header('cache-control', 'no-store').type(type).send(body);
    return sendTagged(request, reply, etagOf(identity.id, body.toString()), type, body);
  }
}

/** The media type of the state of a page, which the script asks for when a clock moves. */
const stateType = 'application/vnd.partnership-ledger.page+json';

// No request to another host, no inline script, no inline style.
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

// A form sends its empty fields too: they set nothing.
function filled(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(query).filter(([, text]) => text !== ''));
}

function textIn(query: Readonly<Record<string, unknown>>, name: string): string | null {
  const text = query[name];
  return typeof text === 'string' ? text : null;
}

function wantedOf(accept = ''): 'page' | 'state' | 'data' {
  if (accept.includes(stateType)) return 'state';
  return accept.includes('application/json') && !accept.includes('text/html') ? 'data' : 'page';
}

function dataAddress(url: string): string {
  return url === '/' || url.startsWith('/?') ? `/api${url.slice(1)}` : `/api${url}`;
}

function problemPage(error: unknown, { url }: FastifyRequest): PageState {
  if (!(error instanceof HttpProblem)) throw error;
  const { title, status, detail, errors = [] } = error.problem;
  const [path = '/'] = url.split('?');
  const rest = errors.map(({ message }) => message).filter((message) => !detail.includes(message));
  return {
    title: `${title} · Partnership Ledger`,
    partnership: null,
    home: '/',
    nav: [],
    bar: null,
    notice: null,
    view: {
      kind: 'problem',
      status,
      title,
      detail,
      mistakes: rest,
      ways: [
        ...(status === 404 ? [] : [{ text: 'This page, as of today', href: path }]),
        { text: 'All partnerships', href: '/' },
      ],
    },
    position: 0,
    cite: null,
  };
}

type MomentsQuestion = {
  readonly id: string | null;
  readonly cut: ResolvedCut;
  readonly clocks: Clocks;
  readonly today: string;
};

// The moments of a clock do not depend on where it stands, so they are worked out once for all its steps.
function momentsCache() {
  const cache = new LRUCache<string, Moments>({ max: 200 });
  return async (context: Context, { id, cut, clocks, today }: MomentsQuestion) => {
    const none: Moments = { counted: 'changes', moments: [] };
    if (id === null) return () => none;
    const { slider } = clocks;
    const follows = slider === 'reported' && clocks.occurredAsOf === undefined;
    const question = await partnershipAt(context, id, await cutOfSlider(context, { cut, clocks, today }));
    return (): Moments => {
      const key = JSON.stringify([question.view.dependsOn, slider, follows]);
      const known = cache.get(key);
      if (known !== undefined) return known;
      const clock = slider === 'reported' || slider === 'recorded' ? slider : 'occurred';
      const worked = moments(question, clock, follows);
      cache.set(key, worked);
      return worked;
    };
  };
}

// The cut with the clock of the slider at its end.
async function cutOfSlider(
  { ledger }: Context,
  { cut, clocks, today }: Omit<MomentsQuestion, 'id'>,
): Promise<ResolvedCut> {
  if (clocks.slider === 'recorded') return { ...cut, position: (await ledger.views.head()).position };
  if (clocks.slider !== 'reported') return { ...cut, occurredAsOf: today };
  const follows = clocks.occurredAsOf === undefined;
  return { ...cut, reportedAsOf: today, occurredAsOf: follows ? today : cut.occurredAsOf };
}

type BuildView = (question: Question) => View;

// What all pages of a partnership share: their names, their links, the time bar.
function partnershipPages(context: Context) {
  return async (reading: PageReading, name: string, build: BuildView): Promise<PageState> => {
    const { params, cut, clocks, own, today, recordedAt, path } = reading;
    const question = await partnershipAt(context, params['id'] ?? '', cut);
    const partnership = partnershipAnswer(question);
    const href = addressOf(partnershipPath(partnership.id), clocks);
    const notice = noticeOf(question);
    const { last } = question.view;
    return {
      title: `${name} · ${partnership.name} · Partnership Ledger`,
      partnership: { name: partnership.name, href },
      home: addressOf('/', clocks),
      nav: navOf(partnership.id, clocks, name, partnership.contested),
      bar: timeBar({
        path,
        clocks,
        more: own,
        cut: { ...cut, recordedAt },
        today,
        moments: reading.moments(),
      }),
      notice:
        notice === undefined
          ? null
          : { text: notice.text, href: notice.try.length > 1 ? `${path}${notice.try}` : null },
      view: build(question),
      position: last?.position ?? 0,
      cite: last === null ? null : citation(reading, last.position),
    };
  };
}

function navOf(id: string, clocks: Clocks, current: string, contested: number): readonly NavLink[] {
  const base = partnershipPath(id);
  return views.map(({ name, path }) => ({
    name,
    href: addressOf(`${base}${path}`, clocks),
    isCurrent: name === current,
    count: name === 'Contested' && contested > 0 ? contested : null,
  }));
}

const views = [
  { name: 'Overview', path: '' },
  { name: 'Timeline', path: '/timeline' },
  { name: 'Contested', path: '/contested' },
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

async function homePage(
  context: Context,
  { path, cut, clocks, own, today, recordedAt }: PageReading,
): Promise<PageState> {
  const { views: partnerships } = await partnershipsAt(context, cut);
  const { name: names } = context.subjects;
  const deals = partnerships
    .map((view) => ({ view, names, firstRecordedAt: null }))
    .map((question) => ({
      partnership: partnershipAnswer(question),
      entries: timelineAnswer(question, { ...noFilters, status: ['due', 'overdue-unconfirmed'] }).entries,
    }))
    .filter(({ partnership }) => partnership.facts > 0);
  const bar: Bar = timeBar({ path, clocks, more: own, cut: { ...cut, recordedAt }, today, moments: null });
  return {
    title: 'Partnership Ledger',
    partnership: null,
    home: '/',
    nav: [],
    bar,
    notice: null,
    view: home({ deals, clocks }),
    position: cut.position,
    cite: null,
  };
}
