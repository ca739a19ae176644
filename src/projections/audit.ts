import type { LedgerEvent } from '../domain/ledger-event.ts';
import { type Effects, effectsOf } from './effects.ts';
import { type IngestEvents, ingestsOf } from './ingests.ts';
import { lateness } from './lateness.ts';
import { referenceEffects } from './reference-effects.ts';
import { type RelevantHistory, relevantHistory } from './relevant-history.ts';
import type { AuditEntry } from './shapes/audit.ts';
import { succession } from './succession.ts';

/** What an event asserts, as answers show it. */
export function assertedBy(event: LedgerEvent): AuditEntry['asserted'] {
  if (event.kind === 'reading') {
    const { reports, omitted: _omitted, article: _article, revision: _revision, ...read } = event.read;
    return { ...read, reports: reports.length };
  }
  if (event.kind === 'retraction') return { ...event.retracted };
  if (event.kind === 'decision') {
    const { type: _type, fact: _fact, ...decision } = event.decision;
    return event.damaged ? { ...decision, damaged: ['value'] } : decision;
  }
  const { modality, date, games, note, fields, damaged } = event;
  const { reference, publisher, title } = event.kind === 'reference' ? event.metadata : {};
  const source = reference === undefined ? {} : { reference, publisher, title };
  return {
    modality,
    date: date?.edtf ?? null,
    games,
    note,
    ...fields,
    ...source,
    ...(damaged.length > 0 ? { damaged } : {}),
  };
}

/** The type of an event, by the name under which it is stored. */
export function typeOf(event: LedgerEvent): string {
  if (event.kind === 'reading') return 'ArticleRead';
  if (event.kind === 'retraction') return 'ArticleRetracted';
  return event.kind === 'decision' ? event.decision.type : event.type.type;
}

function factOf(event: LedgerEvent): string | null {
  if (event.kind === 'report' || event.kind === 'reference') return event.fact;
  return event.kind === 'decision' ? event.decision.fact : null;
}

function placeOf(event: LedgerEvent, ingest: IngestEvents): Pick<AuditEntry, 'article' | 'revision' | 'paragraphs'> {
  if (event.kind === 'report') {
    const { article, revision, paragraphs } = event.metadata;
    return { article, revision, paragraphs };
  }
  if (event.kind === 'reading') return { article: event.read.article, revision: event.read.revision, paragraphs: [] };
  if (event.kind === 'retraction') {
    return { article: event.retracted.article, revision: event.retracted.revision, paragraphs: [] };
  }
  // A correction that an article file carries stands with the report that it judges.
  const judged = event.kind === 'decision' && 'reports' in event.decision ? event.decision.reports : [];
  const report = ingest.find((one) => one.kind === 'report' && judged.includes(one.id));
  return report === undefined ? { article: null, revision: null, paragraphs: [] } : placeOf(report, ingest);
}

type Done = Pick<AuditEntry, 'effects' | 'alsoTouched'>;

// What a reading or a retraction does beyond the reports that were recorded with it: the facts that it drops.
function beyond(effects: Effects, ingest: IngestEvents): AuditEntry['alsoTouched'] {
  const reported = new Set(ingest.map(factOf));
  return [...effects]
    .filter(([fact, found]) => !reported.has(fact) && found.length > 0)
    .map(([fact, found]) => ({ fact, effects: [...found] }))
    .toSorted((a, b) => (a.fact < b.fact ? -1 : 1));
}

function doneBy(event: LedgerEvent, effects: Effects, ingest: IngestEvents): Done {
  const fact = factOf(event);
  if (fact !== null) return { effects: [...(effects.get(fact) ?? [])], alsoTouched: [] };
  const alsoTouched = beyond(effects, ingest);
  return { effects: [...new Set(alsoTouched.flatMap((one) => one.effects))], alsoTouched };
}

// What an ingest did never changes: its effects are worked out once, however often and at whatever cut they are read.
const remembered = new WeakMap<RelevantHistory, Map<number, Effects>>();

function effectsOnce(ingest: IngestEvents, relevant: RelevantHistory): Effects {
  const known = remembered.get(relevant) ?? new Map<number, Effects>();
  remembered.set(relevant, known);
  const end = ingest.at(-1)?.position ?? 0;
  const effects = known.get(end) ?? effectsOf(ingest, relevant);
  known.set(end, effects);
  return effects;
}

function indexed(history: readonly LedgerEvent[]): RelevantHistory {
  const relevant = relevantHistory();
  relevant.add(history);
  return relevant;
}

/** The audit trail of a history: one entry an event, in recorded order. `relevant` is the same history, indexed. */
export function audit(
  history: readonly LedgerEvent[],
  relevant: RelevantHistory = indexed(history),
): readonly AuditEntry[] {
  const isLate = lateness(history);
  const { supersedes, supersededBy } = succession(history);
  const ofReferences = referenceEffects(history);
  return ingestsOf(history).flatMap((ingest) => {
    const effects = effectsOnce(ingest, relevant);
    return ingest.map((event) => ({
      position: event.position,
      recordedAt: event.recordedAt,
      recordedBy: event.recordedBy,
      event: { id: event.id, type: typeOf(event), stream: event.stream, revision: event.revision },
      ...placeOf(event, ingest),
      fact: factOf(event),
      asserted: assertedBy(event),
      ...(event.kind === 'reference'
        ? { effects: [ofReferences.get(event.id) ?? 'entered'], alsoTouched: [] }
        : doneBy(event, effects, ingest)),
      late: event.kind === 'report' && isLate(event),
      supersedes: supersedes.get(event.id) ?? null,
      supersededBy: supersededBy.get(event.id) ?? null,
    }));
  });
}
