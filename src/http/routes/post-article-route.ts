import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { articleFile } from '../../articles/article-file.ts';
import type { ArticleProblem } from '../../articles/problem.ts';
import { readArticle } from '../../articles/read-article.ts';
import { recordArticle } from '../../articles/record.ts';
import { sourceLimits } from '../../articles/source-limits.ts';
import type { LedgerEvent, ReadingEvent } from '../../domain/ledger-event.ts';
import type { Rejection } from '../../domain/outcome.ts';
import type { ReadingDraft } from '../../domain/reading.ts';
import { partnershipStream } from '../../domain/streams.ts';
import { effectsByKind } from '../../projections/article.ts';
import { ingestResult } from '../../projections/ingest-result.ts';
import { rulesAround } from '../../projections/rules-around.ts';
import { effectsShape } from '../../projections/shapes/article.ts';
import { flagShape } from '../../projections/shapes/source.ts';
import type { Context } from '../app-parts.ts';
import { actorOf, requireToken } from '../plugins/require-token.ts';
import { HttpProblem, type Mistake, mistake, mistakeShape, problemWith } from '../problem.ts';
import { problemAnswers } from '../problem-schemas.ts';
import { readParameters } from '../query/read-parameters.ts';
import { readJson } from '../read-json.ts';

/** What became of an article that was sent. */
export const recordedAnswerShape = z
  .object({
    article: z.string(),
    revision: z.int(),
    position: z.int().describe('of the event that closes the reading; everything up to it can be read'),
    recordedAt: z.string(),
    effects: effectsShape.describe(
      'the facts by what the article did to them; all lists are empty where nothing was appended',
    ),
    flags: z.array(flagShape.extend({ fact: z.string() })).describe('business rules that its reports break'),
    warnings: z
      .array(mistakeShape)
      .describe('doubts that stand in no one’s way, such as names that are not registered'),
  })
  .describe('What became of an article that was sent');
type RecordedAnswer = z.infer<typeof recordedAnswerShape>;

const bodyLimit = 1024 * 1024;
const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

function mistakeIn({ path, line, column, message, suggestion }: ArticleProblem): Mistake {
  return {
    ...mistake('body', path, message, suggestion),
    line,
    column,
  };
}

function textOf({ body, headers }: FastifyRequest): string {
  if (typeof body !== 'string' || body.trim() === '') {
    throw new HttpProblem('malformed-body', 'the request has no body: send the article, as YAML or JSON');
  }
  if (body.length > sourceLimits.characters) {
    const detail =
      `the article has ${body.length} characters; one may have ${sourceLimits.characters}: ` +
      'split it into several, each with an id of its own';
    throw new HttpProblem('body-too-large', detail);
  }
  if (!yamlTypes.includes(headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '')) readJson(body);
  return body;
}

function isReadingOf({ article, revision }: ReadingDraft) {
  return (event: { readonly kind: string }): event is ReadingEvent => {
    const { kind, read } = event as ReadingEvent;
    return kind === 'reading' && read.article === article && read.revision === revision;
  };
}

function refusal(
  { rule, message }: Rejection,
  { article, revision }: ReadingDraft,
  history: readonly LedgerEvent[],
): HttpProblem {
  const detail = `${message} (article ${article}, revision ${revision})`;
  if (rule === 'article-taken') {
    return new HttpProblem('article-taken', detail, { errors: [mistake('body', '/article', message)] });
  }
  const taken = history.flatMap((event) =>
    event.kind === 'reading' && event.read.article === article ? [event.read.revision] : [],
  );
  const next = String(Math.max(...taken, revision) + 1);
  return new HttpProblem('revision-taken', detail, { errors: [mistake('body', '/revision', message, next)] });
}

/** POST /api/articles: records the reading of an article; answers when it can be read in every view. */
export function postArticleRoute(app: FastifyInstance, context: Context): void {
  const { ledger, subjects } = context;

  const answer = async (
    reading: ReadingDraft,
    warnings: readonly Mistake[],
    recordedBy: string,
  ): Promise<readonly [number, RecordedAnswer]> => {
    const stream = partnershipStream(reading.partnership);
    const recorded = await recordArticle(reading, recordedBy, ledger.recorder);
    await ledger.views.head();
    const history = await ledger.histories.of(stream);
    if (recorded.outcome === 'refused') throw refusal(recorded.rejection, reading, history.events);
    const { article, revision } = reading;
    const own = { article, revision, warnings: [...warnings] };
    if (recorded.outcome === 'recorded') {
      const { appended } = recorded;
      const around = await rulesAround(ledger.views, reading.partnership, appended.position);
      const { effects, flags } = ingestResult(appended, history, around);
      const { position, recordedAt } = appended;
      return [201, { ...own, position, recordedAt, effects, flags: [...flags] }];
    }
    const before = history.events.find(isReadingOf(reading));
    if (before === undefined) throw new Error(`article ${article} is recorded, and its reading is not there`);
    return [
      200,
      { ...own, position: before.position, recordedAt: before.recordedAt, effects: effectsByKind([]), flags: [] },
    ];
  };

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { unknown } = readParameters(z.object({}), request.query as Record<string, unknown>);
    if (unknown.length > 0) throw problemWith('unknown-parameter', unknown);
    const { reading, problems, warnings } = readArticle(textOf(request), { file: 'body', subjects });
    if (reading === null) throw problemWith('invalid-article', problems.map(mistakeIn));
    const [status, body] = await answer(reading, warnings.map(mistakeIn), actorOf(request));
    const location = `/api/articles/${encodeURIComponent(body.article)}`;
    recordedAnswerShape.parse(body);
    return reply
      .code(status)
      .headers({ location, 'cache-control': 'no-store' })
      .type('application/json; charset=utf-8')
      .send(Buffer.from(JSON.stringify(body)));
  };

  app.register(async (writing) => {
    writing.removeAllContentTypeParsers();
    const types = ['application/json', ...yamlTypes];
    writing.addContentTypeParser(types, { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
    const schema = {
      operationId: 'recordArticle',
      summary: 'Record the reading of an article',
      description: 'All or nothing. The same article again appends nothing. The format: seeds/README.md.',
      tags: ['write'],
      security: [{ writeToken: [] }],
      consumes: types,
      body: articleFile,
      response: {
        200: recordedAnswerShape.describe('It was recorded before with the same content; nothing was appended'),
        201: recordedAnswerShape.describe('It was recorded'),
        ...problemAnswers('4xx', '5xx'),
      },
    };
    writing.post('/api/articles', { schema, onRequest: requireToken(context) }, handle);
  });
}
