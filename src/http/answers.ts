import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { type SubjectRegistry, sections } from '../articles/register.ts';
import type { CutShape } from '../projections/answer.ts';
import type { Context } from './context.ts';
import { problemAnswers } from './problems.ts';
import type { Query, Unread } from './query.ts';

/**
 * Adds routes that answer to an app. An answer is checked by its schema and written as JSON once; it is cached by all
 * that it depends on. Each route gets its TimeMap beside it.
 */
export function answerRoutes(app: FastifyInstance, context: Context, addTimeMap: AddTimeMap): AddAnswer {
  const { ledger, now, identity, subjects } = context;
  const cache = createAnswerCache();
  const names = digestOfNames(subjects);

  return ({ url, operationId, summary, params, answer: shape }, querystring, understand) => {
    const find = async (unread: Unread<z.infer<typeof params>>) => {
      const { request, dependsOn, build, citation } = await understand(unread);
      const etag = etagOf(identity.id, names, operationId, [unread.path, ...request], dependsOn);
      const cached = cache.answers.get(etag);
      if (cached !== undefined) return { etag, answer: cached };
      const built = build();
      shape.parse(built);
      const answer = { body: Buffer.from(JSON.stringify(built)), link: linkOf(built, citation) };
      cache.answers.set(etag, answer);
      return { etag, answer };
    };

    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const head = await ledger.views.head();
      const day = new Date(now()).toISOString().slice(0, 10);
      const noted = cache.addresses.get(request.url);
      if (noted?.position === head.position && noted.day === day) {
        const answer = cache.answers.get(noted.etag);
        if (answer !== undefined) return send(request, reply, noted.etag, answer);
      }
      const path = pathOf(url, request.params);
      const unread = { params: request.params as z.infer<typeof params>, path, query: request.query as Query, head };
      const { etag, answer } = await find(unread);
      cache.addresses.set(request.url, { position: head.position, day, etag });
      return send(request, reply, etag, answer);
    };

    const response = { 200: shape, 304: notModified, ...problemAnswers('4xx', '5xx') };
    app.get(url, { schema: { operationId, summary, tags: ['read'], params, querystring, response } }, handle);
    addTimeMap(url, async (unread) => {
      await find(unread as Unread<z.infer<typeof params>>);
    });
  };
}

/** Gives a read its TimeMap. `check` throws the problem that the resource does not exist or its address is wrong. */
export type AddTimeMap = (url: string, check: (unread: Unread<unknown>) => Promise<void>) => void;

/** Adds a route that answers; `understand` reads its requests, or throws an HttpProblem. */
export type AddAnswer = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: AnswerRoute<Params, Answer>,
  querystring: z.ZodObject,
  understand: (unread: Unread<z.infer<Params>>) => Promise<Understood<z.infer<Answer>>>,
) => void;

/** What every answer has. */
export type Echoing = { readonly cut: CutShape; readonly notice?: unknown; readonly next?: string | null };

/** What every route that answers has: its address, the parameters in its path, and its answer. */
export type AnswerRoute<Params extends z.ZodObject, Answer extends z.ZodType> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly answer: Answer;
};

/** A request, understood: the answer, everything in the request that it depends on, and its citation. */
type Understood<Answer> = Prepared<Answer> & {
  readonly request: readonly unknown[];
  readonly citation: (answer: Answer) => string;
};

/** An answer that can be built, and what it depends on beside the request. */
export type Prepared<Answer> = { readonly dependsOn: unknown; readonly build: () => Answer };

// An answer is a function of its address, the ledger and the day: while none of these changes, an address whose ETag is
// noted needs no reading, folding or writing of JSON.
function createAnswerCache() {
  return {
    addresses: new LRUCache<string, { readonly position: number; readonly day: string; readonly etag: string }>({
      maxSize: maxAddressBytes,
      sizeCalculation: (_noted, address) => 2 * address.length + entryBytes,
    }),
    answers: new LRUCache<string, ReadyAnswer>({
      maxSize: maxAnswerBytes,
      sizeCalculation: ({ body, link }) => body.byteLength + 2 * (link?.length ?? 0) + entryBytes,
    }),
  };
}

type ReadyAnswer = { readonly body: Buffer; readonly link: string | null };

const maxAddressBytes = 8 * 1024 * 1024;

// What an entry costs beside its address or answer.
const entryBytes = 200;

const maxAnswerBytes = 64 * 1024 * 1024;

// Answers contain names of subjects, so they depend on them.
function digestOfNames({ subjectsOf }: SubjectRegistry): string {
  const kinds = [...Object.values(sections), 'partnership'];
  return createHash('sha256')
    .update(JSON.stringify(kinds.map((kind) => subjectsOf(kind))))
    .digest('base64url');
}

/** A strong entity tag (RFC 9110) of what an answer depends on: equal parts, equal bytes. */
export function etagOf(...parts: readonly unknown[]): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([projectionVersion, ...parts]))
    .digest('base64url')
    .slice(0, 27)}"`;
}

// Raise it whenever the same events give another answer than before, so that browsers ask anew.
const projectionVersion = 2;

// An empty answer is not cited: why it is empty depends on what is recorded later.
function linkOf<Answer extends Echoing>(answer: Answer, citation: (answer: Answer) => string): string | null {
  const { cut, notice, next } = answer;
  const links = [
    ...(typeof next === 'string' ? [`<${next}>; rel="next"`] : []),
    ...(cut.position > 0 && notice === undefined ? [`<${citation(answer)}>; rel="cite-as"`] : []),
  ];
  return links.length === 0 ? null : links.join(', ');
}

// A 304 carries the link too: it says which state of the resource the client has.
function send(request: FastifyRequest, reply: FastifyReply, etag: string, { body, link }: ReadyAnswer): FastifyReply {
  if (link !== null) reply.header('link', link);
  return sendTagged(request, reply, etag, jsonType, body);
}

/** Sends an answer with its ETag; to a client that has it already, 304. */
export function sendTagged(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  type: string,
  body: Buffer,
): FastifyReply {
  // Not immutable, even where every clock is set: a later version of this software may answer with more.
  reply.header('etag', etag).header('cache-control', 'no-cache');
  const tags = headers['if-none-match']?.trim() ?? '';
  const isKnown = tags === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return isKnown ? reply.code(304).send() : reply.type(type).send(body);
}

/** The media type of JSON, as answers carry it. */
export const jsonType = 'application/json; charset=utf-8';

/**
 * The path of a resource, from the pattern of its route and the parameters that the router decoded. However a client
 * escapes an address (`%74imemap` for `timemap`), it stands for one resource, which has one path.
 */
export function pathOf(pattern: string, params: unknown): string {
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Readonly<Record<string, string>>)[name] ?? ''),
  );
}

/** A 304, for the schema of a route. */
export const notModified = z.undefined().describe('The client has the answer already (If-None-Match)');
