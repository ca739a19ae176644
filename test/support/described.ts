import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';

/**
 * Holds every answer of an app to the description of its route: the status, the headers, and of a problem its type and
 * its shape. Returns a function that throws what was answered and not described; hidden routes have no description.
 */
export const watchAnswers = (app: FastifyInstance): (() => void) => {
  const undescribed = new Set<string>();
  app.addHook('onSend', async ({ method, url, routeOptions }, reply, payload) => {
    const { schema } = routeOptions;
    if (schema?.response === undefined || schema.hide === true) return payload;
    const note = (what: string) => undescribed.add(`${method} ${url}: ${reply.statusCode}${what}`);
    const described = (schema.response as Readonly<Record<number, Described>>)[reply.statusCode];
    if (described === undefined) note('');
    const { headers = {}, content = {} } = described ?? {};
    for (const name of Object.keys(reply.getHeaders())) {
      if (!ofEveryAnswer.has(name) && !(name in headers)) note(` with ${name}`);
    }
    const problem = content['application/problem+json']?.schema;
    const error = problem?.safeParse(JSON.parse(String(payload))).error;
    if (error !== undefined) note(` ${String(payload).slice(0, 200)}`);
    return payload;
  });
  return () => {
    if (undescribed.size > 0) throw new Error(`not in the description of the API:\n${[...undescribed].join('\n')}`);
  };
};

type Described = {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly schema: z.ZodType }>>;
};

const ofEveryAnswer = new Set([
  'content-type',
  'content-length',
  'x-content-type-options',
  'x-frame-options',
  'x-request-id',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'connection',
  'x-accel-buffering',
]);
