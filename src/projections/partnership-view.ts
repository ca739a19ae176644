import {
  bearing,
  certaintyOf,
  type FactsInView,
  factsInView,
  type Ground,
  unsupportedFacts,
  type ViewFact,
} from '../domain/facts/facts-at.ts';
import { editionsNamed, type LedgerEvent } from '../domain/vocabulary/events.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import { type NamedSubject, type SubjectNames, subjectNames } from '../domain/vocabulary/subjects.ts';
import { type AuditEntry, audit } from './effects.ts';
import type { ResolvedCut } from './live/clocks.ts';
import type { RelevantHistory } from './relevant-history.ts';

/**
 * A partnership at a cut. `relevant` is the indexed history of its stream, which may go beyond the cut; `lastElsewhere`
 * is the last event of other partnerships that the answer uses.
 */
export function partnershipView(
  ground: Ground,
  cut: ResolvedCut,
  relevant: RelevantHistory,
  lastElsewhere: LastEvent,
): PartnershipView {
  const { partnership, history, games, otherHoldings } = ground;
  const { occurredAsOf, reportedAsOf, timing } = cut;
  const facts = once(() => factsInView(ground, cut, timing));
  const visible = bearing(history, reportedAsOf);
  const lastHere = visible.length === 0 ? null : latestOf([visible.at(-1) ?? null, ...bearing(games, reportedAsOf)]);
  const last = lastHere && latestOf([lastHere, lastElsewhere]);
  return {
    partnership,
    cut,
    ground,
    facts,
    unsupported: once(() => unsupportedFacts(ground, cut, facts().facts)),
    // Later publications have no entry, and the entries of what they replaced do not mention them.
    audit: once(() => {
      const bears = new Set(bearing(history, reportedAsOf, certaintyOf(timing)).map(({ position }) => position));
      return audit(history, relevant, (position) => bears.has(position));
    }),
    last,
    lastHere,
    editions: new Set(visible.flatMap((event) => (event.kind === 'report' ? event.games : []))),
    names: once(() => subjectNames(subjectsIn(visible))),
    dependsOn: JSON.stringify([
      partnership,
      history.at(-1)?.position ?? 0,
      games.map(({ position }) => position),
      otherHoldings,
      last,
      occurredAsOf,
      reportedAsOf,
      timing,
    ]),
  };
}

/** A partnership through a cut. Its read models are built from this. Each part is computed once, on first use. */
export type PartnershipView = {
  readonly partnership: string;
  readonly cut: ResolvedCut;
  readonly ground: Ground;
  readonly facts: () => FactsInView;
  readonly unsupported: () => readonly ViewFact[];
  readonly audit: () => readonly AuditEntry[];
  /** Null if no event of the partnership is visible. */
  readonly last: LastEvent;
  /** The same without what other partnerships hold, on which nothing rests but flags. */
  readonly lastHere: LastEvent;
  /** Games that any visible report is about, including reports that no longer count. */
  readonly editions: ReadonlySet<Edition>;
  /** The names that its articles register. */
  readonly names: () => SubjectNames;
  /** What the answers depend on beside the question: equal text, equal answers. */
  readonly dependsOn: string;
};

/** The last event that an answer depends on, or null. */
export type LastEvent = { readonly position: number; readonly recordedAt: string } | null;

function once<T>(compute: () => T): () => T {
  let computed: { readonly value: T } | null = null;
  return () => {
    computed ??= { value: compute() };
    return computed.value;
  };
}

/** The names for a partnership: those of the register, then those that its own articles register. */
export function namesFor(view: PartnershipView, register: SubjectNames): SubjectNames {
  return (kind, slug) => register(kind, slug) ?? view.names()(kind, slug);
}

/**
 * The subjects that the articles of a history register, whenever they were recorded: by article, the latest revision of
 * each first.
 */
export function subjectsIn(history: readonly LedgerEvent[]): readonly NamedSubject[] {
  return history
    .flatMap((event) => (event.kind === 'reading' && event.read.subjects !== undefined ? [event.read] : []))
    .toSorted((a, b) => (a.article === b.article ? b.revision - a.revision : a.article < b.article ? -1 : 1))
    .flatMap(({ subjects = [] }) => subjects);
}

/** The event with the highest position. */
export function latestOf(events: readonly LastEvent[]): LastEvent {
  const latest = events.reduce((a, b) => (a === null || (b !== null && b.position > a.position) ? b : a), null);
  return latest && { position: latest.position, recordedAt: latest.recordedAt };
}

export function editionsIn(history: readonly LedgerEvent[]): ReadonlySet<Edition> {
  return new Set(history.flatMap(editionsNamed));
}
