import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import fastify, { type FastifyInstance, type FastifyServerOptions, type HTTPMethods, LogController } from 'fastify';
import { ledgerChanges } from '../projections/live/ledger-changes.ts';
import { keepSummaries } from '../projections/live/summaries.ts';
import { openMetrics } from '../telemetry/metrics.ts';
import { admitRequests } from './admission.ts';
import { answerRoutes, digestOfNames, readRoutes } from './answers.ts';
import type { AppParts, Context, ReadParts, ServerContext } from './context.ts';
import { guardRoutes, guessLimit, limitClients, sessionCookie } from './guard.ts';
import { believeServer, prepareLists, relayLargeReads } from './large-reads.ts';
import { giveMementos, timemapRoutes } from './memento.ts';
import { describeApi, openapiRoute } from './openapi.ts';
import { assetRoutes, noAssets } from './page-assets.ts';
import { answerClientError, answerProblems, HttpProblem, problemDetails, sendProblem } from './problems.ts';
import { type ReadyAnswers, readyAnswers } from './ready-answers.ts';
import { articleRoutes, postArticleRoute } from './routes/articles.ts';
import { briefRoute } from './routes/briefs.ts';
import { changeRoutes } from './routes/changes.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { docsRoute } from './routes/docs.ts';
import { draftRoute } from './routes/drafts.ts';
import { embedRoute } from './routes/embeds.ts';
import { factRoutes } from './routes/facts.ts';
import { feedRoutes } from './routes/feeds.ts';
import { gamesRoutes } from './routes/games.ts';
import { auditRoute, healthRoutes, ledgerRoute, problemRoutes } from './routes/ledger.ts';
import { metricsRoute, observeRequests } from './routes/metrics.ts';
import { pageRoutes, problemPages } from './routes/pages.ts';
import { diffRoute, momentsRoute, partnershipRoutes, searchRoute } from './routes/partnerships.ts';
import { proofRoutes } from './routes/proof.ts';
import { sharedRoute, sharedViews } from './routes/shared.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { dataHeaders } from './safe-headers.ts';

/** The API over an open ledger, not yet listening. */
export function buildApp(parts: AppParts): FastifyInstance {
  const context: ServerContext = { ...parts, ...keepLists(parts), guesses: guessLimit(parts.now) };
  const { publicReads = true, hosts = [], trustedProxies = [] } = parts.door ?? {};
  const { summaries } = context;
  const app = createServer(parts.logger, {
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    rewriteUrl: sharedViews(parts.access),
  });
  const addresses = trackAddresses(app);
  const showPage = problemPages(context);

  // Hooks that every answer passes take no promise: for an answer from the cache it costs more than they do.
  app.addHook('onRequest', ({ id, url, routeOptions: { config } }, reply, done) => {
    reply.header('x-request-id', id).headers(config.headers ?? dataHeaders);
    if (url.length <= maxAddressLength) done();
    else done(new HttpProblem('address-too-long', `an address may have at most ${maxAddressLength} characters`));
  });
  admitRequests(app, parts.limits);
  const metrics = parts.metrics ?? openMetrics();
  observeRequests(app, metrics, parts.traces ?? null);
  const cookie = sessionCookie(context.identity.id);
  guardRoutes(app, { access: parts.access, hosts, publicReads, cookie, guesses: context.guesses });
  limitClients(app, parts.door ?? {});
  app.addHook('onListen', () => {
    prepareLists(context).catch((error: unknown) => app.log.warn({ err: error }, 'summaries'));
  });
  app.addHook('preClose', async () => {
    summaries.stop();
    parts.ledger.views.endWaits();
    await parts.readers?.close();
  });
  answerProblems(app, () => addresses.keys(), showPage, parts.proof.check.found);
  describeApi(app, parts.version, parts.examples ?? {});

  app.register(async (reads) => {
    const ready = readyAnswers(reads, context);
    relayLargeReads(reads, { ...context, ready }, showPage);
    addReads(reads, context, ready);
  });
  app.register(async (api) => {
    postArticleRoute(api, context);
    decisionRoutes(api, context);
    draftRoute(api, context);
    proofRoutes(api, context);
    changeRoutes(api, context);
    webhookRoutes(api, context);
    tokenRoutes(api, context);
    sharedRoute(api);
    openapiRoute(api);
    problemRoutes(api);
    healthRoutes(api, context);
    metricsRoute(api, metrics, context);
  });
  app.register(async (pages) => {
    relayLargeReads(pages, context, showPage);
    addPages(pages, context);
  });
  app.register(async (files) => {
    docsRoute(files, context);
    signInRoutes(files, context);
    assetRoutes(files, parts.assets ?? noAssets);
  });
  answerOtherMethods(app, addresses);
  return app;
}

