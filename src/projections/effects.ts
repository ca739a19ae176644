import { lastDay } from '../domain/day.ts';
import { mergedInto, mergesIn } from '../domain/evidence-at.ts';
import { type Fact, factsAt } from '../domain/fact.ts';
import { type FactState, factState } from '../domain/fact-state.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { contains, equalBounds, type UncertainDate } from '../domain/uncertain-date.ts';
import type { IngestEvents } from './ingests.ts';
import type { RelevantHistory } from './relevant-history.ts';
import type { Effect } from './shapes/audit.ts';

/** What an ingest did to each fact that it touched. */
export type Effects = ReadonlyMap<string, readonly Effect[]>;

type Known = { readonly fact: Fact; readonly state: FactState };

// Through no other clock: everything that is recorded counts, whenever it was published or happened.
function known(history: readonly LedgerEvent[]): ReadonlyMap<string, Known> {
  return new Map(
    factsAt(history, null, 'possible').flatMap((fact) => {
      const state = factState(fact, lastDay, 'possible');
      return state === null ? [] : [[fact.key, { fact, state }]];
    }),
  );
}

function shown({ state }: Known): string {
  return JSON.stringify([
    state.stage,
    state.occurrence?.date ?? null,
    state.plan.current?.date ?? null,
    Object.entries(state.fields).map(([field, { value }]) => [field, value]),
    state.contested,
  ]);
}

function modalities({ fact }: Known): string {
  return [...new Set(fact.evidence.map(({ report }) => report.modality))].toSorted().join(' ');
}

function dispute({ state }: Known): number {
  return state.contests.flatMap(({ alternatives }) => alternatives).length;
}

function within(after: UncertainDate | null | undefined, before: UncertainDate | null | undefined): boolean {
  return after == null || before == null || contains(before, after);
}

function advances(before: Known, after: Known): boolean {
  if (before.state.stage !== after.state.stage || modalities(before) !== modalities(after)) return true;
  const [old, now] = [before.state.plan.current?.date, after.state.plan.current?.date];
  return old !== undefined && now !== undefined && !equalBounds(old, now) && !within(now, old);
}

function disputed(before: Known | undefined, after: Known): boolean {
  return after.state.contested && (before === undefined || dispute(after) > dispute(before));
}

function compare(before: Known | undefined, after: Known | undefined): readonly Effect[] {
  if (after === undefined) return [];
  const contested: readonly Effect[] = disputed(before, after) ? ['contested'] : [];
  if (before === undefined) return ['entered', ...contested];
  if (shown(before) === shown(after) && modalities(before) === modalities(after)) {
    // What a steward has settled is not contested by one alternative more that his decision covers.
    return contested.length > 0 ? contested : ['corroborated'];
  }
  const found: readonly Effect[] = advances(before, after) ? ['advanced', ...contested] : contested;
  // What came in the place of a report that is gone is neither more nor less than it was.
  return found.length > 0 || lost(before, after) ? found : ['narrowed'];
}

function lost(before: Known | undefined, after: Known | undefined): boolean {
  const remaining = new Set(after?.fact.evidence.map(({ report }) => report.id));
  return before?.fact.evidence.some(({ report }) => !remaining.has(report.id)) ?? false;
}

// What was reported on a fact, and counts for nothing: a higher revision was there before, or a steward took it back.
function inVain(ingest: IngestEvents, about: readonly LedgerEvent[]): Effect {
  const isReplaced = ingest.some(
    (event) =>
      event.kind === 'reading' &&
      about.some(
        (one) =>
          one.kind === 'reading' && one.read.article === event.read.article && one.read.revision > event.read.revision,
      ),
  );
  return isReplaced ? 'superseded' : 'retracted';
}

const named: Readonly<Record<string, Effect>> = {
  FactCorrected: 'corrected',
  ContestResolved: 'resolved',
  FactRetracted: 'retracted',
};

function decided(ingest: IngestEvents, fact: string): readonly Effect[] {
  return ingest.flatMap((event) =>
    event.kind === 'decision' && event.decision.fact === fact ? (named[event.decision.type] ?? []) : [],
  );
}

/**
 * What an ingest did to the facts that it touched: each before and after the whole of it. `relevant` holds at least
 * the history up to the end of the ingest.
 */
export function effectsOf(ingest: IngestEvents, relevant: RelevantHistory): Effects {
  const start = ingest[0]?.position ?? 0;
  const end = ingest.at(-1)?.position ?? 0;
  const touched = relevant.touchedBy(ingest);
  const about = relevant.about(touched).filter(({ position }) => position <= end);
  const before = known(about.filter(({ position }) => position < start));
  const after = known(about);
  const merges = mergesIn(about);
  const reported = Map.groupBy(
    ingest.filter((event) => event.kind === 'report'),
    ({ fact }) => fact,
  );
  const isComplete = ingest.some(({ kind }) => kind === 'reading');
  const retracts = ingest.some(
    (event) => event.kind === 'retraction' || (event.kind === 'decision' && event.decision.type === 'FactRetracted'),
  );
  const joined = new Set(mergesIn(ingest).map(({ decision }) => decision.fact));

  const changes = (fact: string, was: Known | undefined, is: Known | undefined): readonly Effect[] => {
    const reports = reported.get(fact);
    if (reports === undefined && was !== undefined && !joined.has(fact)) {
      return is !== undefined && disputed(was, is) ? ['contested'] : [];
    }
    const counting = new Set(is?.fact.evidence.map(({ report }) => report.id));
    const counts = reports?.some(({ id }) => counting.has(id)) ?? true;
    return counts || !isComplete ? compare(was, is) : [inVain(ingest, about)];
  };

  return new Map(
    [...touched].map((fact) => {
      const key = mergedInto(fact, merges);
      // A key that stands for another fact by now, and is not reported here, has no effects of its own.
      if (key !== fact && !reported.has(fact)) return [fact, []];
      const [was, is] = [before.get(fact) ?? before.get(key), after.get(key)];
      const dropped: Effect[] = lost(was, is) ? [retracts ? 'retracted' : 'superseded'] : [];
      return [fact, [...new Set([...changes(fact, was, is), ...dropped, ...decided(ingest, fact)])]];
    }),
  );
}
