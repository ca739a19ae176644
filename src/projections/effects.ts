import { mergedInto } from '../domain/evidence-at.ts';
import { type Fact, factsAt } from '../domain/fact.ts';
import { type FactState, factState } from '../domain/fact-state.ts';
import type { DecisionEvent, LedgerEvent } from '../domain/ledger-event.ts';
import { contains, equalBounds, type UncertainDate } from '../domain/uncertain-date.ts';
import type { IngestEvents } from './ingests.ts';
import type { RelevantHistory } from './relevant-history.ts';
import type { Effect } from './shapes/audit.ts';

/** What an ingest did to each fact that it touched. */
export type Effects = ReadonlyMap<string, readonly Effect[]>;

type Known = { readonly fact: Fact; readonly state: FactState };

// Through no other clock: everything that is recorded counts, whenever it was published or happened.
const endOfTime = '9999-12-31';
const known = (history: readonly LedgerEvent[]): ReadonlyMap<string, Known> =>
  new Map(
    factsAt(history, null, 'possible').flatMap((fact) => {
      const state = factState(fact, endOfTime, 'possible');
      return state === null ? [] : [[fact.key, { fact, state }]];
    }),
  );

const shown = ({ state }: Known): string =>
  JSON.stringify([
    state.stage,
    state.occurrence?.date ?? null,
    state.plan.current?.date ?? null,
    Object.entries(state.fields).map(([field, { value }]) => [field, value]),
    state.contested,
  ]);

const modalities = ({ fact }: Known): string =>
  [...new Set(fact.evidence.map(({ report }) => report.modality))].toSorted().join(' ');

const dispute = ({ state }: Known): number => state.contests.flatMap(({ alternatives }) => alternatives).length;

const within = (after: UncertainDate | null | undefined, before: UncertainDate | null | undefined): boolean =>
  after == null || before == null || contains(before, after);

const advances = (before: Known, after: Known): boolean => {
  if (before.state.stage !== after.state.stage || modalities(before) !== modalities(after)) return true;
  const [old, now] = [before.state.plan.current?.date, after.state.plan.current?.date];
  return old !== undefined && now !== undefined && !equalBounds(old, now) && !within(now, old);
};

const compare = (before: Known | undefined, after: Known | undefined): readonly Effect[] => {
  if (after === undefined) return [];
  if (before === undefined) return after.state.contested ? ['entered', 'contested'] : ['entered'];
  if (shown(before) === shown(after) && modalities(before) === modalities(after)) {
    return dispute(after) > dispute(before) ? ['contested'] : ['corroborated'];
  }
  const found: Effect[] = [];
  if (advances(before, after)) found.push('advanced');
  if (after.state.contested && dispute(after) > dispute(before)) found.push('contested');
  return found.length > 0 ? found : ['narrowed'];
};

const decided = (ingest: IngestEvents, fact: string): readonly Effect[] =>
  ingest.flatMap((event): Effect[] => {
    if (event.kind !== 'decision' || event.decision.fact !== fact) return [];
    if (event.decision.type === 'FactCorrected') return ['corrected'];
    if (event.decision.type === 'ContestResolved') return ['resolved'];
    return event.decision.type === 'FactRetracted' ? ['retracted'] : [];
  });

const lost = (before: Known | undefined, after: Known | undefined): boolean => {
  const remaining = new Set(after?.fact.evidence.map(({ report }) => report.id));
  return before?.fact.evidence.some(({ report }) => !remaining.has(report.id)) ?? false;
};

/**
 * What an ingest did to the facts that it touched: each before and after the whole of it. `relevant` holds at least
 * the history up to the end of the ingest.
 */
export const effectsOf = (ingest: IngestEvents, relevant: RelevantHistory): Effects => {
  const start = ingest[0]?.position ?? 0;
  const end = ingest.at(-1)?.position ?? 0;
  const touched = relevant.touchedBy(ingest);
  const about = relevant.about(touched).filter(({ position }) => position <= end);
  const before = known(about.filter(({ position }) => position < start));
  const after = known(about);
  const merges = about.filter((event) => event.kind === 'decision' && event.decision.type === 'FactsMerged');
  const reported = new Set(ingest.flatMap((event) => (event.kind === 'report' ? [event.fact] : [])));
  const retracts = ingest.some(({ kind }) => kind === 'retraction');

  return new Map(
    [...touched].map((fact) => {
      const key = mergedInto(fact, merges as readonly DecisionEvent[]);
      const [was, is] = [before.get(fact) ?? before.get(key), after.get(key)];
      const changed = reported.has(fact) || was === undefined ? compare(was, is) : [];
      const dropped: Effect[] = lost(was, is) ? [retracts ? 'retracted' : 'superseded'] : [];
      return [fact, [...new Set([...changed, ...dropped, ...decided(ingest, fact)])]];
    }),
  );
};
