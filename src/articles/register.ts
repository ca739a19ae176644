import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { plainName } from '../domain/vocabulary/event-type.ts';
import { eventType } from '../domain/vocabulary/event-types.ts';
import { partnerOf, rightsHolderOf, slugPattern } from '../domain/vocabulary/fact-key.ts';
import type { Series } from '../domain/vocabulary/games-editions.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { problem } from '../domain/vocabulary/problem.ts';
import { type NamedSubject, organisationKinds, subjectNames } from '../domain/vocabulary/subjects.ts';
import type { ArticleHead, AuthoredReport, CheckedReport } from './check.ts';
import { type GamesDraft, readSeries } from './games.ts';
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

/** The registry of a seeds folder: subjects and series of events; an empty one if the folder has none. */
export async function readRegistry(folder: string): Promise<ReadRegistry> {
  const subjectsFile = join(folder, 'reference', subjectsName);
  const seriesFile = join(folder, 'reference', seriesName);
  const [subjectsText, seriesText] = [await readOptionalFile(subjectsFile), await readOptionalFile(seriesFile)];
  const subjects = subjectsText === null ? null : readSubjects(subjectsText, { file: subjectsFile });
  const series = seriesText === null ? null : readSeries(seriesText, { file: seriesFile });
  return {
    subjects: { ...(subjects?.registry ?? emptyRegistry), series: series?.series ?? [] },
    games: series?.drafts ?? [],
    problems: [...(subjects?.problems ?? []), ...(series?.problems ?? [])],
  };
}

const subjectsName = 'subjects.yaml';
const seriesName = 'series.yaml';

/** The files in `reference/` that are registers. */
export const registerFiles: ReadonlySet<string> = new Set([subjectsName, seriesName]);

type ReadRegistry = {
  readonly subjects: SubjectRegistry;
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

/** Makes the registry of subjects, by kind, and of partnerships. */
export function subjectRegistry(
  subjects: ReadonlyMap<string, readonly Subject[]>,
  partnerships: readonly RegisteredPartnership[],
): SubjectRegistry {
  const asSubjects = partnerships.map((partnership): Subject => ({ ...partnership, campaign: null }));
  const ownSubjects = (kind: string): readonly Subject[] => [
    ...(subjects.get(kind) ?? []),
    ...(kind === 'partnership' ? asSubjects : []),
  ];
  const subjectsOf = (kind: string): readonly Subject[] => [
    ...ownSubjects(kind),
    ...(organisationKinds.has(kind) ? (subjects.get('organisation') ?? []) : []),
  ];
  const name = subjectNames(
    [...new Set([...subjects.keys(), 'partnership'])].flatMap((kind) =>
      ownSubjects(kind).map((subject) => ({ ...subject, kind })),
    ),
  );
  const bySlug = new Map(partnerships.map((partnership) => [partnership.slug, partnership]));
  return {
    name,
    subjectsOf,
    partnership: (slug) => bySlug.get(slug) ?? null,
    series: [],
  };
}

/** The registry of the names that articles register. */
export function registryOf(named: readonly NamedSubject[]): SubjectRegistry {
  const byKind = Map.groupBy(named, ({ kind }) => kind);
  const subjects = new Map([...byKind].map(([kind, all]) => [kind, all.map((one) => ({ ...one, campaign: null }))]));
  const partnerships = (byKind.get('partnership') ?? []).map((one) => ({
    ...one,
    partner: partnerOf(one.slug),
    rightsHolder: rightsHolderOf(one.slug),
  }));
  subjects.delete('partnership');
  return subjectRegistry(subjects, partnerships);
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

/** A registered subject: the slug that keys use, its name, and what else it is called. */
type Subject = {
  readonly slug: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The campaign of a creative or a phase; null for any other subject. */
  readonly campaign: string | null;
};

/** A registered partnership: its parties are slugs of organisations. */
type RegisteredPartnership = {
  readonly slug: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly partner: string;
  readonly rightsHolder: string;
};

/** The registered subjects, by the kinds of fact keys, `partnership` and `organisation`. */
export type SubjectRegistry = {
  /**
   * The registered name, or null. An unregistered instance (`counterfeits.ustr-2016`) has the name of what comes before
   * its last dot.
   */
  readonly name: (kind: string, slug: string) => string | null;
  /** Everything registered under a kind, in the order of the file. */
  readonly subjectsOf: (kind: string) => readonly Subject[];
  readonly partnership: (slug: string) => RegisteredPartnership | null;
  /** The series of events beside the Olympic Games. */
  readonly series: readonly Series[];
};

/** One registry of several. If two register a slug under the same kind, the first one names it. */
export function mergeRegistries(registries: readonly SubjectRegistry[]): SubjectRegistry {
  const first = <Found>(find: (registry: SubjectRegistry) => Found | null): Found | null => {
    for (const registry of registries) {
      const found = find(registry);
      if (found !== null) return found;
    }
    return null;
  };
  return {
    name: (kind, slug) => first((registry) => registry.name(kind, slug)),
    subjectsOf: (kind) => registries.flatMap((registry) => registry.subjectsOf(kind)),
    partnership: (slug) => first((registry) => registry.partnership(slug)),
    series: mergeSeries(registries.flatMap(({ series }) => series)),
  };
}

// A series of several registers has the editions of all of them.
function mergeSeries(series: readonly Series[]): readonly Series[] {
  return [...Map.groupBy(series, ({ id }) => id).values()].map((same) => ({
    ...(same[0] as Series),
    rhythm: same.find(({ rhythm }) => rhythm !== null)?.rhythm ?? null,
    aliases: [...new Set(same.flatMap(({ aliases }) => aliases))],
    editions: [...new Set(same.flatMap(({ editions }) => editions))],
  }));
}

/** The registry of a ledger without a register. */
export const emptyRegistry: SubjectRegistry = subjectRegistry(new Map(), []);

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
