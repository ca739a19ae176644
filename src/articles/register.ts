/** Makes the registry of subjects, by kind, and of partnerships. */
export function subjectRegistry(
  subjects: ReadonlyMap<string, readonly Subject[]>,
  partnerships: readonly RegisteredPartnership[],
): SubjectRegistry {
  const asSubjects = partnerships.map((partnership): Subject => ({ ...partnership, campaign: null }));
  const subjectsOf = (kind: string): readonly Subject[] => [
    ...(subjects.get(kind) ?? []),
    ...(kind === 'partnership' ? asSubjects : []),
    ...(organisationKinds.has(kind) ? (subjects.get('organisation') ?? []) : []),
  ];
  // If two entries have the same slug, the first one counts: the one registered under the kind itself.
  const namesOf = (kind: string) =>
    new Map(
      subjectsOf(kind)
        .toReversed()
        .map(({ slug, name }) => [slug, name]),
    );
  const names = new Map(registeredKinds.map((kind) => [kind, namesOf(kind)]));
  const name = (kind: string, slug: string): string | null => {
    const dot = slug.lastIndexOf('.');
    return names.get(kind)?.get(slug) ?? (dot < 0 ? null : name(kind, slug.slice(0, dot)));
  };
  const bySlug = new Map(partnerships.map((partnership) => [partnership.slug, partnership]));
  return {
    name,
    subjectsOf,
    partnership: (slug) => bySlug.get(slug) ?? null,
    content: { subjects: [...subjects], partnerships },
  };
}

// Subjects of these kinds are organisations, unless they are registered under the kind itself.
const organisationKinds: ReadonlySet<string> = new Set(['predecessor', 'sponsor', 'co-activation']);

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

const registeredKinds: readonly string[] = [...Object.values(sections), ...organisationKinds, 'partnership'];

/** Where a seeds folder has its register. */
export const registerFile = 'reference/subjects.yaml';

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
  /** What it is made from, as plain JSON values. */
  readonly content: RegisterContent;
};

export type RegisterContent = {
  readonly subjects: readonly (readonly [kind: string, subjects: readonly Subject[]])[];
  readonly partnerships: readonly RegisteredPartnership[];
};

/** The registry of a ledger without a register. */
export const emptyRegistry: SubjectRegistry = subjectRegistry(new Map(), []);
