import { type ComponentChild, h } from 'preact';
import type { ArticleAnswer, ArticlesAnswer } from '../projections/articles.ts';
import type { AuditAnswer } from '../projections/audit.ts';
import { addressOf, articlePath, type Clocks, factPath } from './address.ts';
import { retractAddress } from './decide.ts';
import { effectSigns } from './evidence.ts';
import { Glyph, type GlyphName, type Tone } from './glyphs.ts';
import { Sheet } from './sheet.ts';
import { capitalise, counted, dateWords, plain, publishedWords, spanWords } from './words.ts';

/** An article, paragraph by paragraph: what each gave, what that changed, and what was left out and why. */
export function articleView({ article: answer, parts, clocks, id }: ArticleAnswers): ArticleView {
  const { article } = answer;
  if (article === null) {
    return {
      kind: 'article',
      id,
      title: `Article ${id}`,
      head: null,
      effects: [],
      paragraphs: [],
      cite: '',
      retract: null,
    };
  }
  const { title, publisher, published, revision, author, url, language, extent, retracted, effects } = article;
  const told = parts.flatMap((part) => statementsIn(part, { revision, isOneOfSeveral: parts.length > 1, clocks }));
  const seen = new Map<string, number>();
  return {
    kind: 'article',
    id,
    title: title ?? 'Title not known',
    head: {
      source: `${publisher ?? 'Publisher not known'}, article ${id}${revision === 1 ? '' : `, revision ${revision}`}.`,
      published: publishedSentence(published),
      basis: published.basis ?? '',
      facts: [
        ...(author === null ? [] : [`By ${author}`]),
        ...(language === null ? [] : [`in ${languageName(language)}`]),
        ...(extent === null ? [] : ['only its beginning was at hand']),
        ...(retracted === null ? [] : [`retracted: ${retracted.reason}`]),
      ].join(', '),
      url,
      fingerprint: article.textSha256,
    },
    effects: Object.entries(effectSigns).flatMap(([effect, { glyph, tone, words }]) => {
      const count = effects[effect as keyof typeof effects]?.length ?? 0;
      return count === 0
        ? []
        : [{ glyph, tone, text: `${count} ${count > 1 ? words.replace(/agrees$/, 'agree') : words}` }];
    }),
    paragraphs: article.paragraphs.map(({ paragraph, omitted }) => ({
      paragraph,
      omitted: omitted === null ? null : `${omitted}, nothing taken`,
      notes: notesOf(
        told.filter(({ paragraphs }) => paragraphs.includes(paragraph)),
        paragraph,
        seen,
      ),
    })),
    cite: citation(article),
    retract: parts[0] === undefined || retracted !== null ? null : retractAddress(parts[0].partnership, id),
  };
}

type ArticleAnswers = {
  readonly article: ArticleAnswer;
  /** What it told of each of its partnerships. */
  readonly parts: readonly ArticlePart[];
  readonly clocks: Clocks;
  readonly id: string;
};

type ArticlePart = {
  readonly partnership: string;
  readonly name: string;
  readonly audit: AuditAnswer;
  /** The titles of the facts that are shown, by their keys. */
  readonly titles: ReadonlyMap<string, string>;
};

export type ArticleView = {
  readonly kind: 'article';
  readonly id: string;
  readonly title: string;
  readonly head: Head | null;
  readonly effects: readonly { readonly glyph: GlyphName; readonly tone: Tone; readonly text: string }[];
  readonly paragraphs: readonly Paragraph[];
  readonly cite: string;
  /** Where a steward retracts it; null where it is retracted already. */
  readonly retract: string | null;
};

type Head = {
  readonly source: string;
  readonly published: string;
  readonly basis: string;
  readonly facts: string;
  readonly url: string | null;
  readonly fingerprint: string;
};

type Paragraph = { readonly paragraph: number; readonly omitted: string | null; readonly notes: readonly Note[] };

type Note = {
  readonly text: string;
  readonly href: string;
  readonly glyph: GlyphName;
  readonly tone: Tone;
  readonly effect: string;
};

function publishedSentence(published: {
  readonly edtf: string | null;
  readonly earliest: string | null;
  readonly latest: string | null;
}): string {
  const { earliest, latest } = published;
  if (earliest === null && latest === null) return 'Day of publication not known.';
  if (earliest === null || latest === null || earliest === latest) return `Published ${dateWords(published, 'long')}.`;
  return `Published between ${spanWords(earliest, latest, 'long', ' and ')}.`;
}

