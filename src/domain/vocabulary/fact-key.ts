import type { EventType } from './event-type.ts';
import { fromSlug } from './games-editions.ts';

/** The key `kind/subject/milestone` that every report of the same fact shares. */
export function factKey(type: EventType, parts: FactParts): string {
  return `${type.kind}/${subjectOf(type, parts)}/${type.milestone}`;
}

/** What a fact key is made from. */
export type FactParts = {
  /** The partnership, `<partner>.<rights holder>`. */
  readonly partnership: string;
  readonly subject: string | null;
  readonly campaign: string | null;
  /** The Games edition, only where it is part of the identity. */
  readonly edition: string | null;
};

function subjectOf(type: EventType, parts: FactParts): string {
  const own = type.subject === 'partnership' ? [parts.partnership, parts.subject] : [parts.campaign, parts.subject];
  // What names neither a subject nor Games is said of the programme as a whole.
  return [...own, parts.edition?.toLowerCase()].filter(Boolean).join('.') || 'programme';
}

/** The parts of a fact key. The subject of one that has only an edition is ''. */
export function factParts(key: string): FactPartsOfFactParts {
  const [kind = '', whole = '', milestone = ''] = key.split('/');
  const dot = whole.lastIndexOf('.');
  const edition = fromSlug(whole.slice(dot + 1));
  return { kind, milestone, edition, subject: edition === null ? whole : whole.slice(0, Math.max(dot, 0)) };
}

/** A fact key taken apart: `storefront/tmall-ocog.2022w/opened` is of kind storefront, subject tmall-ocog, edition 2022W. */
export type FactPartsOfFactParts = {
  readonly kind: string;
  readonly subject: string;
  readonly edition: string | null;
  readonly milestone: string;
};

/** A slug: one segment of a fact key. */
export const slugPattern = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
