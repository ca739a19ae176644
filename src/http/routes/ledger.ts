import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { DamagedEvent, DiskFull } from '../../event-store/event-store.ts';
import { auditCsv } from '../../exports/partnership-tables.ts';
import { answerShape, cutOf } from '../../projections/answer.ts';
import { auditAnswerShape, ledgerAuditAnswer, ledgerAuditFilters } from '../../projections/audit.ts';
import { faultAt } from '../../proof/check-log.ts';
import type { AddRead } from '../answers.ts';
import { type Context, partnershipsAt, type ServerContext, unknown } from '../context.ts';
import { headersOf, problemAnswers, storeProblems } from '../described-answers.ts';
import { isProblemName, type ProblemType, problemTypes } from '../problem-types.ts';
import { HttpProblem, retryLater } from '../problems.ts';
import { jsonType } from '../ready-answers.ts';

/** GET /api: what this is, how far it reaches, and where to go from here. */
export function ledgerRoute(read: AddRead, { ledger, identity, version }: Context): void {
  read({
    url: '/api',
    operationId: 'getLedger',
    summary: 'The ledger, and where to go from here',
    params: z.object({}),
    answer: ledgerAnswerShape,
    prepare: async ({ cut }) => {
      const { position } = cut;
      const recordedAt = await ledger.views.recordedAt(position);
      return {
        dependsOn: [position, version],
        build: () => ({
          cut: cutOf(cut, recordedAt === null ? null : { position, recordedAt }),
          name: 'Partnership Ledger',
          version,
          ledger: { ...identity, position },
          links,
        }),
      };
    },
  });
}

const ledgerAnswerShape = answerShape
  .extend({
    name: z.string(),
    version: z.string(),
    ledger: z.object({
      id: z.string(),
      createdAt: z.string(),
      position: z.int().describe('of the last event at the cut'),
    }),
    links: z.record(z.string(), z.string()),
  })
  .describe('The ledger, and where to go from here');

const links = {
  partnerships: '/api/partnerships',
  games: '/api/games',
  articles: '/api/articles',
  search: '/api/search?q=',
  audit: '/api/audit',
  changes: '/api/changes?since=0',
  checkpoint: '/api/audit/checkpoint',
  publicKey: '/api/audit/public-key',
  verifier: '/api/audit/verifier',
  openapi: '/openapi.json',
  problems: '/problems',
  health: '/health/ready',
};

/** GET /api/audit: the audit trail of the whole ledger. */
export function auditRoute(read: AddRead, context: Context): void {
  const { ledger, identity } = context;
  read({
    url: '/api/audit',
    operationId: 'getAudit',
    summary: 'The audit trail of the whole ledger',
    params: z.object({}),
    filters: ledgerAuditFilters,
    answer: auditAnswerShape,
    exports: [auditCsv],
    prepare: async ({ cut, filters, page }) => {
      const [{ views }, games, own] = await Promise.all([
        partnershipsAt(context, cut),
        ledger.views.games(cut),
        ledger.views.ledger(cut),
      ]);
      const question = { cut, views, games, ledger: own, firstRecordedAt: identity.createdAt };
      return { dependsOn: cut.position, build: () => ledgerAuditAnswer(question, filters, page) };
    },
  });
}

