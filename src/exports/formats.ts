/** The formats of a read model besides JSON: their media types, and the suffixes of their addresses. */
export const formats = {
  csv: { type: 'text/csv', suffix: '.csv', means: 'a table, for a spreadsheet', isDownload: true },
  ics: { type: 'text/calendar', suffix: '.ics', means: 'a calendar to subscribe to', isDownload: false },
  md: { type: 'text/markdown', suffix: '.md', means: 'a text in Markdown', isDownload: false },
  atom: { type: 'application/atom+xml', suffix: '.atom', means: 'an Atom feed', isDownload: false },
  jsonfeed: { type: 'application/feed+json', suffix: '.feed.json', means: 'a JSON Feed', isDownload: false },
  timelinejs: {
    type: 'application/vnd.timelinejs+json',
    suffix: '.timelinejs.json',
    means: 'what TimelineJS draws',
    isDownload: false,
  },
  csl: {
    type: 'application/vnd.citationstyles.csl+json',
    suffix: '/citation.csl.json',
    means: 'a citation as CSL-JSON',
    isDownload: false,
  },
  bibtex: { type: 'application/x-bibtex', suffix: '/citation.bib', means: 'a citation as BibTeX', isDownload: false },
} as const satisfies Readonly<Record<string, Format>>;

type Format = {
  readonly type: string;
  readonly suffix: string;
  readonly means: string;
  /** A browser saves it. The others it shows, or hands to another program. */
  readonly isDownload: boolean;
};

export type FormatName = keyof typeof formats;

/** How an answer is written in a format. */
export type Export<Answer> = {
  readonly format: FormatName;
  /** The part of a file's name between the subject and the day. */
  readonly name: string;
  /** The text of an answer; of a long list the text of each of its pages, one after another. */
  readonly text: (answer: Answer, place: Place) => string;
};

/** What an export depends on, besides the answer. */
export type Place = {
  /** On the first page of a list. */
  readonly isFirst: boolean;
  /** Of the server, such as `https://ledger.example`; '' where there is none. */
  readonly origin: string;
  /** The id of the ledger. */
  readonly ledger: string;
};

/** The name of a file: letters, digits and hyphens, such as `alibaba-ioc-timeline-2018-02-05.csv`. */
export function fileNameOf(parts: readonly string[], format: FormatName): string {
  const stem = parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const ending = formats[format].suffix.replace(/^\/\w+/, '');
  return `${stem.replaceAll(/^-+|-+$/g, '').slice(0, 120)}${ending}`;
}
