import { articleText } from '../support/article-text.ts';

/** An article as it is sent, with the id under which it is found again. */
export type SentArticle = { readonly id: string; readonly text: string };

const partnerships = 25;

/**
 * So many articles on made-up partnerships. Those of one partnership tell in part of the same facts, so that the views
 * have something to merge, to contest and to order.
 */
export const manyArticles = (count: number): readonly SentArticle[] =>
  Array.from({ length: count }, (_, i) => {
    const id = `a${i}`;
    const round = Math.floor(i / partnerships);
    const day = `2020-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`;
    const reports = [
      `  - { CreativeCountStated: quiet-roads, count: ${1 + (round % 3)}, p: 1, note: It counts the films }`,
      `  - { CampaignLaunched: quiet-roads, planned: ${day}, p: 1, note: It names a day }`,
      `  - { PriorityStated: aim-${i}, p: 1, note: "An aim, für 北京 🏔" }`,
    ];
    const partnership = `partner-${i % partnerships}.federation`;
    return { id, text: articleText({ article: id, partnership, published: day, reports: reports.join('\n') }) };
  });
