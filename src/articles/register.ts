import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { slugPattern } from '../domain/vocabulary/fact-key.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { ArticleHead, CheckedReport } from './check.ts';
import { checkObject } from './check-object.ts';
import type { AuthoredReport } from './schema.ts';
import {
  type ArticleProblem,
  type Finding,
  finding,
  inOrder,
  isMap,
  nameOf,
  ofKey,
  type Path,
  readSource,
  type SourceMap,
  type SourceValue,
  sourceLimits,
} from './source.ts';
import { authored, names, slug, subjectFields, word } from './values.ts';

/** The subject registry of a seeds folder; an empty one where the folder has none. */
export async function readRegistry(
  folder: string,
): Promise<{ readonly subjects: SubjectRegistry; readonly problems: readonly ArticleProblem[] }> {
  const file = join(folder, 'reference', 'subjects.yaml');
  const text = await textOf(file);
  if (text === null) return { subjects: emptyRegistry, problems: [] };
  const { registry, problems } = readSubjects(text, { file });
  return { subjects: registry ?? emptyRegistry, problems };
}

/** The text of a file, or null where there is none. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The registry of these subjects, by kind, and partnerships. */
export function subjectRegistry(
  subjects: ReadonlyMap<string, readonly Subject[]>,
  partnerships: readonly RegisteredPartnership[],
): SubjectRegistry {
  const asSubjects = partnerships.map(({ slug, name, aliases }) => ({ slug, name, aliases, campaign: null }));
  const known = (kind: string): readonly Subject[] => [
    ...(subjects.get(kind) ?? []),
    ...(kind === 'partnership' ? asSubjects : []),
    ...(ofOrganisations.has(kind) ? (subjects.get('organisation') ?? []) : []),
  ];
  const kinds = [...Object.values(sections), ...ofOrganisations, 'partnership'];
  // Of two entries under one slug the first counts: that of the kind itself.
  const names = new Map(
    kinds.map((kind) => [
      kind,
      new Map(
        known(kind)
          .toReversed()
          .map(({ slug, name }) => [slug, name]),
      ),
    ]),
  );
  const name = (kind: string, slug: string): string | null => {
    const own = names.get(kind)?.get(slug);
    const whole = own === undefined ? beforeLastDot(slug) : null;
    return own ?? (whole === null ? null : name(kind, whole));
  };
  const bySlug = new Map(partnerships.map((partnership) => [partnership.slug, partnership]));
  return { name, known, partnership: (slug) => bySlug.get(slug) ?? null };
}

/** A subject as registered: the slug that keys use, its name, and what else it is called. */
export type Subject = {
  readonly slug: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The campaign of a creative or a phase; null for any other subject. */
  readonly campaign: string | null;
};

/** A partnership as registered: its parties are slugs of organisations. */
export type RegisteredPartnership = {
  readonly slug: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly partner: string;
  readonly rightsHolder: string;
};

/** The subjects that are registered, by the kinds of fact keys, and `partnership` and `organisation`. */
export type SubjectRegistry = {
  /**
   * The registered name, or null. An instance (`counterfeits.ustr-2016`) that is not registered itself has the name of
   * what comes before its last dot.
   */
  readonly name: (kind: string, slug: string) => string | null;
  /** Everything registered under a kind, in the order of the file. */
  readonly known: (kind: string) => readonly Subject[];
  readonly partnership: (slug: string) => RegisteredPartnership | null;
};

// Subjects of these kinds are organisations, if they are not registered under the kind itself.
const ofOrganisations: ReadonlySet<string> = new Set(['predecessor', 'sponsor', 'co-activation']);

