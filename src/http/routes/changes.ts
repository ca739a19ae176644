import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { concerns, type EventInShort, eventInShort, inShort } from '../../projections/event-in-short.ts';
import { etagOf, sendTagged } from '../answers.ts';
import { findPartnership, type ServerContext } from '../context.ts';
import {
  conditionalHeaders,
  headersOf,
  notModified,
  problemAnswers,
  queryProblems,
  storeProblems,
} from '../described-answers.ts';
import { eventStreams } from '../event-stream.ts';
import type { ProblemName } from '../problem-types.ts';
import { HttpProblem, problemIn } from '../problems.ts';
import { type Query, readParameters, refuse } from '../query.ts';
import { jsonType } from '../ready-answers.ts';

/**
 * GET /api/changes: what was recorded after a position, page by page; GET /api/events: the same as server-sent events,
 * as it is recorded.
 */
export function changeRoutes(app: FastifyInstance, context: ServerContext): void {
  const { ledger, events: limits = {} } = context;
  const streams = eventStreams(ledger, (event) => JSON.stringify(inShort(event)), limits);
  app.addHook('preClose', async () => streams.close());

  const changes = {
    tags: ['follow'],
    operationId: 'listChanges',
    summary: 'What was recorded after a position',
    querystring: changesQuery,
    headers: z.object(conditionalHeaders),
    response: {
      200: {
        description: changesShape.description ?? '',
        content: { 'application/json': { schema: changesShape } },
        headers: headersOf('etag', 'cache-control'),
      },
      304: notModified,
      ...problems('unknown-position'),
    },
  };
  app.get('/api/changes', { schema: changes }, async (request, reply) => {
    const { since = 0, limit = mostChanges, partnership } = read(changesQuery, request.query as Query);
    const { position: head } = await ledger.views.arrived({ atLeast: String(since) });
    const wants = wanted(context, partnership);
    const events: EventInShort[] = [];
    let next = since;
    for await (const event of ledger.store.readAll({ after: since, limit: mostLookedAt })) {
      if (event.position > head || events.length === limit) break;
      next = event.position;
      if (wants(event)) events.push(inShort(event));
    }
    const text = JSON.stringify({ since, events, next, more: next < head });
    return sendTagged(request, reply, etagOf(context.identity.id, text), jsonType, Buffer.from(text));
  });

  const stream = {
    tags: ['follow'],
    operationId: 'followChanges',
    summary: 'What is recorded from now on, as server-sent events',
    description:
      'Each has the position of its event as id. A heartbeat moves that id too. The form of `data` is that of listChanges.',
    querystring: eventsQuery,
    headers: z.object({ 'last-event-id': z.string().optional().describe('the position to resume after') }),
    response: { 200: streamAnswer, ...problems('invalid-header', 'too-many-listeners') },
  };
  // HEAD would listen without end.
  app.get('/api/events', { schema: stream, exposeHeadRoute: false }, async (request, reply) => {
    const { since, partnership } = read(eventsQuery, request.query as Query);
    const after = positionIn(request.headers['last-event-id']) ?? since;
    const head = await ledger.views.arrived(after === undefined ? {} : { atLeast: String(after) });
    const events = streams.open(after ?? head.position, wanted(context, partnership));
    if (events === null) {
      const detail = 'as many clients as this server serves are listening already';
      throw new HttpProblem('too-many-listeners', detail, { headers: { 'retry-after': '30' } });
    }
    return reply
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' })
      .type('text/event-stream; charset=utf-8')
      .send(events);
  });
}

function problems(...own: readonly ProblemName[]) {
  return problemAnswers(...queryProblems, ...storeProblems, 'unknown-partnership', ...own);
}

function read<Shape extends z.ZodObject>(shape: Shape, query: Query): z.infer<Shape> {
  const { values, unknown, invalid } = readParameters(shape, query);
  refuse(['unknown-parameter', unknown], ['invalid-parameter', invalid]);
  return values;
}

function positionIn(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (/^\d{1,15}$/.test(String(header))) return Number(header);
  const message = 'Last-Event-ID is the position of the last event that you have, a whole number from 0';
  throw new HttpProblem('invalid-header', message, { errors: [problemIn('header', 'Last-Event-ID', message)] });
}

// Everything, or what a partnership rests on: its own stream, and those of the Games that its reports name.
function wanted(context: ServerContext, partnership: string | undefined): (event: RecordedEvent) => boolean {
  if (partnership === undefined) return () => true;
  findPartnership(context, partnership);
  return concerns(partnership, context.ledger.views.catalogue);
}

const mostChanges = 500;

// With a filter, a page may hold few of the events that were looked at for it.
const mostLookedAt = 5_000;

const since = z
  .string()
  .regex(/^\d{1,15}$/, 'since is the position of the last event that you have, a whole number from 0')
  .transform(Number)
  .optional()
  .meta({ type: 'integer', minimum: 0, description: 'the position of the last event that you have' });

const partnership = z
  .string()
  .optional()
  .describe('only what this partnership rests on: its own events, and its Games');

const eventsQuery = z.strictObject({ since, partnership });

const changesQuery = z.strictObject({
  since,
  partnership,
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `limit is a whole number from 1 to ${mostChanges}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= mostChanges, `limit is a whole number from 1 to ${mostChanges}`)
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: mostChanges, description: 'the most events on a page' }),
});

const changesShape = z
  .object({
    since: z.int(),
    events: z.array(eventInShort),
    next: z.int().describe('the `since` of the next page, also where this one is empty'),
    more: z.boolean().describe('whether more was recorded by now'),
  })
  .describe('What was recorded after a position, in order');

const streamAnswer = {
  description: 'Server-sent events, without end',
  content: { 'text/event-stream': { schema: z.string() } },
  headers: headersOf('cache-control'),
};
