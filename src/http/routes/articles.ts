import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { readArticle } from '../../articles/read-article.ts';
import { articleFile } from '../../articles/schema.ts';
import { type ArticleProblem, sourceLimits } from '../../articles/source.ts';
import type { ReadingDraft } from '../../domain/decisions/reading.ts';
import type { Rejection } from '../../domain/decisions/rejection.ts';
import type { Question } from '../../projections/answer.ts';
import {
  articleAnswer,
  articleAnswerShape,
  articlesAnswer,
  articlesAnswerShape,
  articlesFilters,
  effectsByKind,
  effectsShape,
} from '../../projections/articles.ts';
import { articleAuditAnswer, auditAnswerShape, auditFilters } from '../../projections/audit.ts';
import { flagShape } from '../../projections/shapes.ts';
import { recordArticle } from '../../recording/record-article.ts';
import { type Context, findArticle, partnershipAt, partnershipsAt } from '../context.ts';
import { readJson } from '../decision-requests.ts';
import { HttpProblem, type Mistake, mistake, mistakeShape, problemAnswers, problemWith } from '../problems.ts';
import { readParameters } from '../query.ts';
import type { AddRead, Reading } from '../reads.ts';
import { actorOf, requireToken } from '../tokens.ts';

/** Articles: the list, each with its effects paragraph by paragraph, and its audit trail. */
export function articleRoutes(read: AddRead, context: Context): void {
  type Build<Answer> = (asked: Question, reading: Reading<{ id: string }>) => Answer;
  const prepare =
    <Answer>(build: Build<Answer>) =>
    async (reading: Reading<{ id: string }>) => {
      const { partnership, first } = findArticle(context, reading.params.id);
      const firstRecordedAt = await context.ledger.views.recordedAt(first);
      const asked = { ...(await partnershipAt(context, partnership, reading.cut)), firstRecordedAt };
      return { dependsOn: [firstRecordedAt, asked.view.dependsOn], build: () => build(asked, reading) };
    };

  read({
    url: '/api/articles',
    operationId: 'listArticles',
    summary: 'The articles of the ledger',
    params: z.object({}),
    filters: articlesFilters,
    answer: articlesAnswerShape,
    prepare: async ({ cut, filters, page }) => {
      const { dependsOn, ...asked } = await partnershipsAt(context, cut);
      return { dependsOn, build: () => articlesAnswer(asked, filters, page) };
    },
  });
  read({
    url: '/api/articles/:id',
    operationId: 'getArticle',
    summary: 'An article, its effects, and what each paragraph gave',
    params: articleParams,
    answer: articleAnswerShape,
    prepare: prepare((asked, { params }) => articleAnswer(asked, params.id)),
  });
  read({
    url: '/api/articles/:id/audit',
    operationId: 'getArticleAudit',
    summary: 'The audit trail of an article',
    params: articleParams,
    filters: auditFilters,
    answer: auditAnswerShape,
    prepare: prepare((asked, { params, filters, page }) => articleAuditAnswer(asked, params.id, filters, page)),
  });
}

export const articleParams = z.object({ id: z.string().describe('id of the article') });

/** POST /api/articles: records the reading of an article; answers when it can be read in every view. */
export function postArticleRoute(app: FastifyInstance, context: Context): void {
  const { ledger, subjects } = context;

  const answer = async (
    reading: ReadingDraft,
    warnings: readonly Mistake[],
    recordedBy: string,
  ): Promise<readonly [number, RecordedAnswer]> => {
    const recorded = await recordArticle(reading, recordedBy, ledger);
    if (recorded.outcome === 'refused') throw refusal(recorded.rejection, reading);
    const { article, revision } = reading;
    const own = { article, revision, warnings: [...warnings] };
    if (recorded.outcome === 'unchanged') {
      const { position, recordedAt } = recorded.recorded;
      return [200, { ...own, position, recordedAt, effects: effectsByKind([]), flags: [] }];
    }
    const { effects, flags } = recorded.result;
    const { position, recordedAt } = recorded.appended;
    return [201, { ...own, position, recordedAt, effects, flags: [...flags] }];
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

type RecordedAnswer = z.infer<typeof recordedAnswerShape>;

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

function refusal({ rule, message, at = [], suggestion }: Rejection, { article, revision }: ReadingDraft): HttpProblem {
  return new HttpProblem(
    rule === 'article-taken' ? 'article-taken' : 'revision-taken',
    `${message} (article ${article}, revision ${revision})`,
    { errors: at.map((member) => mistake('body', `/${member}`, message, suggestion)) },
  );
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

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

function mistakeIn({ path, line, column, message, suggestion }: ArticleProblem): Mistake {
  return {
    ...mistake('body', path, message, suggestion),
    line,
    column,
  };
}

const bodyLimit = 1024 * 1024;
