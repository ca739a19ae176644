import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ReadingBlock, ReadingDraft, ReportDraft } from '../domain/decisions/reading.ts';
import type { Citation } from '../domain/vocabulary/event-data.ts';
import { factKey } from '../domain/vocabulary/fact-key.ts';
import { editionSlug } from '../domain/vocabulary/games-editions.ts';
import { problem } from '../domain/vocabulary/problem.ts';
import type { NamedSubject } from '../domain/vocabulary/subjects.ts';
import {
  type ArticleHead,
  type AuthoredReport,
  type CheckedReport,
  checkAttribution,
  checkHead,
  checkParagraphs,
  checkReport,
  type MeasuredText,
  openParagraphs,
} from './check.ts';
import { doubtsOf } from './doubts.ts';
import { suggestSlugs, withRegisteredNames } from './register.ts';
import { mergeRegistries, registryOf, type SubjectRegistry } from './registry.ts';
import {
  type ArticleProblem,
  type ContentProblem,
  type Path,
  pointerOf,
  readSource,
  type SourceMap,
  sourceLimits,
} from './source.ts';

/**
 * Reads an article file, YAML or JSON, as docs/writing-an-article.md and seeds/README.md describe it. All or nothing: a
 * file with a problem gives no reading. Reports every problem at once, in the order of the file; problems name it as
 * `file`. Compares the file with the text that it is a reading `of`, where that is at hand. Never throws.
 */
export function readArticle(
  text: string,
  { file, subjects, of }: { readonly file: string; readonly subjects: SubjectRegistry; readonly of?: MeasuredText },
): ArticleReading {
  const source = readSource(text, file);
  const { content } = source;
  if (content === null) return { reading: null, problems: source.problems, warnings: [], open: [], partnerships: [] };
  const { head, problems: headProblems } = checkHead(content, of);
  const registry = mergeRegistries([registryOf(head.subjects ?? []), subjects]);
  const blocks = blocksOf(head).map(({ partnership, reports, path }) => ({
    partnership,
    reports: reports.map((report, index) => checkReport(report, [...path, index], head, subjects.series)),
  }));
  const reports = blocks.flatMap((block) => block.reports);
  const tooMany = numberRule(reports);
  const drafts = tooMany.length > 0 ? [] : blocks.map((block) => draftsOf(block, registry));
  const problems = source.problemsWith([
    ...headProblems,
    ...suggestSlugs(
      reports.flatMap((report) => report.problems),
      content,
      registry,
    ),
    ...checkAttribution(head, reports, content),
    ...checkParagraphs(head, reports, content),
    ...tooMany,
    ...drafts.flatMap(({ drafts: ofBlock }) => repetitionRule(ofBlock)),
  ]);
  return {
    reading: problems.length === 0 ? readingOf(head, drafts, content) : null,
    problems,
    warnings: source.warnings(doubtsOf(head, reports, registry)),
    open: openParagraphs(head, reports),
    partnerships: blocks.map(({ partnership }) => partnership),
  };
}

/** The same, also with the names that the ledger's articles on the same partnerships register. */
export async function readArticleAmong(
  text: string,
  options: Parameters<typeof readArticle>[1],
  recordedSubjects: RecordedSubjects,
): Promise<ArticleReading> {
  const alone = readArticle(text, options);
  const recorded = (await Promise.all(alone.partnerships.map(recordedSubjects))).flat();
  if (recorded.length === 0) return alone;
  return readArticle(text, { ...options, subjects: mergeRegistries([options.subjects, registryOf(recorded)]) });
}

/** The names that recorded articles on a partnership register. */
export type RecordedSubjects = (partnership: string) => Promise<readonly NamedSubject[]>;

/** The reading of a file; null if it has a problem. Warnings stop nothing. */
type ArticleReading = {
  readonly reading: ReadingDraft | null;
  readonly problems: readonly ArticleProblem[];
  readonly warnings: readonly ArticleProblem[];
  /** The paragraphs that are neither cited nor omitted. */
  readonly open: readonly number[];
  /** Those that it reports on, as far as they can be read. */
  readonly partnerships: readonly string[];
};

// What the file says of each partnership, with its place.
function blocksOf({ partnership = unreadPartnership, reports = [], partnerships }: ArticleHead) {
  return (
    partnerships?.map((block) => ({ ...block, path: ['partnerships', block.partnership] })) ?? [
      { partnership, reports, path: ['reports'] },
    ]
  );
}

