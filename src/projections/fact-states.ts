import { statesOf } from '../domain/decisions/decide.ts';
import type { FactState } from '../domain/facts/fact.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';

/**
 * The states of the facts of a growing history, through the recorded clock alone: everything counts, whenever it was
 * published or happened. Facts that share reports, because they were merged or because a thing stops and starts again,
 * are folded together. What was folded after the last event is kept until an event touches it.
 */
export function factStates(index: IndexedHistory): FactStates {
  const { kept, about, touchedBy, groupOf, last, lastOf, isStateful, isTurning } = index;
  // The groups whose states other facts may end or change.
  const turned = new Set<string>();

  const fold = (facts: ReadonlySet<string>, events: readonly LedgerEvent[]): readonly FactState[] =>
    statesOf(events).filter(({ evidence }) => evidence.some(({ report }) => facts.has(report.fact)));

  const isUntouchedSince = (facts: ReadonlySet<string>, position: number): boolean =>
    last() <= position ||
    ([...facts].every((fact) => lastOf(fact) <= position) && (about(facts).at(-1)?.position ?? 0) <= position);

  const ofGroup = (id: string, facts: ReadonlySet<string>, position: number): readonly FactState[] => {
    const known = kept.get(id);
    const isSame = known?.facts.size === facts.size && [...facts].every((fact) => known.facts.has(fact));
    if (isSame && known.from <= position && position < known.until) return known.states;
    const states = fold(facts, about(facts, position));
    if (!isUntouchedSince(facts, position)) return states;
    if ([...facts].some(isStateful)) turned.add(id);
    kept.set(id, { facts, states, from: position, until: Number.POSITIVE_INFINITY });
    return states;
  };

  const close = (id: string, position: number) => {
    const known = kept.get(id);
    if (known !== undefined) known.until = Math.min(known.until, position);
  };

  return {
    at: (facts, position) => {
      const groups = new Map<string, ReadonlySet<string>>();
      for (const fact of facts) {
        const group = groupOf(fact);
        groups.set(idOf(group), group);
      }
      return [...groups]
        .flatMap(([id, group]) => ofGroup(id, group, position))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    },
    note: (event) => {
      if (kept.isEmpty()) return;
      const touched = touchedBy([event]);
      for (const fact of touched) close(idOf(groupOf(fact)), event.position);
      if (turned.size > 0 && [...touched].some(isTurning)) for (const id of turned) close(id, event.position);
    },
  };
}

/** What the states of facts are made from. */
type IndexedHistory = {
  readonly kept: KeptStates;
  readonly about: (facts: Iterable<string>, through?: number) => readonly LedgerEvent[];
  readonly touchedBy: (events: readonly LedgerEvent[]) => ReadonlySet<string>;
  /** A fact with those that it shares reports with. */
  readonly groupOf: (fact: string) => ReadonlySet<string>;
  /** Position of the last event of the history. */
  readonly last: () => number;
  /** Position of the last event that names a fact. */
  readonly lastOf: (fact: string) => number;
  readonly isStateful: (fact: string) => boolean;
  readonly isTurning: (fact: string) => boolean;
};

type FactStates = {
  readonly at: (facts: Iterable<string>, position: number) => readonly FactState[];
  /** Takes note of the next event, after the index has. */
  readonly note: (event: LedgerEvent) => void;
};

/** Where states are kept, for good or until there are too many. */
export type KeptStates = {
  readonly get: (id: string) => KeptGroup | undefined;
  readonly set: (id: string, group: KeptGroup) => unknown;
  readonly isEmpty: () => boolean;
};

/** Keeps every state. */
export function keepAll(): KeptStates {
  const groups = new Map<string, KeptGroup>();
  return {
    get: (id) => groups.get(id),
    set: (id, group) => groups.set(id, group),
    isEmpty: () => groups.size === 0,
  };
}

/** The states of some facts from a position until an event touched them. */
export type KeptGroup = {
  readonly facts: ReadonlySet<string>;
  readonly states: readonly FactState[];
  readonly from: number;
  until: number;
};

// Any of its keys would do: it must be the same whichever fact is asked for.
function idOf(group: ReadonlySet<string>): string {
  let id: string | null = null;
  for (const fact of group) if (id === null || fact < id) id = fact;
  return id ?? '';
}
