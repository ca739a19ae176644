import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { CutShape } from '../projections/answer.ts';
import type { Context } from './context.ts';
import { problemAnswers } from './problems.ts';
import { pathOf } from './query.ts';

/**
 * Adds routes that answer to an app. Answers are cached by what they depend on; each is checked by its schema when it is
 * built, once, and then sent as it is. Each route gets its TimeMap beside it.
 */
export function answerRoutes(
  app: FastifyInstance,
  context: Context,
  cache: AnswerCache,
  namesDigest: string,
  addTimeMap: AddTimeMap,
): AddAnswer {
  const { ledger, now, identity } = context;

  return ({ url, operationId, summary, params, answer: shape }, querystring, understand) => {
    const schema = {
      operationId,
      summary,
      tags: ['read'],
      params,
      querystring,
      response: { 200: shape, 304: notModified, ...problemAnswers('4xx', '5xx') },
    };
    const keep = (etag: string, { build, citation }: Understood<z.infer<typeof shape>>): ReadyAnswer => {
      const answer = build();
      shape.parse(answer);
      const ready = { body: Buffer.from(JSON.stringify(answer)), link: linkOf(answer, citation) };
      cache.keep(etag, ready);
      return ready;
    };

    const find = async (asked: Unread<z.infer<typeof params>>) => {
      const understood = await understand(asked);
      const { asked: parts, dependsOn } = understood;
      const etag = etagOf(identity.id, namesDigest, operationId, [asked.path, ...parts], dependsOn);
      return { etag, ready: () => cache.answer(etag) ?? keep(etag, understood) };
    };

    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { position } = await ledger.views.head();
      const today = new Date(now()).toISOString().slice(0, 10);
      const noted = cache.etagOf(request.url, position, today);
      const sent = noted === undefined ? null : send(request, reply, noted, () => cache.answer(noted));
      if (sent !== null) return sent;

      const query = request.query as Readonly<Record<string, unknown>>;
      const path = pathOf(url, request.params);
      const { etag, ready } = await find({ params: request.params as z.infer<typeof params>, path, query });
      cache.noteEtag(request.url, position, today, etag);
      return send(request, reply, etag, ready) ?? reply;
    };
    app.get(url, { schema }, handle);
    addTimeMap(url, async ({ params: given, ...asked }) => {
      (await find({ params: given as z.infer<typeof params>, ...asked })).ready();
    });
  };
}

/** The answers that were built, and what addresses had which of them. */
export type AnswerCache = {
  /** The ETag of an address on a day, where nothing was recorded since it was found out. */
  readonly etagOf: (address: string, position: number, day: string) => string | undefined;
  readonly noteEtag: (address: string, position: number, day: string, etag: string) => void;
  readonly answer: (etag: string) => ReadyAnswer | undefined;
  readonly keep: (etag: string, answer: ReadyAnswer) => void;
};

/** An answer that is ready to be sent. */
export type ReadyAnswer = { readonly body: Buffer; readonly link: string | null };

/**
 * Gives a read its TimeMap. `check` throws the problem that there is no such resource, or that its address cannot be
 * read.
 */
export type AddTimeMap = (url: string, check: (asked: Unread<unknown>) => Promise<void>) => void;

/** A request, not yet understood. */
export type Unread<Params> = {
  readonly params: Params;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
};

/** Adds a route that answers; `understand` reads its requests, or throws an HttpProblem. */
export type AddAnswer = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: AnswerRoute<Params, Answer>,
  querystring: z.ZodObject,
  understand: (request: Unread<z.infer<Params>>) => Promise<Understood<z.infer<Answer>>>,
) => void;

/** What every answer has. */
export type Echoing = { readonly cut: CutShape; readonly notice?: unknown; readonly next?: string | null };

/** What every route that answers has: its address, what it takes in the path, and what it answers. */
export type AnswerRoute<Params extends z.ZodObject, Answer extends z.ZodType> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly answer: Answer;
};

/** A request as it was understood: its answer, all that the answer depends on in it, and where it can be cited. */
export type Understood<Answer> = Prepared<Answer> & {
  readonly asked: readonly unknown[];
  readonly citation: (answer: Answer) => string;
};

/** An answer that is ready to be built: what it depends on beside what is asked, and how it is built. */
export type Prepared<Answer> = { readonly dependsOn: unknown; readonly build: () => Answer };

/** The answer of a route where the client has it already, for its schema. */
export const notModified = z.undefined().describe('The client has the answer already (If-None-Match)');

// Only what an answer shows is cited: why it shows nothing is told by what is recorded since.
function linkOf<Answer extends Echoing>(answer: Answer, citation: (answer: Answer) => string): string | null {
  const { cut, notice, next } = answer;
  const links = [
    ...(typeof next === 'string' ? [`<${next}>; rel="next"`] : []),
    ...(cut.position > 0 && notice === undefined ? [`<${citation(answer)}>; rel="cite-as"`] : []),
  ];
  return links.length === 0 ? null : links.join(', ');
}

/** A strong entity tag (RFC 9110) of what an answer depends on: equal parts, equal bytes. */
export function etagOf(...parts: readonly unknown[]): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([projectionVersion, ...parts]))
    .digest('base64url')
    .slice(0, 27)}"`;
}

// Raised whenever the same events give another answer than before: what browsers keep is then asked for anew.
const projectionVersion = 2;

function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  find: () => ReadyAnswer | undefined,
): FastifyReply | null {
  const answer = find();
  if (answer === undefined) return null;
  // What is not sent again has the same headers: the links say what it is a state of.
  if (answer.link !== null) reply.header('link', answer.link);
  reply.header('etag', etag).header('cache-control', caching);
  return isKnown(headers['if-none-match'], etag)
    ? reply.code(304).send()
    : reply.type('application/json; charset=utf-8').send(answer.body);
}

// Not immutable, even where every clock is set: a later version of this software may answer with more.
const caching = 'no-cache';

/** Whether a client has the answer already: whether If-None-Match names its tag, weak ones included (RFC 9110). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return (
    ifNoneMatch !== undefined &&
    (ifNoneMatch === etag ||
      ifNoneMatch.trim() === '*' ||
      ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}

/**
 * Keeps answers within a limit of bytes. An answer is a function of its address, of what the ledger holds and of the
 * day, so that an address whose ETag is known needs nothing to be read, folded or written as JSON again.
 */
export function createAnswerCache(): AnswerCache {
  const etags = new LRUCache<string, Noted>({
    maxSize: mostBytesOfAddresses,
    sizeCalculation: (_noted, address) => 2 * address.length + bytesOfEntry,
  });
  const answers = new LRUCache<string, ReadyAnswer>({
    maxSize: mostBytesOfAnswers,
    sizeCalculation: ({ body, link }) => body.byteLength + 2 * (link?.length ?? 0) + bytesOfEntry,
  });
  return {
    etagOf: (address, position, day) => {
      const noted = etags.get(address);
      return noted?.position === position && noted.day === day ? noted.etag : undefined;
    },
    noteEtag: (address, position, day, etag) => etags.set(address, { position, day, etag }),
    answer: (etag) => answers.get(etag),
    keep: (etag, answer) => answers.set(etag, answer),
  };
}

type Noted = { readonly position: number; readonly day: string; readonly etag: string };

const mostBytesOfAddresses = 8 * 1024 * 1024;

// What an entry takes beside its address.
const bytesOfEntry = 200;

const mostBytesOfAnswers = 64 * 1024 * 1024;