function numberRule(reports: readonly CheckedReport[]): readonly ContentProblem[] {
  const facts = reports.reduce((sum, { report }) => sum + (report === null ? 0 : numberOfFacts(report)), 0);
  if (facts <= sourceLimits.facts) return [];
  return [problem(['reports'], `reports on ${facts} facts; one article may have ${sourceLimits.facts}`)];
}

function draftsOf(
  { partnership, reports }: { partnership: string; reports: readonly CheckedReport[] },
  subjects: SubjectRegistry,
): DraftedBlock {
  const complete = reports.flatMap(({ report }) => (report === null ? [] : [withRegisteredNames(report, subjects)]));
  return { partnership, drafts: complete.flatMap((report) => expandReport(report, partnership)) };
}

type DraftedBlock = { readonly partnership: string; readonly drafts: readonly PlacedDraft[] };

/** A report on one fact, and the place in the file that names its subject. */
type PlacedDraft = { readonly draft: ReportDraft; readonly path: Path };

function numberOfFacts(report: AuthoredReport): number {
  return report.subjects.length * editionsOf(report).length;
}

function editionsOf({ type, games }: AuthoredReport): readonly (string | null)[] {
  const areGamesInKey = type.edition === 'key' || type.edition === 'required';
  return areGamesInKey && games.length > 0 ? games : [null];
}

/** One report per fact: for every subject and, if the Games are part of the fact's identity, every edition. */
function expandReport(report: AuthoredReport, partnership: string): readonly PlacedDraft[] {
  const { type, subjects, date, games, ...shared } = report;
  return subjects.flatMap(({ subject, path }) =>
    editionsOf(report).map((edition) => ({
      path,
      draft: {
        ...shared,
        type: type.type,
        fact: factKey(type, {
          partnership,
          subject: subject?.toLowerCase() ?? null,
          campaign: report.campaign,
          edition: edition && editionSlug(edition),
          date,
        }),
        date: date?.edtf ?? null,
        subject,
        games: edition === null ? games : [edition],
      },
    })),
  );
}

// Stands in for a partnership that cannot be read: a fact key needs one.
const unreadPartnership = 'partner.rights-holder';

/** One mouth reports a fact once in each modality. */
function repetitionRule(drafts: readonly PlacedDraft[]): readonly ContentProblem[] {
  const firsts = new Map<string, Path>();
  return drafts.flatMap(({ draft: { fact, modality, attribution, speaker }, path }) => {
    const report = JSON.stringify([fact, modality, attribution, speaker?.name ?? null]);
    const first = firsts.get(report);
    if (first === undefined) {
      firsts.set(report, path);
      return [];
    }
    const mouth = [attribution, ...(speaker ? [speaker.name] : [])].join(', ');
    const message = `${pointerOf(first)} already reports ${fact} as ${modality}, by the same mouth (${mouth}): merge the two`;
    return [problem(path, message)];
  });
}

function readingOf(head: ArticleHead, drafted: readonly DraftedBlock[], content: SourceMap): ReadingDraft {
  const [first = { partnership: '', reports: [] }, ...elsewhere] = drafted.map(
    ({ partnership, drafts }): ReadingBlock => ({ partnership, reports: drafts.map(({ draft }) => draft) }),
  );
  const { article = '', revision = 1, title = null, publisher = '' } = head;
  return {
    ...first,
    elsewhere,
    partnerships: drafted.map(({ partnership }) => partnership).toSorted(),
    article,
    revision,
    digest: digest(content),
    because: head.because ?? null,
    title,
    publisher: publisher.toLowerCase() === 'unknown' ? null : publisher,
    published: head.published?.edtf ?? null,
    publishedBasis: head.publishedBasis ?? null,
    ...citationOf(head),
    ...(head.subjects === undefined || head.subjects.length === 0 ? {} : { subjects: head.subjects }),
    textSha256: head.textSha256 ?? '',
    paragraphs: head.paragraphs ?? 0,
    omitted: head.omitted ?? [],
  };
}

function citationOf({ url, author, accessed, language, copyOf, extent }: ArticleHead): Citation {
  return {
    ...(url === undefined ? {} : { url }),
    ...(author === undefined ? {} : { author }),
    ...(accessed === undefined ? {} : { accessed: accessed.edtf }),
    ...(language === undefined ? {} : { language }),
    ...(copyOf === undefined ? {} : { copyOf }),
    ...(extent === 'beginning' ? { extent } : {}),
  };
}

/**
 * Identifies what a file says, before defaults and short forms: SHA-256, in hex, of its canonical JSON (RFC 8785).
 * YAML and JSON with the same content have the same digest, in any order of keys.
 */
export function digest(content: SourceMap): string {
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
}
