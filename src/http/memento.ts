import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { type Day, endOfPeriod } from '../domain/vocabulary/dates.ts';
import { articleNamed, type LedgerEvent, partnershipStream } from '../domain/vocabulary/events.ts';
import { parseEdition } from '../domain/vocabulary/games-editions.ts';
import { isProblem, type Problem } from '../domain/vocabulary/problem.ts';
import type { Head } from '../event-store/event-store.ts';
import { articleOf } from '../projections/articles.ts';
import { type Change, type OtherClocks, visibleIngests } from '../projections/changes.ts';
import type { ChangesPage, LedgerChanges } from '../projections/live/ledger-changes.ts';
import { upTo } from '../projections/relevant-history.ts';
import { type AddTimeMap, pathOf } from './answers.ts';
import type { Context } from './context.ts';
import { clockProblems, headersOf, problemAnswers } from './described-answers.ts';
import { isRelayed } from './large-reads.ts';
import { HttpProblem, problemIn } from './problems.ts';
import type { Query } from './query.ts';
import { isReady } from './ready-answers.ts';

/**
 * Gives every read of an app a past (RFC 7089, pattern 1.1; docs/adr/0023). A request with Accept-Datetime is redirected
 * to the memento. Every answer links to its original, its TimeGate and its TimeMap; a memento also to its neighbours.
 */
export function giveMementos(app: FastifyInstance, changes: LedgerChanges, context: Context): void {
  // Clients ask for the same addresses again and again, and parsing one costs more than everything else here.
  const cache = new LRUCache<string, { readonly address: MementoAddress; readonly links: string }>({ max: 2_000 });
  const parse = ({ url, routeOptions, params, query }: FastifyRequest) => {
    const cached = cache.get(url);
    if (cached !== undefined) return cached;
    const address = mementoAddress(pathOf(routeOptions.url ?? '', params), query as Query);
    const parsed = { address, links: mainLinks(address).join(', ') };
    cache.set(url, parsed);
    return parsed;
  };

  const redirectToPast = async (text: string, request: FastifyRequest, reply: FastifyReply) => {
    const { address } = parse(request);
    if (address.kind === 'comparison') refuseComparison();
    // A memento has only one state. So has a page: the state of its list.
    if (address.kind !== 'original') return undefined;
    const past = await changesAt(address, changes, context);
    const chosen = past && (await negotiate(text, address, past, context));
    return past === null || chosen === null ? undefined : redirect(reply, address, past, chosen.position);
  };

  const linkToPast = async ({ address, links: main }: ReturnType<typeof parse>, reply: FastifyReply) => {
    if (address.kind === 'original') {
      reply.header('vary', [reply.getHeader('vary'), acceptDatetime].filter(Boolean).join(', '));
    }
    const links = [reply.getHeader('link'), main].filter((text) => text !== undefined);
    const position = address.kind === 'memento' ? citedPosition(reply) : null;
    if (position !== null) {
      const past = await changesAt(address, changes, context);
      const listed = past?.all?.find((change) => change.position === position)?.recordedAt;
      const recordedAt = listed ?? (await context.ledger.views.recordedAt(position));
      if (recordedAt !== null) reply.header('memento-datetime', httpDate(recordedAt));
      if (past !== null) links.push(...neighbourLinks(address, past, position));
    }
    reply.header('link', links.join(', '));
  };

  app.addHook('onRequest', async (request, reply) => {
    const text = request.headers['accept-datetime'];
    if (text === undefined || !hasPast(request)) return undefined;
    return await redirectToPast(String(text), request, reply);
  });
  // An answer that is ready has its links: without a promise, this costs it nothing.
  app.addHook('onSend', (request, reply, payload, done) => {
    const { statusCode } = reply;
    if ((statusCode !== 200 && statusCode !== 304) || isReady(reply) || !hasPast(request)) return done(null, payload);
    const linked = async () => {
      const parsed = parse(request);
      const { kind } = parsed.address;
      try {
        if (kind !== 'page' && kind !== 'comparison') await linkToPast(parsed, reply);
      } catch (error) {
        return done(error as Error);
      }
      done(null, payload);
    };
    void linked();
  });
}

/**
 * What an address stands for in RFC 7089. `page`: a page of a list, which keeps the cut of the first page;
 * `comparison`: of two recorded states, both named in it.
 */
