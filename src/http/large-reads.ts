import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AppParts, type AskedRead, longestWaitMs, type ServerContext, soon } from './context.ts';
import { HttpProblem, prefersPage } from './problems.ts';

/**
 * Has the reads of much answered by threads of their own (docs/adr/0042), so that this one stays free for everything
 * else. Add it before whatever else the reads of an app do. `showPage` shows a problem to whoever asks for a page.
 */
export function relayLargeReads(
  app: FastifyInstance,
  { ledger, readers }: Pick<AppParts, 'ledger' | 'readers'>,
  showPage: (request: FastifyRequest, reply: FastifyReply, problem: HttpProblem) => FastifyReply,
): void {
  if (!readers) return;
  app.addHook('onRequest', async (request, reply) => {
    if (!isLarge(request, ledger)) return undefined;
    const { position } = await ledger.views.head();
    // Nobody waits any more for what begins later.
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(longestWaitMs)]);
    try {
      const { status, headers, body } = await soon(readers.ask(toRead(request, position), signal));
      relayed.add(request);
      return reply
        .code(status)
        .headers(headers)
        .send(body.byteLength === 0 ? undefined : Buffer.from(body.buffer));
    } catch (error) {
      if (error instanceof HttpProblem && prefersPage(request)) return showPage(request, reply, error);
      throw error;
    }
  });
}

const relayed = new WeakSet<FastifyRequest>();

/** Whether a thread has answered a request: the answer is whole, with all its headers. */
export function isRelayed(request: FastifyRequest): boolean {
  return relayed.has(request);
}

/** Makes what lists of now are read from; on a large ledger a thread does, and only if anything is missing. */
export async function prepareLists({
  ledger,
  readers,
  summaries,
}: Pick<ServerContext, 'ledger' | 'readers' | 'summaries'>): Promise<void> {
  if (!readers || ledger.feed.position() <= mostEvents.ofLedger) return await summaries.refresh();
  if (!summaries.isStale()) return;
  const list = {
    url: '/api/partnerships?limit=1',
    headers: {},
    atLeast: ledger.feed.position(),
  };
  await readers.ask(list, new AbortController().signal);
}

// Of a HEAD the server leaves the body away by itself.
function toRead({ url, headers, host, protocol, principal }: FastifyRequest, atLeast: number): AskedRead {
  const kept = ['accept', 'accept-datetime', 'if-none-match'].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])] as const],
  );
  const asked = { host, 'x-forwarded-proto': protocol, ...(principal && { [readerHeader]: principal.name }) };
  return { url, headers: { ...Object.fromEntries(kept), ...asked }, atLeast };
}

const readerHeader = 'x-ledger-reader';

/** Has a thread believe what its server says of a request: nobody else asks it. */
export function believeServer(app: FastifyInstance): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const name = request.headers[readerHeader];
    if (typeof name === 'string') request.principal = { name, role: 'reader', source: 'server', until: null };
    done();
  });
}

// A fold takes some 0.1 ms a report, and what no thread answers has to be done within 20 ms. What spans partnerships is
// folded one by one with pauses, or read from summaries.
const mostEvents = { ofPartnership: 250, ofLedger: 2_500 };

function isLarge(request: FastifyRequest, { views: { catalogue }, feed }: AppParts['ledger']): boolean {
  const { method, routeOptions, params, query, headers } = request;
  const url = routeOptions.url ?? '';
  if ((method !== 'GET' && method !== 'HEAD') || light.has(url)) return false;
  const { id } = params as { readonly id?: string };
  // The neighbours of a memento depend on others too.
  const isOfPast =
    headers['accept-datetime'] !== undefined ||
    Object.hasOwn(query as object, 'atPosition') ||
    url.startsWith('/api/timemap');
  if (id === undefined || isOfPast) return feed.position() > mostEvents.ofLedger;
  const partnerships = url.includes('/articles/:id') ? (catalogue.article(id)?.partnerships ?? []) : [id];
  const events = partnerships.map((one) => catalogue.partnership(one)?.events ?? 0);
  return events.reduce((sum, count) => sum + count, 0) > mostEvents.ofPartnership;
}

// These span the ledger, and fold nothing.
const light: ReadonlySet<string> = new Set(['/api', '/write', '/api/timemap', '/api/timemap/*']);
