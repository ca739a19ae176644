import type { EventType } from './events/event-type.ts';

/** What a fact key is made from. */
export type FactParts = {
  /** The partnership, `<partner>.<rights holder>`. */
  readonly partnership: string;
  readonly subject: string | null;
  readonly campaign: string | null;
  /** The Games edition, only where it is part of the identity. */
  readonly edition: string | null;
};

/** A slug: one segment of a fact key. */
export const slugPattern = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

function subjectOf(type: EventType, parts: FactParts): string {
  const own = type.subject === 'partnership' ? [parts.partnership, parts.subject] : [parts.campaign, parts.subject];
  // What names neither a subject nor Games is said of the programme as a whole.
  return [...own, parts.edition?.toLowerCase()].filter(Boolean).join('.') || 'programme';
}

/** The key `kind/subject/milestone` that every report of the same fact shares. */
export function factKey(type: EventType, parts: FactParts): string {
  return `${type.kind}/${subjectOf(type, parts)}/${type.milestone}`;
}
