import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { readArticleAmong } from '../../articles/read-article.ts';
import { articleFile } from '../../articles/schema.ts';
import { type ArticleProblem, sourceLimits } from '../../articles/source.ts';
import type { ReadingDraft } from '../../domain/decisions/reading.ts';
import type { Rejection } from '../../domain/decisions/rejection.ts';
import { articleCitations } from '../../exports/citations.ts';
import { articlesCsv } from '../../exports/ledger-tables.ts';
import { auditCsv } from '../../exports/partnership-tables.ts';
import type { SpanningQuestion } from '../../projections/answer.ts';
import {
  articleAnswer,
  articleAnswerShape,
  articlesAnswer,
  articlesAnswerShape,
  articlesFilters,
} from '../../projections/articles.ts';
import { articleAuditAnswer, auditAnswerShape, auditFilters } from '../../projections/audit.ts';
import { effectsByKind, effectsShape } from '../../projections/effects.ts';
import { contestShape } from '../../projections/live/ingest-result.ts';
import { flagShape } from '../../projections/shapes.ts';
import { recordArticle, recordedSubjects } from '../../recording/record-article.ts';
import { type Rehearsed, startRehearsal } from '../../recording/rehearse-article.ts';
import type { AddRead, Reading } from '../answers.ts';
import { type Context, findArticle, firstRecorded, type ServerContext, soon, viewsOf } from '../context.ts';
import type { ProblemName } from '../problem-types.ts';
import { HttpProblem, problemIn, problemWith, type RequestProblem, requestProblemShape } from '../problems.ts';
import { bodyOf, dryRunParameter, readJson, writeRoutes } from '../writes.ts';

/** Articles: the list, each with its effects paragraph by paragraph, and its audit trail. */
export function articleRoutes(read: AddRead, context: Context): void {
  type Build<Answer> = (question: SpanningQuestion, reading: Reading<{ id: string }>) => Answer;
  const prepare =
    <Answer>(withSameText: boolean, build: Build<Answer>) =>
    async (reading: Reading<{ id: string }>) => {
      const { partnerships, sameText, first } = findArticle(context, reading.params.id);
      const firstRecordedAt = await context.ledger.views.recordedAt(first);
      const ids = new Set(withSameText ? [...partnerships, ...sameText] : partnerships);
      const views = await viewsOf(context, ids, reading.cut);
      const question = { cut: reading.cut, views, firstRecordedAt };
      return {
        dependsOn: [firstRecordedAt, views.map(({ dependsOn }) => dependsOn)],
        build: () => build(question, reading),
      };
    };

  read({
    url: '/api/articles',
    operationId: 'listArticles',
    summary: 'The articles of the ledger',
    params: z.object({}),
    filters: articlesFilters,
    answer: articlesAnswerShape,
    exports: [articlesCsv],
    prepare: async ({ cut, filters, page }) => {
      const listed = await soon(context.summaries.articles(cut, filters, page));
      const firstRecordedAt = firstRecorded(context, listed.last);
      return {
        dependsOn: [firstRecordedAt, listed],
        build: () => articlesAnswer({ cut, firstRecordedAt }, listed, page),
      };
    },
  });
  read({
    url: '/api/articles/:id',
    operationId: 'getArticle',
    summary: 'An article, its effects, and what each paragraph gave',
    params: articleParams,
    answer: articleAnswerShape,
    exports: Object.values(articleCitations),
    prepare: prepare(true, (question, { params }) => articleAnswer(question, params.id)),
  });
  read({
    url: '/api/articles/:id/audit',
    operationId: 'getArticleAudit',
    summary: 'The audit trail of an article',
    params: articleParams,
    filters: auditFilters,
    answer: auditAnswerShape,
    exports: [auditCsv],
    prepare: prepare(false, (question, { params, filters, page }) =>
      articleAuditAnswer(question, params.id, filters, page),
    ),
  });
}

export const articleParams = z.object({ id: z.string().describe('id of the article') });

