import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Role } from '../access/roles.ts';
import { jsonType } from './answers.ts';
import { type DescribedProblem, headersOf, problemAnswers, queryProblems, storeProblems } from './described-answers.ts';
import { principalOf } from './guard.ts';
import { HttpProblem, problemIn, type RequestProblem } from './problems.ts';
import { type Query, readParameters, refuse } from './query.ts';

/** Adds addresses that record, or that only writers may see. The body arrives as text in one of the media types. */
export function writeRoutes(app: FastifyInstance, consumes: string[], routes: readonly WriteRoute[]): void {
  app.register(async (writing) => {
    writing.removeAllContentTypeParsers();
    writing.addHook('onSend', sendOutcome);
    writing.addContentTypeParser(consumes, { parseAs: 'string', bodyLimit: maxBodyBytes }, (_request, body, done) =>
      done(null, body),
    );
    for (const {
      method = 'POST',
      url,
      schema,
      answer: shape,
      unchanged,
      created = 'It was recorded',
      problems = [],
      role = 'recorder',
      record,
    } of routes) {
      const response = {
        ...(unchanged === null ? {} : { 200: answered(unchanged, shape) }),
        ...(created === null ? {} : { 201: answered(created, shape) }),
        ...problemAnswers(...writeProblems, ...problems),
      };
      writing.route({
        method,
        url,
        schema: {
          ...schema,
          tags: ['write'],
          ...(method === 'POST' ? { consumes } : {}),
          response,
        },
        config: { role },
        handler: async (request, reply) => {
          const { values, unknown, invalid } = readParameters(
            schema.querystring ?? z.object({}),
            request.query as Query,
          );
          refuse(['unknown-parameter', unknown], ['invalid-parameter', invalid]);
          const { status, location, answer } = await record(request, principalOf(request).name, values);
          shape.parse(answer);
          return reply
            .code(status)
            .headers({ ...(location === null ? {} : { location }), 'cache-control': 'no-store' })
            .type(jsonType)
            .send(Buffer.from(JSON.stringify(answer)));
        },
      });
    }
  });
}

// A page asks what would come of a text again and again while somebody writes, and a browser notes each answer of status
// 422 in its console as an error. So a page takes what is refused as an outcome: 200, with the problem in the body.
async function sendOutcome({ headers }: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const status = reply.statusCode;
  if (status < 400 || status >= 500 || headers.accept?.includes(outcomeType) !== true) return payload;
  reply.code(200).type(outcomeType).removeHeader('content-length').header('cache-control', 'no-store');
  return JSON.stringify({ status, problem: JSON.parse(String(payload)) });
}

const outcomeType = 'application/vnd.partnership-ledger.outcome+json';

function answered(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } }, headers: headersOf('location', 'cache-control') };
}

const writeProblems = [
  ...queryProblems,
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'busy',
  ...storeProblems,
] as const;

/** An address that records. */
export type WriteRoute = {
  /** POST by default. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  /** Who may: recorders by default. */
  readonly role?: Role;
  readonly schema: {
    readonly operationId: string;
    readonly summary: string;
    readonly querystring?: z.ZodObject;
    readonly [member: string]: unknown;
  };
  readonly answer: z.ZodType;
  /** What an answer of status 200 means, and one of status 201; null where there is none. */
  readonly unchanged: string | null;
  readonly created?: string | null;
  /** The problems that it answers with, beside those of every write. */
  readonly problems?: readonly DescribedProblem[];
  /** Reads the request and records it; `actor` is the name that the token belongs to, `query` the query by its schema. */
  readonly record: (request: FastifyRequest, actor: string, query: Query) => Promise<Written>;
};

/** `location` is null where nothing was recorded that could be looked at. */
type Written = { readonly status: 200 | 201; readonly location: string | null; readonly answer: unknown };

// A decision may name every report of a fact.
const maxBodyBytes = 1024 * 1024;

/** The text of a body. Throws malformed-body if there is none; `what` says what to send. */
export function bodyOf({ body }: FastifyRequest, what: string): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw new HttpProblem('malformed-body', `the request has no body: send ${what}`);
}

/**
 * The JSON of a body. `revive` sees the text of each number and may replace the number. Throws malformed-body with the
 * place where the JSON breaks.
 */
export function readJson(text: string, revive?: (written: string, value: number) => unknown): unknown {
  const reviver = (_key: string, value: unknown, { source = '' }: { readonly source?: string }): unknown =>
    typeof value === 'number' && revive !== undefined ? revive(source, value) : value;
  try {
    return JSON.parse(text, revive && (reviver as (key: string, value: unknown) => unknown));
  } catch (error) {
    const message = `this is not JSON: ${(error as Error).message}`;
    throw new HttpProblem('malformed-body', message, {
      errors: [{ ...problemIn('body', '', message), ...placeIn(message) }],
    });
  }
}

// Node says where the JSON breaks: "… (line 3 column 5)".
function placeIn(message: string): Partial<RequestProblem> {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  return line === undefined || column === undefined ? {} : { line: Number(line), column: Number(column) };
}

/** Whether a request only asks what would come of it. */
export const dryRunParameter = z
  .enum(['true', 'false'], { error: 'dryRun is true or false' })
  .optional()
  .describe('true: records nothing and answers what would be recorded, joined, contested and flagged');
