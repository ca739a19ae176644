import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { sections } from '../articles/register.ts';
import type { SubjectRegistry } from '../articles/registry.ts';
import { type Export, formats } from '../exports/formats.ts';
import { type CutShape, doubtOn, mostPerPage, type Page, withClockDoubt } from '../projections/answer.ts';
import type { FilterRules, Filters } from '../projections/filters.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { Context } from './context.ts';
import { clockProblems, problemAnswers, readAnswers, readHeaders, unknownIn } from './described-answers.ts';
import {
  chooseExport,
  describeAnswer,
  describeExport,
  describeQuery,
  isPlain,
  readExportQuery,
  sendExport,
} from './exports.ts';
import type { ProblemName } from './problem-types.ts';
import { type Query, queryOf, type RawRequest, readRequest } from './query.ts';
import { isKnown, jsonType, type ReadyAnswer, type ReadyAnswers } from './ready-answers.ts';

/**
 * Adds routes that answer to an app. An answer is written as JSON once, and cached by all
 * that it depends on. Each route gets its TimeMap beside it.
 */
export function answerRoutes(
  app: FastifyInstance,
  context: Context,
  ready: ReadyAnswers,
  addTimeMap: AddTimeMap,
): AddAnswer {
  app.addHook('onSend', (request, reply, payload, done) => {
    ready.keep(request, reply);
    done(null, payload);
  });
  const names = digestOfNames(context.subjects);

  return (route, querystring, understand) => {
    const { url, operationId, summary, params, answer: shape, exports = [], problems = [] } = route;
    const parts = { context, names, route, querystring, understand };
    const json = jsonAnswers(parts, ready);
    const exported = exportedAnswers(parts);
    const own = [
      ...problems,
      ...unknownIn(url),
      ...('cursor' in querystring.shape ? (['invalid-cursor'] as const) : []),
      ...(exports.length > 0 ? (['export-too-large'] as const) : []),
    ];
    const failures = problemAnswers(...clockProblems, 'not-acceptable', ...own);
    const described = describeQuery(querystring, exports);
    const headers = z.object(readHeaders);
    const response = { 200: describeAnswer(shape, exports), ...readAnswers, ...failures };
    const schema = { operationId, summary, tags: ['read'], params, querystring: described, headers, response };
    app.get(url, { schema }, async (request, reply) => {
      reply.header('vary', 'accept');
      if (isPlain(request.headers.accept)) return await json.answer(request, reply);
      const path = pathOf(url, request.params);
      const chosen = chooseExport(request.headers.accept, path, exports);
      if (chosen === null) return await json.answer(request, reply);
      return await exported.answer(chosen, path, request, reply);
    });
    addTimeMap(url, { operationId, summary, params, querystring, problems: own }, async (raw) => {
      await json.find(raw as RawRequest<z.infer<typeof params>>);
    });
    for (const one of exports) {
      const address = `${url}${formats[one.format].suffix}`;
      const ofExport = {
        operationId: `${operationId}As${one.format[0]?.toUpperCase()}${one.format.slice(1)}`,
        summary: `${summary}: ${formats[one.format].means}`,
        tags: ['export'],
        params,
        querystring: describeQuery(querystring, [one]),
        headers,
        response: { 200: describeExport(one), ...readAnswers, ...problemAnswers(...clockProblems, ...own) },
      };
      app.get(address, { schema: ofExport }, async (request, reply) =>
        exported.answer(one, pathOf(address, request.params), request, reply),
      );
      addTimeMap(address, null, async (raw) => {
        await exported.find(one, raw as RawRequest<z.infer<typeof params>>, '');
      });
    }
  };
}

