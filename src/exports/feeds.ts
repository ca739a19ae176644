import { Feed } from 'feed';
import { articlePath, factPath, partnershipPath } from '../page/address.ts';
import { capitalise, counted, plain } from '../page/words.ts';
import type { FeedAnswer, FeedEntry } from '../projections/feed.ts';
import type { Export, Place } from './formats.ts';
import { toHtml } from './html.ts';

/** What was newly recorded, as an Atom feed (RFC 4287). */
export const feedAtom: Export<FeedAnswer> = {
  format: 'atom',
  name: 'feed',
  text: (answer, place) => feedOf(answer, place, toHtml).atom1(),
};

/** What was newly recorded, as a JSON Feed. */
export const feedJson: Export<FeedAnswer> = {
  format: 'jsonfeed',
  name: 'feed',
  text: (answer, place) => feedOf(answer, place, (title) => title).json1(),
};

// `toTitle`: a title is HTML in Atom, as the library writes it, and plain text in JSON Feed.
function feedOf(answer: FeedAnswer, { origin, ledger }: Place, toTitle: (title: string) => string): Feed {
  const { partnership, name, cut, entries } = answer;
  const base = `${origin}/api${partnership === null ? '' : partnershipPath(partnership)}/feed`;
  const feed = new Feed({
    id: `urn:uuid:${ledger}${partnership === null ? '' : `#${partnership}`}`,
    title: toTitle(name === null ? 'Newly recorded' : `${name}: newly recorded`),
    description: 'Articles that were read and decisions, as the ledger recorded them',
    link: `${origin}${partnership === null ? '/' : partnershipPath(partnership)}`,
    feedLinks: { atom: `${base}.atom`, json: `${base}.feed.json` },
    generator: 'Partnership Ledger',
    author: { name: 'Partnership Ledger' },
    language: 'en',
    updated: new Date(cut.recordedAsOf ?? 0),
  });
  for (const entry of entries) {
    feed.addItem({
      id: `urn:uuid:${entry.id}`,
      title: toTitle(titleWords(entry)),
      link: `${origin}${placeOf(entry)}`,
      date: new Date(entry.recordedAt),
      published: new Date(entry.recordedAt),
      author: [{ name: entry.recordedBy }],
      content: contentOf(entry, origin),
    });
  }
  return feed;
}

function placeOf({ article, partnership, titles }: FeedEntry): string {
  if (article !== null) return articlePath(article);
  const [fact] = Object.keys(titles);
  return fact === undefined ? partnershipPath(partnership) : factPath(partnership, fact);
}

function titleWords({ type, article, revision, title, publisher, effects, titles }: FeedEntry): string {
  const told = [...newsEffects].flatMap(([effect, words]) => {
    const count = effects[effect as keyof typeof effects]?.length ?? 0;
    return count === 0 ? [] : [`${counted(count, 'fact')} ${words}`];
  });
  const news = told.length === 0 ? '' : ` – ${told.join(', ')}`;
  if (article === null) return `${capitalise(plain(type))}: ${Object.values(titles).slice(0, 1).join('')}`;
  const again = revision === null || revision === 1 ? '' : `, revision ${revision}`;
  const what = type === 'ArticleRetracted' ? `Article ${article} retracted` : `“${title ?? `Article ${article}`}”`;
  return `${what}${publisher === null ? '' : `, ${publisher}`}${again}${news}`;
}

const newsEffects: ReadonlyMap<string, string> = new Map([
  ['entered', 'new'],
  ['advanced', 'moved on'],
  ['narrowed', 'more exact'],
  ['contested', 'contested'],
  ['corrected', 'corrected'],
  ['retracted', 'retracted'],
  ['superseded', 'replaced'],
  ['resolved', 'settled'],
  ['separated', 'separated'],
]);

function contentOf({ effects, titles, partnership, reason, position }: FeedEntry, origin: string): string {
  const lists = [...newsEffects].flatMap(([effect, words]) => {
    const facts = effects[effect as keyof typeof effects] ?? [];
    if (facts.length === 0) return [];
    const items = facts
      .slice(0, mostNamed)
      .map((fact) => `<li><a href="${origin}${factPath(partnership, fact)}">${toHtml(titles[fact] ?? fact)}</a></li>`);
    const more = facts.length > mostNamed ? `<li>and ${facts.length - mostNamed} more</li>` : '';
    return [`<p>${capitalise(words)}:</p><ul>${items.join('')}${more}</ul>`];
  });
  const why = reason === null ? '' : `<p>${toHtml(reason)}</p>`;
  return `${why}${lists.join('')}<p>Event ${position} of the ledger.</p>`;
}

const mostNamed = 30;
