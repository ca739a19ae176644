import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { type Day, endOfPeriod } from '../domain/vocabulary/dates.ts';
import { articleNamed, partnershipStream } from '../domain/vocabulary/events.ts';
import { parseEdition } from '../domain/vocabulary/games-editions.ts';
import { isProblem, type Problem } from '../domain/vocabulary/problem.ts';
import { articleOf } from '../projections/articles.ts';
import { type Change, type OtherClocks, visibleIngests } from '../projections/changes.ts';
import type { ChangesPage, LedgerChanges } from '../projections/live/ledger-changes.ts';
import { upTo } from '../projections/relevant-history.ts';
import type { AddTimeMap } from './answers.ts';
import type { Context } from './context.ts';
import { HttpProblem, mistake } from './problems.ts';
import { pathOf } from './query.ts';

/** An instant as HTTP writes it, in whole seconds: `Sun, 22 Nov 2026 09:00:00 GMT` (the rfc1123-date of RFC 7089). */
export function httpDate(instant: string): string {
  return new Date(instant).toUTCString();
}

/**
 * The instant that an Accept-Datetime names: the end of its second, since what is dated in it was recorded within. Null
 * where it is no rfc1123-date, or one of a day that there is not.
 */
export function readHttpDate(text: string): string | null {
  const date = form.test(text) ? new Date(text) : null;
  if (date === null || Number.isNaN(date.getTime()) || date.toUTCString() !== text) return null;
  return date.toISOString().replace('.000Z', '.999Z');
}

const days = 'Sun|Mon|Tue|Wed|Thu|Fri|Sat';

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';

const form = new RegExp(`^(?:${days}), \\d{2} (?:${months}) \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$`);

/** A link as a Link header (RFC 8288) and a TimeMap (RFC 6690) write it. */
export function link(target: string, attributes: Attributes): string {
  return [`<${target}>`, ...Object.entries(attributes).map(([name, value]) => `${name}="${value}"`)].join('; ');
}

type Attributes = Readonly<Record<string, string>>;

/** The links of every answer that has a past: the resource itself, its TimeGate, and its TimeMap. */
export function mainLinks({ original, timemap, kind }: MementoAddress): readonly string[] {
  return [
    // RFC 5829: what is asked about the past has a present.
    link(original, { rel: kind === 'memento' ? 'original timegate latest-version' : 'original timegate' }),
    link(timemap, { rel: 'timemap', type: linkFormat }),
  ];
}

/**
 * What an address stands for in RFC 7089; `page`: a page of a list, which keeps the cut of the first one; `comparison`: a
 * comparison of two recorded states, which names both itself.
 */
export type MementoAddress = {
  readonly kind: 'original' | 'memento' | 'page' | 'comparison';
  /** The address without a recorded clock: the original resource, which is its own TimeGate. */
  readonly original: string;
  readonly timemap: string;
  /** Where the state after a position is found for good. */
  readonly at: (position: number) => string;
  readonly path: string;
  readonly query: URLSearchParams;
};

/** The media type of a TimeMap. */
export const linkFormat = 'application/link-format';

/** The links to mementos, in the order of the changes; `rels` says more of some, by position. */
export function mementoLinks(
  { at }: MementoAddress,
  changes: readonly Change[],
  rels: ReadonlyMap<number, readonly string[]>,
): readonly string[] {
  return changes.map(({ position, recordedAt }) => {
    const rel = [...(rels.get(position) ?? []), 'memento'].join(' ');
    return link(at(position), { rel, datetime: httpDate(recordedAt) });
  });
}

/** The first, the last and the neighbouring changes of a position, each there once, and what they are to it. */
export function around(
  all: readonly Change[],
  position: number,
): { readonly changes: readonly Change[]; readonly rels: ReadonlyMap<number, readonly string[]> } {
  const places: readonly (readonly [string, Change | undefined])[] = [
    ['first', all[0]],
    ['prev', all.findLast((change) => change.position < position)],
    ['next', all.find((change) => change.position > position)],
    ['last', all.at(-1)],
  ];
  const rels = new Map<number, string[]>();
  for (const [rel, change] of places) {
    if (change !== undefined) rels.set(change.position, [...(rels.get(change.position) ?? []), rel]);
  }
  return { rels, changes: all.filter((change) => rels.has(change.position) || change.position === position) };
}

