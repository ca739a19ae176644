import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { Sprite } from './glyphs.ts';
import { htmlDocument, type PageAssets } from './page.ts';
import type { Said } from './time-bar.ts';
import { Lanes, type TimelineView } from './timeline.ts';
import { counted, listWords } from './words.ts';

/**
 * The timeline of a partnership as a document for a frame of another site: without script, and every link opens beside
 * that site. No page of the ledger itself may be framed.
 */
export function renderEmbed(embed: Embed, assets: PageAssets): string {
  return inFrame(`${embed.name}: timeline`, h(EmbedView, { embed }), assets);
}

/** What stands in the frame: the timeline, through which clocks, where it comes from, and the page with the whole of it. */
export type Embed = {
  readonly name: string;
  readonly say: readonly Said[];
  readonly view: TimelineView;
  /** The full page, through the same clocks and filters. */
  readonly href: string;
  readonly articles: number;
  readonly publishers: readonly string[];
  readonly position: number;
};

function inFrame(title: string, body: ComponentChild, assets: PageAssets): string {
  const main = renderToString(h('main', { class: 'embed' }, body));
  return htmlDocument(title, main, assets, '<base target="_blank">');
}

function EmbedView({ embed }: { readonly embed: Embed }): ComponentChild {
  const { name, say, view, href } = embed;
  const { lanes, axis, empty, filters } = view;
  return [
    h(Sprite, { key: 'sprite' }),
    h(
      'header',
      { key: 'header' },
      h('h1', null, h('a', { href }, `${name}: timeline`)),
      h(
        'p',
        { class: 'say' },
        say.map(({ text }) => text),
      ),
      filters.length === 0
        ? null
        : h('p', { class: 'n' }, `Only a part: ${listWords(filters.map(({ text }) => text))}.`),
    ),
    empty === null ? null : h('p', { class: 'lede', key: 'empty' }, empty),
    h(Lanes, { axis, lanes, key: 'lanes' }),
    h(Source, { embed, key: 'source' }),
  ];
}

function Source({ embed: { href, articles, publishers, position } }: { readonly embed: Embed }): ComponentChild {
  const told = `${counted(articles, 'article')}${publishers.length === 0 ? '' : ` of ${listWords(publishers)}`}`;
  return h(
    'footer',
    { class: 'n' },
    'A dot is a known day, a band is all that is known, hollow is planned. ',
    `Source: Partnership Ledger, from ${told}, up to event ${position}. `,
    h('a', { class: 'link', href }, 'The full timeline, with what each article says'),
  );
}

/** What stands in the frame where there is no timeline to show. */
export function renderEmbedProblem(
  { title, detail, href }: { readonly title: string; readonly detail: string; readonly href: string },
  assets: PageAssets,
): string {
  const body = [
    h('h1', { key: 'title' }, title),
    h('p', { key: 'detail' }, detail),
    h('p', { class: 'n', key: 'source' }, h('a', { class: 'link', href }, 'Partnership Ledger')),
  ];
  return inFrame(title, body, assets);
}
