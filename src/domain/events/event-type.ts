import type { Field } from './field.ts';

/**
 * Where the subject in a fact key comes from. `partnership`: the partnership itself, unless the article names an
 * instance; `named`: a slug that the article gives; `optional`: a slug or nothing; `none`: the edition alone.
 */
export type SubjectRule = 'partnership' | 'named' | 'optional' | 'none';

/**
 * What a Games edition is to a fact. `key`: part of its identity (an obligation is a fact per edition);
 * `required`: the same, and it must be there; `field`: a set that is merged; `none`: the type knows no Games.
 */
export type EditionRule = 'key' | 'required' | 'field' | 'none';

/** Turns the data of an event stored under schema version n into that of version n + 1. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** One kind of milestone that an article can report. The table of these is the vocabulary of the ledger. */
export type EventType = {
  readonly type: string;
  /** First segment of the fact key. */
  readonly kind: string;
  /** Last segment of the fact key. */
  readonly milestone: string;
  readonly says: string;
  readonly subject: SubjectRule;
  readonly edition: EditionRule;
  /** The subject lies within a campaign, whose slug comes before it in the key. */
  readonly within?: 'campaign';
  /** The subjects are markets (ISO 3166-1 alpha-2). */
  readonly markets?: true;
  /** The milestone is itself a statement, so it is always `happened`. */
  readonly statement?: true;
  readonly fields: Readonly<Record<string, Field>>;
  /** The current schema version is `upcasters.length + 1`; upcaster i lifts version i + 1 to i + 2. */
  readonly upcasters: readonly Upcaster[];
};

type Definition = Omit<EventType, 'kind' | 'fields' | 'upcasters' | 'subject' | 'edition'> &
  Partial<Pick<EventType, 'fields' | 'upcasters' | 'subject' | 'edition' | 'kind'>>;

/** Defines the milestones of one aggregate; what a definition leaves out is taken from `defaults`. */
export function eventTypes(
  defaults: Pick<EventType, 'kind' | 'subject' | 'edition'>,
  definitions: readonly Definition[],
): readonly EventType[] {
  return definitions.map((definition) => ({ ...defaults, fields: {}, upcasters: [], ...definition }));
}