/** The reads of the API and the pages alone, for a thread that the server asks for them. */
export function buildReader(parts: ReadParts): FastifyInstance {
  const context = { ...parts, ...keepLists(parts) };
  // The server says how it was asked.
  const app = createServer(parts.logger, { trustProxy: true });
  believeServer(app);
  const addresses = trackAddresses(app);
  answerProblems(app, () => addresses.keys(), problemPages(context), parts.alterationFound ?? (() => undefined));
  app.register(async (reads) => addReads(reads, context, readyAnswers(reads, context)));
  app.register(async (pages) => addPages(pages, context));
  return app;
}

function keepLists(parts: ReadParts): Pick<Context, 'identity' | 'summaries'> {
  const identity = parts.ledger.views.catalogue.ledger();
  if (identity === null) throw new Error('the ledger is not open: its feed has not taken in the first event');
  const { name: names } = parts.subjects;
  const namesDigest = digestOfNames(parts.subjects);
  const summaries = keepSummaries({ views: parts.ledger.views, names, namesDigest, now: parts.now });
  return { identity, summaries };
}

function addReads(app: FastifyInstance, context: Context, ready: ReadyAnswers): void {
  const { store, views, histories, feed } = context.ledger;
  const changes = ledgerChanges({ store, catalogue: views.catalogue, histories, head: feed.position });
  giveMementos(app, changes, context);
  const add = answerRoutes(app, context, ready, timemapRoutes(app, changes, context));
  const read = readRoutes(add, context);
  ledgerRoute(read, context);
  partnershipRoutes(read, context);
  diffRoute(add, context);
  momentsRoute(add, context);
  briefRoute(add, context);
  searchRoute(add, context);
  factRoutes(read, context);
  feedRoutes(read, context);
  auditRoute(read, context);
  gamesRoutes(read, context);
  articleRoutes(read, context);
}

function addPages(app: FastifyInstance, context: Context): void {
  pageRoutes(app, context);
  embedRoute(app, context);
}

function createServer(
  logger: AppParts['logger'],
  more: Pick<FastifyServerOptions, 'trustProxy' | 'rewriteUrl'>,
): FastifyInstance {
  const app = fastify({
    ...more,
    logger: logger ?? false,
    requestIdHeader: false,
    genReqId: requestId,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: timeoutCheckMs },
    routerOptions: { maxParamLength: maxSegmentLength },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) => {
      const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      const detail = `a segment of an address may have at most ${maxSegmentLength} characters`;
      const problem = isTooLong
        ? problemDetails('address-too-long', detail)
        : problemDetails('malformed-request', error.message);
      sendProblem(reply, problem);
    },
    return503OnClosing: false,
  });
  // Routes check requests and answers themselves; their schemas describe them for OpenAPI.
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => JSON.stringify);
  return app;
}

// The id that the client or a proxy gave a request, if it fits a line of a log, or a new one.
function requestId({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

// For the whole request to arrive.
const requestTimeoutMs = 30_000;

// For its head alone.
const headersTimeoutMs = 10_000;

// How late a connection may be closed that is over its time.
const timeoutCheckMs = 1_000;

const maxSegmentLength = 400;

const maxAddressLength = 8_000;

// The addresses of all routes added from here on, and the methods of each.
function trackAddresses(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const addresses = new Map<string, ReadonlySet<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    // Of whatever answers OPTIONS for other sites.
    if (url === '*') return;
    addresses.set(url, new Set([...(addresses.get(url) ?? []), ...[method].flat()]));
  });
  return addresses;
}

// Answers OPTIONS at every address with the methods that it takes, and every other method with 405.
function answerOtherMethods(app: FastifyInstance, addresses: ReadonlyMap<string, ReadonlySet<string>>): void {
  app.register(async (others) => {
    // A copy: the routes added here are tracked too.
    for (const [url, allowed] of new Map(addresses)) {
      const allow = [...methods.filter((method) => allowed.has(method)), 'OPTIONS'].join(', ');
      const schema = { hide: true };
      const config = { role: null };
      others.options(url, { schema, config }, async (_request, reply) => reply.code(204).header('allow', allow).send());
      others.route({
        method: methods.filter((method) => !allowed.has(method)),
        url,
        schema,
        config,
        // Refuses before the body is read.
        onRequest: async ({ method }) => {
          const detail = `${method} is not allowed here; allowed are ${allow}`;
          throw new HttpProblem('method-not-allowed', detail, { headers: { allow } });
        },
        handler: async () => undefined,
      });
    }
  });
}

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
