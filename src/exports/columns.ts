import { type AnyDate, dateWords, fieldName, listWords, plain, publishedWords, valueWords } from '../page/words.ts';
import type { Source, Span } from '../projections/shapes.ts';
import { type More, moreWords } from '../projections/sources.ts';
import type { Entry } from '../projections/timeline.ts';

/** The plain columns that a column stands for: a date, a span and sources take several. */
export function plainColumns<Row>(column: Column<Row>): readonly PlainColumn<Row>[] {
  switch (column[2]) {
    case 'date':
      return dateColumns(column[0], column[1]);
    case 'span':
      return [
        [`${column[0]}: at least`, (row) => column[1](row)?.min],
        [`${column[0]}: at most`, (row) => column[1](row)?.max],
      ];
    case 'sources':
      return sourceColumns(column[0], column[1]);
    case undefined:
      break;
  }
  return [column];
}

/**
 * A column of a table. `date`: in words, its first and its last possible day; `span`: the least and the most;
 * `sources`: articles with their paragraphs, publishers, and when the articles were published.
 */
export type Column<Row> =
  | PlainColumn<Row>
  | readonly [name: string, date: (row: Row) => AnyDate | null, kind: 'date']
  | readonly [name: string, span: (row: Row) => Span | null, kind: 'span']
  | readonly [name: string, sources: (row: Row) => Cited, kind: 'sources'];

type PlainColumn<Row> = readonly [name: string, cell: (row: Row) => Cell, kind?: undefined];

export type Cell = string | number | boolean | null | undefined;

type Cited = {
  readonly sources: readonly Pick<Source, 'article' | 'paragraphs' | 'publisher' | 'published'>[];
  readonly moreSources?: More | undefined;
};

function dateColumns<Row>(name: string, dateOf: (row: Row) => AnyDate | null): readonly PlainColumn<Row>[] {
  const words = (date: AnyDate | null) => (date === null || date.edtf === null ? '' : dateWords(date));
  return [
    [name, (row) => words(dateOf(row))],
    [`${name}: first possible day`, (row) => dateOf(row)?.earliest],
    [`${name}: last possible day`, (row) => dateOf(row)?.latest],
  ];
}

function sourceColumns<Row>(name: string, citedBy: (row: Row) => Cited): readonly PlainColumn<Row>[] {
  const publishedIn = ({ sources }: Cited) =>
    new Map(sources.map(({ article, published }) => [article, publishedWords(published)]));
  return [
    [name, (row) => sourcesText(citedBy(row))],
    ['Publishers', (row) => [...new Set(citedBy(row).sources.flatMap(({ publisher }) => publisher ?? []))].join('; ')],
    ['Published', (row) => [...publishedIn(citedBy(row)).values()].join('; ')],
  ];
}

/** Articles with the paragraphs that say so: "002 (7, 8); 004 (3)", and how many reports are left out. */
export function sourcesText({ sources, moreSources }: CitedPlaces): string {
  const byArticle = Map.groupBy(sources, ({ article }) => article);
  const places = [...byArticle].map(([article, same]) => {
    const paragraphs = [...new Set(same.flatMap((source) => source.paragraphs))].toSorted((a, b) => a - b);
    return paragraphs.length === 0 ? article : `${article} (${paragraphs.join(', ')})`;
  });
  return [...places, ...moreText(sources, moreSources)].join('; ');
}

type CitedPlaces = {
  readonly sources: readonly Pick<Source, 'article' | 'paragraphs'>[];
  readonly moreSources?: More | undefined;
};

// How many are left out, and where all are: what stands at the end of a list that is cut short.
function moreText(shown: readonly unknown[], more: More | undefined): readonly string[] {
  return more === undefined ? [] : [`${moreWords(shown, more)}, all in ${more.all.join(' and ')}`];
}

/** The contested fields with every value and its sources: "Count: 2 (002 (7)), or 3 (000 (5))". */
export function contestText({
  alternatives,
  moreAlternatives,
}: Pick<Entry, 'alternatives' | 'moreAlternatives'>): string {
  const fields = [...Map.groupBy(alternatives, ({ field }) => field)].map(([field, values]) => {
    const shownFirst = values.toSorted((a, b) => Number(b.displayed) - Number(a.displayed));
    const words = shownFirst.map((one) => `${valueWords(one.value)} [${sourcesText(one)}]`);
    return `${fieldName(field)}: ${words.join(', or ')}`;
  });
  return [...fields, ...moreText(alternatives, moreAlternatives)].join('; ');
}

/** Fields with their values in words: "Count: 2; Place: Davos". */
export function dataText(data: Readonly<Record<string, unknown>>): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([field, value]) => `${fieldName(field)}: ${valueWords(value)}`)
    .join('; ');
}

/** Rules that are broken, with what breaks them. */
export function flagsText(flags: Entry['flags']): string {
  return flags.map(({ rule, detail }) => `${plain(rule)}: ${detail}`).join('; ');
}

/** Statuses that another order of the same days would end in. */
export function otherStatusesText(statuses: readonly string[]): string {
  return statuses.length === 0 ? '' : `or ${listWords(statuses.map(plain))}`;
}
