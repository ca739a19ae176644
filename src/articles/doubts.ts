import { problem } from '../domain/vocabulary/problem.ts';
import type { ArticleHead, AuthoredReport, CheckedReport } from './check.ts';
import { subjectDoubts } from './register.ts';
import type { SubjectRegistry } from './registry.ts';
import type { ContentProblem } from './source.ts';

/** What is odd in a file, but possible: each is a warning, and stops nothing. */
export function doubtsOf(
  head: ArticleHead,
  reports: readonly CheckedReport[],
  subjects: SubjectRegistry,
): readonly ContentProblem[] {
  const complete = reports.flatMap(({ report }) => report ?? []);
  const partnerships = [head.partnership ?? [], (head.partnerships ?? []).map((block) => block.partnership)].flat();
  const misplaced = complete.flatMap((report) => misplacedSubjects(report, partnerships, subjects));
  const places = new Set(misplaced.map(({ path }) => path.join('/')));
  return [
    ...reports.flatMap(({ warnings }) => warnings),
    ...misplaced,
    ...basisDoubt(head),
    ...omissionDoubt(head),
    // A value that is no name need not be registered.
    ...subjectDoubts(head, reports, subjects).filter(({ path }) => !places.has(path.join('/'))),
  ];
}

/** A subject that is the partnership itself, or a date: the value of a type is the name of a thing. */
function misplacedSubjects(
  report: AuthoredReport,
  partnerships: readonly string[],
  registry: SubjectRegistry,
): readonly ContentProblem[] {
  const { type, subjects } = report;
  return subjects.flatMap(({ subject, path }) => {
    if (subject === null || type.markets === true) return [];
    if (partnerships.includes(subject.toLowerCase())) {
      const instead =
        type.subject === 'partnership' ? `write ${type.type}: ~` : `name the ${type.kind} that it is about`;
      return [problem(path, `${subject} is the partnership of this file, not a ${type.kind} of its own: ${instead}`)];
    }
    // A registered name may have a year (Agenda 2020), and that of what can come again tells one occurrence from the next.
    if (
      type.recurs === true ||
      registry.name(type.kind, subject) !== null ||
      !datedSlug.test(subject.split('.')[0] ?? '')
    )
      return [];
    const field = ['end', 'until'].find((name) => name in type.fields);
    const ofField = field === undefined ? '' : `, or ${field}: ${subject} if that is meant`;
    const instead = type.subject === 'partnership' ? `write ${type.type}: ~` : `name the ${type.kind} without it`;
    return [
      problem(
        path,
        `${subject} contains a date, and a name has none: ${instead}; days go to happened or planned${ofField}`,
      ),
    ];
  });
}

const datedSlug = /(?:^|-)(?:19|20)\d\d[sw]?(?:$|-)/;

/** The reasons for a day of publication are a sentence, so that a reader can judge them. */
function basisDoubt({ publishedBasis }: ArticleHead): readonly ContentProblem[] {
  const words = publishedBasis?.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (publishedBasis === undefined || words.length >= fewestWords) return [];
  const message = `"${publishedBasis}" does not say how the day is known: write a sentence, as in Printed under the headline`;
  return [problem(['publishedBasis'], message)];
}

const fewestWords = 3;

/** An article that is worth recording is cited in most of its paragraphs. */
function omissionDoubt({ omitted = [], paragraphs = 0 }: ArticleHead): readonly ContentProblem[] {
  const left = new Set(omitted.flatMap((omission) => omission.paragraphs)).size;
  if (paragraphs < fewestParagraphs || left * 2 <= paragraphs) return [];
  return [
    problem(
      ['omitted'],
      `${left} of ${paragraphs} paragraphs are omitted: does none of them say anything of the deal?`,
    ),
  ];
}

// Of a note of two or three lines, a byline and a credit are the greater part.
const fewestParagraphs = 4;
