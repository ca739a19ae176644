import { addressOf, articlePath, factPath } from '../page/address.ts';
import { publishedWords, statusWords } from '../page/words.ts';
import type { CutShape } from '../projections/answer.ts';
import type { ArticleAnswer } from '../projections/articles.ts';
import type { FactAnswer } from '../projections/fact.ts';
import { moreWords } from '../projections/sources.ts';
import type { Export, Place } from './formats.ts';

/** How to cite an article of the ledger, for reference managers. */
export const articleCitations = citationsOf(({ article, cut }: ArticleAnswer, place) => {
  if (article === null) return [];
  const { id, title, publisher, author, url, language, published, accessed, textSha256, revision } = article;
  const permalink = permalinkTo(articlePath(id), cut, place);
  return [
    {
      id: `article-${id}`,
      type: 'article-newspaper',
      title: title ?? `Article ${id}, title not known`,
      container: publisher,
      author,
      issued: published,
      url: url ?? permalink,
      accessed,
      language,
      note: [
        `Article ${id}, revision ${revision} of this ledger: ${permalink}`,
        `SHA-256 of the text: ${textSha256}`,
        ...(isOneDay(published) ? [] : [`Published ${publishedWords(published)}`]),
      ].join('. '),
    },
  ];
});

/** How to cite what the ledger says of a fact at a cut. */
export const factCitations = citationsOf(({ entry, cut }: FactAnswer, place) => {
  if (entry === null) return [];
  const { fact, title, summary, sources, moreSources, links } = entry;
  const articles = [...new Set(sources.map(({ article }) => `article ${article}`))].join(', ');
  const more = moreSources === undefined ? '' : `, ${moreWords(sources, moreSources)}`;
  const partnership = decodeURIComponent(links.fact.split('/')[3] ?? '');
  const day = cut.recordedAsOf?.slice(0, 10) ?? null;
  return [
    {
      id: `fact-${fact}`,
      type: 'entry',
      // A title names what comes as if it were there, so the status stands beside it.
      title: `${title} (${statusWords(entry)}): ${summary}`,
      container: 'Partnership Ledger',
      author: null,
      issued: { earliest: day, latest: day },
      url: permalinkTo(factPath(partnership, fact), cut, place),
      accessed: null,
      language: 'en',
      note: `As told by ${articles}${more}; event ${cut.position} of ledger ${place.ledger}`,
    },
  ];
});

type Citation = {
  readonly id: string;
  readonly type: 'article-newspaper' | 'entry';
  readonly title: string;
  readonly container: string | null;
  readonly author: string | null;
  readonly issued: Days;
  readonly url: string;
  readonly accessed: string | null;
  readonly language: string | null;
  readonly note: string;
};

type Days = { readonly earliest: string | null; readonly latest: string | null };

// The pages of a long answer are cited as one.
function citationsOf<Answer>(cite: (answer: Answer, place: Place) => readonly Citation[]): Citations<Answer> {
  return {
    csl: {
      format: 'csl',
      name: 'citation',
      text: (answer, place) => (place.isFirst ? JSON.stringify(cite(answer, place).map(toCsl)) : ''),
    },
    bibtex: {
      format: 'bibtex',
      name: 'citation',
      text: (answer, place) => (place.isFirst ? cite(answer, place).map(toBibtex).join('\n') : ''),
    },
  };
}

type Citations<Answer> = Readonly<Record<'csl' | 'bibtex', Export<Answer>>>;

// The page of this state for good.
function permalinkTo(
  path: string,
  { position, occurredAsOf, reportedAsOf, timing }: CutShape,
  { origin }: Place,
): string {
  const clocks = {
    occurredAsOf,
    ...(reportedAsOf === null ? {} : { reportedAsOf }),
    atPosition: String(position),
    ...(timing === 'any' ? {} : { timing }),
  };
  return `${origin}${addressOf(path, clocks)}`;
}

function isOneDay({ earliest, latest }: Days): boolean {
  return earliest !== null && earliest === latest;
}

// CSL-JSON 1.0.2. A date of several possible days is a range; nothing is made up where no bound is known.
function toCsl(citation: Citation): Readonly<Record<string, unknown>> {
  const { id, type, title, container, author, issued, url, accessed, language, note } = citation;
  const days = daysOf(issued).map((day) => day.split('-').map(Number));
  return {
    id,
    type,
    title,
    ...(container === null ? {} : { 'container-title': container }),
    ...(author === null ? {} : { author: [{ literal: author }] }),
    ...(days.length === 0 ? {} : { issued: { 'date-parts': days } }),
    URL: url,
    ...(accessed === null ? {} : { accessed: { raw: accessed } }),
    ...(language === null ? {} : { language }),
    note,
  };
}

function daysOf(days: Days): readonly string[] {
  const { earliest, latest } = days;
  if (earliest === null || latest === null) return [];
  return isOneDay(days) ? [earliest] : [earliest, latest];
}

// `date` as biblatex reads it, and the year alone for BibTeX, where only one is possible.
function toBibtex(citation: Citation): string {
  const { id, type, title, container, author, issued, url, language, note } = citation;
  const days = daysOf(issued);
  const years = new Set(days.map((day) => day.slice(0, 4)));
  const fields: readonly (readonly [name: string, value: string | null])[] = [
    ['title', `{${toTex(title)}}`],
    ['author', author === null ? null : `{${toTex(author)}}`],
    [type === 'entry' ? 'publisher' : 'journal', container === null ? null : toTex(container)],
    ['date', days.length === 0 ? null : days.join('/')],
    ['year', years.size === 1 ? ([...years][0] ?? null) : null],
    ['url', url.replaceAll(/[{}\\\s]/g, encodeURIComponent)],
    ['langid', language],
    ['note', toTex(note)],
  ];
  const lines = fields.flatMap(([name, value]) => (value === null ? [] : [`  ${name} = {${value}}`]));
  return `@${type === 'entry' ? 'misc' : 'article'}{${id.replaceAll(/[^\w:.-]+/g, ':')},\n${lines.join(',\n')}\n}\n`;
}

function toTex(text: string): string {
  return text.replaceAll(/[\\{}$&#_%~^]/g, (sign) => texSigns[sign] ?? `\\${sign}`).replaceAll(/\s+/g, ' ');
}

const texSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};
