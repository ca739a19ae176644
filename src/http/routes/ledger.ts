import { setTimeout as after } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { DamagedEvent } from '../../event-store/event-store.ts';
import { answerShape, cutOf } from '../../projections/answer.ts';
import { auditAnswerShape, ledgerAuditAnswer, ledgerAuditFilters } from '../../projections/audit.ts';
import { allViews, type Context, unknown } from '../context.ts';
import { isProblemName, type ProblemType, problemTypes } from '../problem-types.ts';
import { HttpProblem, problemAnswers } from '../problems.ts';
import type { AddRead } from '../reads.ts';

/** GET /api: what this is, how far it reaches, and where to go from here. */
export function ledgerRoute(read: AddRead, { ledger, identity, version }: Context): void {
  read({
    url: '/api',
    operationId: 'getLedger',
    summary: 'The ledger, and where to go from here',
    params: z.object({}),
    answer: ledgerAnswerShape,
    ask: async ({ cut }) => {
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
  audit: '/api/audit',
  checkpoint: '/api/audit/checkpoint',
  publicKey: '/api/audit/public-key',
  openapi: '/openapi.json',
  problems: '/problems',
  health: '/health/ready',
};

/** GET /health/live: the process answers; /health/ready: reads and writes would work, said within seconds. */
export function healthRoutes(app: FastifyInstance, { ledger, proof }: Context): void {
  const live = {
    operationId: 'getLive',
    summary: 'Whether the process answers',
    tags: ['health'],
    response: { 200: liveShape },
  };
  app.get('/health/live', { schema: live, logLevel: 'warn' }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  const tell = tellChanges(app.log);
  const ready = {
    operationId: 'getReady',
    summary: 'Whether reads and writes would work',
    tags: ['health'],
    response: { 200: readyShape, ...problemAnswers('5xx') },
  };
  app.get('/health/ready', { schema: ready, logLevel: 'warn' }, async (_request, reply) => {
    const reasons: string[] = [];
    const enough = new AbortController();
    const late = after(patience, null, { signal: enough.signal }).catch(() => null);
    const seen = ledger.views.head().catch((error: unknown) => {
      reasons.push(messageOf(error));
      return null;
    });
    const [head, { ok, problems }] = await Promise.all([Promise.race([seen, late]), ledger.store.health()]);
    enough.abort();
    const failure = ledger.feed.failure();
    const { fault, state, checked } = proof.check.state();
    if (failure !== null) reasons.push(failure.message);
    tell([...new Set([...problems.map(({ message }) => message), ...reasons])]);
    if (fault !== null) throw new HttpProblem('ledger-altered', fault.message);
    if (failure instanceof DamagedEvent) throw new HttpProblem('ledger-altered', failure.message);
    // What is gone is not healed by asking another server, and what this one still shows may not be shown by the next.
    const cut = problems.filter(({ kind }) => kind === 'truncation');
    if (cut.length > 0) throw new HttpProblem('ledger-truncated', cut.map(({ message }) => message).join('; '));
    if (!ok || head === null || failure !== null) {
      const detail = 'the event store or the feed of its events does not work at the moment';
      throw new HttpProblem('store-unavailable', detail, { headers: { 'retry-after': '2' } });
    }
    const warnings = problems.map(({ stream, message }) => ({ stream, message }));
    return reply
      .header('cache-control', 'no-store')
      .send({ status: 'ready', position: head.position, warnings, log: { state, checked } });
  });
}

const liveShape = z.object({ status: z.literal('live') }).describe('The process answers');

// Tells the log what is wrong, once, and again where it changes: probes come every few seconds. How long a call took is
// no change.
function tellChanges(log: FastifyBaseLogger): (reasons: readonly string[]) => void {
  let told = '';
  return (reasons) => {
    const text = reasons.join('; ');
    const gist = text.replaceAll(/[\d.]+/g, '');
    if (gist === told) return;
    told = gist;
    log.warn(text === '' ? 'health: nothing is wrong any more' : `health: ${text}`);
  };
}

const readyShape = z
  .object({
    status: z.literal('ready'),
    position: z.int().describe('everything up to it can be read'),
    warnings: z
      .array(z.object({ stream: z.string().nullable(), message: z.string() }))
      .describe('what is wrong with the store, or will be, though it can be used: somebody should look at it'),
    log: z
      .object({ state: z.enum(['checking', 'good', 'altered', 'stopped']), checked: z.int().describe('events so far') })
      .describe('the check, since the start, that nothing was changed'),
  })
  .describe('The store answers, and the views have taken in all that it holds');

// A probe gives up sooner or later: it is told before.
const patience = 3_000;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

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
    ask: async ({ cut, filters, page }) => {
      const [views, games, own] = await Promise.all([
        allViews(context, cut),
        ledger.views.games(cut),
        ledger.views.ledger(cut),
      ]);
      const asked = { cut, views, games, ledger: own, firstRecordedAt: identity.createdAt };
      return { dependsOn: cut.position, build: () => ledgerAuditAnswer(asked, filters, page) };
    },
  });
}

/** GET /problems and /problems/{name}: what the types of problems mean, as JSON or, for a browser, as text. */
export function problemRoutes(app: FastifyInstance): void {
  const all = Object.entries(problemTypes).map(explain);
  const list = {
    operationId: 'listProblems',
    summary: 'Every type of problem',
    tags: ['help'],
    response: { 200: explanationsShape },
  };
  app.get('/problems', { schema: list }, async (request, reply) =>
    send(request, reply, all.map(asText).join('\n'), { problems: all }),
  );
  const one = {
    operationId: 'getProblem',
    summary: 'What a type of problem means',
    tags: ['help'],
    params: z.object({ name: z.string().describe('the last segment of its `type`') }),
    response: { 200: explanationShape, ...problemAnswers('4xx') },
  };
  app.get('/problems/:name', { schema: one }, async (request, reply) => {
    const { name } = request.params as { name: string };
    if (!isProblemName(name)) {
      const [suggestion] = nearest(name, Object.keys(problemTypes), { limit: 1 });
      throw unknown('unknown-problem', 'type of problem', name, 'name', suggestion);
    }
    const explained = explain([name, problemTypes[name]]);
    return send(request, reply, asText(explained), explained);
  });
}

function explain([name, type]: [string, ProblemType]): z.infer<typeof explanationShape> {
  const { title, status, explanation } = type;
  return { type: `/problems/${name}`, title, status, explanation };
}

const explanationShape = z
  .object({ type: z.string(), title: z.string(), status: z.int(), explanation: z.string() })
  .describe('What a type of problem means, and what to do');

const explanationsShape = z.object({ problems: z.array(explanationShape) }).describe('Every type of problem');

function send(request: FastifyRequest, reply: FastifyReply, text: string, json: unknown): FastifyReply {
  reply.header('cache-control', 'no-cache').header('vary', 'accept');
  if (wantsText(request)) return reply.type('text/plain; charset=utf-8').send(text);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(json));
}

// A browser asks for HTML first and is content with text; programs ask for anything.
function wantsText({ headers }: FastifyRequest): boolean {
  return /^text\/(?:html|plain)\b/.test(headers.accept ?? '');
}

function asText({ type, title, status, explanation }: z.infer<typeof explanationShape>): string {
  return `${status} ${title}\n${type}\n\n${explanation}\n`;
}