/** POST /api/articles: records the reading of an article; answers when every view shows it. */
export function postArticleRoute(app: FastifyInstance, context: ServerContext): void {
  const { ledger, subjects } = context;
  writeRoutes(
    app,
    ['application/json', ...yamlTypes],
    [
      {
        url: '/api/articles',
        schema: {
          operationId: 'recordArticle',
          summary: 'Record the reading of an article',
          description:
            'All or nothing. The same article again appends nothing. The format: docs/writing-an-article.md. With ' +
            'dryRun=true nothing is recorded; the answer, of status 200, says what would come of it.',
          querystring: recordingQuery,
          body: articleFile(),
        },
        answer: z.union([recordedAnswerShape, dryRunAnswerShape]),
        problems: [
          'invalid-article',
          'article-taken',
          'revision-taken',
          'same-text',
          'article-too-large',
          // A read of an unknown partnership is a 404.
          ['unknown-partnership', 422],
        ],
        unchanged: 'It was recorded before with the same content, or dryRun=true; nothing was appended',
        record: async (request, actor, query) => {
          const { reading, problems, warnings } = await readArticleAmong(
            readText(request),
            { file: 'body', subjects },
            recordedSubjects(ledger.recorder),
          );
          if (reading === null) throw problemWith('invalid-article', problems.map(toRequestProblem));
          const writer = { recordedBy: actor, isNewPartnership: query['newPartnership'] === 'true' };
          if (query['dryRun'] === 'true') {
            const rehearsed = await startRehearsal(ledger).record(reading, writer);
            if (rehearsed.outcome === 'refused') throw refusalOf(rehearsed.rejection, reading);
            return { status: 200, location: null, answer: dryRunAnswer(reading, rehearsed, warnings) };
          }
          const recorded = await recordArticle(reading, writer, ledger);
          if (recorded.outcome === 'refused') throw refusalOf(recorded.rejection, reading);
          const { article, revision } = reading;
          const isNew = recorded.outcome === 'recorded';
          const { position, recordedAt } = isNew ? recorded.appended : recorded.recorded;
          const { effects, flags } = isNew ? recorded.result : { effects: effectsByKind([]), flags: [] };
          const parts = isNew ? recorded.parts : [];
          return {
            status: isNew ? 201 : 200,
            location: `/api/articles/${encodeURIComponent(article)}`,
            answer: {
              article,
              revision,
              warnings: warnings.map(toRequestProblem),
              position,
              recordedAt,
              effects,
              flags,
              partnerships: parts.map(({ partnership, appended, result }) => ({
                partnership,
                position: appended.position,
                effects: result.effects,
                flags: result.flags,
              })),
            },
          };
        },
      },
    ],
  );
}

const recordingQuery = z.object({
  newPartnership: z
    .enum(['true', 'false'], { error: 'newPartnership is true or false' })
    .optional()
    .describe('true: the partnership of the article may be one about which nothing is recorded'),
  dryRun: dryRunParameter,
});

function dryRunAnswer(
  { article, revision }: ReadingDraft,
  rehearsed: Exclude<Rehearsed, { outcome: 'refused' }>,
  warnings: readonly ArticleProblem[],
): z.infer<typeof dryRunAnswerShape> {
  const nothing = { effects: effectsByKind([]), flags: [], contests: [] };
  const { effects, flags, contests } = rehearsed.outcome === 'recorded' ? rehearsed.result : nothing;
  return {
    dryRun: true,
    article,
    revision,
    effects,
    flags: [...flags],
    warnings: warnings.map(toRequestProblem),
    contests: [...contests],
  };
}

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

const recordedAnswerShape = z
  .object({
    article: z.string(),
    revision: z.int(),
    position: z.int().describe('of the event that closes the reading; everything up to it can be read'),
    recordedAt: z.string(),
    effects: effectsShape.describe('the facts by what the article did to them; empty lists if nothing was appended'),
    flags: z.array(flagShape.extend({ fact: z.string() })).describe('business rules that its reports break'),
    partnerships: z
      .array(
        z.object({
          partnership: z.string(),
          position: z.int().describe('of the event that closes the reading there'),
          effects: effectsShape,
          flags: z.array(flagShape.extend({ fact: z.string() })),
        }),
      )
      .describe('what was appended on each partnership; empty if nothing was'),
    warnings: z.array(requestProblemShape).describe('doubts that stop nothing, such as names that are not registered'),
  })
  .describe('What became of an article that was sent');

const dryRunAnswerShape = recordedAnswerShape
  .omit({ position: true, recordedAt: true, partnerships: true })
  .extend({
    dryRun: z.literal(true),
    contests: z.array(contestShape).describe('fields on which it would disagree with other reports: every value'),
  })
  .describe('What would become of an article; nothing was recorded');

function readText(request: FastifyRequest): string {
  const text = bodyOf(request, 'the article, as YAML or JSON');
  if (text.length > sourceLimits.characters) {
    const detail =
      `the article has ${text.length} characters, and at most ${sourceLimits.characters} are allowed: ` +
      'split it into several, each with its own id';
    throw new HttpProblem('body-too-large', detail);
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!yamlTypes.includes(type)) readJson(text);
  return text;
}

function toRequestProblem({ path, line, column, message, suggestion }: ArticleProblem): RequestProblem {
  return { ...problemIn('body', path, message, suggestion), line, column };
}

function refusalOf(
  { rule, message, at = [], suggestion }: Rejection,
  { article, revision }: ReadingDraft,
): HttpProblem {
  const remedy = rule === 'unknown-partnership' ? '; if the partnership is new, send ?newPartnership=true' : '';
  const detail = `${message}${remedy} (article ${article}, revision ${revision})`;
  const errors = at.map((member) => problemIn('body', `/${member}`, message, suggestion));
  // A read of an unknown partnership is a 404 of this type.
  if (rule === 'unknown-partnership') return new HttpProblem(rule, detail, { status: 422, errors });
  return new HttpProblem(problemsByRule[rule] ?? 'invalid-article', detail, { errors });
}

const problemsByRule: Readonly<Record<string, ProblemName>> = {
  'article-taken': 'article-taken',
  'revision-taken': 'revision-taken',
  'same-text': 'same-text',
};
