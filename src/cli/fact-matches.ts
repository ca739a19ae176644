import { type FactKeyParts, factParts } from '../domain/vocabulary/fact-parts.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';

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
    const similar = [...similarSubjects(fact, sameKind, isRegistered), ...withOrWithoutGames(fact, sameKind)];
    return [...new Set(similar.map(({ key: known }) => known))].slice(0, maxNearFacts);
  };
  return {
    joined: distinct.flatMap((key) => known.get(key) ?? []),
    created: distinct.filter((key) => !known.has(key)).map((key) => ({ key, near: near(key) })),
  };
}

/** A fact of the ledger, or of files before. */
export type KnownFact = { readonly key: string; readonly status: string; readonly articles: readonly string[] };

type IsRegistered = (kind: string, subject: string) => boolean;

export type FactMatches = { readonly joined: readonly KnownFact[]; readonly created: readonly NewFact[] };

/** A fact that a file would create, and known facts that it may mean. */
type NewFact = { readonly key: string; readonly near: readonly string[] };

type Placed = FactKeyParts & { readonly key: string };

// An unknown subject may be a typing mistake.
function similarSubjects(fact: Placed, sameKind: readonly Placed[], isRegistered: IsRegistered): readonly Placed[] {
  const subjects = new Set(sameKind.map(({ subject }) => subject));
  if (subjects.has(fact.subject) || isRegistered(fact.kind, fact.subject)) return [];
  const near = nearest(fact.subject, subjects);
  const candidates = near.flatMap((subject) => sameKind.filter((known) => known.subject === subject));
  const asMilestone = candidates.filter(({ milestone }) => milestone === fact.milestone);
  const asEdition = asMilestone.filter(({ edition }) => edition === fact.edition);
  return [asEdition, asMilestone, candidates].find((facts) => facts.length > 0) ?? [];
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

const maxNearFacts = 3;
