import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { type SubjectRegistry, sections } from '../articles/register.ts';
import { type CutShape, doubtOn, type Page, withClockDoubt } from '../projections/answer.ts';
import type { FilterRules, Filters } from '../projections/filters.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { Context } from './context.ts';
import { problemAnswers } from './problems.ts';
import { type Query, queryOf, type RawRequest, readRequest } from './query.ts';

/**
 * Adds routes that answer to an app. An answer is checked by its schema and written as JSON once; it is cached by all
 * that it depends on. Each route gets its TimeMap beside it.
 */
export function answerRoutes(app: FastifyInstance, context: Context, addTimeMap: AddTimeMap): AddAnswer {
  const { ledger, now, identity, subjects } = context;
  const cache = createAnswerCache();
  const names = digestOfNames(subjects);

  return ({ url, operationId, summary, params, answer: shape }, querystring, understand) => {
    const find = async (raw: RawRequest<z.infer<typeof params>>) => {
      const { request, dependsOn, build, citation } = await understand(raw);
      const doubt = doubtOn(ledger.views.clockDoubt(raw.head), raw.query);
      const etag = etagOf(
        identity.id,
        names,
        operationId,
        [raw.path, ...request],
        dependsOn,
        ...(doubt ? [doubt] : []),
      );
      const cached = cache.answers.get(etag);
      if (cached !== undefined) return { etag, answer: cached };
      const built = build();
      const shown = withClockDoubt(built, doubt);
      shape.parse(shown);
      const answer = { body: Buffer.from(JSON.stringify(shown)), link: linkOf(built, citation) };
      cache.answers.set(etag, answer);
      return { etag, answer };
    };

    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const head = await ledger.views.head();
      const day = new Date(now()).toISOString().slice(0, 10);
      const isDoubtful = ledger.views.clockDoubt(head) !== null;
      const entry = cache.addresses.get(request.url);
      if (entry?.position === head.position && entry.day === day && entry.isDoubtful === isDoubtful) {
        const answer = cache.answers.get(entry.etag);
        if (answer !== undefined) return send(request, reply, entry.etag, answer);
      }
      const path = pathOf(url, request.params);
      const raw = { params: request.params as z.infer<typeof params>, path, query: request.query as Query, head };
      const { etag, answer } = await find(raw);
      cache.addresses.set(request.url, { position: head.position, day, isDoubtful, etag });
      return send(request, reply, etag, answer);
    };

    const response = { 200: shape, 304: notModified, ...problemAnswers('4xx', '5xx') };
    app.get(url, { schema: { operationId, summary, tags: ['read'], params, querystring, response } }, handle);
    addTimeMap(url, async (raw) => {
      await find(raw as RawRequest<z.infer<typeof params>>);
    });
  };
}

/** Gives a read its TimeMap. `check` throws the problem that the resource does not exist or its address is wrong. */
export type AddTimeMap = (url: string, check: (raw: RawRequest<unknown>) => Promise<void>) => void;

/** Adds a route that answers; `understand` reads its requests, or throws an HttpProblem. */
export type AddAnswer = <Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>>(
  route: AnswerRoute<Params, Answer>,
  querystring: z.ZodObject,
  understand: (raw: RawRequest<z.infer<Params>>) => Promise<Understood<z.infer<Answer>>>,
) => void;

export type AnyAnswer = { readonly cut: CutShape; readonly notice?: unknown; readonly next?: string | null };

export type AnswerRoute<Params extends z.ZodObject, Answer extends z.ZodType> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly answer: Answer;
};

/** Adds reads to an app, and reads and resolves their clocks, filters and pages. */
export function readRoutes(add: AddAnswer, context: Context): AddRead {
  return (route) => {
    const querystring = queryOf(route.filters, route.isWhole === true);
    add(route, querystring, async (raw) => {
      const { citation, ...request } = await readRequest(context, querystring, route.filters ?? {}, raw);
      const { cut, filters, page } = request;
      return {
        ...(await route.prepare({ params: raw.params, ...request })),
        request: [filters, page.offset, page.limit, cut.occurredAsOf, cut.reportedAsOf, cut.timing],
        citation: (answer) => citation(answer.cut),
      };
    });
  };
}

export type AddRead = <Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>>(
  route: ReadRoute<Params, Answer>,
) => void;

export type ReadRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  /** A list has filters and pages; any other read takes clocks alone. */
  readonly filters?: FilterRules;
  /** It has filters but no pages. */
  readonly isWhole?: true;
  readonly prepare: (request: Reading<z.infer<Params>>) => Promise<Prepared<z.infer<Answer>>>;
};

export type Reading<Params> = {
  readonly params: Params;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
};

/** `request` is everything in the request that the answer depends on. */
type Understood<Answer> = Prepared<Answer> & {
  readonly request: readonly unknown[];
  readonly citation: (answer: Answer) => string;
};

/** How to build an answer, and what it depends on besides the request. */
export type Prepared<Answer> = { readonly dependsOn: unknown; readonly build: () => Answer };

// An answer is a function of its address, the ledger and the day. While these stay the same, the ETag noted for an address
// saves reading, folding and writing JSON.
function createAnswerCache() {
  return {
    addresses: new LRUCache<string, NotedAddress>({
      maxSize: maxAddressBytes,
      sizeCalculation: (_entry, address) => 2 * address.length + entryBytes,
    }),
    answers: new LRUCache<string, ReadyAnswer>({
      maxSize: maxAnswerBytes,
      sizeCalculation: ({ body, link }) => body.byteLength + 2 * (link?.length ?? 0) + entryBytes,
    }),
  };
}

type NotedAddress = {
  readonly position: number;
  readonly day: string;
  /** Whether the clock was in doubt. */
  readonly isDoubtful: boolean;
  readonly etag: string;
};

type ReadyAnswer = { readonly body: Buffer; readonly link: string | null };

const maxAddressBytes = 8 * 1024 * 1024;

// Beyond its address or answer.
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

// Raise it whenever the same events begin to give another answer, so that browsers ask again.
const projectionVersion = 4;

// An empty answer is not cited: why it is empty depends on what is recorded later.
function linkOf<Answer extends AnyAnswer>(answer: Answer, citation: (answer: Answer) => string): string | null {
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
  const isCurrent = tags === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return isCurrent ? reply.code(304).send() : reply.type(type).send(body);
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
