import * as english from 'chrono-node/en';
import type { UncertainDate } from '../domain/vocabulary/dates.ts';
import { type DescribedEdition, gamesNamedIn } from '../domain/vocabulary/games-names.ts';
import type { MeasuredArticle } from './article-text.ts';
import { sections } from './register.ts';
import type { SubjectRegistry } from './registry.ts';

/**
 * The skeleton of an article file for a text: its measured head, its paragraphs as comments, and under each what was
 * found in it and the reports that it suggests. A suggestion is a comment too, so nothing of it is read before a person
 * has read the paragraph. Dates in words are those that chrono-node finds in English.
 */
export function draftArticle(
  text: MeasuredArticle,
  { article = '', partnership, published = null, ...known }: DraftInput,
): Draft {
  const names = namesOf(known.subjects);
  const readings = text.paragraphs.map((paragraph) => readParagraph(paragraph, published, names, known.described));
  const campaign = readings.flatMap(({ found }) => found).find(({ kind }) => kind === 'campaign')?.means ?? null;
  const paragraphs = text.paragraphs.map((paragraph, i) => {
    const { found } = readings[i] as Reading;
    return { paragraph: i + 1, text: paragraph, found, suggestions: suggestionsFor(paragraph, found, i + 1, campaign) };
  });
  const deal = partnership ?? partnershipIn(readings, known.subjects);
  const yaml = [
    ...headLines(text, article, deal, published),
    'reports:',
    ...paragraphs.flatMap(paragraphLines),
    'omitted:',
    ...omittedLines(text),
  ];
  return { textSha256: text.sha256, paragraphs, yaml: `${yaml.join('\n')}\n` };
}

/** What a draft may know beside the text. */
export type DraftInput = {
  /** The id that the article is to have. */
  readonly article?: string;
  readonly partnership?: string;
  /** When it was published; null where nobody says so. */
  readonly published?: UncertainDate | null;
} & Known;

type Known = {
  readonly subjects: SubjectRegistry;
  /** The Games as references describe them. */
  readonly described: readonly DescribedEdition[];
};

export type Draft = {
  readonly textSha256: string;
  readonly paragraphs: readonly DraftParagraph[];
  /** The article file, with suggestions as comments. */
  readonly yaml: string;
};

type DraftParagraph = {
  readonly paragraph: number;
  readonly text: string;
  readonly found: readonly Finding[];
  /** Reports as they would stand in the file. */
  readonly suggestions: readonly string[];
};

/** Words of a text and what they may mean: a slug, a date (EDTF), an edition, an amount; null where that is open. */
type Finding = { readonly words: string; readonly kind: string; readonly means: string | null };

type Reading = { readonly found: readonly Finding[] };

function readParagraph(
  text: string,
  published: UncertainDate | null,
  names: readonly Name[],
  described: DraftInput['described'],
): Reading {
  const inPieces = piecesOf(text).map((piece) => {
    const games = gamesNamedIn(piece, described).map((named) => ({ ...named, kind: 'games' }));
    // The year in "Tokyo 2020" is that of the Games, and no date.
    const withoutGames = games.reduce((rest, { words }) => rest.replaceAll(words, ' '.repeat(words.length)), piece);
    return { games, dates: datesIn(withoutGames, published), amounts: amountsIn(piece) };
  });
  const found = [
    ...namesIn(text, names),
    ...inPieces.flatMap(({ games }) => games),
    ...inPieces.flatMap(({ dates }) => dates),
    ...inPieces.flatMap(({ amounts }) => amounts),
  ];
  return { found };
}

