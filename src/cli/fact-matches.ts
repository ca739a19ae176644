import type { ReadingDraft, ReportDraft } from '../domain/decisions/reading.ts';
import { withoutYear } from '../domain/facts/plan-status.ts';
import { type Day, spanBetween, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
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
    const similar = [
      ...similarSubjects(fact, sameKind, isRegistered),
      ...withOrWithoutGames(fact, sameKind),
      ...otherInstances(fact, sameKind),
    ];
    return [...new Set(similar.map(({ key: known }) => known))].slice(0, maxNearFacts);
  };
  return {
    joined: distinct.flatMap((key) => known.get(key) ?? []),
    created: distinct.filter((key) => !known.has(key)).map((key) => ({ key, near: near(key) })),
  };
}

/** A fact of the ledger, or of files before; `occurred` is the day on which it happened, if it did. */
export type KnownFact = {
  readonly key: string;
  readonly status: string;
  readonly articles: readonly string[];
  readonly occurred: UncertainDate | null;
  readonly planned: KnownPlan | null;
};

/** The day that reports name for a plan, and the first day on which one of them may have been published. */
type KnownPlan = { readonly date: UncertainDate; readonly toldFrom: Day | null };

/**
 * What to tell an author whose report joins a fact that happened years before or after the day of the report: it may be
 * another time of the same. Null where no report is so far away.
 */
export function distantDay({ key, occurred }: KnownFact, reports: readonly ReportDraft[]): string | null {
  if (occurred === null) return null;
  for (const { fact, date, modality } of reports) {
    if (fact !== key || date === null || modality === 'denied') continue;
    const { min, max } = spanBetween(occurred, uncertainDate(date));
    const days = Math.max(min ?? 0, -(max ?? 0));
    if (days < daysInYear) continue;
    const years = Math.floor(days / daysInYear);
    const away = years === 1 ? 'more than a year' : `${years} years`;
    return `${date} is ${away} from ${occurred.edtf}, when it happened: if this is another time, name the instance in its subject, after a dot`;
  }
  return null;
}

const daysInYear = 365;

/**
 * What to tell an author whose report plans without a day what has one: the day stays, and only a postponement takes it
 * away. Null where the file is the only one that tells of the day, or came out before it was told.
 */
export function keptDay(
  { key, occurred, planned, articles }: KnownFact,
  { article, published, reports }: Pick<ReadingDraft, 'article' | 'published' | 'reports'>,
): string | null {
  const undated = reports.find(
    ({ fact, date, modality, fields }) =>
      fact === key && date === null && modality === 'planned' && fields['after'] === undefined,
  );
  if (undated === undefined || planned === null || occurred !== null) return null;
  if (articles.every((one) => one === article)) return null;
  const latest = published === null ? null : uncertainDate(published).latest;
  if (latest !== null && planned.toldFrom !== null && latest < planned.toldFrom) return null;
  const { kind } = factParts(key);
  const postponed = reportTypes.find((type) => type.kind === kind && type.milestone === 'postponed')?.type;
  const instead =
    postponed === undefined || postponed === undated.type
      ? `if that day is given up, write ${undated.type} with denied: ${planned.date.edtf}`
      : `if it is put off, write ${postponed}, without a day: until further notice`;
  return `the plan for ${planned.date.edtf} stays, since this report names no day: ${instead}`;
}

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

// Other years of the same thing: a plan and what came of it may lie in two years, and then one of them names its instance.
function otherInstances({ key }: Placed, sameKind: readonly Placed[]): readonly Placed[] {
  const yearless = withoutYear(key);
  if (yearless === key || !key.startsWith('partnership/')) return [];
  return sameKind.filter((known) => withoutYear(known.key) === yearless);
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
