import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { slugPattern } from '../domain/vocabulary/fact-key.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { problem } from '../domain/vocabulary/problem.ts';
import type { ArticleHead, AuthoredReport, CheckedReport } from './check.ts';
import { checkObject } from './check-object.ts';
import {
  emptyRegistry,
  type RegisteredPartnership,
  registerFile,
  type Subject,
  type SubjectRegistry,
  sections,
  subjectRegistry,
} from './register.ts';
import {
  type ArticleProblem,
  type ContentProblem,
  isMap,
  keyProblem,
  type Path,
  readSource,
  type SourceMap,
  type SourceValue,
} from './source.ts';
import { mapOf, names, slug, subjectFields, word } from './values.ts';

/** The subject registry of a seeds folder; an empty one if the folder has none. */
export async function readRegistry(folder: string): Promise<ReadRegistry> {
  const file = join(folder, registerFile);
  const text = await readOptionalFile(file);
  if (text === null) return { text, subjects: emptyRegistry, problems: [] };
  const { registry, problems } = readSubjects(text, { file });
  return { text, subjects: registry ?? emptyRegistry, problems };
}

type ReadRegistry = {
  /** Null if the folder has no register. */
  readonly text: string | null;
  readonly subjects: SubjectRegistry;
  readonly problems: readonly ArticleProblem[];
};

