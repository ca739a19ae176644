import type { ReadingDraft } from '../domain/reading.ts';
import { accountRule, omissionRules } from './account-for-paragraphs.ts';
import type { ReportContext } from './authored-report.ts';
import { type ArticleHead, checkHead } from './check-head.ts';
import { type CheckedReport, checkReport } from './check-report.ts';
import { digest } from './digest.ts';
import { expandReport, numberOfFacts, type PlacedDraft, repeatedDrafts } from './expand.ts';
import { type ArticleProblem, type Finding, finding, inOrder, pointerOf } from './problem.ts';
import { sourceLimits } from './source-limits.ts';
import { readSource } from './source-text.ts';
import type { SourceMap } from './source-value.ts';
import { subjectDoubts } from './subject-doubts.ts';
import type { SubjectRegistry } from './subjects.ts';

/** What reading a file gave: a draft if there is no problem at all, else none. Warnings stand in no one's way. */
export type ArticleReading = {
  readonly reading: ReadingDraft | null;
  readonly problems: readonly ArticleProblem[];
  readonly warnings: readonly ArticleProblem[];
};

// The key of a fact needs some partnership, also where the file gives none that can be read.
const unreadPartnership = 'partner.rights-holder';

function contextOf(head: ArticleHead): ReportContext {
  return {
    published: head.published ?? null,
    paragraphs: head.paragraphs ?? null,
    attribution: head.by ?? null,
    speakers: head.speakers ?? new Map(),
  };
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