// Finding dates and amounts takes time that grows with the square of a text. Cuts a long paragraph between two words.
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxPieceLength) {
    const space = rest.lastIndexOf(' ', maxPieceLength);
    const end = space > 0 ? space : maxPieceLength;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

const maxPieceLength = 500;

// An organisation stands for itself, and not for what it once was.
const kinds = Object.values(sections).filter((kind) => kind !== 'predecessor' && kind !== 'prior-involvement');

/** A registered subject, and what finds each of its names in a text. */
type Name = { readonly kind: string; readonly slug: string; readonly patterns: readonly RegExp[] };

function namesOf(subjects: SubjectRegistry): readonly Name[] {
  return kinds.flatMap((kind) =>
    subjects.subjectsOf(kind).map(({ slug, name, aliases }) => {
      const patterns = [name, ...aliases].filter((one) => one.length > 2).map(patternOf);
      return { kind, slug, patterns };
    }),
  );
}

// One word is a name only as it is registered ("Visa"); several may begin a sentence.
function patternOf(name: string): RegExp {
  const flags = name.includes(' ') ? 'iu' : 'u';
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(name)}(?![\\p{L}\\p{N}])`, flags);
}

// A name as the text writes it.
function namesIn(text: string, names: readonly Name[]): readonly Finding[] {
  return names.flatMap(({ kind, slug, patterns }) => {
    const [words] = patterns.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
    return words === undefined ? [] : [{ words, kind, means: slug }];
  });
}

/**
 * Dates as they are printed. Only what chrono-node is certain of counts. What lacks its year, or is told from the day of
 * publication ("yesterday"), is resolved from the first and the last day on which the article may have been published: one
 * date where both agree, else some day between them, and none where nobody knows when it was published.
 */
function datesIn(text: string, published: UncertainDate | null): readonly Finding[] {
  const { earliest = null, latest = null } = published ?? {};
  const [first, last] = [earliest, latest].map((day) => datesFrom(text, day ?? anyDay));
  const found = (first ?? []).map(({ words, date, isWhole }, i) => {
    const other = last?.[i];
    if (date === null || other?.words !== words || other.date === null) return { words, kind: 'date', means: null };
    if (date === other.date && (isWhole || earliest !== null)) return { words, kind: 'date', means: date };
    return { words, kind: 'date', means: earliest === null || latest === null ? null : `[${date}..${other.date}]` };
  });
  const rest = found.reduce((left, { words }) => left.replaceAll(words, ' '), text);
  const years = [...rest.matchAll(/\b(?:in|since|until|through|by|to|from|of) ((?:19|20)\d\d)\b/giu)];
  return [...found, ...years.map(([words, year = '']) => ({ words, kind: 'date', means: year }))];
}

// For a date that names all its parts any day of reference gives the same.
const anyDay = '2000-01-01';

function datesFrom(text: string, day: string): readonly PrintedDate[] {
  const reference = { instant: new Date(`${day}T12:00:00Z`), timezone: 0 };
  return english.casual.parse(text, reference).flatMap(({ text: words, start, end }) => {
    // "may" and "now" are words, "lasts" is read as a second, and "last 30 years" is a length.
    const isTimeAlone = start.isCertain('hour') && !/\d/.test(words);
    if (
      notDates.test(words) ||
      isTimeAlone ||
      !(['year', 'month', 'day', 'weekday'] as const).some((part) => start.isCertain(part))
    )
      return [];
    const isWhole = start.isCertain('year') && !isRelative(words);
    return [{ words, isWhole, date: end === null ? edtfOf(start) : null }];
  });
}

const notDates = /^(?:may|[nN]ow|(?:last|past|next) \d.*)$/;

type PrintedDate = {
  readonly words: string;
  /** A span of days, or a weekday alone, is open. */
  readonly date: string | null;
  /** It names its year. */
  readonly isWhole: boolean;
};

type Components = ReturnType<typeof english.casual.parse>[number]['start'];

function edtfOf(date: Components): string | null {
  const part = (name: 'year' | 'month' | 'day', length: number) => String(date.get(name)).padStart(length, '0');
  if (date.isCertain('day') && date.isCertain('month'))
    return `${part('year', 4)}-${part('month', 2)}-${part('day', 2)}`;
  if (date.isCertain('month')) return `${part('year', 4)}-${part('month', 2)}`;
  return date.isCertain('year') ? part('year', 4) : null;
}

function isRelative(words: string): boolean {
  return !/\d{4}/.test(words);
}

const currencies: Readonly<Record<string, string>> = {
  us$: 'USD',
  a$: 'AUD',
  '€': 'EUR',
  '£': 'GBP',
  euro: 'EUR',
  euros: 'EUR',
  pounds: 'GBP',
  yen: 'JPY',
};

// "$" and "dollars" are those of several countries, so their currency stays open.
function amountsIn(text: string): readonly Finding[] {
  const amount =
    /(US\$|A\$|[$€£¥])\s?(\d[\d,.]*\d|\d)\s?(million|billion|m\b|bn\b)?|(\d[\d,.]*\d|\d)\s(million|billion)\s(euros?|dollars|pounds|yen)/giu;
  return [...text.matchAll(amount)].map(([words, sign, digits, scale, number, power, name]) => {
    const factor = { million: 1e6, m: 1e6, billion: 1e9, bn: 1e9 }[(scale ?? power ?? '').toLowerCase()] ?? 1;
    const value = Math.round(Number((digits ?? number ?? '').replaceAll(',', '')) * factor);
    const currency = currencies[(sign ?? name ?? '').toLowerCase()];
    const means = Number.isFinite(value)
      ? `amount: ${value}${currency === undefined ? '' : `, currency: ${currency}`}`
      : null;
    return { words, kind: 'amount', means };
  });
}

function partnershipIn(readings: readonly Reading[], subjects: SubjectRegistry): string {
  const named = new Set(readings.flatMap(({ found }) => found.map(({ means }) => means)));
  const deals = subjects.subjectsOf('partnership').flatMap(({ slug }) => subjects.partnership(slug) ?? []);
  const told = deals.filter(({ partner, rightsHolder }) => named.has(partner) && named.has(rightsHolder));
  return told.length === 1 ? (told[0]?.slug ?? '') : '';
}

// What a sentence may report, by its words and by what is named in it (docs/writing-an-article.md).
function suggestionsFor(
  text: string,
  found: readonly Finding[],
  paragraph: number,
  campaign: string | null,
): readonly string[] {
  const slugs = (kind: string) => found.flatMap((one) => (one.kind === kind && one.means !== null ? [one.means] : []));
  const [date, ...others] = slugs('date');
  const modality = /\b(?:will|plans? to|is to|are to|to be|set to|expects?)\b/iu.test(text) ? 'planned' : 'happened';
  const day = date === undefined || others.length > 0 ? '~' : writeDate(date);
  const games = slugs('games').length === 0 ? '' : `, games: [${[...new Set(slugs('games'))].join(', ')}]`;
  const when = `, ${modality}: ${day}`;
  const says = (pattern: RegExp) => pattern.test(text);
  const each = (kind: string, type: string, rest: string) => slugs(kind).map((slug) => `${type}: ${slug}${rest}`);
  const years = /\b(\d{1,2}|two|three|four|five|six|eight|ten|twelve)-year\b/iu.exec(text)?.[1]?.toLowerCase();
  const count =
    /\b(\d{1,2}|two|three|four|five|six|eight|ten) (?:advertising )?(?:campaigns|commercials|films|spots|ads)\b/iu.exec(
      text,
    )?.[1];
  const reports = [
    ...(says(/\bsign(?:s|ed|ing)\b/iu) ? [`PartnershipSigned: ~${when}`] : []),
    ...(says(/\bannounc/iu) && says(/partner|sponsor|deal/iu) ? [`PartnershipAnnounced: ~${when}`] : []),
    ...(years === undefined ? [] : [`TermAgreed: ~${when}, years: ${numbers[years] ?? years}`]),
    ...slugs('amount').map((amount) => `FinancialTermsReported: ~, ${amount}`),
    ...each('category', 'CategoryGranted', when.replace('planned', 'happened')),
    ...each('obligation', 'ObligationUndertaken', `${when.replace('planned', 'happened')}${games}`),
    ...(says(/launch|start|begin|unveil|run/iu) ? each('campaign', 'CampaignLaunched', when) : []),
    ...(count === undefined || campaign === null
      ? []
      : [`CreativeCountStated: ${campaign}, count: ${numbers[count.toLowerCase()] ?? count}`]),
    ...(says(/open|launch/iu) ? each('storefront', 'StorefrontOpened', `${when}${games}`) : []),
    ...each('initiative', 'InitiativeAnnounced', when),
    ...(says(/\b(?:leaves?|left|quits?|withdrew|ended)\b/iu) ? each('organisation', 'SponsorLeft', when) : []),
  ];
  return reports.map((report) => `- { ${report}, p: ${paragraph} }`);
}

const numbers: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  eight: 8,
  ten: 10,
  twelve: 12,
};

function writeDate(edtf: string): string {
  return edtf.startsWith('[') ? JSON.stringify(edtf) : edtf;
}

function headLines(
  { sha256, paragraphs }: MeasuredArticle,
  article: string,
  partnership: string,
  published: UncertainDate | null,
): readonly string[] {
  const [title = ''] = paragraphs;
  const given = (key: string, value: string) => (value === '' ? `${key}:` : `${key}: ${value}`);
  return [
    `# A draft: nothing of a line that begins with "${mark}" is read. Read the paragraph, mend the line, take the mark away.`,
    given('article', article === '' ? '' : JSON.stringify(article)),
    given('partnership', partnership),
    `${mark} title: ${JSON.stringify(title)}`,
    'publisher:',
    given('published', published === null ? '' : writeDate(published.edtf)),
    'publishedBasis:',
    `textSha256: ${sha256}`,
    `paragraphs: ${paragraphs.length}`,
    `${mark} by: outlet`,
  ];
}

const mark = '#?';

// A paragraph stands in the file as a comment of one line: a line break in it would end the comment.
function paragraphLines({ paragraph, text, found, suggestions }: DraftParagraph): readonly string[] {
  const findings = found.map(
    ({ words, kind, means }) => `"${words}" ${kind}${means === null ? ', open' : ` ${means}`}`,
  );
  return [
    `  # ¶ ${paragraph} ${oneLine(text)}`,
    ...(findings.length === 0 ? [] : [`  #   ${oneLine(findings.join('; '))}`]),
    ...suggestions.map((suggestion) => `  ${mark} ${suggestion}`),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u0085]+/gu, ' ');
}

function omittedLines({ paragraphs }: MeasuredArticle): readonly string[] {
  return paragraphs.length === 0 ? [] : [`  ${mark} headline: 1`];
}