/** GET /health/live: the process answers; GET /health/ready: reads and writes would work, answered within seconds. */
export function healthRoutes(app: FastifyInstance, { ledger, proof, witnesses = null }: ServerContext): void {
  const live = { operationId: 'getLive', summary: 'Whether the process answers', tags: ['health'] };
  app.get(
    '/health/live',
    {
      schema: { ...live, response: { 200: uncached(liveShape), ...problemAnswers() } },
      logLevel: 'warn',
      config: { role: null },
    },
    async (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );

  const logWhenChanged = healthLog(app.log);
  const schema = {
    operationId: 'getReady',
    summary: 'Whether reads and writes would work',
    tags: ['health'],
    response: { 200: uncached(readyShape), ...problemAnswers(...storeProblems) },
  };
  app.get('/health/ready', { schema, logLevel: 'warn', config: { role: null } }, async (_, reply) => {
    const reasons: string[] = [];
    const timeout = wait(readinessTimeoutMs, null, { ref: false });
    const reading = ledger.views.head().catch((error: unknown) => {
      reasons.push(error instanceof Error ? error.message : String(error));
      return null;
    });
    const [head, { ok, problems }] = await Promise.all([Promise.race([reading, timeout]), ledger.store.health()]);
    const failure = ledger.feed.failure() ?? proof.failure();
    if (failure !== null) reasons.push(failure.message);
    if (failure instanceof DamagedEvent) proof.check.found(faultAt(failure.position, failure.message));
    const { fault, state, checked } = proof.check.state();
    logWhenChanged([...new Set([...problems.map(({ message }) => message), ...reasons])]);
    if (fault !== null) throw new HttpProblem('ledger-altered', fault.message);
    // No retry-after: another server has lost these events too, and what this one still shows the next may not.
    const truncations = problems.filter(({ kind }) => kind === 'truncation').map(({ message }) => message);
    if (truncations.length > 0) throw new HttpProblem('ledger-truncated', truncations.join('; '));
    const full =
      problems.find(({ kind }) => kind === 'full')?.message ?? (failure instanceof DiskFull ? failure.message : null);
    if (full !== null) throw new HttpProblem('disk-full', full, retryLater);
    if (!ok || head === null || failure !== null) {
      const detail = 'the event store or the feed of its events does not work at the moment';
      throw new HttpProblem('store-unavailable', detail, retryLater);
    }
    const doubt = ledger.views.clockDoubt(head);
    const warnings = [
      ...problems.map(({ stream, message }) => ({ stream, message })),
      ...[...ledger.views.catalogue.notes(), ...proof.notes()].map((message) => ({ stream: null, message })),
      ...(doubt === null ? [] : [{ stream: null, message: doubt.text }]),
      // A warning and not a failure: a witness that is away or wrong must not be able to stop this server.
      ...(witnesses?.states() ?? []).flatMap(({ message }) => (message === null ? [] : [{ stream: null, message }])),
    ];
    return reply
      .header('cache-control', 'no-store')
      .send({ status: 'ready', position: head.position, warnings, log: { state, checked } });
  });
}

function uncached(schema: z.ZodType) {
  const content = { 'application/json': { schema } };
  return { description: schema.description ?? '', content, headers: headersOf('cache-control') };
}

const liveShape = z.object({ status: z.literal('live') }).describe('The process answers');

// Probes come every few seconds: log what is wrong once, and again only when more than its numbers change.
function healthLog(log: FastifyBaseLogger): (reasons: readonly string[]) => void {
  let last = '';
  return (reasons) => {
    const text = reasons.join('; ');
    const gist = text.replaceAll(/[\d.]+/g, '');
    if (gist === last) return;
    last = gist;
    log.warn(text === '' ? 'health: everything works again' : `health: ${text}`);
  };
}

const readyShape = z
  .object({
    status: z.literal('ready'),
    position: z.int().describe('everything up to it can be read'),
    warnings: z
      .array(z.object({ stream: z.string().nullable(), message: z.string() }))
      .describe(
        'what is or will be wrong with the store, its clock or its witnesses, though it can be used: have somebody look at it',
      ),
    log: z
      .object({ state: z.enum(['checking', 'good', 'altered', 'stopped']), checked: z.int().describe('events so far') })
      .describe('the check, running since the start, that nothing was changed'),
  })
  .describe('The store answers, and the views have taken in everything that it holds');

// Answer before a probe gives up.
const readinessTimeoutMs = 3_000;

/** GET /problems and /problems/{name}: what the types of problems mean, as JSON or, for a browser, as text. */
export function problemRoutes(app: FastifyInstance): void {
  const all = Object.entries(problemTypes).map(explain);
  const list = {
    operationId: 'listProblems',
    summary: 'Every type of problem',
    tags: ['help'],
    response: {
      200: explained(z.object({ problems: z.array(explanationShape) }).describe('Every type of problem')),
      ...problemAnswers(),
    },
  };
  app.get('/problems', { schema: list, config: { role: null } }, async (request, reply) =>
    sendText(request, reply, all.map(toText).join('\n'), { problems: all }),
  );
  const schema = {
    operationId: 'getProblem',
    summary: 'What a type of problem means',
    tags: ['help'],
    params: z.object({ name: z.string().describe('the last segment of its `type`') }),
    response: { 200: explained(explanationShape), ...problemAnswers('unknown-problem') },
  };
  app.get('/problems/:name', { schema, config: { role: null } }, async (request, reply) => {
    const { name } = request.params as { name: string };
    if (!isProblemName(name)) {
      const [suggestion] = nearest(name, Object.keys(problemTypes), { limit: 1 });
      throw unknown('unknown-problem', 'type of problem', name, 'name', suggestion);
    }
    const explanation = explain([name, problemTypes[name]]);
    return sendText(request, reply, toText(explanation), explanation);
  });
}

// As `sendText` sends it.
function explained(schema: z.ZodType) {
  const content = { 'application/json': { schema }, 'text/plain': { schema: z.string() } };
  return { description: schema.description ?? '', content, headers: headersOf('cache-control', 'vary') };
}

function explain([name, { title, status, explanation }]: [string, ProblemType]): z.infer<typeof explanationShape> {
  return { type: `/problems/${name}`, title, status, explanation };
}

const explanationShape = z
  .object({ type: z.string(), title: z.string(), status: z.int(), explanation: z.string() })
  .describe('What a type of problem means, and what to do');

function toText({ type, title, status, explanation }: z.infer<typeof explanationShape>): string {
  return `${status} ${title}\n${type}\n\n${explanation}\n`;
}

// A browser asks for HTML first and accepts text; a program accepts anything and gets JSON.
function sendText({ headers }: FastifyRequest, reply: FastifyReply, text: string, json: unknown): FastifyReply {
  reply.header('cache-control', 'no-cache').header('vary', 'accept');
  return /^text\/(?:html|plain)\b/.test(headers.accept ?? '')
    ? reply.type('text/plain; charset=utf-8').send(text)
    : reply.type(jsonType).send(JSON.stringify(json));
}