// The answers of a route as JSON. `find` takes one from the cache or builds it.
function jsonAnswers<Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>>(
  parts: RouteParts<Params, Answer>,
  ready: ReadyAnswers,
) {
  const { context, names, route, understand } = parts;
  const { ledger, identity, checksAnswers = false } = context;

  async function find(
    raw: RawRequest<z.infer<Params>>,
  ): Promise<{ etag: string; answer: ReadyAnswer & { link: string | null } }> {
    const { request, dependsOn, build, citation } = await understand(raw);
    const doubt = doubtIn(parts, raw);
    const about = [identity.id, names, route.operationId, [raw.path, ...request], ...(doubt ? [doubt] : [])];
    const make = () => {
      const built = build();
      const shown = withClockDoubt(built, doubt);
      if (checksAnswers) route.answer.parse(shown);
      return { body: Buffer.from(JSON.stringify(shown)), link: linkOf(built, citation) };
    };
    // Without anything shorter that it depends on, an answer is told by itself.
    const made = dependsOn === undefined ? make() : null;
    const etag = etagOf(...about, made === null ? [dependsOn] : sha256(made.body));
    const kept = ready.get(etag);
    if (kept?.link !== undefined) return { etag, answer: { ...kept, link: kept.link } };
    const answer = made ?? make();
    ready.set(etag, answer);
    return { etag, answer };
  }

  return {
    find,
    async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const head = await ledger.views.head();
      const path = pathOf(route.url, request.params);
      const raw = { params: request.params as z.infer<Params>, path, query: request.query as Query, head };
      const { etag, answer } = await find(raw);
      ready.note(request, head, etag);
      // A 304 carries the link too: it says which state of the resource the client has.
      if (answer.link !== null) reply.header('link', answer.link);
      return sendTagged(request, reply, etag, jsonType, answer.body);
    },
  };
}

// The answers of a route in another format. Nothing of them is cached.
function exportedAnswers<Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>>(
  parts: RouteParts<Params, Answer>,
) {
  const { context, names, route, understand } = parts;
  const { ledger, identity } = context;
  type Chosen = Export<z.infer<Answer>>;

  async function find(one: Chosen, raw: RawRequest<z.infer<Params>>, origin: string) {
    const { hasBom, rest: query } = readExportQuery(one, raw.query);
    const { request, dependsOn, citation, build, pages = single(build) } = await understand({ ...raw, query }, true);
    const answers = pages();
    const first = (await answers.next()).value as z.infer<Answer>;
    const doubt = doubtIn(parts, raw);
    const shown = withClockDoubt(first, doubt);
    const about = [identity.id, names, route.operationId, one.format, hasBom, origin, raw.path, doubt];
    const link = linkOf({ ...shown, next: null }, citation);
    return { first: shown, rest: answers, hasBom, link, etag: etagOf(...about, request, dependsOn ?? first) };
  }

  return {
    find,
    async answer(one: Chosen, path: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const head = await ledger.views.head();
      const ofRequest = request.params as z.infer<Params>;
      const raw = { params: ofRequest, path, query: request.query as Query, head };
      const origin = `${request.protocol}://${request.host}`;
      const { etag, link, ...sent } = await find(one, raw, origin);
      if (link !== null) reply.header('link', link);
      tagWith(reply, etag);
      if (isKnown(request, etag)) return reply.code(304).send();
      return sendExport(reply, one, {
        ...sent,
        origin,
        ledger: identity.id,
        params: ofRequest as Readonly<Record<string, string>>,
      });
    },
  };
}

type RouteParts<Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>> = {
  readonly context: Context;
  /** The digest of the names of subjects. */
  readonly names: string;
  readonly route: AnswerRoute<Params, Answer>;
  readonly querystring: z.ZodObject;
  readonly understand: Understand<Params, Answer>;
};

// The doubt about the clock of the ledger, if it concerns the answer to a request.
function doubtIn(
  { context, querystring }: { readonly context: Context; readonly querystring: z.ZodObject },
  { head, query: { to, ...query } }: Pick<RawRequest<unknown>, 'head' | 'query'>,
) {
  // Only a comparison has a clock in `to`; elsewhere it limits a list.
  const clocks = 'clock' in querystring.shape ? { to, ...query } : query;
  return doubtOn(context.ledger.views.clockDoubt(head), clocks);
}

function single<Answer>(build: () => Answer) {
  return async function* () {
    yield build();
  };
}

/**
 * Gives a read its TimeMap, described after the read; without a description it is not in the document of the API. `check`
 * throws the problem that the resource does not exist or its address is wrong.
 */
export type AddTimeMap = (
  url: string,
  of: DescribedRead | null,
  check: (raw: RawRequest<unknown>) => Promise<void>,
) => void;

type DescribedRead = {
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly querystring: z.ZodObject;
  readonly problems: readonly ProblemName[];
};

/** Adds a route that answers. */
export type AddAnswer = <Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>>(
  route: AnswerRoute<Params, Answer>,
  querystring: z.ZodObject,
  understand: Understand<Params, Answer>,
) => void;

/** Reads a request, or throws an HttpProblem. With `isWhole` a request is for the whole list, without pages. */
type Understand<Params extends z.ZodObject, Answer extends z.ZodType> = (
  raw: RawRequest<z.infer<Params>>,
  isWhole?: boolean,
) => Promise<Understood<z.infer<Answer>>>;

