import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { toDay, toSpokenDay } from '../../domain/vocabulary/spoken-periods.ts';
import { addressOf, type Clocks, clocksIn, followAddress } from '../../page/address.ts';
import type { NavLink, PageState, View } from '../../page/app.ts';
import { home } from '../../page/home.ts';
import { renderPage, stateText } from '../../page/page.ts';
import { searchView } from '../../page/search.ts';
import { type Bar, timeBar } from '../../page/time-bar.ts';
import { writeView } from '../../page/write.ts';
import { auditFilters } from '../../projections/audit.ts';
import type { FilterRules } from '../../projections/filters.ts';
import type { ResolvedCut } from '../../projections/live/clocks.ts';
import { type Moments, moments } from '../../projections/moments.ts';
import { searchAnswer } from '../../projections/search.ts';
import { statusShape } from '../../projections/timeline.ts';
import { etagOf, pathOf, sendTagged } from '../answers.ts';
import { type Context, findArticle, partnershipAt, partnershipsAt, soon } from '../context.ts';
import { noAssets } from '../page-assets.ts';
import { HttpProblem } from '../problems.ts';
import { queryOf, readRequest } from '../query.ts';
import { pageHeaders } from '../safe-headers.ts';
import { type PageReading, partnershipPages } from './partnership-pages.ts';

/**
 * The pages: each is a view of an answer of the API, rendered here and brought to life by the script. The address holds
 * the whole state. To a client that takes only JSON a page answers with the address of its data.
 */
export function pageRoutes(app: FastifyInstance, context: Context): void {
  const add = pageAdder(app, context);
  const own = partnershipPages(context);
  const base = '/partnerships/:id';
  add('/', { partnershipOf: () => null }, async (reading) => await homePage(context, reading));
  add('/search', { own: { q: z.string().max(200).optional() }, partnershipOf: () => null }, async (reading) =>
    searchPage(context, reading),
  );
  add(
    '/write',
    { own: { partnership: z.string().max(200).optional() }, partnershipOf: () => null },
    async (reading) => ({
      ...spanningPage(reading, 'Write', writeView(reading.own['partnership'] ?? null)),
      bar: null,
      follow: null,
    }),
  );
  add(base, { own: { promises: z.enum(['all'], 'promises is all, or left out').optional() } }, own.overview);
  add(
    `${base}/timeline`,
    { own: timelineParameters, filters: { status: statusShape.options }, from: 'begins' },
    own.timeline,
  );
  add(`${base}/rollout`, {}, own.rollout);
  add(`${base}/contested`, {}, own.contested);
  add(`${base}/compare`, { own: compareParameters }, own.compare);
  add(`${base}/brief`, { own: { since: z.string().max(40).optional() } }, own.brief);
  add(`${base}/silence`, {}, own.silence);
  add(`${base}/drift`, {}, own.drift);
  add(`${base}/audit`, { own: auditParameters, filters: auditFilters }, own.audit);
  add(`${base}/articles`, {}, own.articles);
  add(`${base}/facts/:kind/:subject/:milestone`, {}, own.fact);
  add(`${base}/decide`, { own: decideParameters, filters: { fact: 'facts' } }, own.decide);
  const ofArticle = ({ id = '' }: Readonly<Record<string, string>>) => findArticle(context, id).partnerships[0] ?? null;
  add('/articles/:id', { partnershipOf: ofArticle }, own.article);
}

/** The filters of the timeline. */
export const timelineParameters = {
  status: z.string().optional(),
  lane: z.string().max(80).optional(),
  row: z.string().max(400).optional(),
  from: z.iso.date('write a day, such as 2018-01-01').optional(),
  to: z.iso.date('write a day, such as 2018-12-31').optional(),
};

const compareParameters = { from: timelineParameters.from, to: timelineParameters.to };

const decideParameters = {
  fact: z.string().max(400).optional(),
  as: z.string().max(20).optional(),
  article: z.string().max(200).optional(),
};

