import { type UncertainDate, yearOf } from './dates.ts';
import type { EventType } from './event-type.ts';

/**
 * The key `kind/subject/milestone` that every report of the same fact shares. The key of a milestone that can come again
 * carries the year of the report's day, unless the report names an instance.
 */
export function factKey(type: EventType, parts: FactParts): string {
  const key = `${type.kind}/${subjectOf(type, parts)}/${type.milestone}`;
  return type.recurs === true && parts.subject === null ? keyOfYear(key, parts.date ?? null) : key;
}

/**
 * The key of what recurs, with the year of its day: `…/acme.ioc.2014/renewed`. Without a day in one year it stays
 * plain.
 */
export function keyOfYear(plain: string, date: UncertainDate | null): string {
  const year = date && yearOf(date);
  return year === null ? plain : plain.replace(/\/(?=[^/]*$)/, `.${year}/`);
}

/** What a fact key is made from. */
type FactParts = {
  /** The partnership, `<partner>.<rights holder>`. */
  readonly partnership: string;
  readonly subject: string | null;
  readonly campaign: string | null;
  /** The Games edition, only where it is part of the identity. */
  readonly edition: string | null;
  /** The day that the report names; it counts only for what recurs. */
  readonly date?: UncertainDate | null;
};

function subjectOf(type: EventType, parts: FactParts): string {
  const owner = type.subject === 'partnership' ? parts.partnership : parts.campaign;
  // A report that names neither a subject nor Games speaks of the programme as a whole.
  return [owner, parts.subject, parts.edition?.toLowerCase()].filter(Boolean).join('.') || 'programme';
}

/**
 * What the reports of a key share with those of other keys, because it can stop and start again: `storefront/shop.2020s`.
 * The days of all of them decide which fact each is about. Null for any other key.
 */
export function cycleOf(key: string): string | null {
  return cycles.exec(key)?.slice(1).find(Boolean) ?? null;
}

const cycles = new RegExp(
  [
    '^(storefront/[^/]+)/(?:opened|reopened|suspended|closed)(?:-\\d+)?$',
    '^((?:campaign|market)/[^/]+)/(?:paused|resumed)(?:-\\d+)?$',
    '^([^/]+/[^/]+/postponed)(?:-\\d+)?$',
  ].join('|'),
);

/** A slug: one segment of a fact key. */
export const slugPattern = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

/** The party that buys the rights: `alibaba` in `alibaba.ioc`. */
export function partnerOf(partnership: string): string {
  return partnership.slice(0, partnership.indexOf('.'));
}

/** The party that grants the rights: `ioc` in `alibaba.ioc`. */
export function rightsHolderOf(partnership: string): string {
  return partnership.slice(partnership.indexOf('.') + 1);
}