/** The sections of the register and the kind of subject in each. */
export const sections = {
  organisations: 'organisation',
  categories: 'category',
  tiers: 'tier',
  roles: 'role',
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

function beforeLastDot(slug: string): string | null {
  const dot = slug.lastIndexOf('.');
  return dot < 0 ? null : slug.slice(0, dot);
}

/**
 * Reads the register of subjects (seeds/reference/subjects.yaml). A register with a problem gives none, and every
 * problem is reported at once. Never throws.
 */
export function readSubjects(
  text: string,
  { file }: { readonly file: string },
): { readonly registry: SubjectRegistry | null; readonly problems: readonly ArticleProblem[] } {
  const { content, problems: unreadable, problemsAt } = readSource(text, file);
  if (content === null) return { registry: null, problems: unreadable };
  const { values, findings } = checkObject(fileSchema, content, []);
  const read = Object.entries(values).map(
    ([section, entries]) => [section, readSection(section, entries as SourceMap)] as const,
  );
  const sectionOf = new Map(read.map(([section, { entries }]) => [section, entries]));
  const found = [...findings, ...read.flatMap(([, one]) => one.findings), ...referenceFindings(sectionOf)];
  const problems = inOrder([...unreadable, ...problemsAt(found)], sourceLimits.problems);
  if (problems.length > 0) return { registry: null, problems };
  const subjects = Object.entries(sections).map(
    ([section, kind]) => [kind, (sectionOf.get(section) ?? []).map(subjectOf)] as const,
  );
  const partnerships = (sectionOf.get('partnerships') ?? []).map(partnershipOf);
  return { registry: subjectRegistry(new Map(subjects), partnerships), problems: [] };
}

const raw = authored<SourceMap>({}, (value, refuse) =>
  isMap(value) ? value : refuse(`a map of slugs to names belongs here, not ${nameOf(value)}`),
);

const fileSchema = z.strictObject(
  Object.fromEntries(['partnerships', ...Object.keys(sections)].map((section) => [section, raw.optional()])),
);

function readSection(section: string, entries: SourceMap): Entries {
  const read = Object.entries(entries).map(([key, value]) => readEntry(section, key, value));
  return { entries: read.flatMap((one) => one.entries), findings: read.flatMap((one) => one.findings) };
}

type Entries = { readonly entries: readonly Entry[]; readonly findings: readonly Finding[] };

type Entry = {
  readonly slug: string;
  readonly path: Path;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly campaign?: string;
  readonly partner?: string;
  readonly rightsHolder?: string;
};

function readEntry(section: string, key: string, value: SourceValue): Entries {
  const path = [section, key];
  const form = slugPattern.test(key)
    ? []
    : [ofKey(finding(path, `"${key}": a slug has small letters and digits, joined by - or .`))];
  const map = isMap(value) ? value : { name: value };
  const { values, findings } = checkObject(entryOf(section), map, path);
  const found = [...form, ...findings];
  return {
    entries: found.length > 0 ? [] : [{ ...(values as Omit<Entry, 'slug' | 'path'>), slug: key, path }],
    findings: found,
  };
}

function entryOf(section: string): z.ZodObject {
  if (section === 'partnerships') return partnershipEntry;
  return inCampaigns.has(section) ? partEntry : subjectEntry;
}

const named = { name: word('How it is called'), aliases: names('What else it is called').optional() };

const partnershipEntry = z.strictObject({
  ...named,
  partner: slug('The partner, an organisation'),
  rightsHolder: slug('The rights holder, an organisation'),
});

const inCampaigns: ReadonlySet<string> = new Set<Section>(['phases', 'creatives']);

/** A section of the register. */
export type Section = keyof typeof sections;

const partEntry = z.strictObject({ ...named, campaign: slug('The campaign that it is part of') });

const subjectEntry = z.strictObject(named);

/** Slugs that name an entry of another section have to be there. */
function referenceFindings(sectionOf: ReadonlyMap<string, readonly Entry[]>): readonly Finding[] {
  const check = (key: 'campaign' | 'partner' | 'rightsHolder', section: Section, entries: readonly Entry[]) => {
    const known = new Set(sectionOf.get(section)?.map((entry) => entry.slug));
    return entries.flatMap((entry) => {
      const named = entry[key];
      if (named === undefined || known.has(named)) return [];
      return [
        finding([...entry.path, key], `${named} is not among the ${section}`, nearest(named, known, { limit: 1 })[0]),
      ];
    });
  };
  const all = [...sectionOf.values()].flat();
  return [
    ...check('campaign', 'campaigns', all),
    ...check('partner', 'organisations', all),
    ...check('rightsHolder', 'organisations', all),
  ];
}

function subjectOf({ slug: own, name, aliases = [], campaign }: Entry): Subject {
  return {
    slug: own,
    name,
    aliases,
    campaign: campaign ?? null,
  };
}

function partnershipOf(entry: Entry): RegisteredPartnership {
  const { slug: own, name, aliases = [], partner = '', rightsHolder = '' } = entry;
  return { slug: own, name, aliases, partner, rightsHolder };
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

type Naming = { readonly kind: string; readonly slug: string; readonly path: Path };

function doubtOf(subjects: SubjectRegistry, { kind, slug, path }: Naming): Finding {
  const near = nearestSubjects(subjects, kind, slug);
  const named = near.map((one) => `${one} (${subjects.name(kind, one)})`).join(', ');
  const message = near.length > 0 ? `near it are: ${named}` : 'nothing registered is near it';
  return finding(path, `${slug} is not registered as ${kind}; ${message}`, near[0]);
}

/** The registry of a ledger that has no register. */
export const emptyRegistry: SubjectRegistry = subjectRegistry(new Map(), []);
