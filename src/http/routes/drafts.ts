import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { measureArticle } from '../../articles/article-text.ts';
import { draftArticle } from '../../articles/draft.ts';
import { sourceLimits } from '../../articles/source.ts';
import { parsePeriod } from '../../domain/vocabulary/dates.ts';
import { isProblem } from '../../domain/vocabulary/problem.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem, problemIn, problemWith } from '../problems.ts';
import { bodyOf, writeRoutes } from '../writes.ts';

/** POST /api/drafts: the skeleton of an article file for a text, with suggested reports. Records nothing. */
export function draftRoute(app: FastifyInstance, context: ServerContext): void {
  writeRoutes(
    app,
    ['text/plain'],
    [
      {
        url: '/api/drafts',
        schema: {
          operationId: 'draftArticle',
          summary: 'Draft an article file from the text of an article',
          description:
            'Records nothing, and the text is not kept. What it suggests is marked as a suggestion, and stands in comments of the file.',
          querystring: draftQuery,
          body: z.string().describe('the text of the article, headline included, a paragraph a line'),
        },
        answer: draftShape,
        created: null,
        unchanged: 'The draft; nothing was recorded',
        record: async (request, _actor, query) => {
          const text = bodyOf(request, 'the text of the article, as text/plain');
          if (text.length > sourceLimits.characters) {
            throw new HttpProblem('body-too-large', `a text has at most ${sourceLimits.characters} characters`);
          }
          const { article, partnership, published: printed } = query as z.infer<typeof draftQuery>;
          const published = printed === undefined ? null : parsePeriod(printed);
          if (isProblem(published)) {
            const { message, suggestion } = published;
            throw problemWith('invalid-parameter', [problemIn('query', 'published', message, suggestion)]);
          }
          const answer = draftArticle(measureArticle(Buffer.from(text)), {
            ...(article === undefined ? {} : { article }),
            ...(partnership === undefined ? {} : { partnership }),
            published,
            subjects: context.subjects,
            described: context.ledger.views.catalogue.describedEditions(),
          });
          return { status: 200, location: null, answer };
        },
      },
    ],
  );
}

const draftQuery = z.object({
  article: z.string().max(200).optional().describe('the id that the article is to have'),
  partnership: z.string().max(200).optional().describe('the partnership that it is about'),
  published: z
    .string()
    .max(200)
    .optional()
    .describe('when it was published (EDTF); without it, dates without a year stay open'),
});

const draftShape = z
  .object({
    textSha256: z.string(),
    paragraphs: z.array(
      z.object({
        paragraph: z.int(),
        text: z.string(),
        found: z.array(
          z.object({
            words: z.string(),
            kind: z.string().describe('kind of a registered name, or games, date, amount'),
            means: z.string().nullable().describe('a slug, an edition, a date (EDTF), an amount; null: open'),
          }),
        ),
        suggestions: z.array(z.string()).describe('reports that its words suggest, as they would stand in the file'),
      }),
    ),
    yaml: z.string().describe('the article file; every suggestion is a comment'),
  })
  .describe('The skeleton of an article file');