/** A path with its query, if it has one. */
export function joined(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** A query as the router decoded it. */
export function toSearchParams(query: unknown): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query as Readonly<Record<string, string | readonly string[]>>).flatMap(([name, texts]) =>
      [texts].flat().map((text) => [name, text]),
    ),
  );
}

/** The address of a resource, from its path (see `pathOf`) and its query; both escape what could end a link in a header. */
export function mementoAddress(path: string, query: URLSearchParams): MementoAddress {
  const rest = new URLSearchParams(query);
  for (const name of recordedClock) rest.delete(name);
  return {
    kind: kindOf(query),
    original: joined(path, rest),
    timemap: joined(path.replace(/^\/api/, '/api/timemap'), rest),
    at: (of) => joined(path, new URLSearchParams([...rest, ['atPosition', String(of)]])),
    path,
    query,
  };
}

const recordedClock = ['atPosition', 'recordedAsOf', 'atLeast'];

function kindOf(query: URLSearchParams): MementoAddress['kind'] {
  if (query.has('cursor')) return 'page';
  if (query.get('clock') === 'recorded') return 'comparison';
  return query.has('atPosition') ? 'memento' : 'original';
}

/** Throws the problem that a comparison of two recorded states has no third one. */
export function refuseComparison(): never {
  const message = 'from and to name two states of the ledger, and Accept-Datetime a third: leave the header out';
  throw new HttpProblem('conflicting-clocks', message, { errors: [mistake('header', header, message)] });
}

const header = 'accept-datetime';

/**
 * The memento that an Accept-Datetime selects (RFC 7089): the state after the last change by then; the first one for a
 * time before it, the present one for a time to come. Null where there is no memento. Throws the problem that the
 * header cannot be read, or goes against recordedAsOf.
 */
export async function negotiated(
  text: string,
  address: MementoAddress,
  changes: ChangesAt,
  context: Context,
): Promise<Change | null> {
  const { store, views } = context.ledger;
  const instant = instantOf(text);
  const head = await views.head();
  const position =
    head.recordedAt !== null && instant >= head.recordedAt ? head.position : await store.positionAt(instant);
  const chosen = await lastAt(changes, position);
  await refuseConflict(address, changes, chosen, context);
  return chosen;
}

/** The changes that bear on a resource, up to a position. */
export type ChangesAt = {
  /** Every one of them; null where they are those of the whole ledger, of which there may be too many. */
  readonly all: readonly Change[] | null;
  /** The newest up to a position. */
  readonly upTo: (position: number) => Promise<ChangesPage>;
  readonly first: () => Promise<Change | null>;
};

function instantOf(text: string): string {
  const instant = readHttpDate(text);
  if (instant !== null) return instant;
  const message = `"${text.slice(0, 80)}" is no date as HTTP writes it: Accept-Datetime: ${httpDate('2026-11-22T09:00:00Z')}`;
  throw new HttpProblem('invalid-datetime', message, {
    errors: [mistake('header', header, message)],
    headers: varying,
  });
}

/** What answers depend on beside their address, as every answer that is negotiated says. */
export const varying = { vary: header };

async function lastAt({ upTo, first }: ChangesAt, position: number): Promise<Change | null> {
  return (await upTo(position)).changes.at(-1) ?? (await first());
}

async function refuseConflict(
  address: MementoAddress,
  changes: ChangesAt,
  chosen: Change | null,
  { ledger: { views } }: Context,
): Promise<void> {
  const recordedAsOf = address.query.get('recordedAsOf');
  if (recordedAsOf === null) return;
  const { cut } = await views.resolve({ recordedAsOf });
  if (cut === null) return;
  const asked = await lastAt(changes, cut.position);
  if (asked?.position === chosen?.position) return;
  const message = `recordedAsOf=${recordedAsOf} and Accept-Datetime set the same clock to different times: give one of them`;
  throw new HttpProblem('conflicting-clocks', message, {
    errors: [mistake('query', 'recordedAsOf', message), mistake('header', header, message)],
    headers: varying,
  });
}