type MementoAddress = {
  readonly kind: 'original' | 'memento' | 'page' | 'comparison';
  /** The address without a recorded clock: the original resource, which is its own TimeGate. */
  readonly original: string;
  readonly timemap: string;
  /** The address, for good, of the state after a position. */
  readonly mementoAt: (position: number) => string;
  readonly path: string;
  readonly query: URLSearchParams;
};

// Path (see `pathOf`) and query are escaped, so neither can end a link in a header.
function mementoAddress(path: string, query: Query): MementoAddress {
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, texts]) => [texts].flat().map((text) => [name, String(text)])),
  );
  const rest = new URLSearchParams(parameters);
  for (const name of ['atPosition', 'recordedAsOf', 'atLeast']) rest.delete(name);
  return {
    kind: kindOf(parameters),
    original: withQuery(path, rest),
    timemap: withQuery(path.replace(/^\/api/, '/api/timemap'), rest),
    mementoAt: (position) => withQuery(path, new URLSearchParams([...rest, ['atPosition', String(position)]])),
    path,
    query: parameters,
  };
}

function kindOf(query: URLSearchParams): MementoAddress['kind'] {
  if (query.has('cursor')) return 'page';
  if (query.get('clock') === 'recorded') return 'comparison';
  return query.has('atPosition') ? 'memento' : 'original';
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function mainLinks({ original, timemap, kind }: MementoAddress): readonly string[] {
  return [
    // RFC 5829: a memento's resource has a present state.
    linkTo(original, { rel: kind === 'memento' ? 'original timegate latest-version' : 'original timegate' }),
    linkTo(timemap, { rel: 'timemap', type: linkFormat }),
  ];
}

// As a Link header (RFC 8288) and a TimeMap (RFC 6690) write it.
function linkTo(target: string, attributes: Readonly<Record<string, string>>): string {
  return [`<${target}>`, ...Object.entries(attributes).map(([name, value]) => `${name}="${value}"`)].join('; ');
}

const linkFormat = 'application/link-format';

// Every read with a recorded clock has a past; what a thread has answered tells of it already.
function hasPast(request: FastifyRequest): boolean {
  const { method, routeOptions } = request;
  if (isRelayed(request)) return false;
  const query = routeOptions.schema?.querystring;
  return (method === 'GET' || method === 'HEAD') && query instanceof z.ZodObject && 'atPosition' in query.shape;
}

function refuseComparison(): never {
  const message = 'from and to name two states of the ledger, and Accept-Datetime a third: leave the header out';
  throw new HttpProblem('conflicting-clocks', message, { errors: [problemIn('header', acceptDatetime, message)] });
}

const acceptDatetime = 'accept-datetime';

/** The changes that a resource depends on, in order of position. */
type Past = {
  /** Null for the whole ledger, which may have too many. */
  readonly all: readonly Change[] | null;
  /** The newest page up to a position. */
  readonly upTo: (position: number) => Promise<ChangesPage>;
  readonly first: () => Promise<Change | null>;
};

// The changes to the resource of an address through its other clocks. Null if the resource does not exist or
// its address is wrong: the route itself answers with that problem.
async function changesAt(address: MementoAddress, changes: LedgerChanges, context: Context): Promise<Past | null> {
  const clocks = readOtherClocks(address);
  if (clocks === null) return null;
  const { reportedAsOf } = clocks;
  const [, , list, id, view, ...key] = address.path.split('/').map(decodeURIComponent);
  const [kind, what] = [list?.split('.')[0], view?.split('.')[0]];
  const find = async (): Promise<readonly Change[] | null> => {
    if (kind === 'games') return await changesOfGames(id, clocks, changes);
    if (kind === 'articles' && id !== undefined) return await changesOfArticle(id, clocks, changes, context);
    if (id === undefined) return await changes.ofPartnerships(reportedAsOf);
    if (context.ledger.views.catalogue.partnership(id) === null) return null;
    if (what === 'facts') return await changesOfFact(id, key.slice(0, 3).join('/'), clocks, changes, context);
    return await changes.ofPartnership(id, reportedAsOf);
  };
  if (kind === 'audit' && reportedAsOf !== null) return toPast(await changes.ofTrail(reportedAsOf));
  if (kind === undefined || kind === 'audit') return { all: null, upTo: changes.ofLedger, first: changes.first };
  const all = await find();
  return all && toPast(all);
}

function readOtherClocks({ query }: MementoAddress): OtherClocks | null {
  const dayIn = (name: string): Day | Problem | null => {
    const text = query.get(name);
    return text === null ? null : endOfPeriod(text);
  };
  const [reportedAsOf, occurredAsOf] = [dayIn('reportedAsOf'), dayIn('occurredAsOf')];
  if (isWrong(reportedAsOf) || isWrong(occurredAsOf)) return null;
  return { reportedAsOf, occurredAsOf, certainty: query.get('timing') === 'certain' ? 'certain' : 'possible' };
}

function isWrong(day: Day | Problem | null): day is Problem {
  return day !== null && isProblem(day);
}

async function changesOfGames(
  edition: string | undefined,
  clocks: OtherClocks,
  changes: LedgerChanges,
): Promise<readonly Change[] | null> {
  if (edition === undefined) return await changes.ofGames(clocks);
  const parsed = parseEdition(edition);
  return isProblem(parsed) ? null : await changes.ofEdition(parsed, clocks.reportedAsOf);
}

async function changesOfArticle(
  id: string,
  { reportedAsOf, certainty }: OtherClocks,
  changes: LedgerChanges,
  { ledger: { views, histories } }: Context,
): Promise<readonly Change[] | null> {
  const article = views.catalogue.article(id);
  if (article === null) return null;
  const isVisible = (readings: readonly LedgerEvent[], position: number) =>
    articleOf({ history: upTo(readings, position), article: id }, reportedAsOf, certainty) !== null;
  const byPartnership = article.partnerships.map(async (partnership) => {
    const { events } = await histories.of(partnershipStream(partnership));
    const readings = events.filter((event) => event.kind !== 'report' && articleNamed(event) === id);
    // The article is visible from its first reading that was published by then.
    const ofPartnership = await changes.ofPartnership(partnership, reportedAsOf);
    return ofPartnership.filter(({ position }) => isVisible(readings, position));
  });
  return (await Promise.all(byPartnership)).flat().toSorted((a, b) => a.position - b.position);
}

async function changesOfFact(
  partnership: string,
  fact: string,
  { reportedAsOf }: OtherClocks,
  changes: LedgerChanges,
  { ledger: { histories } }: Context,
): Promise<readonly Change[]> {
  const { events } = await histories.of(partnershipStream(partnership));
  const first = visibleIngests(events, reportedAsOf).find((ingest) =>
    ingest.some((event) => event.kind === 'report' && event.fact === fact),
  );
  const start = first?.at(-1)?.position ?? Number.POSITIVE_INFINITY;
  return (await changes.ofPartnership(partnership, reportedAsOf)).filter(({ position }) => position >= start);
}

function toPast(all: readonly Change[]): Past {
  return {
    all,
    upTo: async (position) => {
      const earlier = all.filter((change) => change.position <= position);
      return { changes: earlier.slice(-maxChangesPerPage), older: earlier.length > maxChangesPerPage };
    },
    first: async () => all[0] ?? null,
  };
}

const maxChangesPerPage = 1_000;

/**
 * The memento that an Accept-Datetime selects (RFC 7089): the state after the last change by then; for an earlier time
 * the first state, for a future one the present. Null if there is no memento. Throws the problem that the header cannot
 * be read or contradicts recordedAsOf.
 */
async function negotiate(
  text: string,
  address: MementoAddress,
  changes: Past,
  { ledger: { store, views } }: Context,
): Promise<Change | null> {
  const instant = readHttpDate(text);
  if (instant === null) {
    const example = `Accept-Datetime: ${httpDate('2026-11-22T09:00:00Z')}`;
    const message = `"${text.slice(0, 80)}" is not an HTTP date; write it as ${example}`;
    const errors = [problemIn('header', acceptDatetime, message)];
    throw new HttpProblem('invalid-datetime', message, { errors, headers: varyingHeaders });
  }
  const head = await views.head();
  const isPresent = head.recordedAt !== null && instant >= head.recordedAt;
  const chosen = await lastChange(changes, isPresent ? head.position : await store.positionAt(instant));
  const recordedAsOf = address.query.get('recordedAsOf');
  const { cut } = recordedAsOf === null ? { cut: null } : await views.resolve({ recordedAsOf }, head);
  if (cut === null || (await lastChange(changes, cut.position))?.position === chosen?.position) return chosen;
  const message = `recordedAsOf=${recordedAsOf} and Accept-Datetime set the same clock to different times: use one`;
  const errors = [problemIn('query', 'recordedAsOf', message), problemIn('header', acceptDatetime, message)];
  throw new HttpProblem('conflicting-clocks', message, { errors, headers: varyingHeaders });
}

/**
 * The instant that an Accept-Datetime names: the end of its second, which holds all that was recorded in it. Null if it
 * is not an rfc1123-date or the day does not exist.
 */
function readHttpDate(text: string): string | null {
  const date = rfc1123Date.test(text) ? new Date(text) : null;
  if (date === null || Number.isNaN(date.getTime()) || date.toUTCString() !== text) return null;
  return date.toISOString().replace('.000Z', '.999Z');
}

const rfc1123Date = new RegExp(
  '^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), \\d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \\d{4} ' +
    '\\d{2}:\\d{2}:\\d{2} GMT$',
);

// An instant as HTTP writes it, in whole seconds: `Sun, 22 Nov 2026 09:00:00 GMT`.
function httpDate(instant: string): string {
  return new Date(instant).toUTCString();
}

const varyingHeaders = { vary: acceptDatetime };

async function lastChange({ upTo, first }: Past, position: number): Promise<Change | null> {
  return (await upTo(position)).changes.at(-1) ?? (await first());
}

function redirect(reply: FastifyReply, address: MementoAddress, changes: Past, position: number): FastifyReply {
  const link = [...mainLinks(address), ...neighbourLinks(address, changes, position)].join(', ');
  return reply
    .code(302)
    .headers({ location: address.mementoAt(position), ...varyingHeaders, 'cache-control': 'no-cache', link })
    .send();
}

// The memento at a position, and the first, previous, next and last one; none for the whole ledger.
function neighbourLinks(address: MementoAddress, { all: changes }: Past, position: number): readonly string[] {
  const all = changes ?? [];
  const rels = relsByPosition([
    ['first', all[0]],
    ['prev', all.findLast((change) => change.position < position)],
    ['next', all.find((change) => change.position > position)],
    ['last', all.at(-1)],
  ]);
  const shown = all.filter((change) => rels.has(change.position) || change.position === position);
  return mementoLinks(address, shown, rels);
}

function relsByPosition(places: readonly (readonly [rel: string, change: Change | undefined])[]): Rels {
  const rels = new Map<number, string[]>();
  for (const [rel, change] of places) {
    if (change !== undefined) rels.set(change.position, [...(rels.get(change.position) ?? []), rel]);
  }
  return rels;
}

type Rels = ReadonlyMap<number, readonly string[]>;

function mementoLinks({ mementoAt }: MementoAddress, changes: readonly Change[], rels: Rels): readonly string[] {
  return changes.map(({ position, recordedAt }) => {
    const rel = [...(rels.get(position) ?? []), 'memento'].join(' ');
    return linkTo(mementoAt(position), { rel, datetime: httpDate(recordedAt) });
  });
}

// An answer that shows something cites the last event that it depends on. In a 304 only this link names it.
function citedPosition(reply: FastifyReply): number | null {
  const [, position] = /[?&]atPosition=(\d+)[^>]*>; rel="cite-as"/.exec(String(reply.getHeader('link') ?? '')) ?? [];
  return position === undefined ? null : Number(position);
}

/**
 * GET /api/timemap, followed by the rest of the address of a read: every recorded state of it, as links (RFC 7089,
 * RFC 6690). A long TimeMap comes in pages, the newest first, each with a link to the one before. Each read gets a route
 * of its own: however an address is escaped, a TimeMap is never that of a TimeMap.
 */
export function timemapRoutes(app: FastifyInstance, changes: LedgerChanges, context: Context): AddTimeMap {
  const hidden = { hide: true };
  app.get('/api/timemap/*', { schema: hidden }, ({ params }) => {
    const { '*': rest } = params as { readonly '*': string };
    if (/^timemap(?:\/|$)/.test(rest)) throw new HttpProblem('unknown-address', 'a TimeMap has no TimeMap of its own');
    throw withoutTimeMap(`/api/${rest.slice(0, 200)}`);
  });

  return (url, of, check) => {
    const schema = of === null ? hidden : timemapSchema(of);
    app.get(url.replace('/api', '/api/timemap'), { schema }, async (request, reply) => {
      const { before, ...query } = request.query as TimeMapQuery;
      const path = pathOf(url, request.params);
      const end = readTimeMapQuery(before, query);
      const head = await context.ledger.views.head();
      await check({ params: request.params, path, query, head });
      const address = mementoAddress(path, query);
      const past = address.kind === 'original' ? await changesAt(address, changes, context) : null;
      if (past === null) throw withoutTimeMap(path);
      const text = await timeMap(address, past, end, head);
      return await reply.header('cache-control', 'no-cache').type(linkFormat).send(text);
    });
  };
}

function timemapSchema({
  operationId,
  summary,
  params,
  querystring,
  problems,
}: NonNullable<Parameters<AddTimeMap>[1]>) {
  const { atPosition: _position, recordedAsOf: _recorded, cursor: _cursor, ...others } = querystring.shape;
  const content = { [linkFormat]: { schema: z.string() } };
  const description = 'Every recorded state, as links (RFC 7089, RFC 6690), the newest page first';
  return {
    operationId: `${operationId}TimeMap`,
    summary: `The TimeMap of ${operationId}: ${summary}`,
    tags: ['timemap'],
    params,
    querystring: z.strictObject({ ...others, before }),
    response: {
      200: { description, content, headers: headersOf('cache-control') },
      ...problemAnswers(...clockProblems, 'unknown-address', ...problems),
    },
  };
}

const before = z
  .string()
  .optional()
  .meta({ type: 'integer', minimum: 1, description: 'a position: the states that were recorded before it' });

type TimeMapQuery = Readonly<Record<string, string | readonly string[]>>;

function withoutTimeMap(path: string): HttpProblem {
  return new HttpProblem('unknown-address', `${path} has no TimeMap: it has no recorded clock`);
}

// Gives the position before which the page ends; null for the newest page.
function readTimeMapQuery(before: TimeMapQuery[string] | undefined, query: TimeMapQuery): number | null {
  const refuse = (parameter: string, message: string): never => {
    throw new HttpProblem('invalid-parameter', message, { errors: [problemIn('query', parameter, message)] });
  };
  for (const name of ['atPosition', 'recordedAsOf', 'cursor']) {
    if (Object.hasOwn(query, name)) refuse(name, `a TimeMap lists what was recorded at any time: leave out ${name}`);
  }
  if (before === undefined) return null;
  const [text = '', ...more] = [before].flat();
  if (more.length > 0 || !/^[1-9]\d{0,14}$/.test(text))
    refuse('before', 'before is one position: a whole number from 1');
  return Number(text);
}

// Lists the original, this page, the page before it, and the mementos in order.
async function timeMap(
  address: MementoAddress,
  { upTo: pageUpTo }: Past,
  end: number | null,
  { position }: Head,
): Promise<string> {
  const before = end === null || end > position ? null : end;
  const { changes, older: hasOlder } = await pageUpTo(before === null ? position : before - 1);
  const [oldest, newest] = [changes[0], changes.at(-1)];
  const pageBefore = (limit: number | null): string =>
    limit === null ? address.timemap : `${address.timemap}${address.timemap.includes('?') ? '&' : '?'}before=${limit}`;
  const span =
    oldest === undefined || newest === undefined
      ? {}
      : { from: httpDate(oldest.recordedAt), until: httpDate(newest.recordedAt) };
  const rels = relsByPosition([
    ['first', hasOlder ? undefined : oldest],
    ['last', before === null ? newest : undefined],
  ]);
  const links = [
    linkTo(address.original, { rel: 'original timegate' }),
    linkTo(pageBefore(before), { rel: 'self timemap', type: linkFormat, ...span }),
    ...(oldest === undefined || !hasOlder
      ? []
      : [linkTo(pageBefore(oldest.position), { rel: 'timemap', type: linkFormat })]),
    ...mementoLinks(address, changes, rels),
  ];
  return `${links.join(',\n')}\n`;
}