/** What every answer has, and what a list has besides. */
export type AnyAnswer = {
  readonly cut: CutShape;
  readonly notice?: unknown;
  readonly next?: string | null | undefined;
  readonly total?: number | undefined;
};

type AnswerRoute<Params extends z.ZodObject, Answer extends z.ZodType> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly answer: Answer;
  /** What else it can be sent as, by `Accept` or by the end of the address. */
  readonly exports?: readonly Export<z.infer<Answer>>[];
  /** The problems that it answers with, beside those of every read. */
  readonly problems?: readonly ProblemName[];
};

/** Adds reads to an app, and reads and resolves their clocks, filters and pages. */
export function readRoutes(add: AddAnswer, context: Context): AddRead {
  return (route) => {
    const querystring = queryOf(route.filters, route.isWhole === true);
    const whole = queryOf(route.filters, true);
    add(route, querystring, async (raw, isWhole = false) => {
      const shape = isWhole ? whole : querystring;
      const { citation, ...request } = await readRequest(context, shape, route.filters ?? {}, raw);
      const { cut, filters, page } = request;
      return {
        ...(await route.prepare({ params: raw.params, ...request })),
        pages: () => pagesOf(route, { params: raw.params, ...request }),
        request: [filters, page.offset, page.limit, cut.occurredAsOf, cut.reportedAsOf, cut.timing],
        citation: (answer) => citation(answer.cut),
      };
    });
  };
}

// A list page by page, so that a long one is neither built nor written at once.
async function* pagesOf<Params extends z.ZodObject, Answer extends z.ZodType<AnyAnswer>>(
  { prepare }: Pick<ReadRoute<Params, Answer>, 'prepare'>,
  reading: Reading<z.infer<Params>>,
): AsyncGenerator<z.infer<Answer>> {
  for (let offset = 0; ; offset += mostPerPage) {
    const { build } = await prepare({ ...reading, page: { offset, limit: mostPerPage, link: () => '' } });
    const answer = build();
    yield answer;
    if (typeof answer.next !== 'string') return;
  }
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
  /** The pages of the whole list; without it there is one. */
  readonly pages?: () => AsyncGenerator<Answer>;
};

/**
 * How to build an answer, and what it depends on besides the request. Leave that out where it is the answer itself, such
 * as a page of a list that was read: it is then written once, and not for its ETag too.
 */
type Prepared<Answer> = { readonly dependsOn?: unknown; readonly build: () => Answer };

/** Answers contain names of subjects, so they depend on them. */
export function digestOfNames({ subjectsOf }: SubjectRegistry): string {
  const kinds = [...Object.values(sections), 'partnership'];
  return sha256(JSON.stringify(kinds.map((kind) => subjectsOf(kind))));
}

/** A strong entity tag (RFC 9110) of what an answer depends on: equal parts, equal bytes. */
export function etagOf(...parts: readonly unknown[]): string {
  return `"${sha256(JSON.stringify([projectionVersion, ...parts])).slice(0, 27)}"`;
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

// Raise it whenever the same events begin to give another answer, so that browsers ask again.
const projectionVersion = 5;

// An empty answer is not cited: why it is empty depends on what is recorded later.
function linkOf<Answer extends AnyAnswer>(answer: Answer, citation: (answer: Answer) => string): string | null {
  const { cut, notice, next } = answer;
  const links = [
    ...(typeof next === 'string' ? [`<${next}>; rel="next"`] : []),
    ...(cut.position > 0 && notice === undefined ? [`<${citation(answer)}>; rel="cite-as"`] : []),
  ];
  return links.length === 0 ? null : links.join(', ');
}

/** Sends an answer with its ETag; to a client that has it already, 304. */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  type: string,
  body: Buffer,
): FastifyReply {
  tagWith(reply, etag);
  return isKnown(request, etag) ? reply.code(304).send() : reply.type(type).send(body);
}

// Not immutable, even where every clock is set: a later version of this software may answer with more.
function tagWith(reply: FastifyReply, etag: string): void {
  reply.header('etag', etag).header('cache-control', 'no-cache');
}

/**
 * The path of a resource, from the pattern of its route and the parameters that the router decoded. However a client
 * escapes an address (`%74imemap` for `timemap`), it stands for one resource, which has one path.
 */
export function pathOf(pattern: string, params: unknown): string {
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Readonly<Record<string, string>>)[name] ?? ''),
  );
}
