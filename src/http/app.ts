import { createHash } from 'node:crypto';
import fastify, { type FastifyInstance, type HTTPMethods, LogController } from 'fastify';
import { type SubjectRegistry, sections } from '../articles/register.ts';
import { ledgerChanges } from '../projections/live/ledger-changes.ts';
import { answerRoutes, createAnswerCache } from './answers.ts';
import type { AppParts, Context } from './context.ts';
import { giveMementos, timemapRoutes } from './memento.ts';
import { describeApi, openapiRoute } from './openapi.ts';
import { answerClientError, answerProblems, HttpProblem, problemOf, sendProblem } from './problems.ts';
import { compareRoutes, readRoutes } from './reads.ts';
import { articleRoutes, postArticleRoute } from './routes/articles.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { factRoutes } from './routes/facts.ts';
import { gamesRoutes } from './routes/games.ts';
import { auditRoute, healthRoutes, ledgerRoute, problemRoutes } from './routes/ledger.ts';
import { diffRoute, partnershipRoutes, promiseRoutes } from './routes/partnerships.ts';
import { proofRoutes } from './routes/proof.ts';

/** The API over an open ledger, not yet listening. */
export function buildApp(parts: AppParts): FastifyInstance {
  const identity = parts.ledger.views.catalogue.ledger();
  if (identity === null) throw new Error('the ledger is not open: its feed has not taken in its first event');
  const context: Context = { ...parts, identity };
  const app = server(parts.logger);
  const addresses = noteAddresses(app);

  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => JSON.stringify);
  app.addHook('onRequest', async ({ url }, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (url.length > longestAddress) {
      throw new HttpProblem('address-too-long', `an address may have ${longestAddress} characters`);
    }
  });
  logRequests(app);
  answerProblems(app, () => addresses.keys());
  describeApi(app, parts.version);

  app.register(async (api) => {
    const { store, views, histories, feed } = parts.ledger;
    const changes = ledgerChanges({ store, catalogue: views.catalogue, histories, head: feed.position });
    giveMementos(api, changes, context);
    const addTimeMap = timemapRoutes(api, changes, context);
    const add = answerRoutes(api, context, createAnswerCache(), digestOf(parts.subjects), addTimeMap);
    const read = readRoutes(add, context);
    ledgerRoute(read, context);
    partnershipRoutes(read, context);
    promiseRoutes(read, context);
    diffRoute(compareRoutes(add, context), context);
    factRoutes(read, context);
    auditRoute(read, context);
    gamesRoutes(read, context);
    articleRoutes(read, context);
    postArticleRoute(api, context);
    decisionRoutes(api, context);
    proofRoutes(api, context);
    openapiRoute(api);
    problemRoutes(api);
    healthRoutes(api, context);
  });
  answerOtherMethods(app, addresses);
  return app;
}

function server(logger: AppParts['logger']): FastifyInstance {
  return fastify({
    logger: logger ?? false,
    // One line for every answer is enough; plugins/request-log.ts writes it.
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: longestRequest,
    routerOptions: { maxParamLength: longestParameter },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) => {
      const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      const detail = `a segment of an address may have ${longestParameter} characters`;
      sendProblem(
        reply,
        tooLong ? problemOf('address-too-long', detail) : problemOf('malformed-request', error.message),
      );
    },
    return503OnClosing: false,
  });
}

// A request that has not come in whole after so many milliseconds is given up.
const longestRequest = 30_000;

const longestParameter = 400;

/** Notes every route that is added from here on. */
export function noteAddresses(app: FastifyInstance): Addresses {
  const addresses = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = addresses.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    addresses.set(url, known);
  });
  return addresses;
}

/** The addresses of an app and the methods that each takes. */
export type Addresses = ReadonlyMap<string, ReadonlySet<string>>;

const longestAddress = 8_000;

/** Logs a line for every answer: method, address, status and duration; never a header, so never the token. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ log, method, url }, { statusCode, elapsedTime }) => {
    log.info({ method, url, status: statusCode, milliseconds: Math.round(elapsedTime * 10) / 10 }, 'answered');
  });
}

// Names of subjects are part of answers, so an answer depends on them too.
function digestOf({ known }: SubjectRegistry): string {
  const kinds = [...Object.values(sections), 'partnership'];
  return createHash('sha256')
    .update(JSON.stringify(kinds.map((kind) => known(kind))))
    .digest('base64url');
}

/** Answers OPTIONS at every address, and any method that it does not take with 405; both name the ones that it takes. */
export function answerOtherMethods(app: FastifyInstance, addresses: Addresses): void {
  app.register(async (others) => {
    // Adding routes adds to the addresses, so these are the ones that there were.
    const known = new Map(addresses);
    for (const [url, taken] of known) {
      const allowed = [...methods.filter((method) => taken.has(method)), 'OPTIONS'];
      const allow = allowed.join(', ');
      const refused = methods.filter((method) => !taken.has(method));
      others.options(url, { schema: { hide: true } }, async (_request, reply) =>
        reply.code(204).header('allow', allow).send(),
      );
      others.route({
        method: refused,
        url,
        schema: { hide: true },
        // Before the body is read: whatever it holds, it is not taken.
        onRequest: async ({ method }) => {
          throw new HttpProblem('method-not-allowed', `${method} is not allowed here; allowed are ${allow}`, {
            headers: { allow },
          });
        },
        handler: async () => undefined,
      });
    }
  });
}

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
