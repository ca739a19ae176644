import { nearest } from '../domain/nearest.ts';
import type { AuthoredReport } from './authored-report.ts';
import type { ArticleHead } from './check-head.ts';
import type { CheckedReport } from './check-report.ts';
import { subjectFields } from './field-schema.ts';
import { type Finding, finding, type Path } from './problem.ts';
import type { SubjectRegistry } from './subjects.ts';

type Naming = { readonly kind: string; readonly slug: string; readonly path: Path };

function namingsOf(report: AuthoredReport): readonly Naming[] {
  const { type, subjects, campaign, fields } = report;
  const path = subjects[0]?.path.slice(0, 2) ?? [];
  const own = subjects.flatMap(({ subject, path: at }) =>
    subject === null || type.markets || type.subject === 'partnership'
      ? []
      : [{ kind: type.kind, slug: subject, path: at }],
  );
  const within = campaign === null ? [] : [{ kind: 'campaign', slug: campaign, path: [...path, 'campaign'] }];
  const inFields = Object.entries(subjectFields).flatMap(([field, kind]) => {
    const slug = fields[field];
    return typeof slug === 'string' ? [{ kind, slug, path: [...path, field] }] : [];
  });
  return [...own, ...within, ...inFields];
}

/** The registered slugs that someone may have meant, nearest first, by slug, name and alias. */
export function nearestSubjects(subjects: SubjectRegistry, kind: string, slug: string): readonly string[] {
  const slugs = new Map(
    subjects
      .known(kind)
      .flatMap((subject) => [subject.slug, subject.name, ...subject.aliases].map((name) => [name, subject.slug])),
  );
  return [...new Set(nearest(slug, slugs.keys()).map((name) => slugs.get(name) ?? name))];
}

function doubtOf(subjects: SubjectRegistry, { kind, slug, path }: Naming): Finding {
  const near = nearestSubjects(subjects, kind, slug);
  const named = near.map((one) => `${one} (${subjects.name(kind, one)})`).join(', ');
  const message = near.length > 0 ? `near it are: ${named}` : 'nothing registered is near it';
  return finding(path, `${slug} is not registered as ${kind}; ${message}`, near[0]);
}

/** What a file names that is not registered, once each: it is accepted, but may be a mistyped form of something known. */
export function subjectDoubts(
  head: ArticleHead,
  reports: readonly CheckedReport[],
  subjects: SubjectRegistry,
): readonly Finding[] {
  const partnership = head.partnership ? [{ kind: 'partnership', slug: head.partnership, path: ['partnership'] }] : [];
  const namings = [...partnership, ...reports.flatMap(({ report }) => (report ? namingsOf(report) : []))];
  const first = new Map<string, Naming>();
  for (const naming of namings) {
    const key = `${naming.kind} ${naming.slug}`;
    if (!first.has(key) && subjects.name(naming.kind, naming.slug) === null) first.set(key, naming);
  }
  return [...first.values()].map((naming) => doubtOf(subjects, naming));
}