/** The text of a file, or null if there is none. */
export async function readOptionalFile(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Reads the register of subjects (seeds/reference/subjects.yaml). All or nothing; reports every problem at once. Never
 * throws.
 */
export function readSubjects(
  text: string,
  { file }: { readonly file: string },
): { readonly registry: SubjectRegistry | null; readonly problems: readonly ArticleProblem[] } {
  const source = readSource(text, file);
  if (source.content === null) return { registry: null, problems: source.problems };
  const { values, problems: fileProblems } = checkObject(fileSchema, source.content, []);
  const read = Object.entries(values).flatMap(([section, entries]) =>
    Object.entries(entries as SourceMap).map(([key, value]) => readEntry(section, key, value)),
  );
  const entries = read.flatMap(({ entry }) => entry ?? []);
  const entryProblems = read.flatMap((one) => one.problems);
  const problems = source.problemsWith([...fileProblems, ...entryProblems, ...referenceRule(entries)]);
  if (problems.length > 0) return { registry: null, problems };
  const inSection = Map.groupBy(entries, ({ section }) => section);
  const subjects = Object.entries(sections).map(
    ([section, kind]) => [kind, (inSection.get(section) ?? []).map(subjectOf)] as const,
  );
  const partnerships = (inSection.get('partnerships') ?? []).map(partnershipOf);
  return { registry: subjectRegistry(new Map(subjects), partnerships), problems: [] };
}

const fileSchema = z.strictObject(
  Object.fromEntries(
    ['partnerships', ...Object.keys(sections)].map((section) => [section, mapOf('slugs to names').optional()]),
  ),
);

function readEntry(section: string, key: string, value: SourceValue): ReadEntry {
  const path = [section, key];
  const message = `"${key}": write a slug: lower-case letters and digits, joined by - or .`;
  const form = slugPattern.test(key) ? [] : [keyProblem(path, message)];
  const { values, problems } = checkObject(entrySchema(section), isMap(value) ? value : { name: value }, path);
  const entryProblems = [...form, ...problems];
  const entry = { ...(values as Omit<Entry, 'section' | 'slug' | 'path'>), section, slug: key, path };
  return { entry: entryProblems.length > 0 ? null : entry, problems: entryProblems };
}

type ReadEntry = { readonly entry: Entry | null; readonly problems: readonly ContentProblem[] };

type Entry = {
  readonly section: string;
  readonly slug: string;
  readonly path: Path;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly campaign?: string;
  readonly partner?: string;
  readonly rightsHolder?: string;
};

function entrySchema(section: string): z.ZodObject {
  if (section === 'partnerships') return partnershipSchema;
  return section === 'phases' || section === 'creatives' ? campaignPartSchema : subjectSchema;
}

const subjectSchema = z.strictObject({
  name: word('How it is called'),
  aliases: names('What else it is called').optional(),
});

const partnershipSchema = z.strictObject({
  ...subjectSchema.shape,
  partner: slug('The partner, an organisation'),
  rightsHolder: slug('The rights holder, an organisation'),
});

const campaignPartSchema = z.strictObject({
  ...subjectSchema.shape,
  campaign: slug('The campaign that it is part of'),
});

/** A slug that refers to another section names an entry that exists. */
function referenceRule(entries: readonly Entry[]): readonly ContentProblem[] {
  const slugs = Map.groupBy(entries, ({ section }) => section);
  return references.flatMap(([key, section]) => {
    const registered = new Set(slugs.get(section)?.map((entry) => entry.slug));
    return entries.flatMap(({ path, [key]: slug }) => {
      if (slug === undefined || registered.has(slug)) return [];
      const [suggestion] = nearest(slug, registered, { limit: 1 });
      return [problem([...path, key], `${slug} is not among the ${section}`, suggestion)];
    });
  });
}

const references = [
  ['campaign', 'campaigns'],
  ['partner', 'organisations'],
  ['rightsHolder', 'organisations'],
] as const;

function subjectOf({ slug, name, aliases = [], campaign }: Entry): Subject {
  return { slug, name, aliases, campaign: campaign ?? null };
}

function partnershipOf({ slug, name, aliases = [], partner = '', rightsHolder = '' }: Entry): RegisteredPartnership {
  return { slug, name, aliases, partner, rightsHolder };
}

/** The registered slugs nearest to a text, by slug, name and alias. */
function nearestSubjects(subjects: SubjectRegistry, kind: string, slug: string): readonly string[] {
  const slugs = new Map(
    subjects
      .subjectsOf(kind)
      .flatMap((subject) => [subject.slug, subject.name, ...subject.aliases].map((name) => [name, subject.slug])),
  );
  return [...new Set(nearest(slug, slugs.keys()).map((name) => slugs.get(name) ?? name))];
}

/** Warns once about each name that is not registered: it is accepted, but it may be a registered one, mistyped. */
export function subjectDoubts(
  head: ArticleHead,
  reports: readonly CheckedReport[],
  subjects: SubjectRegistry,
): readonly ContentProblem[] {
  const partnership = head.partnership ? [{ kind: 'partnership', slug: head.partnership, path: ['partnership'] }] : [];
  const namings = [...partnership, ...reports.flatMap(({ report }) => (report ? namingsOf(report) : []))];
  const first = new Map<string, Naming>();
  for (const naming of namings) {
    const key = `${naming.kind} ${naming.slug}`;
    if (!first.has(key) && subjects.name(naming.kind, naming.slug) === null) first.set(key, naming);
  }
  return [...first.values()].map((naming) => doubtOf(subjects, naming));
}

function namingsOf(report: AuthoredReport): readonly Naming[] {
  const { type, subjects, campaign, fields } = report;
  const reportPath = subjects[0]?.path.slice(0, 2) ?? [];
  const ofType = subjects.flatMap(({ subject, path }) =>
    subject === null || type.markets || type.subject === 'partnership'
      ? []
      : [{ kind: type.kind, slug: subject, path }],
  );
  const within = campaign === null ? [] : [{ kind: 'campaign', slug: campaign, path: [...reportPath, 'campaign'] }];
  const inFields = Object.entries(subjectFields).flatMap(([field, kind]) => {
    const slug = fields[field];
    return typeof slug === 'string' ? [{ kind, slug, path: [...reportPath, field] }] : [];
  });
  return [...ofType, ...within, ...inFields];
}

type Naming = { readonly kind: string; readonly slug: string; readonly path: Path };

function doubtOf(subjects: SubjectRegistry, { kind, slug, path }: Naming): ContentProblem {
  const near = nearestSubjects(subjects, kind, slug);
  const listed = near.map((one) => `${one} (${subjects.name(kind, one)})`).join(', ');
  const hint = near.length > 0 ? `the nearest are ${listed}` : 'no registered name is near it';
  return problem(path, `${slug} is not registered as ${kind}; ${hint}`, near[0]);
}