function languageName(code: string): string {
  return languages.of(code) ?? code;
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

type Statement = Pick<AuditAnswer['entries'][number], 'paragraphs' | 'effects'> & {
  readonly text: string;
  readonly href: string;
};

// What the article says of one partnership. Its own note comes first; else the title of the fact, which fits every status
// and so needs the modality beside it.
function statementsIn(
  { partnership, name, audit, titles }: ArticlePart,
  { revision, isOneOfSeveral, clocks }: { revision: number; isOneOfSeveral: boolean; clocks: Clocks },
): readonly Statement[] {
  return (
    audit.entries
      // A decision that was recorded with the article shows in the effect of the report that it changed.
      .filter((entry) => entry.revision === revision && entry.paragraphs.length > 0 && 'modality' in entry.asserted)
      .map(({ paragraphs, effects, fact, asserted: { note, modality } }) => {
        const key = fact ?? '';
        const words = [titles.get(key) ?? key, ...(modality === 'happened' ? [] : [String(modality)])].join(', ');
        const text = typeof note === 'string' ? note : words;
        return {
          paragraphs,
          effects,
          text: isOneOfSeveral ? `${name}: ${text}` : text,
          href: addressOf(factPath(partnership, key), clocks),
        };
      })
  );
}

// Several facts from one sentence share its note; one that was told before says where.
function notesOf(statements: readonly Statement[], paragraph: number, seen: Map<string, number>): readonly Note[] {
  return [...Map.groupBy(statements, ({ text }) => text)].map(([text, same]): Note => {
    const [{ href, effects }] = same as [Statement];
    // Facts that differ in their Games alone share a title.
    const identity = same.map((one) => one.href).join(' ');
    const before = seen.get(identity);
    if (before !== undefined)
      return { text, href, glyph: 'omitted', tone: 'mute', effect: `as in paragraph ${before}` };
    seen.set(identity, paragraph);
    const effect = effects.at(-1) ?? 'corroborated';
    const { glyph, tone, words } = effectSigns[effect] ?? {
      glyph: 'omitted' as const,
      tone: 'mute' as const,
      words: plain(effect),
    };
    return { text, href, glyph, tone, effect: same.length === 1 ? words : `${words}, ${counted(same.length, 'fact')}` };
  });
}

function citation({ id, title, publisher, author, published, url }: NonNullable<ArticleAnswer['article']>): string {
  return [
    author,
    `“${title ?? 'Title not known'}”`,
    publisher,
    publishedWords(published),
    url,
    `article ${id} of this ledger`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** The page of an article. */
export function ArticlePage({
  view: { title, head, effects, paragraphs, cite, retract },
}: {
  readonly view: ArticleView;
}): ComponentChild {
  return h(
    'section',
    { class: 'sec art' },
    h(
      'div',
      { class: 'wrap' },
      h('h1', { class: 'light' }, title),
      head === null
        ? h('p', { class: 'lede' }, 'Nothing of it is visible through these clocks.')
        : h(HeadView, { head }),
      h(
        'p',
        { class: 'efs' },
        effects.map(({ glyph, tone, text }) =>
          h('span', { class: `sign c-${tone}`, key: text }, h(Glyph, { name: glyph }), text),
        ),
      ),
      head === null
        ? null
        : h(
            'p',
            { class: 'n keep' },
            'The ledger keeps no copy of the text, only its fingerprint. This is what was taken from each paragraph, in our words.',
          ),
      h(
        'ol',
        { class: 'pars' },
        paragraphs.map((one) => h(ParagraphView, { one, key: one.paragraph })),
      ),
      cite === ''
        ? null
        : [
            h('h2', { class: 'h4 ruled', key: 'cite' }, 'To cite it'),
            h('p', { class: 'q', key: 'citation' }, cite),
            h('p', { class: 'n mono', key: 'print' }, `SHA-256 of the text: ${head?.fingerprint ?? ''}`),
          ],
      retract === null
        ? null
        : h('p', { class: 'lede data' }, h('a', { class: 'link', href: retract }, 'Retract this article')),
    ),
  );
}

function HeadView({ head: { source, published, basis, facts, url } }: { readonly head: Head }): ComponentChild {
  return h(
    'div',
    null,
    h(
      'p',
      null,
      `${source} `,
      h('b', null, published),
      url === null ? null : [' ', h('a', { class: 'link', href: url, rel: 'noreferrer', key: 'url' }, 'Read it there')],
    ),
    [basis, facts].filter(Boolean).map((text) => h('p', { class: 'why', key: text }, capitalise(text))),
  );
}

function ParagraphView({ one: { paragraph, omitted, notes } }: { readonly one: Paragraph }): ComponentChild {
  return h(
    'li',
    { id: `p${paragraph}`, class: omitted === null ? undefined : 'om' },
    h('span', { class: 'pn' }, paragraph),
    h(
      'div',
      { class: 'pt' },
      omitted === null && notes.length === 0 ? 'nothing taken' : omitted,
      notes.map(({ text, href, glyph, tone, effect }) =>
        h(
          'p',
          { key: text },
          h('a', { href }, text),
          h('span', { class: `ef c-${tone}` }, h(Glyph, { name: glyph }), effect),
        ),
      ),
    ),
  );
}

/** The articles that a partnership rests on, in order of publication. */
export function articlesView({ articles }: ArticlesAnswer, clocks: Clocks): ArticlesView {
  return {
    kind: 'articles',
    articles: articles.map(({ id, title, publisher, published, retracted, revision }) => ({
      id,
      title: title ?? 'Title not known',
      source: [
        `article ${id}`,
        publisher ?? 'publisher not known',
        ...(revision === 1 ? [] : [`revision ${revision}`]),
        ...(retracted === null ? [] : ['retracted']),
      ].join(', '),
      published: publishedWords(published),
      href: addressOf(articlePath(id), clocks),
    })),
  };
}

export type ArticlesView = {
  readonly kind: 'articles';
  readonly articles: readonly {
    readonly id: string;
    readonly title: string;
    readonly source: string;
    readonly published: string;
    readonly href: string;
  }[];
};

/** The list of articles. */
export function Articles({ view: { articles } }: { readonly view: ArticlesView }): ComponentChild {
  return h(
    Sheet,
    { title: 'Articles' },
    articles.length === 0 ? h('p', { class: 'lede' }, 'No article is visible through these clocks.') : null,
    h(
      'ul',
      { class: 'rl wide' },
      articles.map(({ id, title, source, published, href }) =>
        h(
          'li',
          { class: 'c-ink', key: id },
          h(Glyph, { name: 'article' }),
          h('span', { class: 'rt' }, h('a', { href }, title), h('span', { class: 'n' }, ` ${source}`)),
          h('span', { class: 'rw' }, published),
        ),
      ),
    ),
  );
}
