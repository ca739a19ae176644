import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { FilterRules, Filters } from '../projections/answers/filters.ts';
import type { Page } from '../projections/answers/page.ts';
import type { ResolvedCut } from '../projections/clocks.ts';
import type { CutShape } from '../projections/shapes/cut.ts';
import type { AnswerCache, ReadyAnswer } from './answer-cache.ts';
import type { Context } from './app-parts.ts';
import { etagOf, isKnown } from './etag.ts';
import { problemAnswers } from './problem-schemas.ts';
import { clockShape, filterShape, freshnessShape, pageQueryShape } from './query/query-shape.ts';
import { readRequest } from './query/read-request.ts';

/** What a read is asked. */
export type Asking<Params> = {
  readonly params: Params;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
};

/** An answer that is ready to be built: what it depends on beside what is asked, and how it is built. */
export type Prepared<Answer> = { readonly dependsOn: unknown; readonly build: () => Answer };

/** A read: its address, what it takes, what it answers and where it has that from. */
export type ReadRoute<Params extends z.ZodObject, Answer extends z.ZodType> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  /** A list takes pages and these filters; what is none takes clocks alone. */
  readonly filters?: FilterRules;
  readonly answer: Answer;
  readonly ask: (asking: Asking<z.infer<Params>>) => Promise<Prepared<z.infer<Answer>>>;
};

/** The answer of a route where the client has it already, for its schema. */
export const notModified = z.undefined().describe('The client has the answer already (If-None-Match)');

const queryOf = (filters: FilterRules | undefined): z.ZodObject =>
  z.strictObject({
    ...clockShape,
    ...freshnessShape,
    ...(filters === undefined ? {} : { ...filterShape(filters), ...pageQueryShape }),
  });

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

type Echoing = { readonly cut: CutShape; readonly notice?: unknown; readonly next?: string | null };

// Only what an answer shows is cited: why it shows nothing is told by what is recorded since.
const linkOf = ({ cut, notice, next }: Echoing, citation: (cut: CutShape) => string): string | null => {
  const links = [
    ...(typeof next === 'string' ? [`<${next}>; rel="next"`] : []),
    ...(cut.position > 0 && notice === undefined ? [`<${citation(cut)}>; rel="cite-as"`] : []),
  ];
  return links.length === 0 ? null : links.join(', ');
};

// Not immutable, even where every clock is set: a later version of this software may answer with more.
const caching = 'no-cache';

const send = (
  { headers }: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  find: () => ReadyAnswer | undefined,
): FastifyReply | null => {
  if (isKnown(headers['if-none-match'], etag)) {
    return reply.code(304).header('etag', etag).header('cache-control', caching).send();
  }
  const answer = find();
  if (answer === undefined) return null;
  if (answer.link !== null) reply.header('link', answer.link);
  return reply
    .header('etag', etag)
    .header('cache-control', caching)
    .type('application/json; charset=utf-8')
    .send(answer.body);
};

/** What adds reads to an app. */
export type AddRead = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: ReadRoute<Params, Answer>,
) => void;

/**
 * Adds reads to an app: clocks, filters and pages are read and resolved here, and answers cached by what they depend
 * on. An answer is checked by its schema when it is built, once, and then sent as it is.
 */
export const readRoutes = (
  app: FastifyInstance,
  context: Context,
  cache: AnswerCache,
  namesDigest: string,
): AddRead => {
  const { ledger, now, identity } = context;
  return ({ url, operationId, summary, params, filters: rules, answer: shape, ask }) => {
    const querystring = queryOf(rules);
    const schema = {
      operationId,
      summary,
      tags: ['read'],
      params,
      querystring,
      response: { 200: shape, 304: notModified, ...problemAnswers('4xx', '5xx') },
    };
    const keep = (etag: string, answer: Echoing, citation: (cut: CutShape) => string): ReadyAnswer => {
      shape.parse(answer);
      const ready = { body: Buffer.from(JSON.stringify(answer)), link: linkOf(answer, citation) };
      cache.keep(etag, ready);
      return ready;
    };

    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { position } = await ledger.views.head();
      const today = new Date(now()).toISOString().slice(0, 10);
      const noted = cache.etagOf(request.url, position, today);
      const sent = noted === undefined ? null : send(request, reply, noted, () => cache.answer(noted));
      if (sent !== null) return sent;

      const path = pathOf(request.url);
      const query = request.query as Readonly<Record<string, unknown>>;
      const { cut, filters, page, citation } = await readRequest(context, querystring, rules ?? {}, { path, query });
      const { dependsOn, build } = await ask({ params: request.params as z.infer<typeof params>, cut, filters, page });
      const { occurredAsOf, reportedAsOf, timing } = cut;
      const asked = [path, filters, page.offset, page.limit, occurredAsOf, reportedAsOf, timing];
      const etag = etagOf(identity.id, namesDigest, operationId, asked, dependsOn);
      cache.noteEtag(request.url, position, today, etag);
      return send(request, reply, etag, () => cache.answer(etag) ?? keep(etag, build(), citation)) ?? reply;
    };
    app.get(url, { schema }, handle);
  };
};
