import * as z from 'zod';
import { feedAtom, feedJson } from '../../exports/feeds.ts';
import { feedAnswer, feedAnswerShape } from '../../projections/feed.ts';
import type { AddRead } from '../answers.ts';
import { type Context, partnershipAt, partnershipsAt } from '../context.ts';
import { partnershipParams } from './partnerships.ts';

/** What was newly recorded, in the whole ledger and on one partnership: as JSON, Atom and JSON Feed. */
export function feedRoutes(read: AddRead, context: Context): void {
  const { name: names } = context.subjects;
  const exports = [feedAtom, feedJson];
  read({
    url: '/api/feed',
    operationId: 'getFeed',
    summary: 'What was newly recorded, for a feed reader',
    params: z.object({}),
    answer: feedAnswerShape,
    exports,
    prepare: async ({ cut }) => {
      const { dependsOn, ...question } = await partnershipsAt(context, cut);
      return { dependsOn, build: () => feedAnswer({ ...question, names }, null) };
    },
  });
  read({
    url: '/api/partnerships/:id/feed',
    operationId: 'getPartnershipFeed',
    summary: 'What was newly recorded on a partnership, for a feed reader',
    params: partnershipParams,
    answer: feedAnswerShape,
    exports,
    prepare: async ({ params, cut }) => {
      const { view, firstRecordedAt } = await partnershipAt(context, params.id, cut);
      const question = { cut, views: [view], firstRecordedAt, names };
      return { dependsOn: view.dependsOn, build: () => feedAnswer(question, params.id) };
    },
  });
}
