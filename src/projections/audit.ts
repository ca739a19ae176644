import type { LedgerEvent, ReportEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import { type Effects, effectsOf } from './effects.ts';
import { type IngestEvents, ingestsOf } from './ingests.ts';
import { type RelevantHistory, relevantHistory } from './relevant-history.ts';
import type { AuditEntry } from './shapes/audit.ts';
import { succession } from './succession.ts';

type ReadingOf = ReadonlyMap<string, { readonly published: UncertainDate | null; readonly since: number }>;

const readingsByArticle = (history: readonly LedgerEvent[]) =>
  Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );

// When each report was published, and the position since which the ledger could know: a re-reading is as late as
// what it replaces.
const publications = (history: readonly LedgerEvent[]): ReadingOf => {
  const found = new Map<string, { published: UncertainDate | null; since: number }>();
  for (const readings of readingsByArticle(history).values()) {
    for (const { published, reading, replaced } of publicationsOf(readings)) {
      const [first] = [...replaced, reading];
      for (const one of [...replaced, reading]) {
        for (const id of one.read.reports) found.set(id, { published, since: first?.position ?? reading.position });
      }
    }
  }
  return found;
};

type Lateness = (report: ReportEvent) => boolean;

const lateness = (history: readonly LedgerEvent[]): Lateness => {
  const published = publications(history);
  // Newest certain publication among the reports on a fact, at each position: [position, earliest day] ascending.
  const newest = new Map<string, [number, string][]>();
  for (const event of history) {
    if (event.kind !== 'report') continue;
    const day = published.get(event.id)?.published?.earliest;
    if (day == null) continue;
    const sofar = newest.get(event.fact) ?? [];
    const last = sofar.at(-1);
    if (last === undefined || last[1] < day) newest.set(event.fact, [...sofar, [event.position, day]]);
  }
  const ingestStart = new Map<number, number>();
  for (const ingest of ingestsOf(history)) {
    for (const { position } of ingest) ingestStart.set(position, ingest[0]?.position ?? position);
  }
  return (report) => {
    const own = published.get(report.id);
    const latest = own?.published?.latest;
    if (own === undefined || latest == null) return false;
    const since = Math.min(
      ingestStart.get(own.since) ?? own.since,
      ingestStart.get(report.position) ?? report.position,
    );
    return (newest.get(report.fact) ?? []).some(([position, day]) => position < since && day > latest);
  };
};

/** What an event asserts, as answers show it. */
export const assertedBy = (event: LedgerEvent): AuditEntry['asserted'] => {
  if (event.kind === 'reading') {
    const { reports, omitted: _omitted, article: _article, revision: _revision, ...read } = event.read;
    return { ...read, reports: reports.length };
  }
  if (event.kind === 'retraction') return { ...event.retracted };
  if (event.kind === 'decision') {
    const { type: _type, fact: _fact, ...decision } = event.decision;
    return decision;
  }
  const { modality, date, games, note, fields } = event;
  const { reference, publisher, title } = event.kind === 'reference' ? event.metadata : {};
  const source = reference === undefined ? {} : { reference, publisher, title };
  return { modality, date: date?.edtf ?? null, games, note, ...fields, ...source };
};

/** The type of an event, by the name under which it is stored. */
export const typeOf = (event: LedgerEvent): string => {
  if (event.kind === 'reading') return 'ArticleRead';
  if (event.kind === 'retraction') return 'ArticleRetracted';
  return event.kind === 'decision' ? event.decision.type : event.type.type;
};

const factOf = (event: LedgerEvent): string | null => {
  if (event.kind === 'report' || event.kind === 'reference') return event.fact;
  return event.kind === 'decision' ? event.decision.fact : null;
};

const placeOf = (event: LedgerEvent, ingest: IngestEvents): Pick<AuditEntry, 'article' | 'revision' | 'paragraphs'> => {
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
};

const effectsOn = (event: LedgerEvent, effects: Effects, ingest: IngestEvents): AuditEntry['effects'] => {
  const fact = factOf(event);
  if (fact !== null) return [...(effects.get(fact) ?? [])];
  const reported = new Set(ingest.map(factOf));
  // What a reading or a retraction does beyond its own reports: the facts that it drops.
  return [...new Set([...effects].flatMap(([key, found]) => (reported.has(key) ? [] : found)))];
};

// What an ingest did never changes: its effects are worked out once, however often and at whatever cut they are read.
const remembered = new WeakMap<RelevantHistory, Map<number, Effects>>();

const effectsOnce = (ingest: IngestEvents, relevant: RelevantHistory): Effects => {
  const known = remembered.get(relevant) ?? new Map<number, Effects>();
  remembered.set(relevant, known);
  const end = ingest.at(-1)?.position ?? 0;
  const effects = known.get(end) ?? effectsOf(ingest, relevant);
  known.set(end, effects);
  return effects;
};

const indexed = (history: readonly LedgerEvent[]): RelevantHistory => {
  const relevant = relevantHistory();
  relevant.add(history);
  return relevant;
};

/** The audit trail of a history: one entry an event, in recorded order. `relevant` is the same history, indexed. */
export const audit = (
  history: readonly LedgerEvent[],
  relevant: RelevantHistory = indexed(history),
): readonly AuditEntry[] => {
  const isLate = lateness(history);
  const { supersedes, supersededBy } = succession(history);
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
      effects: effectsOn(event, effects, ingest),
      late: event.kind === 'report' && isLate(event),
      supersedes: supersedes.get(event.id) ?? null,
      supersededBy: supersededBy.get(event.id) ?? null,
    }));
  });
};
