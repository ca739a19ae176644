import * as z from 'zod';
import {
  articleAnswer,
  articleAnswerShape,
  articlesAnswer,
  articlesAnswerShape,
  articlesFilters,
} from '../../projections/answers/articles-answer.ts';
import type { Asked } from '../../projections/answers/asked.ts';
import { articleAuditAnswer, auditAnswerShape, auditFilters } from '../../projections/answers/audit-answer.ts';
import type { Context } from '../app-parts.ts';
import { allViews, articleNamed, firstRecordedOf, partnershipAt } from '../lookups.ts';
import type { AddRead, Asking } from '../read-route.ts';

export const articleParams = z.object({ id: z.string().describe('id of the article') });

/** Articles: the list, each with its effects paragraph by paragraph, and its audit trail. */
export function articleRoutes(read: AddRead, context: Context): void {
  const { views } = context.ledger;

  const asked = async ({ params: { id }, cut }: Asking<{ id: string }>): Promise<Asked> => {
    const article = articleNamed(context, id);
    const partnership = await partnershipAt(context, article.partnership, cut);
    return { ...partnership, firstRecordedAt: await views.recordedAt(article.first) };
  };

  read({
    url: '/api/articles',
    operationId: 'listArticles',
    summary: 'The articles of the ledger',
    params: z.object({}),
    filters: articlesFilters,
    answer: articlesAnswerShape,
    ask: async ({ cut, filters, page }) => {
      const seen = await allViews(context, cut);
      const firstRecordedAt = firstRecordedOf(context, seen);
      return {
        dependsOn: [firstRecordedAt, seen.map(({ dependsOn }) => dependsOn)],
        build: () => articlesAnswer({ views: seen, cut, firstRecordedAt }, filters, page),
      };
    },
  });
  read({
    url: '/api/articles/:id',
    operationId: 'getArticle',
    summary: 'An article, its effects, and what each paragraph gave',
    params: articleParams,
    answer: articleAnswerShape,
    ask: async (asking) => {
      const of = await asked(asking);
      return {
        dependsOn: [of.firstRecordedAt, of.view.dependsOn],
        build: () => articleAnswer(of, asking.params.id),
      };
    },
  });
  read({
    url: '/api/articles/:id/audit',
    operationId: 'getArticleAudit',
    summary: 'The audit trail of an article',
    params: articleParams,
    filters: auditFilters,
    answer: auditAnswerShape,
    ask: async (asking) => {
      const of = await asked(asking);
      return {
        dependsOn: [of.firstRecordedAt, of.view.dependsOn],
        build: () => articleAuditAnswer(of, asking.params.id, asking.filters, asking.page),
      };
    },
  });
}