const auditParameters = {
  article: z.string().optional(),
  actor: z.string().optional(),
  effect: z.string().optional(),
  start: z.coerce.number('start is the number of the first event').int().nonnegative().optional(),
};

type PageKind = {
  /** The parameters of the page beside the clocks. */
  readonly own?: Readonly<Record<string, z.ZodType>>;
  readonly filters?: FilterRules;
  /** The partnership that it is about; by default the one that its address names. */
  /** Which day of a period is meant where it stands in `from`; by default its last one, as on a clock. */
  readonly from?: 'begins' | 'ends';
  readonly partnershipOf?: (params: Readonly<Record<string, string>>) => string | null;
};

type AddPage = (url: string, page: PageKind, build: (reading: PageReading) => Promise<PageState>) => void;

function pageAdder(app: FastifyInstance, context: Context): AddPage {
  const { ledger, now } = context;
  const send = pageSender(context);
  const momentsOf = momentsCache();
  return (url, { own = {}, filters = {}, from = 'ends', partnershipOf = ({ id }) => id ?? null }, build) => {
    const shape = queryOf(undefined, false).extend({ slider: z.string().optional(), ...own });
    const read = async (request: FastifyRequest): Promise<PageState> => {
      const params = request.params as Readonly<Record<string, string>>;
      const query = filled(request.query as Readonly<Record<string, unknown>>);
      const path = pathOf(url, params);
      const head = await ledger.views.head();
      const { cut } = await readRequest(context, shape, filters, { path, query, head });
      const today = todayAt(now());
      const clocks = clocksIn(query);
      const recordedAt = await ledger.views.recordedAt(cut.position);
      const kept = Object.fromEntries(Object.keys(own).map((name) => [name, textIn(query, name)]));
      const partnership = partnershipOf(params);
      const id = partnership;
      const { slider: _slider, ...worldClocks } = clocks;
      const [ofSlider, ofWorld] = [
        await momentsOf(context, { id, cut, clocks, today }),
        await momentsOf(context, { id, cut, clocks: worldClocks, today }),
      ];
      const embedHost = context.embedHosts === undefined ? null : request.host;
      const reading = { params, partnership, path, cut, clocks, own: kept, today, recordedAt, embedHost };
      return await build({ ...reading, moments: ofSlider, worldMoments: ofWorld });
    };
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const wants = wantedOf(request.headers.accept);
      if (wants === 'data') return reply.header('vary', 'accept').redirect(dataAddress(request.url));
      const plain = withDays(request.url, from, todayAt(now()));
      // Depends on today.
      if (plain !== request.url) return reply.header('cache-control', 'no-store').redirect(plain);
      const state = await read(request).catch((error: unknown) => problemPage(error, request));
      const status = state.view.kind === 'problem' ? state.view.status : 200;
      return send(request, reply.code(status), wants, state);
    });
  };
}

export function todayAt(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

// The address with a day in place of a period as people say it, so that whoever shares it shares the day.
function withDays(url: string, from: 'begins' | 'ends', today: string): string {
  const [path = '', query] = url.split('?');
  if (query === undefined) return url;
  const parameters = [...new URLSearchParams(query)];
  const days = parameters.map(([name, text]): [string, string] => {
    if (name === 'from' || name === 'to') return [name, toDay(text, today, name === 'to' ? 'ends' : from)];
    if (name === 'since') return [name, toSpokenDay(text, today, 'begins')];
    return [name, spokenClocks.has(name) ? toSpokenDay(text, today, 'ends') : text];
  });
  const isPlain = days.every(([, text], i) => text === parameters[i]?.[1]);
  return isPlain ? url : `${path}?${new URLSearchParams(days).toString()}`;
}

const spokenClocks: ReadonlySet<string> = new Set(['occurredAsOf', 'reportedAsOf', 'recordedAsOf']);

/** Answers with the page of a problem whoever asks for a page. */
export function problemPages(context: Context) {
  const send = pageSender(context);
  return (request: FastifyRequest, reply: FastifyReply, problem: HttpProblem): FastifyReply =>
    send(request, reply.code(problem.problem.status), 'page', problemPage(problem, request));
}

/** Sends the state of a page, drawn or as it is. */
export function pageSender({ assets = noAssets, identity }: Context) {
  return (request: FastifyRequest, reply: FastifyReply, wants: 'page' | 'state', drawn: PageState): FastifyReply => {
    const state = request.principal === null ? drawn : { ...drawn, reader: request.principal.name };
    reply.headers({ ...pageHeaders, vary: 'accept' });
    const body = Buffer.from(wants === 'page' ? renderPage(state, assets) : stateText(state));
    const type = wants === 'page' ? 'text/html; charset=utf-8' : stateType;
    if (reply.statusCode !== 200) return reply.header('cache-control', 'no-store').type(type).send(body);
    return sendTagged(request, reply, etagOf(identity.id, body.toString()), type, body);
  };
}

/** The media type of the state of a page, which the script asks for when a clock moves. */
const stateType = 'application/vnd.partnership-ledger.page+json';

// A form sends its empty fields too: they set nothing.
export function filled(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(query).filter(([, text]) => text !== ''));
}

