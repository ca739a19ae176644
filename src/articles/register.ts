import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { plainName } from '../domain/vocabulary/event-type.ts';
import { eventType } from '../domain/vocabulary/event-types.ts';
import { slugPattern } from '../domain/vocabulary/fact-key.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { problem } from '../domain/vocabulary/problem.ts';
import type { ArticleHead, AuthoredReport, CheckedReport } from './check.ts';
import { type GamesDraft, readSeries } from './games.ts';
import {
  noNames,
  type RegisteredNames,
  type RegisteredPartnership,
  registerFiles,
  type Subject,
  type SubjectRegistry,
  toRegistry,
} from './registry.ts';
import { checkObject } from './schema.ts';
import {
  type ArticleProblem,
  type ContentProblem,
  isList,
  isMap,
  keyProblem,
  type Path,
  readSource,
  type SourceMap,
  type SourceValue,
} from './source.ts';
import { mapOf, names, slug, subjectFields, word } from './values.ts';

/** Reads the register of a seeds folder: subjects and series of events. Empty if the folder has none. */
export async function readRegister(folder: string): Promise<ReadRegister> {
  const subjectsFile = join(folder, 'reference', registerFiles.subjects);
  const seriesFile = join(folder, 'reference', registerFiles.series);
  const [subjectsText, seriesText] = [await readOptionalFile(subjectsFile), await readOptionalFile(seriesFile)];
  const subjects = subjectsText === null ? null : readNames(subjectsText, { file: subjectsFile });
  const series = seriesText === null ? null : readSeries(seriesText, { file: seriesFile });
  return {
    names: { ...(subjects?.names ?? noNames), series: series?.series ?? [] },
    games: series?.drafts ?? [],
    problems: [...(subjects?.problems ?? []), ...(series?.problems ?? [])],
  };
}

type ReadRegister = {
  readonly names: RegisteredNames;
  /** What is public of the editions of the series. */
  readonly games: readonly GamesDraft[];
  readonly problems: readonly ArticleProblem[];
};

// The text of a file, or null if there is none.
async function readOptionalFile(file: string): Promise<string | null> {
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
  const { names, problems } = readNames(text, { file });
  return { registry: names === null ? null : toRegistry(names), problems };
}

function readNames(
  text: string,
  { file }: { readonly file: string },
): { readonly names: RegisteredNames | null; readonly problems: readonly ArticleProblem[] } {
  const source = readSource(text, file);
  if (source.content === null) return { names: null, problems: source.problems };
  const { values, problems: fileProblems } = checkObject(fileSchema, source.content, []);
  const read = Object.entries(values).flatMap(([section, entries]) =>
    Object.entries(entries as SourceMap).map(([key, value]) => readEntry(section, key, value)),
  );
  const entries = read.flatMap(({ entry }) => entry ?? []);
  const entryProblems = read.flatMap((one) => one.problems);
  const problems = source.problemsWith([...fileProblems, ...entryProblems, ...referenceRule(entries)]);
  if (problems.length > 0) return { names: null, problems };
  const inSection = Map.groupBy(entries, ({ section }) => section);
  const subjects = Object.entries(sections).map(
    ([section, kind]) => [kind, (inSection.get(section) ?? []).map(subjectOf)] as const,
  );
  const partnerships = (inSection.get('partnerships') ?? []).map(partnershipOf);
  return { names: { subjects: Object.fromEntries(subjects), partnerships, series: [] }, problems: [] };
}

/** The sections of the register and the kind of subject in each. */
export const sections = {
  organisations: 'organisation',
  categories: 'category',
  tiers: 'tier',
  roles: 'role',
  namingRights: 'naming-rights',
  hospitality: 'hospitality',
  ambassadors: 'ambassador',
  brands: 'brand',
  teams: 'team',
  embargoes: 'embargo',
  obligations: 'obligation',
  campaigns: 'campaign',
  phases: 'phase',
  creatives: 'creative',
  activations: 'activation',
  storefronts: 'storefront',
  initiatives: 'initiative',
  priorInvolvements: 'prior-involvement',
  predecessors: 'predecessor',
  distinctions: 'distinction',
  priorities: 'priority',
  receptions: 'reception',
  reputations: 'reputation',
  rosters: 'roster',
} as const;

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

/**
 * A report whose list of organisations (`members`) has the registered slugs in place of names and aliases. A name that two
 * organisations share stays as it is written. Words keep theirs: they are what the article says.
 */
