import * as z from 'zod';
import { wordsIn } from '../domain/vocabulary/nearest.ts';
import { answerShape, cutOf, endAnswer, type Question, type SpanningQuestion } from './answer.ts';
import { articleParts, joinArticles } from './articles.ts';
import { latestOf, namesFor } from './partnership-view.ts';
import { partnershipDetail } from './partnerships.ts';
import { gamesName, timingShape } from './shapes.ts';
import { inOrderOfTime, statusShape, summaryOf } from './timeline.ts';
import { groupOf, groupShape, titleOf } from './titles.ts';

/**
 * The facts and articles at a cut that contain every word of a text: facts in their titles, keys, notes and speakers,
 * articles in their titles and publishers. The beginning of a word is enough. Hits in a title come before hits in a note;
 * otherwise they are in order of time.
 */
export function search(question: SearchQuestion, text: string): readonly FoundHit[] {
  const words = wordsIn(text);
  if (words.length === 0) return [];
  const facts = question.views.flatMap((view) => {
    const names = namesFor(view, question.names);
    const calendar = view.facts().games;
    return view
      .facts()
      .facts.toSorted(inOrderOfTime)
      .flatMap((fact): Ranked[] => {
        const title = titleOf(fact, names);
        const notes = fact.evidence.flatMap(({ report: { note, metadata } }) => [
          note ?? '',
          metadata.speaker?.name ?? '',
        ]);
        const rank = rankOf(words, [title, fact.key], [summaryOf(fact, names), ...notes, ...fact.games]);
        if (rank === null) return [];
        const hit: FoundHit = {
          kind: 'fact',
          partnership: view.partnership,
          id: fact.key,
          title,
          summary: summaryOf(fact, names),
          status: fact.status,
          timing: fact.timing,
          games: fact.games.map((edition) => gamesName(edition, calendar)),
          group: groupOf(fact),
        };
        return [{ rank, hit }];
      });
  });
  const articles = joinArticles(question.views.flatMap((view) => articleParts(view)));
  const read = articles.flatMap(({ id, title, publisher, partnerships: [partnership = ''] }): Ranked[] => {
    const rank = rankOf(words, [title ?? '', id], [publisher ?? '']);
    const summary = publisher ?? '';
    const hit: FoundHit = {
      kind: 'article',
      partnership,
      id,
      title: title ?? `Article ${id}`,
      summary,
      status: null,
      timing: null,
      games: [],
      group: null,
    };
    return rank === null ? [] : [{ rank, hit }];
  });
  return [...read, ...facts].toSorted((a, b) => a.rank - b.rank).map(({ hit }) => hit);
}

type SearchQuestion = SpanningQuestion & Pick<Question, 'names'>;

type Ranked = { readonly rank: number; readonly hit: FoundHit };

// Only what is shown needs the name of its partnership.
type FoundHit = Omit<z.infer<typeof hitShape>, 'name'>;

const hitShape = z.object({
  kind: z.enum(['fact', 'article']),
  partnership: z.string(),
  id: z.string().describe('the key of the fact, or the id of the article'),
  title: z.string(),
  summary: z.string(),
  status: statusShape.nullable(),
  timing: timingShape.nullable(),
  name: z.string().describe('of the partnership'),
  games: z.array(z.string()).describe('the names of the Games'),
  group: groupShape.nullable().describe('what tells it from its like'),
});

// Null where a word is found nowhere; the lower, the more of them stand in the name.
function rankOf(words: readonly string[], name: readonly string[], rest: readonly string[]): number | null {
  const [inName, inRest] = [name.flatMap(wordsIn), rest.flatMap(wordsIn)];
  const begins = (texts: readonly string[], word: string) => texts.some((one) => one.startsWith(word));
  if (!words.every((word) => begins(inName, word) || begins(inRest, word))) return null;
  return words.filter((word) => !begins(inName, word)).length;
}

/** What is found, as an answer with the first `most` hits. */
export function searchAnswer(question: SearchQuestion, text: string, most: number = mostHits): SearchAnswer {
  const last = latestOf(question.views.map((view) => view.last));
  const hits = search(question, text);
  const views = new Map(question.views.map((view) => [view.partnership, view]));
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const view = views.get(id);
    const name = names.get(id) ?? (view === undefined ? id : partnershipDetail(view, question.names).name);
    names.set(id, name);
    return name;
  };
  return {
    cut: cutOf(question.cut, last),
    query: text,
    total: hits.length,
    hits: hits.slice(0, most).map((hit) => ({ ...hit, name: nameOf(hit.partnership) })),
    ...endAnswer(question, last, question.views.length > 0),
  };
}

/** The most hits in an answer. */
export const mostHits = 100;

export type SearchAnswer = z.infer<typeof searchAnswerShape>;

export const searchAnswerShape = answerShape
  .extend({
    query: z.string(),
    total: z.int().nonnegative(),
    hits: z.array(hitShape).describe(`the first ${mostHits}: what is named so before what is only said so`),
  })
  .describe('What names all words of a text, through the clocks');