export function textIn(query: Readonly<Record<string, unknown>>, name: string): string | null {
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
  const { type, title, status, detail, errors = [] } = error.problem;
  const [path = '/'] = url.split('?');
  const rest = errors.map(({ message }) => message).filter((message) => !detail.includes(message));
  const nearby = type === '/problems/unknown-address' ? errors.flatMap(({ suggestion }) => suggestion ?? []) : [];
  return {
    title: `${title} · Partnership Ledger`,
    partnership: null,
    home: '/',
    nav: spanningNav('', {}),
    bar: null,
    notice: null,
    view: {
      kind: 'problem',
      status,
      title,
      detail,
      mistakes: rest,
      ways: [
        ...nearby.map((address) => ({ text: address, href: address })),
        ...(status === 404 ? [] : [{ text: 'This page, as of today', href: path }]),
        { text: 'All partnerships', href: '/' },
      ],
    },
    take: [],
    position: null,
    cite: null,
    follow: null,
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

async function searchPage(context: Context, reading: PageReading): Promise<PageState> {
  const { cut, clocks, own } = reading;
  const { dependsOn: _dependsOn, ...question } = await partnershipsAt(context, cut);
  const q = own['q'] ?? '';
  const answer = searchAnswer({ ...question, names: context.subjects.name }, q);
  return spanningPage(reading, q === '' ? 'Search' : `${q} · Search`, searchView(answer, clocks));
}

// A page that is about no single partnership has no slider.
function spanningPage(
  { path, cut, clocks, own, today, recordedAt }: PageReading,
  title: string,
  view: View,
): PageState {
  const bar: Bar = timeBar({ path, clocks, more: own, cut: { ...cut, recordedAt }, today, moments: null });
  const home = addressOf('/', clocks);
  return {
    title: `${title} · Partnership Ledger`,
    partnership: null,
    home,
    nav: spanningNav(path, clocks),
    bar,
    notice: null,
    view,
    take: [{ text: 'Feed', href: '/api/feed.atom', type: 'application/atom+xml' }],
    position: cut.position,
    cite: null,
    follow: followAddress(clocks, null, cut.position),
  };
}

/** The links of a page that is about no single partnership. */
export function spanningNav(path: string, clocks: Clocks): readonly NavLink[] {
  const link = (name: string, to: string, href = addressOf(to, clocks)) => ({
    name,
    href,
    isCurrent: path === to,
    count: null,
  });
  return [link('Partnerships', '/'), link('Search', '/search'), link('Write', '/write', '/write')];
}

async function homePage(context: Context, reading: PageReading): Promise<PageState> {
  const { cut, clocks } = reading;
  const deals = await soon(context.summaries.first(cut, mostDeals));
  const pending = await soon(context.summaries.pending(cut));
  return spanningPage(reading, 'Partnerships', home({ deals, pending, clocks }));
}

// The first page lists as many partnerships; a search finds the others.
const mostDeals = 200;