export function withRegisteredNames(report: AuthoredReport, subjects: SubjectRegistry): AuthoredReport {
  const { members } = report.fields;
  if (!Array.isArray(members)) return report;
  const called = Map.groupBy(subjects.subjectsOf('organisation').flatMap(spellingsOf), ({ plain }) => plain);
  const slugs = (members as readonly string[]).map((written) => {
    const found = new Set(called.get(plainName(written))?.map(({ slug }) => slug));
    const [slug = written] = found;
    return found.size === 1 ? slug : written;
  });
  return { ...report, fields: { ...report.fields, members: [...new Set(slugs)] } };
}

function spellingsOf({ slug, name, aliases }: Subject): readonly { readonly plain: string; readonly slug: string }[] {
  return [slug, name, ...aliases].map((spelling) => ({ plain: plainName(spelling), slug }));
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

/** Names the registered slug where a name stands in its place: `mcdonalds` for "McDonald's". */
export function suggestSlugs(
  problems: readonly ContentProblem[],
  content: SourceMap,
  subjects: SubjectRegistry,
): readonly ContentProblem[] {
  return problems.map((one) => {
    const [place, , ...within] = one.path;
    const [key = ''] = place === 'partnerships' ? within.slice(1) : within;
    const kind = eventType(String(key))?.kind ?? subjectFields[String(key)];
    const written = valueAt(content, one.path);
    if (place === 'subjects' || kind === undefined || typeof written !== 'string') return one;
    const [slug] = slugPattern.test(written) ? [] : nearestSubjects(subjects, kind, written);
    if (slug === undefined) return one;
    return problem(one.path, `"${written}": write the slug of ${subjects.name(kind, slug)}`, slug);
  });
}

function valueAt(content: SourceMap, path: Path): SourceValue | undefined {
  return path.reduce<SourceValue | undefined>((value, step) => {
    if (value === undefined) return undefined;
    return isList(value) ? value[Number(step)] : isMap(value) ? value[String(step)] : undefined;
  }, content);
}

/** Warns about names that are not registered. They are accepted, but one near a registered one may be mistyped. */
export function subjectDoubts(
  head: ArticleHead,
  reports: readonly CheckedReport[],
  subjects: SubjectRegistry,
): readonly ContentProblem[] {
  const one = head.partnership ? [{ kind: 'partnership', slug: head.partnership, path: ['partnership'] }] : [];
  const several = (head.partnerships ?? []).map(({ partnership }) => ({
    kind: 'partnership',
    slug: partnership,
    path: ['partnerships', partnership],
  }));
  const namings = [...one, ...several, ...reports.flatMap(({ report }) => (report ? namingsOf(report) : []))];
  const first = new Map<string, Naming>();
  for (const naming of namings) {
    const key = `${naming.kind} ${naming.slug}`;
    if (!first.has(key) && subjects.name(naming.kind, naming.slug) === null) first.set(key, naming);
  }
  const doubtful = [...first.values()].map((naming) => ({
    naming,
    near: nearestSubjects(subjects, naming.kind, naming.slug),
  }));
  const mistyped = doubtful.filter(({ near }) => near.length > 0);
  const unknown = doubtful.filter(({ near }) => near.length === 0);
  return [
    ...mistyped.map(({ naming, near }) => nearDoubt(subjects, naming, near)),
    ...newNames(unknown.map(({ naming }) => naming)),
  ];
}

function namingsOf(report: AuthoredReport): readonly Naming[] {
  const { type, subjects, campaign, fields } = report;
  const path = subjects[0]?.path ?? [];
  const reportPath = path.slice(0, path.lastIndexOf(type.type));
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

function nearDoubt(subjects: SubjectRegistry, { kind, slug, path }: Naming, near: readonly string[]): ContentProblem {
  const listed = near.map((one) => `${one} (${subjects.name(kind, one)})`).join(', ');
  const otherwise = `if it is none of them, give its name under subjects, as in ${slug}: { kind: ${kind}, name: … }`;
  return problem(path, `${slug} is not registered as ${kind}; the nearest are ${listed}; ${otherwise}`, near[0]);
}

// One warning for all names that nothing registered resembles: in a first article these are most.
function newNames(namings: readonly Naming[]): readonly ContentProblem[] {
  const [first] = namings;
  if (first === undefined) return [];
  const [listed, left] = [namings.slice(0, maxListed), namings.length - maxListed];
  const names = listed.map(({ kind, slug }) => `${slug} (${kind})`).join(', ');
  const more = left > 0 ? ` and ${left} more` : '';
  const are = namings.length === 1 ? 'is' : 'are';
  const message = `${names}${more} ${are} not registered: give names under subjects, as in ${first.slug}: { kind: ${first.kind}, name: … }`;
  return [problem(first.path, message)];
}

const maxListed = 20;
