import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ReadingDraft, ReportDraft } from '../domain/decisions/reading.ts';
import { factKey } from '../domain/vocabulary/fact-key.ts';
import { editionSlug } from '../domain/vocabulary/games-editions.ts';
import { type ArticleHead, accountRule, type CheckedReport, checkHead, checkReport, omissionRules } from './check.ts';
import { type SubjectRegistry, subjectDoubts } from './register.ts';
import type { AuthoredReport, ReportContext } from './schema.ts';
import {
  type ArticleProblem,
  type Finding,
  finding,
  inOrder,
  type Path,
  pointerOf,
  readSource,
  type SourceMap,
  sourceLimits,
} from './source.ts';

/**
 * Reads an article file, YAML or JSON, as seeds/README.md describes it. All or nothing: a file with a problem gives no
 * reading, and every problem is reported at once, in the order of the file. `file` is what problems call it.
 * Never throws.
 */
export function readArticle(
  text: string,
  { file, subjects }: { readonly file: string; readonly subjects: SubjectRegistry },
): ArticleReading {
  const { content, problems: unreadable, problemsAt } = readSource(text, file);
  if (content === null) return { reading: null, problems: inOrder(unreadable, sourceLimits.problems), warnings: [] };
  const { head, findings: headFindings } = checkHead(content);
  const context = contextOf(head);
  const reports = (head.reports ?? []).map((report, index) => checkReport(report, ['reports', index], context));
  const { drafts, findings: tooMany } = draftsOf(head, reports);
  const findings = [
    ...headFindings,
    ...reports.flatMap((report) => report.findings),
    ...attributionFindings(head, reports, content),
    ...paragraphFindings(head, reports, content),
    ...tooMany,
    ...repetitionFindings(drafts),
  ];
  const doubts = [...reports.flatMap(({ warnings }) => warnings), ...subjectDoubts(head, reports, subjects)];
  const problems = inOrder([...unreadable, ...problemsAt(findings)], sourceLimits.problems);
  return {
    reading: problems.length === 0 ? readingOf(head, drafts, content) : null,
    problems,
    warnings: inOrder(problemsAt(doubts), sourceLimits.problems),
  };
}

/** What reading a file gave: a draft if there is no problem at all, else none. Warnings stand in no one's way. */
export type ArticleReading = {
  readonly reading: ReadingDraft | null;
  readonly problems: readonly ArticleProblem[];
  readonly warnings: readonly ArticleProblem[];
};

function contextOf(head: ArticleHead): ReportContext {
  return {
    published: head.published ?? null,
    paragraphs: head.paragraphs ?? null,
    attribution: head.by ?? null,
    speakers: head.speakers ?? new Map(),
  };
}

function draftsOf(
  head: ArticleHead,
  reports: readonly CheckedReport[],
): { drafts: PlacedDraft[]; findings: Finding[] } {
  const complete = reports.flatMap(({ report }) => report ?? []);
  const facts = complete.reduce((sum, report) => sum + numberOfFacts(report), 0);
  if (facts > sourceLimits.facts) {
    const message = `reports on ${facts} facts; one article may have ${sourceLimits.facts}`;
    return { drafts: [], findings: [finding(['reports'], message)] };
  }
  return {
    drafts: complete.flatMap((report) => expandReport(report, head.partnership ?? unreadPartnership)),
    findings: [],
  };
}

/** A report on one fact, and the place in the file that names its subject. */
export type PlacedDraft = { readonly draft: ReportDraft; readonly path: Path };

/** How many facts a statement is on. */
export function numberOfFacts(report: AuthoredReport): number {
  return report.subjects.length * editionsOf(report).length;
}

function editionsOf({ type, games }: AuthoredReport): readonly (string | null)[] {
  const ofIdentity = type.edition === 'key' || type.edition === 'required';
  return ofIdentity && games.length > 0 ? games : [null];
}

/**
 * One report a fact: for every subject and, where the Games are part of what a fact is, every edition. All else is
 * shared.
 */
export function expandReport(report: AuthoredReport, partnership: string): readonly PlacedDraft[] {
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
        }),
        date: date?.edtf ?? null,
        subject,
        games: edition === null ? games : [edition],
      },
    })),
  );
}

// The key of a fact needs some partnership, also where the file gives none that can be read.
const unreadPartnership = 'partner.rights-holder';

function attributionFindings(
  head: ArticleHead,
  reports: readonly CheckedReport[],
  content: SourceMap,
): readonly Finding[] {
  const without = reports.filter(({ lacksAttribution }) => lacksAttribution).length;
  if (without === 0 || head.by || (content.by ?? '') !== '') return [];
  const of = without === reports.length ? 'the reports' : `${without} of the reports`;
  return [finding(['by'], `by is missing: who says so, in the file or in each report; ${of} of this file have none`)];
}

function paragraphFindings(
  head: ArticleHead,
  reports: readonly CheckedReport[],
  content: SourceMap,
): readonly Finding[] {
  const cited = new Set(reports.flatMap(({ paragraphs }) => paragraphs ?? []));
  const { omitted = [], paragraphs: count = null } = head;
  // Where paragraphs could not be read, that some are left over is no news.
  const unread = reports.some(({ paragraphs }) => paragraphs === null) || !head.reports;
  const unreadOmissions = !head.omitted && (content.omitted ?? '') !== '';
  const account = count === null || unread || unreadOmissions ? [] : accountRule(omitted, cited, count);
  return [...omissionRules(omitted, cited, count), ...account];
}

function repetitionFindings(drafts: readonly PlacedDraft[]): readonly Finding[] {
  return repeatedDrafts(drafts).map(({ draft, path, first }) => {
    const mouth = [draft.attribution, ...(draft.speaker ? [draft.speaker.name] : [])].join(', ');
    const where = pointerOf(first);
    return finding(
      path,
      `${draft.fact} is reported as ${draft.modality} by the same mouth (${mouth}) in ${where} already`,
    );
  });
}

/** Reports on the same fact in the same modality from the same mouth: the place of each but the first, and that of the first. */
export function repeatedDrafts(drafts: readonly PlacedDraft[]): readonly (PlacedDraft & { readonly first: Path })[] {
  const firsts = new Map<string, Path>();
  return drafts.flatMap(({ draft, path }) => {
    const mouth = JSON.stringify([draft.fact, draft.modality, draft.attribution, draft.speaker?.name ?? null]);
    const first = firsts.get(mouth);
    if (first === undefined) firsts.set(mouth, path);
    return first === undefined ? [] : [{ draft, path, first }];
  });
}

function readingOf(head: ArticleHead, drafts: readonly PlacedDraft[], content: SourceMap): ReadingDraft {
  const { article = '', partnership = '', revision = 1, title = null, publisher = '' } = head;
  return {
    partnership,
    article,
    revision,
    digest: digest(content),
    because: head.because ?? null,
    title,
    publisher: publisher.toLowerCase() === 'unknown' ? null : publisher,
    published: head.published?.edtf ?? null,
    publishedBasis: head.publishedBasis ?? null,
    textSha256: head.textSha256 ?? '',
    paragraphs: head.paragraphs ?? 0,
    omitted: head.omitted ?? [],
    reports: drafts.map(({ draft }) => draft),
  };
}

/**
 * Identifies what a file says, before defaults and short forms: SHA-256, in hex, of its canonical JSON (RFC 8785). It
 * is the same for YAML and JSON and for any order of keys.
 */
export function digest(content: SourceMap): string {
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
}
