import * as z from 'zod';

/**
 * Finds the names of subjects. Parties, fellow sponsors, predecessors and partners of a joint activation are
 * organisations, unless they are named under the kind itself. An instance without a name of its own
 * (`counterfeits.ustr-2016`) has that of what comes before its last dot. Of several names for one subject the first
 * counts.
 */
export function subjectNames(subjects: readonly Pick<NamedSubject, 'kind' | 'slug' | 'name'>[]): SubjectNames {
  const names = new Map(subjects.toReversed().map(({ kind, slug, name }) => [`${kind} ${slug}`, name]));
  const find = (kind: string, slug: string): string | null => {
    const own = names.get(`${kind} ${slug}`);
    if (own !== undefined) return own;
    const organisation = organisationKinds.has(kind) ? names.get(`organisation ${slug}`) : undefined;
    const dot = slug.lastIndexOf('.');
    return organisation ?? (dot < 0 ? null : find(kind, slug.slice(0, dot)));
  };
  return find;
}

/** The registered name of a subject: its kind as in a fact key, and its slug; null if it is not registered. */
export type SubjectNames = (kind: string, slug: string) => string | null;

/** Kinds of subjects that are organisations, unless they are named under the kind itself. */
export const organisationKinds: ReadonlySet<string> = new Set(['predecessor', 'sponsor', 'co-activation', 'party']);

const text = z.string().min(1);

/** A subject as an article names it: the slug that keys use, its kind, its name, and what else it is called. */
export const namedSubject = z.strictObject({
  kind: z.string(),
  slug: text,
  name: text,
  aliases: z.array(text),
});

export type NamedSubject = z.infer<typeof namedSubject>;