/**
 * The changes that bear on the resource of an address through its other clocks; null where there is no such resource,
 * or its address cannot be read, which whoever answers it tells.
 */
export async function changesAt(
  address: MementoAddress,
  changes: LedgerChanges,
  context: Context,
): Promise<ChangesAt | null> {
  const clocks = clocksOf(address);
  if (clocks === null) return null;
  const { reportedAsOf } = clocks;
  const [, , kind, id, what, ...key] = address.path.split('/').map(decodeURIComponent);
  const find = async (): Promise<readonly Change[] | null> => {
    if (kind === 'games') return await ofGames(id, clocks, changes);
    if (kind === 'articles' && id !== undefined) return await ofArticle(id, clocks, changes, context);
    if (id === undefined) return await changes.ofPartnerships(reportedAsOf);
    if (context.ledger.views.catalogue.partnership(id) === null) return null;
    if (what === 'facts') return await ofFact(id, key.slice(0, 3).join('/'), clocks, changes, context);
    return await changes.ofPartnership(id, reportedAsOf);
  };
  if (kind === 'audit' && reportedAsOf !== null) return among(await changes.ofTrail(reportedAsOf));
  if (kind === undefined || kind === 'audit') return { all: null, upTo: changes.ofLedger, first: changes.first };
  const found = await find();
  return found && among(found);
}

function clocksOf({ query }: MementoAddress): OtherClocks | null {
  const [reportedAsOf, occurredAsOf] = [dayIn(query, 'reportedAsOf'), dayIn(query, 'occurredAsOf')];
  if (isRefused(reportedAsOf) || isRefused(occurredAsOf)) return null;
  return { reportedAsOf, occurredAsOf, certainty: query.get('timing') === 'certain' ? 'certain' : 'possible' };
}

function dayIn(query: URLSearchParams, name: string): Day | Problem | null {
  const text = query.get(name);
  return text === null ? null : endOfPeriod(text);
}

function isRefused(day: Day | Problem | null): day is Problem {
  return day !== null && isProblem(day);
}

async function ofGames(
  edition: string | undefined,
  clocks: OtherClocks,
  changes: LedgerChanges,
): Promise<readonly Change[] | null> {
  if (edition === undefined) return await changes.ofGames(clocks);
  const parsed = parseEdition(edition);
  return isProblem(parsed) ? null : await changes.ofEdition(parsed, clocks.reportedAsOf);
}

async function ofArticle(
  id: string,
  { reportedAsOf, certainty }: OtherClocks,
  changes: LedgerChanges,
  { ledger: { views, histories } }: Context,
): Promise<readonly Change[] | null> {
  const article = views.catalogue.article(id);
  if (article === null) return null;
  const { partnership } = article;
  const { events } = await histories.of(partnershipStream(partnership));
  const own = events.filter((event) => event.kind !== 'report' && articleNamed(event) === id);
  // It is shown from its first reading that was published by then.
  return (await changes.ofPartnership(partnership, reportedAsOf)).filter(
    ({ position }) =>
      articleOf({ partnership, history: upTo(own, position), article: id }, reportedAsOf, certainty) !== null,
  );
}

async function ofFact(
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
  const all = await changes.ofPartnership(partnership, reportedAsOf);
  return startingAt(all, first?.at(-1)?.position ?? Number.POSITIVE_INFINITY);
}

function startingAt(changes: readonly Change[], position: number): readonly Change[] {
  return changes.filter((change) => change.position >= position);
}

function among(all: readonly Change[]): ChangesAt {
  return {
    all,
    upTo: async (position) => {
      const earlier = all.filter((change) => change.position <= position);
      return { changes: earlier.slice(-mostOnPage), older: earlier.length > mostOnPage };
    },
    first: async () => all[0] ?? null,
  };
}

