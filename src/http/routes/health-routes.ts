import { setTimeout as after } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import * as z from 'zod';
import { DamagedEvent } from '../../event-store/event-store.ts';
import type { Context } from '../app-parts.ts';
import { HttpProblem } from '../problem.ts';
import { problemAnswers } from '../problem-schemas.ts';

const liveShape = z.object({ status: z.literal('live') }).describe('The process answers');
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

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
