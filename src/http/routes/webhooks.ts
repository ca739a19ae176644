import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { pointerOf } from '../../articles/source.ts';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { recordedTypes } from '../../projections/event-in-short.ts';
import { receiverProblem } from '../../webhooks/send-message.ts';
import type { ShownWebhook, Webhooks } from '../../webhooks/webhooks.ts';
import { findPartnership, type ServerContext, unknown } from '../context.ts';
import { checkBody } from '../decision-requests.ts';
import { didYouMean, HttpProblem, problemIn, problemWith, type RequestProblem, shorten } from '../problems.ts';
import { bodyOf, readJson, type WriteRoute, writeRoutes } from '../writes.ts';

/** /api/webhooks: lists, adds, tests and removes webhooks. All of it needs a token: an address may hold a secret. */
export function webhookRoutes(app: FastifyInstance, context: ServerContext): void {
  const problems = ['webhooks-off', 'unknown-webhook', 'invalid-webhook', 'too-many-webhooks'] as const;
  const routes = [listRoute, addRoute, showRoute, removeRoute, testRoute].map((route) => ({
    ...route(context),
    role: 'steward' as const,
    problems,
  }));
  writeRoutes(app, ['application/json'], routes);
}

function listRoute(context: ServerContext): WriteRoute {
  return {
    method: 'GET',
    url: '/api/webhooks',
    schema: { operationId: 'listWebhooks', summary: 'The webhooks of this server' },
    answer: z.object({
      webhooks: z.array(webhookShape),
      hosts: z.array(z.string()).describe('the hosts that webhooks may be sent to'),
    }),
    unchanged: 'The webhooks in the order in which they were added',
    created: null,
    record: async () => {
      const { all, hosts } = webhooksOf(context);
      return { status: 200, location: null, answer: { webhooks: all(), hosts } };
    },
  };
}

// Throws webhooks-off.
function webhooksOf({ webhooks }: ServerContext): Webhooks {
  if (webhooks) return webhooks;
  throw new HttpProblem('webhooks-off', 'this server sends no webhooks: WEBHOOK_HOSTS is not set');
}

function addRoute(context: ServerContext): WriteRoute {
  return {
    url: '/api/webhooks',
    schema: {
      operationId: 'addWebhook',
      summary: 'Add a webhook',
      description: 'It gets what is recorded from now on, or after `since`. The secret is in this answer alone.',
      body: newWebhookShape,
    },
    answer: webhookShape.extend({ secret: z.string().describe('what messages are signed with; never shown again') }),
    unchanged: null,
    created: 'The webhook, and its secret',
    record: async (request, addedBy) => {
      const webhooks = webhooksOf(context);
      const body = await readNewWebhook(context, webhooks, request);
      if (webhooks.all().length >= mostWebhooks) {
        throw new HttpProblem('too-many-webhooks', `this server keeps ${mostWebhooks} webhooks at most: remove one`);
      }
      const { url, partnership = null, types = [], since } = body;
      const { webhook, secret } = webhooks.add({ url, partnership, types: [...new Set(types)], since, addedBy });
      return { status: 201, location: `/api/webhooks/${webhook.id}`, answer: { ...webhook, secret } };
    },
  };
}

const mostWebhooks = 100;

async function readNewWebhook(
  context: ServerContext,
  { hosts }: Webhooks,
  request: FastifyRequest,
): Promise<z.infer<typeof newWebhookShape>> {
  const { position: head } = await context.ledger.views.head();
  const json = readJson(bodyOf(request, 'the webhook as JSON: {"url": "https://hooks.example/ledger"}'));
  const { data, problems } = checkBody(newWebhookShape, json);
  const about = data === undefined ? [] : [...problemsOf(data, hosts, head), ...partnershipProblem(context, data)];
  const errors = [...problems, ...about];
  if (errors.length > 0 || data === undefined) throw problemWith('invalid-webhook', errors);
  return data;
}

function problemsOf(
  { url, types = [], since = 0 }: z.infer<typeof newWebhookShape>,
  hosts: readonly string[],
  head: number,
): readonly RequestProblem[] {
  const refusal = receiverProblem(url, hosts);
  return [
    ...(refusal === null ? [] : [problemIn('body', '/url', refusal)]),
    ...types.flatMap((type, i) => {
      if (recordedTypes.includes(type)) return [];
      const [near] = nearest(shorten(type), recordedTypes, { limit: 1 });
      const message = `there is no type of event ${shorten(type)}${didYouMean(near)}`;
      return [problemIn('body', pointerOf(['types', i]), message, near)];
    }),
    ...(since <= head ? [] : [problemIn('body', '/since', `the ledger ends at position ${head}`, String(head))]),
  ];
}

