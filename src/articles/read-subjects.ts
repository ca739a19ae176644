import * as z from 'zod';
import { slugPattern } from '../domain/fact-key.ts';
import { nearest } from '../domain/nearest.ts';
import { authored } from './authored.ts';
import { names, slug, word } from './authored-text.ts';
import { checkObject } from './check-object.ts';
import { type ArticleProblem, type Finding, finding, inOrder, ofKey, type Path } from './problem.ts';
import { sourceLimits } from './source-limits.ts';
import { readSource } from './source-text.ts';
import { isMap, nameOf, type SourceMap, type SourceValue } from './source-value.ts';
import {
  type RegisteredPartnership,
  type Section,
  type Subject,
  type SubjectRegistry,
  sections,
  subjectRegistry,
} from './subjects.ts';

const named = { name: word('How it is called'), aliases: names('What else it is called').optional() };
const subjectEntry = z.strictObject(named);
const partEntry = z.strictObject({ ...named, campaign: slug('The campaign that it is part of') });
const partnershipEntry = z.strictObject({
  ...named,
  partner: slug('The partner, an organisation'),
  rightsHolder: slug('The rights holder, an organisation'),
});

const inCampaigns: ReadonlySet<string> = new Set<Section>(['phases', 'creatives']);
function entryOf(section: string): z.ZodObject {
  if (section === 'partnerships') return partnershipEntry;
  return inCampaigns.has(section) ? partEntry : subjectEntry;
}

const raw = authored<SourceMap>({}, (value, refuse) =>
  isMap(value) ? value : refuse(`a map of slugs to names belongs here, not ${nameOf(value)}`),
);
const fileSchema = z.strictObject(
  Object.fromEntries(['partnerships', ...Object.keys(sections)].map((section) => [section, raw.optional()])),
);

type Entry = {
  readonly slug: string;
  readonly path: Path;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly campaign?: string;
  readonly partner?: string;
  readonly rightsHolder?: string;
};
type Entries = { readonly entries: readonly Entry[]; readonly findings: readonly Finding[] };

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

function readSection(section: string, entries: SourceMap): Entries {
  const read = Object.entries(entries).map(([key, value]) => readEntry(section, key, value));
  return { entries: read.flatMap((one) => one.entries), findings: read.flatMap((one) => one.findings) };
}

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
