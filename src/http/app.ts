import { createHash } from 'node:crypto';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { type SubjectRegistry, sections } from '../articles/subjects.ts';
import { ledgerChanges } from '../projections/ledger-changes.ts';
import { createAnswerCache } from './answer-cache.ts';
import { answerRoutes } from './answer-route.ts';
import type { AppParts, Context } from './app-parts.ts';
import { compareRoutes } from './compare-route.ts';
import { giveMementos } from './plugins/memento.ts';
import { describeApi } from './plugins/openapi.ts';
import { answerOtherMethods, noteAddresses } from './plugins/other-methods.ts';
import { answerClientError, answerProblems, sendProblem } from './plugins/problem-answers.ts';
import { logRequests } from './plugins/request-log.ts';
import { HttpProblem, problemOf } from './problem.ts';
import { readRoutes } from './read-route.ts';
import { articleRoutes } from './routes/article-routes.ts';
import { auditRoute } from './routes/audit-route.ts';
import { decisionRoutes } from './routes/decision-routes.ts';
import { diffRoute } from './routes/diff-route.ts';
import { factRoutes } from './routes/fact-routes.ts';
import { gamesRoutes } from './routes/games-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { ledgerRoute } from './routes/ledger-route.ts';
import { openapiRoute } from './routes/openapi-route.ts';
import { partnershipRoutes } from './routes/partnership-routes.ts';
import { postArticleRoute } from './routes/post-article-route.ts';
import { problemRoutes } from './routes/problem-routes.ts';
import { promiseRoutes } from './routes/promise-routes.ts';
import { proofRoutes } from './routes/proof-routes.ts';
import { timemapRoutes } from './routes/timemap-route.ts';

// A request that has not come in whole after so many milliseconds is given up.
const longestRequest = 30_000;
const longestAddress = 8_000;
const longestParameter = 400;

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

// Names of subjects are part of answers, so an answer depends on them too.
function digestOf({ known }: SubjectRegistry): string {
  const kinds = [...Object.values(sections), 'partnership'];
  return createHash('sha256')
    .update(JSON.stringify(kinds.map((kind) => known(kind))))
    .digest('base64url');
}

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
