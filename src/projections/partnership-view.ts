import type { Edition } from '../domain/edition.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { audit } from './audit.ts';
import { bearing } from './bearing.ts';
import type { ResolvedCut } from './clocks.ts';
import {
  certaintyOf,
  type FactsInView,
  factsInView,
  type Ground,
  unsupportedFacts,
  type ViewFact,
} from './facts-in-view.ts';
import type { RelevantHistory } from './relevant-history.ts';
import type { AuditEntry } from './shapes/audit.ts';

/** A partnership through a cut: what all its read models are made from, each part computed once when it is needed. */
export type PartnershipView = {
  readonly partnership: string;
  readonly cut: ResolvedCut;
  readonly ground: Ground;
  readonly facts: () => FactsInView;
  readonly unsupported: () => readonly ViewFact[];
  readonly audit: () => readonly AuditEntry[];
  /** The last event that bears on an answer; null if there is none. */
  readonly last: { readonly position: number; readonly recordedAt: string } | null;
  /** The Games that any report names that a reader could know of, be it that it counts no more. */
  readonly editions: ReadonlySet<Edition>;
  /** What the answers depend on, beside what is asked: equal text, equal answers. */
  readonly dependsOn: string;
};

function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | null = null;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}

function lastOf(events: readonly LedgerEvent[]): PartnershipView['last'] {
  return events.reduce<PartnershipView['last']>(
    (last, { position, recordedAt }) => (last !== null && last.position >= position ? last : { position, recordedAt }),
    null,
  );
}

/**
 * A partnership at a cut. `relevant` is the indexed history of its stream, which may go beyond the cut;
 * `elsewhere` is the last event of other partnerships that the answer uses.
 */
export function partnershipView(
  ground: Ground,
  cut: ResolvedCut,
  relevant: RelevantHistory,
  elsewhere: PartnershipView['last'],
): PartnershipView {
  const { partnership, history, games, otherHoldings } = ground;
  const facts = once(() => factsInView(ground, cut, cut.timing));
  const own = bearing(history, cut.reportedAsOf);
  const last = [lastOf(own), lastOf(bearing(games, cut.reportedAsOf)), elsewhere]
    .filter((event) => event !== null)
    .reduce<PartnershipView['last']>((a, b) => (a !== null && a.position > b.position ? a : b), null);
  const { occurredAsOf, reportedAsOf, timing } = cut;
  return {
    partnership,
    cut,
    ground,
    facts,
    unsupported: once(() => unsupportedFacts(ground, cut, facts().facts)),
    audit: once(() => visibleTo(bearing(history, reportedAsOf, certaintyOf(timing)), audit(history, relevant))),
    last: own.length === 0 ? null : last,
    editions: new Set(own.flatMap((event) => (event.kind === 'report' ? event.games : []))),
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

// What was published later neither stands in the trail nor shows through in what it replaced.
function visibleTo(events: readonly LedgerEvent[], entries: readonly AuditEntry[]): readonly AuditEntry[] {
  const positions = new Set(events.map(({ position }) => position));
  return entries.flatMap((entry) => {
    if (!positions.has(entry.position)) return [];
    const { supersededBy } = entry;
    return supersededBy === null || positions.has(supersededBy) ? [entry] : [{ ...entry, supersededBy: null }];
  });
}
