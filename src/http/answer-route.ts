import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { CutShape } from '../projections/shapes/cut.ts';
import type { AnswerCache, ReadyAnswer } from './answer-cache.ts';
import type { Context } from './app-parts.ts';
import { etagOf, isKnown } from './etag.ts';
import { problemAnswers } from './problem-schemas.ts';
import { pathOf } from './query/address-of.ts';

/** What every route that answers has: its address, what it takes in the path, and what it answers. */
export type AnswerRoute<Params extends z.ZodObject, Answer extends z.ZodType> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly answer: Answer;
};

/** An answer that is ready to be built: what it depends on beside what is asked, and how it is built. */
export type Prepared<Answer> = { readonly dependsOn: unknown; readonly build: () => Answer };

/** A request as it was understood: its answer, all that the answer depends on in it, and where it can be cited. */
export type Understood<Answer> = Prepared<Answer> & {
  readonly asked: readonly unknown[];
  readonly citation: (answer: Answer) => string;
};

/** A request, not yet understood. */
export type Unread<Params> = {
  readonly params: Params;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
};

/**
 * Gives a read its TimeMap. `check` throws the problem that there is no such resource, or that its address cannot be
 * read.
 */
export type AddTimeMap = (url: string, check: (asked: Unread<unknown>) => Promise<void>) => void;

/** What every answer has. */
export type Echoing = { readonly cut: CutShape; readonly notice?: unknown; readonly next?: string | null };

/** Adds a route that answers; `understand` reads its requests, or throws an HttpProblem. */
export type AddAnswer = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: AnswerRoute<Params, Answer>,
  querystring: z.ZodObject,
  understand: (request: Unread<z.infer<Params>>) => Promise<Understood<z.infer<Answer>>>,
) => void;

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

// Not immutable, even where every clock is set: a later version of this software may answer with more.
const caching = 'no-cache';

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
