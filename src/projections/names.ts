/** The registered name of a subject: its kind as in a fact key, and its slug; null where it is not registered. */
export type SubjectNames = (kind: string, slug: string) => string | null;

/** A readable form of a slug or of an event type: "cloud-services" and "CloudServices" give "Cloud services". */
export function humanise(text: string): string {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-.]+/g, ' ')
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a subject, from the registry or else from its slug. */
export function nameOf(names: SubjectNames, kind: string, slug: string): string {
  return names(kind, slug) ?? humanise(slug);
}
