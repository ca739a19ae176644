import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { roleMeanings, roles } from '../../access/roles.ts';
import { sharedAddress, type Token, toExpiry, toView } from '../../access/tokens.ts';
import { nameProblem } from '../../secrets.ts';
import { type ServerContext, unknown } from '../context.ts';
import { checkBody } from '../decision-requests.ts';
import { problemIn, problemWith } from '../problems.ts';
import { bodyOf, readJson, type WriteRoute, writeRoutes } from '../writes.ts';

/** /api/tokens: lists, makes and revokes the tokens of people, programs and single views. For admins. */
export function tokenRoutes(app: FastifyInstance, context: ServerContext): void {
  const problems = ['invalid-token', 'unknown-token'] as const;
  const routes = [listRoute, createRoute, revokeRoute].map((route) => ({
    ...route(context),
    role: 'admin' as const,
    problems,
  }));
  writeRoutes(app, ['application/json'], routes);
}

function listRoute({ access }: ServerContext): WriteRoute {
  return {
    method: 'GET',
    url: '/api/tokens',
    schema: { operationId: 'listTokens', summary: 'The tokens that this server keeps' },
    answer: z.object({ tokens: z.array(tokenShape) }),
    unchanged: 'The tokens in the order in which they were made, those that are over too; their secrets nobody has',
    created: null,
    record: async () => ({ status: 200, location: null, answer: { tokens: access.tokens.all().map(toShown) } }),
  };
}

function createRoute({ access, now }: ServerContext): WriteRoute {
  return {
    url: '/api/tokens',
    schema: {
      operationId: 'createToken',
      summary: 'Make a token',
      description:
        'For a role, or for one view, which its address reads without a header. The secret is in this answer alone.',
      body: newTokenShape,
    },
    answer: tokenShape.extend({
      secret: z.string().describe('what its holder sends: Authorization: Bearer <secret>; never shown again'),
      address: z.string().nullable().describe('of one view: the address that reads it'),
    }),
    unchanged: null,
    created: 'The token, and its secret',
    record: async (request, createdBy) => {
      const json = readJson(bodyOf(request, 'the token as JSON: {"name": "anna", "role": "reader"}'));
      const { data, problems } = checkBody(newTokenShape, json);
      if (data === undefined || problems.length > 0) throw problemWith('invalid-token', problems);
      const { name, role, reads, expires } = data;
      const view = reads === undefined ? null : toView(reads);
      const expiry = toExpiry(expires, now());
      const wrong = [
        ...[nameProblem(name)].flatMap((text) => (text === null ? [] : [problemIn('body', '/name', `name ${text}`)])),
        ...((role === undefined) === (reads === undefined)
          ? [problemIn('body', '', 'give either a role, or the view that it reads')]
          : []),
        ...(view !== null && 'problem' in view ? [problemIn('body', '/reads', view.problem)] : []),
        ...('problem' in expiry ? [problemIn('body', '/expires', expiry.problem)] : []),
      ];
      if (wrong.length > 0 || 'problem' in expiry || (view !== null && 'problem' in view)) {
        throw problemWith('invalid-token', wrong);
      }
      const made = access.tokens.create({
        name,
        role: role ?? 'reader',
        reads: view?.view ?? null,
        expiresAt: expiry.expiresAt,
        createdBy,
      });
      const address = view === null ? null : sharedAddress(made.secret, view.view);
      return { status: 201, location: null, answer: { ...toShown(made.token), secret: made.secret, address } };
    },
  };
}

function revokeRoute({ access }: ServerContext): WriteRoute {
  return {
    url: '/api/tokens/:id/revocation',
    schema: { operationId: 'revokeToken', summary: 'Revoke a token', params: z.object({ id: z.string() }) },
    answer: tokenShape,
    unchanged: 'The token, which nothing accepts any more; the sessions that it began are over too',
    created: null,
    record: async ({ params }) => {
      const { id } = params as { readonly id: string };
      const token = access.tokens.revoke(id);
      if (token === null) throw unknown('unknown-token', 'token', id, 'id', undefined);
      return { status: 200, location: null, answer: toShown(token) };
    },
  };
}

function toShown({ role, ...token }: Token) {
  return { ...token, role: token.reads === null ? role : null };
}

const newTokenShape = z.strictObject({
  name: z.string('name is a text').describe('the name under which what it writes is recorded'),
  role: z
    .enum(roles, `role is one of ${roles.join(', ')}`)
    .optional()
    .describe(roles.map((role) => `${role}: ${roleMeanings[role]}`).join('; ')),
  reads: z
    .string('reads is the address of a view')
    .optional()
    .describe('instead of a role: the feed, calendar or embedded timeline that its address reads'),
  expires: z
    .string('expires is a text')
    .optional()
    .describe('a number of days (90d), the last day (2027-12-31), or never; by default after a year'),
});

const tokenShape = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles).nullable().describe('null: it reads one view'),
    reads: z.string().nullable(),
    createdAt: z.string(),
    createdBy: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
    usedAt: z.string().nullable().describe('to a minute'),
  })
  .describe('A token');
