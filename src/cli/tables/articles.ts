import { numberRanges } from '../../articles/values.ts';
import type { ArticleAnswer, ArticlesAnswer } from '../../projections/articles.ts';
import { type Canvas, drawTable, type Line, wrap } from '../print.ts';
import { dateText } from '../words.ts';

/** The articles, in order of publication: each with its day, its publisher, its headline and what it is about. */
export function articlesTable(articles: readonly Article[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Article', least: 7, most: 16 },
        { head: 'Published', least: 13, most: canvas.width < 130 ? 13 : 24 },
        { head: 'Publisher', least: 12, most: 28 },
        { head: 'Headline', least: 24, most: 90 },
      ],
      rows: articles.map((article) => [
        [{ text: nameOf(article) }],
        [{ text: dateText(article.published) }],
        [{ text: article.publisher ?? 'unknown' }, ...(article.author === null ? [] : [dim(`by ${article.author}`)])],
        [
          { text: article.title ?? 'without a headline', format: 'bold' },
          dim(article.partnerships.join(' ')),
          ...standingLines(article),
        ],
      ]),
    },
    canvas,
  );
}

type Article = ArticlesAnswer['articles'][number];

function nameOf({ id, revision }: Pick<Article, 'id' | 'revision'>): string {
  return revision === 1 ? id : `${id}/r${revision}`;
}

function dim(text: string): Line {
  return { text, format: 'dim' };
}

// What a reader must know before they rely on it.
function standingLines({ retracted, copyOf, extent, incomplete, sameTextAs }: Article): readonly Line[] {
  return [
    ...(retracted === null ? [] : [{ text: `retracted: ${retracted.reason}`, format: 'red' } as const]),
    ...(copyOf === null ? [] : [dim(`a copy of ${copyOf}`)]),
    ...(extent === null ? [] : [dim('its beginning alone')]),
    ...(sameTextAs.length === 0 ? [] : [dim(`the same text as ${sameTextAs.join(', ')}`)]),
    ...(incomplete.length === 0
      ? []
      : [{ text: `not recorded yet for ${incomplete.join(', ')}: send it again`, format: 'yellow' } as const]),
  ];
}

/** An article: where it is from, what it changed, and paragraph by paragraph what it gave or why it gave nothing. */
export function articleTable(article: Detail, canvas: Canvas): string {
  const { width, paint } = canvas;
  const effects = Object.entries(article.effects).flatMap(([effect, facts]) =>
    facts.length === 0 ? [] : [`${facts.length} ${effect}`],
  );
  const head = [
    [article.publisher ?? 'publisher unknown', dateText(article.published), article.author, article.url]
      .filter(Boolean)
      .join(', '),
    `${nameOf(article)} on ${article.partnerships.join(', ')}: ${effects.join(', ') || 'it changed nothing'}`,
    `SHA-256 of its text: ${article.textSha256}`,
    ...standingLines(article).map(({ text }) => text),
  ];
  const table = drawTable(
    {
      columns: [
        { head: '¶', least: 3, most: 9 },
        { head: 'What it gave', least: 40, most: 110 },
      ],
      rows: givenRows(article.paragraphs),
    },
    canvas,
  );
  return `${head
    .flatMap((text) => wrap(text, width))
    .map((text) => paint('dim', text))
    .join('\n')}\n\n${table}`;
}

type Detail = NonNullable<ArticleAnswer['article']>;

// Neighbours that gave nothing for the same reason share a row.
function givenRows(paragraphs: Detail['paragraphs']): readonly (readonly (readonly Line[])[])[] {
  const rows: { readonly numbers: number[]; readonly lines: readonly Line[] }[] = [];
  for (const { paragraph, reports, omitted } of paragraphs) {
    const lines = [
      ...reports.map((text): Line => ({ text })),
      ...(reports.length > 0 ? [] : [dim(omitted === null ? 'nothing' : `omitted: ${omitted}`)]),
    ];
    const last = rows.at(-1);
    if (last !== undefined && JSON.stringify(last.lines) === JSON.stringify(lines)) last.numbers.push(paragraph);
    else rows.push({ numbers: [paragraph], lines });
  }
  return rows.map(({ numbers, lines }) => [[{ text: numberRanges(numbers) }], lines]);
}
