import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import Negotiator from 'negotiator';
import * as z from 'zod';
import { byteOrderMark } from '../exports/csv.ts';
import { type Export, fileNameOf, formats, type Place } from '../exports/formats.ts';
import type { CutShape } from '../projections/answer.ts';
import { headersOf } from './described-answers.ts';
import { HttpProblem, problemIn } from './problems.ts';
import type { Query } from './query.ts';

/**
 * The form that a client asks for: JSON (null) or one of the exports. Throws not-acceptable, with a list of what there
 * is, where none fits.
 */
export function chooseExport<Answer>(
  accept: string | undefined,
  path: string,
  exports: readonly Export<Answer>[],
): Export<Answer> | null {
  if (accept === undefined || isPlain(accept)) return null;
  const types = [json, ...exports.map(({ format }) => formats[format].type)];
  // The charset is always UTF-8, so a client that asks for it gets it.
  const plain = accept.replaceAll(/;\s*charset=[^,;]*/gi, '');
  const chosen = new Negotiator({ headers: { accept: plain } }).mediaType(types);
  if (chosen === json) return null;
  const found = exports.find(({ format }) => formats[format].type === chosen);
  if (found !== undefined) return found;
  const named = exports.map(({ format }) => `${formats[format].type} (also at ${path}${formats[format].suffix})`);
  const message = `there is no "${accept.slice(0, 200)}" here, but ${[json, ...named].join(', ')}`;
  throw new HttpProblem('not-acceptable', message, {
    errors: [problemIn('header', 'accept', message)],
    headers: { vary: 'accept' },
  });
}

/** Whether a client asks for JSON, or for anything, without weighing media types. */
export function isPlain(accept: string | undefined): boolean {
  return accept === undefined || accept === '*/*' || accept === json;
}

const json = 'application/json';

/** Splits the parameters of an export from those of the read. Throws invalid-parameter. */
export function readExportQuery({ format }: Pick<Export<never>, 'format'>, query: Query): ExportQuery {
  if (format !== 'csv') return { hasBom: false, rest: query };
  const { bom, ...rest } = query;
  const { data, error } = bomParameter.safeParse(bom);
  if (error === undefined) return { hasBom: data === 'true', rest };
  const message = 'bom is true or false';
  throw new HttpProblem('invalid-parameter', message, { errors: [problemIn('query', 'bom', message)] });
}

type ExportQuery = { readonly hasBom: boolean; readonly rest: Query };

const bomParameter = z
  .enum(['true', 'false'])
  .optional()
  .describe('of text/csv: true: begin with a byte order mark, by which Excel reads it as UTF-8');

/** The query of a read that has these exports, for its description. */
export function describeQuery(querystring: z.ZodObject, exports: readonly Pick<Export<never>, 'format'>[]) {
  return exports.some(({ format }) => format === 'csv') ? querystring.extend({ bom: bomParameter }) : querystring;
}

/** A 200 in all its forms, for the description of a route. */
export function describeAnswer(shape: z.ZodType, exports: readonly Pick<Export<never>, 'format'>[]) {
  const others = exports.map(({ format }) => {
    const { type, means, suffix } = formats[format];
    return [type, { schema: bodyOf(type).describe(`${means}; also at this address with ${suffix}`) }] as const;
  });
  const content = { [json]: { schema: shape }, ...Object.fromEntries(others) };
  const headers = { ...sentHeaders, ...(exports.length > 0 && headersOf('content-disposition')) };
  return { description: shape.description ?? '', content, headers };
}

/** A 200 as this export, for the description of a route. */
export function describeExport({ format }: Pick<Export<never>, 'format'>) {
  const { type, means } = formats[format];
  const headers = { ...sentHeaders, ...headersOf('content-disposition') };
  return { description: means, content: { [type]: { schema: bodyOf(type) } }, headers };
}

function bodyOf(type: string): z.ZodType {
  return type.endsWith('+json') ? z.unknown() : z.string();
}

const sentHeaders = headersOf('etag', 'cache-control', 'vary', 'link', 'memento-datetime');

/**
 * Sends an export page by page. The first page has been worked out by then, so a wrong request has been refused. Throws
 * export-too-large.
 */
export function sendExport<Answer extends ListAnswer>(
  reply: FastifyReply,
  { format, name, text }: Export<Answer>,
  { first, rest, params, hasBom, ...place }: Sent<Answer>,
): FastifyReply {
  if ((first.total ?? 0) > mostExported) {
    const limit = mostExported.toLocaleString('en');
    throw new HttpProblem('export-too-large', `${first.total} rows, and a file has at most ${limit}: set a filter`);
  }
  const { type, isDownload } = formats[format];
  const fileName = fileNameOf([...Object.values(params), name, first.cut.occurredAsOf], format);
  reply
    .type(`${type}; charset=utf-8`)
    .header('content-disposition', `${isDownload ? 'attachment' : 'inline'}; filename="${fileName}"`);
  const head = `${hasBom ? byteOrderMark : ''}${text(first, { isFirst: true, ...place })}`;
  if (typeof first.next !== 'string') return reply.send(head);
  return reply.send(Readable.from(texts(head, rest, (answer) => text(answer, { isFirst: false, ...place }))));
}

type ListAnswer = {
  readonly cut: CutShape;
  readonly total?: number | undefined;
  readonly next?: string | null | undefined;
};

type Sent<Answer> = Pick<Place, 'origin' | 'ledger'> & {
  readonly first: Answer;
  readonly rest: AsyncIterable<Answer>;
  readonly params: Readonly<Record<string, string>>;
  readonly hasBom: boolean;
};

async function* texts<Answer>(head: string, rest: AsyncIterable<Answer>, text: (answer: Answer) => string) {
  yield head;
  for await (const answer of rest) yield text(answer);
}

// A spreadsheet takes a million rows; a reader gives up long before.
const mostExported = 100_000;