const mostOnPage = 1_000;

/**
 * Gives every read of an app a past (RFC 7089, pattern 1.1; docs/adr/0023): a request with Accept-Datetime is sent on to
 * the memento, and every answer says where its original, its TimeGate, its TimeMap and, if it is one, the mementos
 * around it are.
 */
export function giveMementos(app: FastifyInstance, changes: LedgerChanges, context: Context): void {
  // Addresses are asked again and again, and taking one apart costs more than all else here.
  const known = new LRUCache<string, { readonly address: MementoAddress; readonly links: string }>({ max: 2_000 });
  const read = ({ url, routeOptions, params, query }: FastifyRequest) => {
    const found = known.get(url);
    if (found !== undefined) return found;
    const address = mementoAddress(pathOf(routeOptions.url ?? '', params), toSearchParams(query));
    const one = { address, links: mainLinks(address).join(', ') };
    known.set(url, one);
    return one;
  };

  app.addHook('onRequest', async (request, reply) => {
    const text = request.headers['accept-datetime'];
    if (text === undefined || !hasPast(request)) return undefined;
    const { address } = read(request);
    if (address.kind === 'comparison') refuseComparison();
    // A memento has one state, and a page that of its list, whatever is asked for.
    if (address.kind !== 'original') return undefined;
    const found = await changesAt(address, changes, context);
    const chosen = found && (await negotiated(String(text), address, found, context));
    return found === null || chosen === null ? undefined : redirect(reply, address, found, chosen.position);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { statusCode } = reply;
    if ((statusCode !== 200 && statusCode !== 304) || !hasPast(request)) return payload;
    const { address, links: main } = read(request);
    if (address.kind === 'page' || address.kind === 'comparison') return payload;
    if (address.kind === 'original') reply.headers(varying);
    const links = [reply.getHeader('link'), main].filter((one) => one !== undefined);
    const position = address.kind === 'memento' ? citedAt(reply) : null;
    if (position !== null) {
      const found = await changesAt(address, changes, context);
      const listed = found?.all?.find((change) => change.position === position)?.recordedAt;
      const recordedAt = listed ?? (await context.ledger.views.recordedAt(position));
      if (recordedAt !== null) reply.header('memento-datetime', httpDate(recordedAt));
      if (found !== null) links.push(...neighbours(address, found, position));
    }
    reply.header('link', links.join(', '));
    return payload;
  });
}

// Every read with a recorded clock has a past.
function hasPast({ method, routeOptions }: FastifyRequest): boolean {
  const query = routeOptions.schema?.querystring;
  return (method === 'GET' || method === 'HEAD') && query instanceof z.ZodObject && 'atPosition' in query.shape;
}

function redirect(reply: FastifyReply, address: MementoAddress, changes: ChangesAt, position: number): FastifyReply {
  const link = [...mainLinks(address), ...neighbours(address, changes, position)].join(', ');
  return reply
    .code(302)
    .headers({ location: address.at(position), ...varying, 'cache-control': 'no-cache', link })
    .send();
}

// The ones around a position; of the whole ledger, of which there may be too many to tell, none.
function neighbours(address: MementoAddress, { all }: ChangesAt, position: number): readonly string[] {
  const { changes, rels } = around(all ?? [], position);
  return mementoLinks(address, changes, rels);
}

// An answer that shows something is cited, at the last event that bears on it: a 304 has no more of it than that.
function citedAt(reply: FastifyReply): number | null {
  const [, position] = /[?&]atPosition=(\d+)[^>]*>; rel="cite-as"/.exec(String(reply.getHeader('link') ?? '')) ?? [];
  return position === undefined ? null : Number(position);
}