function partnershipProblem(
  context: ServerContext,
  { partnership }: z.infer<typeof newWebhookShape>,
): readonly RequestProblem[] {
  if (partnership === undefined || partnership === null) return [];
  try {
    findPartnership(context, partnership);
    return [];
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const [first] = error.problem.errors ?? [];
    return [problemIn('body', '/partnership', error.problem.detail, first?.suggestion)];
  }
}

function showRoute(context: ServerContext): WriteRoute {
  return {
    method: 'GET',
    url: '/api/webhooks/:id',
    schema: { operationId: 'getWebhook', summary: 'A webhook, and how its delivery goes', params: idParams },
    answer: webhookShape,
    unchanged: 'The webhook',
    created: null,
    record: async (request) => ({ status: 200, location: null, answer: findWebhook(webhooksOf(context), request) }),
  };
}

const idParams = z.object({ id: z.string() });

// Throws unknown-webhook.
function findWebhook({ get, all }: Webhooks, { params }: FastifyRequest): ShownWebhook {
  const { id } = params as z.infer<typeof idParams>;
  const webhook = get(id);
  if (webhook !== null) return webhook;
  const ids = all().map((one) => one.id);
  throw unknown('unknown-webhook', 'webhook', id, 'id', nearest(shorten(id), ids, { limit: 1 })[0]);
}

function removeRoute(context: ServerContext): WriteRoute {
  return {
    method: 'DELETE',
    url: '/api/webhooks/:id',
    schema: { operationId: 'removeWebhook', summary: 'Remove a webhook', params: idParams },
    answer: webhookShape,
    unchanged: 'The webhook as it was; from now on nothing is sent to it',
    created: null,
    record: async (request) => {
      const webhooks = webhooksOf(context);
      const answer = findWebhook(webhooks, request);
      webhooks.remove(answer.id);
      return { status: 200, location: null, answer };
    },
  };
}

function testRoute(context: ServerContext): WriteRoute {
  return {
    url: '/api/webhooks/:id/test',
    schema: {
      operationId: 'testWebhook',
      summary: 'Send a message without events now',
      description: 'Its type is `webhook.test`. What comes of it does not count as a failure.',
      params: idParams,
    },
    answer: z.object({
      delivered: z.boolean(),
      status: z.int().nullable().describe('what the receiver answered; null: nothing'),
      failure: z.string().nullable(),
    }),
    unchanged: 'What came of it',
    created: null,
    record: async (request) => {
      const webhooks = webhooksOf(context);
      const outcome = await webhooks.test(findWebhook(webhooks, request).id);
      const answer = {
        delivered: outcome.kind === 'delivered',
        status: 'status' in outcome ? outcome.status : null,
        failure: 'failure' in outcome ? outcome.failure : null,
      };
      return { status: 200, location: null, answer };
    },
  };
}

const newWebhookShape = z.strictObject({
  url: z.string('url is a text').max(2_000).describe('where messages are sent'),
  partnership: z
    .string('partnership is the id of a partnership')
    .nullish()
    .describe('only what this partnership rests on: its own events, and its Games'),
  types: z
    .array(z.string('a type is a text'), 'types is a list of types of events')
    .max(200)
    .optional()
    .describe('only events of these types, such as CampaignLaunched; ArticleRead ends each article'),
  since: z
    .int('since is a position, a whole number from 0')
    .min(0, 'since is a position, a whole number from 0')
    .optional()
    .describe('begin after this position; by default with what is recorded from now on'),
});

const webhookShape = z
  .object({
    id: z.string(),
    url: z.string(),
    partnership: z.string().nullable(),
    types: z.array(z.string()).describe('empty: all'),
    addedAt: z.string(),
    addedBy: z.string(),
    position: z.int().describe('everything up to here was delivered, or is not wanted'),
    deliveredAt: z.string().nullable().describe('when the last message arrived'),
    failing: z
      .object({
        since: z.string(),
        attempts: z.int(),
        failure: z.string(),
        nextAttempt: z.string().nullable(),
      })
      .nullable()
      .describe('what keeps the next message from arriving; null: nothing'),
    off: z
      .object({ at: z.string(), reason: z.enum(['gone', 'failing']), failure: z.string() })
      .nullable()
      .describe('gone: it answered 410; failing: for days no attempt succeeded. Nothing is sent any more'),
  })
  .describe('A webhook');
