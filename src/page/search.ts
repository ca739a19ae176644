import { type ComponentChild, h } from 'preact';
import type { SearchAnswer } from '../projections/search.ts';
import { addressOf, articlePath, type Clocks, factPath } from './address.ts';
import { eventSign, Glyph, type Sign } from './glyphs.ts';
import { Hidden, type HiddenFields, Sheet } from './sheet.ts';
import { capitalise, counted, marketName } from './words.ts';

/** What a search finds, through the clocks of the page. */
export function searchView({ query, total, hits }: SearchAnswer, clocks: Clocks): SearchView {
  return {
    kind: 'search',
    query,
    hidden: Object.entries(clocks),
    found:
      query === ''
        ? ''
        : total === 0
          ? 'Nothing names all of these words. Fewer words find more.'
          : capitalise(`${counted(total, 'hit')}.`),
    hits: hits.map(({ kind, partnership, id, title, summary, status, timing, name, games, group }) => ({
      title,
      summary: summary === title ? '' : summary,
      about: [...games, ...(group?.over === 'markets' ? [marketName(group.member)] : []), name].join(' · '),
      sign:
        status === null
          ? { glyph: 'article', word: 'article', tone: 'ink' }
          : eventSign({ status, timing: timing ?? 'certain' }),
      href: addressOf(kind === 'article' ? articlePath(id) : factPath(partnership, id), clocks),
    })),
  };
}

export type SearchView = {
  readonly kind: 'search';
  readonly query: string;
  readonly hidden: HiddenFields;
  readonly found: string;
  readonly hits: readonly Hit[];
};

type Hit = {
  readonly title: string;
  readonly summary: string;
  /** What tells it from others of this title: its Games or market, and its partnership. */
  readonly about: string;
  readonly sign: Sign;
  readonly href: string;
};

/** The page of a search. */
export function Search({ view: { query, hidden, found, hits } }: { readonly view: SearchView }): ComponentChild {
  return h(
    Sheet,
    { title: 'Search' },
    h(SearchForm, { query, hidden }),
    h('p', { class: 'lede', 'aria-live': 'polite' }, found),
    h(
      'ul',
      { class: 'rl wide' },
      hits.map((hit) => h(HitView, { hit, key: hit.href })),
    ),
  );
}

type FormProps = { readonly query: string; readonly hidden: HiddenFields };

/** The field of the search, which keeps the clocks. */
export function SearchForm({ query, hidden }: FormProps): ComponentChild {
  return h(
    'form',
    { class: 'period', action: '/search', method: 'get', role: 'search' },
    h(Hidden, { fields: hidden }),
    h('label', { for: 'search' }, 'Facts, notes, names and articles'),
    h('input', { id: 'search', name: 'q', type: 'search', defaultValue: query, size: 28 }),
    h('button', { type: 'submit' }, 'Search'),
  );
}

function HitView({ hit: { title, summary, about, sign, href } }: { readonly hit: Hit }): ComponentChild {
  return h(
    'li',
    { class: `c-${sign.tone}` },
    h('span', { class: 'sign' }, h(Glyph, { name: sign.glyph })),
    h(
      'span',
      { class: 'rt' },
      h('a', { href }, title),
      summary === '' ? null : h('span', { class: 'n' }, ` ${summary}`),
      h('span', { class: 'n' }, ` ${about}`),
    ),
    h('span', { class: 'rw' }, sign.word),
  );
}
