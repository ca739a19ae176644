import { partnerOf, rightsHolderOf } from '../domain/vocabulary/fact-key.ts';
import type { Series } from '../domain/vocabulary/games-editions.ts';
import { type NamedSubject, organisationKinds, subjectNames } from '../domain/vocabulary/subjects.ts';

/** The names of a register, to ask for. */
export function toRegistry({ subjects: registered, partnerships, series }: RegisteredNames): SubjectRegistry {
  const subjects = new Map(Object.entries(registered));
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
    series,
  };
}

/** The files of a seeds folder that register names, below `reference/`. */
export const registerFiles = { subjects: 'subjects.yaml', series: 'series.yaml' } as const;

/** What a register names, as plain data: subjects by kind, partnerships, and the series of events. */
export type RegisteredNames = {
  readonly subjects: Readonly<Record<string, readonly Subject[]>>;
  readonly partnerships: readonly RegisteredPartnership[];
  readonly series: readonly Series[];
};

/** The registry of the names that articles register. */
export function registryOf(named: readonly NamedSubject[]): SubjectRegistry {
  const byKind = Map.groupBy(named, ({ kind }) => kind);
  const subjects = Object.fromEntries(
    [...byKind]
      .filter(([kind]) => kind !== 'partnership')
      .map(([kind, all]) => [kind, all.map((one) => ({ ...one, campaign: null }))]),
  );
  const partnerships = (byKind.get('partnership') ?? []).map((one) => ({
    ...one,
    partner: partnerOf(one.slug),
    rightsHolder: rightsHolderOf(one.slug),
  }));
  return toRegistry({ subjects, partnerships, series: [] });
}

/** A registered subject: the slug that keys use, its name, and what else it is called. */
export type Subject = {
  readonly slug: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The campaign of a creative or a phase; null for any other subject. */
  readonly campaign: string | null;
};

/** A registered partnership: its parties are slugs of organisations. */
export type RegisteredPartnership = {
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

/** A register that names nothing. */
export const noNames: RegisteredNames = { subjects: {}, partnerships: [], series: [] };

/** The registry of a ledger without a register. */
export const emptyRegistry: SubjectRegistry = toRegistry(noNames);