/** A TimeMap (RFC 7089) as links (RFC 6690): the resource, this page, the one before it, and the mementos in order. */
export function timeMap(address: MementoAddress, page: TimeMapPage): string {
  const { changes, older, before } = page;
  const [oldest, newest] = [changes[0], changes.at(-1)];
  const ends = [
    ...(oldest === undefined || older ? [] : [['first', oldest] as const]),
    ...(newest === undefined || before !== null ? [] : [['last', newest] as const]),
  ];
  const rels = new Map<number, string[]>();
  for (const [rel, { position }] of ends) rels.set(position, [...(rels.get(position) ?? []), rel]);
  const links = [
    link(address.original, { rel: 'original timegate' }),
    link(pageAt(address.timemap, before), { rel: 'self timemap', type: linkFormat, ...spanOf(page) }),
    ...(oldest === undefined || !older
      ? []
      : [link(pageAt(address.timemap, oldest.position), { rel: 'timemap', type: linkFormat })]),
    ...mementoLinks(address, changes, rels),
  ];
  return `${links.join(',\n')}\n`;
}

/** Which page of a TimeMap: the changes before a position; null for the newest. */
export type TimeMapPage = ChangesPage & { readonly before: number | null };

function pageAt(timemap: string, before: number | null): string {
  return before === null ? timemap : `${timemap}${timemap.includes('?') ? '&' : '?'}before=${before}`;
}

function spanOf({ changes }: ChangesPage): Readonly<Record<string, string>> {
  const [oldest, newest] = [changes[0], changes.at(-1)];
  if (oldest === undefined || newest === undefined) return {};
  return { from: httpDate(oldest.recordedAt), until: httpDate(newest.recordedAt) };
}

/**
 * GET /api/timemap and what follows /api in the address of any read: every recorded state of it, as links (RFC 7089,
 * RFC 6690). A long one comes in pages, the newest first, each linking to the one before. The router finds the read
 * that is meant, so that however an address is written, a TimeMap is never that of a TimeMap.
 */
export function timemapRoutes(app: FastifyInstance, changes: LedgerChanges, context: Context): AddTimeMap {
  const schema = { hide: true };
  const refuseOthers = (request: FastifyRequest): never => {
    const { '*': rest } = request.params as { readonly '*': string };
    if (/^timemap(?:\/|$)/.test(rest)) throw new HttpProblem('unknown-address', 'a TimeMap has no TimeMap of its own');
    throw without(`/api/${rest.slice(0, 200)}`);
  };
  app.get('/api/timemap/*', { schema }, refuseOthers);

  return (url, check) => {
    const answer = async ({ query: asked, params }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { before, query } = readQuery(asked as Query);
      const path = pathOf(url, params);
      await check({ params, path, query });
      const address = mementoAddress(path, toSearchParams(query));
      const found = address.kind === 'original' ? await changesAt(address, changes, context) : null;
      if (found === null) throw without(path);
      const { position } = await context.ledger.views.head();
      const isNewest = before === null || before > position;
      const page = await found.upTo(isNewest ? position : before - 1);
      const text = timeMap(address, { ...page, before: isNewest ? null : before });
      return await reply.header('cache-control', 'no-cache').type(linkFormat).send(text);
    };
    app.get(url.replace('/api', '/api/timemap'), { schema }, answer);
  };
}

function without(path: string): HttpProblem {
  return new HttpProblem('unknown-address', `${path} has no TimeMap: it has no recorded clock`);
}

// The page that is asked for, and the query of the resource.
function readQuery({ before = [], ...query }: Query): { readonly before: number | null; readonly query: Query } {
  for (const name of ['atPosition', 'recordedAsOf', 'cursor']) {
    if (Object.hasOwn(query, name)) refuse(name, `a TimeMap lists what was recorded at any time: leave out ${name}`);
  }
  return { before: readBefore([before].flat()), query };
}

type Query = Readonly<Record<string, string | readonly string[]>>;

function refuse(parameter: string, message: string): never {
  throw new HttpProblem('invalid-parameter', message, { errors: [mistake('query', parameter, message)] });
}

function readBefore(texts: readonly string[]): number | null {
  const [text, ...more] = texts;
  if (text === undefined) return null;
  if (more.length > 0 || !/^[1-9]\d{0,14}$/.test(text))
    refuse('before', 'before is one position, a whole number from 1 on');
  return Number(text);
}
