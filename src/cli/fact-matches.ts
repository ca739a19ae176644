import { nearest } from '../domain/nearest.ts';
import { type FactParts, factParts } from './fact-parts.ts';

/** A fact that is known already: its key, where it stands, and the articles behind it. */
export type KnownFact = { readonly key: string; readonly status: string; readonly articles: readonly string[] };

/** A fact that a file would create, and known ones that may be meant. */
export type NewFact = { readonly key: string; readonly near: readonly string[] };

/** What a file would do to the facts. */
export type FactMatches = { readonly joined: readonly KnownFact[]; readonly created: readonly NewFact[] };

/** Whether a subject of a kind is registered, itself and not by what it is an instance of. */
export type IsRegistered = (kind: string, subject: string) => boolean;

type Placed = FactParts & { readonly key: string };

const mostNear = 3;

// A subject that nobody knows may be a mistyped form of a known one of the same kind.
function mistyped(fact: Placed, sameKind: readonly Placed[], isRegistered: IsRegistered): readonly Placed[] {
  const subjects = new Set(sameKind.map(({ subject }) => subject));
  if (subjects.has(fact.subject) || isRegistered(fact.kind, fact.subject)) return [];
  const near = nearest(fact.subject, subjects);
  const candidates = near.flatMap((subject) => sameKind.filter((known) => known.subject === subject));
  const asMilestone = candidates.filter(({ milestone }) => milestone === fact.milestone);
  const asEdition = asMilestone.filter(({ edition }) => edition === fact.edition);
  return [asEdition, asMilestone, candidates].find((some) => some.length > 0) ?? [];
}

// One article may name the Games that another leaves out.
function withOrWithoutGames(fact: Placed, sameKind: readonly Placed[]): readonly Placed[] {
  return sameKind.filter(
    ({ subject, milestone, edition }) =>
      subject !== '' &&
      subject === fact.subject &&
      milestone === fact.milestone &&
      (edition === null) !== (fact.edition === null),
  );
}

/** The facts that a file with reports on `keys` would join and create, in the order of the file. */
export function factMatches(
  keys: readonly string[],
  known: ReadonlyMap<string, KnownFact>,
  isRegistered: IsRegistered,
): FactMatches {
  const byKind = Map.groupBy(
    [...known.keys()].map((key): Placed => ({ key, ...factParts(key) })),
    ({ kind }) => kind,
  );
  const distinct = [...new Set(keys)];
  const near = (key: string): readonly string[] => {
    const fact = { key, ...factParts(key) };
    const sameKind = byKind.get(fact.kind) ?? [];
    const meant = [...mistyped(fact, sameKind, isRegistered), ...withOrWithoutGames(fact, sameKind)];
    return [...new Set(meant.map((one) => one.key))].slice(0, mostNear);
  };
  return {
    joined: distinct.flatMap((key) => known.get(key) ?? []),
    created: distinct.filter((key) => !known.has(key)).map((key) => ({ key, near: near(key) })),
  };
}
