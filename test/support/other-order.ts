import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';

type Ingest = { readonly events: readonly LedgerEvent[]; readonly key: number; readonly after: ReadonlySet<string> };

const first = ({ events }: Ingest): LedgerEvent => events[0] as LedgerEvent;

// Whether somebody decided it on what was there, rather than an article carrying it.
const isDecision = ([event]: readonly LedgerEvent[]): boolean => event?.kind === 'decision';

// What must have been recorded before, for anybody to have decided it.
const groundsOf = (events: readonly LedgerEvent[]): readonly string[] => {
  const [event] = events;
  if (event?.kind === 'decision') return 'reports' in event.decision ? event.decision.reports : [];
  return event?.kind === 'retraction' ? [`${event.retracted.article} ${event.retracted.revision}`] : [];
};

const givesRiseTo = (events: readonly LedgerEvent[]): readonly string[] =>
  events.flatMap((event) => [
    event.id,
    ...(event.kind === 'reading' ? [`${event.read.article} ${event.read.revision}`] : []),
  ]);

/**
 * The same ingests recorded in another order, by random keys: anything may come before anything, but a decision comes
 * after what it judges and after the decisions before it, among which the later wins, and a retraction after the
 * reading of the revision that it judges.
 */
export const inOtherOrder = (events: readonly LedgerEvent[], keys: readonly number[]): readonly LedgerEvent[] => {
  const ingests = [...Map.groupBy(events, ({ correlationId }) => correlationId).values()];
  let before: string | null = null;
  let waiting = ingests.map((ofIngest, i): Ingest => {
    const after = new Set(groundsOf(ofIngest));
    if (isDecision(ofIngest)) {
      if (before !== null) after.add(before);
      before = ofIngest[0]?.id ?? null;
    }
    return { events: ofIngest, key: keys[i % keys.length] ?? 0, after };
  });
  const there = new Set<string>();
  const ordered: LedgerEvent[] = [];
  while (waiting.length > 0) {
    const [next] = waiting.filter(({ after }) => after.isSubsetOf(there)).toSorted((a, b) => a.key - b.key);
    if (next === undefined) throw new Error(`${first(waiting[0] as Ingest).id} judges what is nowhere`);
    ordered.push(...next.events);
    for (const name of givesRiseTo(next.events)) there.add(name);
    waiting = waiting.filter((ingest) => ingest !== next);
  }
  return ordered.map((event, i) => ({ ...event, position: i + 1 }));
};
