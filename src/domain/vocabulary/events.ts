import { v5 as uuidv5 } from 'uuid';
import * as z from 'zod';
import type { NewEvent, RecordedEvent } from '../../event-store/event-store.ts';
import { type UncertainDate, uncertainDate, yearOf } from './dates.ts';
import {
  type ArticleRead,
  type ArticleRetracted,
  articleRead,
  articleRetracted,
  type ContestResolved,
  contestResolved,
  decidedValue,
  decisionMetadata,
  type FactCorrected,
  type FactRetracted,
  type FactsMerged,
  factCorrected,
  factRetracted,
  factsMerged,
  type MergeUndone,
  type Modality,
  mergeUndone,
  modality,
  type ReferenceMetadata,
  type ReportMetadata,
  readingMetadata,
  referenceMetadata,
  reportMetadata,
} from './event-data.ts';
import { type EventType, type FieldValue, storedValue } from './event-type.ts';
import { eventType } from './event-types.ts';
import type { Edition } from './games-editions.ts';

/**
 * Reads a stored event: lifts old schema versions, parses its dates, and sets damaged values apart. Null for an event
 * that means nothing to the views (LedgerOpened, or a type that a newer version wrote). Throws on malformed data.
 */
export function decode(event: RecordedEvent): LedgerEvent | null {
  const type = eventType(event.type);
  if (type !== undefined) return decodeStatement(type, event);
  if (event.type === 'ArticleRead') {
    readingMetadata.parse(event.metadata);
    const read = articleRead.parse(event.data);
    return { kind: 'reading', ...envelope(event), read, published: parseDate(read.published) };
  }
  if (event.type === 'ArticleRetracted') {
    const retracted = articleRetracted.parse(event.data);
    return { kind: 'retraction', ...envelope(event), request: requestOf(event), retracted };
  }
  if (Object.hasOwn(decisions, event.type)) {
    const name = event.type as keyof typeof decisions;
    const decided = decodeDecision(name, event.data);
    const facts = [decided.decision.fact];
    return { kind: 'decision', ...envelope(event), request: requestOf(event), ...decided, facts };
  }
  return null;
}

/** A recorded event as the domain understands it. */
export type LedgerEvent = ReportEvent | ReferenceEvent | ReadingEvent | RetractionEvent | DecisionEvent;

/** One article's statement of one milestone, as recorded. */
export type ReportEvent = Envelope & Statement & { readonly kind: 'report'; readonly metadata: ReportMetadata };

type Envelope = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly correlationId: string;
};

/** What a report says, whatever its source. */
export type Statement = {
  readonly type: EventType;
  readonly fact: string;
  readonly modality: Modality;
  readonly date: UncertainDate | null;
  readonly subject: string | null;
  readonly campaign: string | null;
  readonly games: readonly Edition[];
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Fields whose stored value is not of their kind (null for a number that was too large); `fields` lacks them. */
  readonly damaged: readonly string[];
  readonly note: string | null;
};

/** A statement of a reference on a Games edition. */
export type ReferenceEvent = Envelope &
  Statement & { readonly kind: 'reference'; readonly metadata: ReferenceMetadata; readonly published: UncertainDate };

/** The reading of one revision of an article; `published` is null where it is inherited. */
export type ReadingEvent = Envelope & {
  readonly kind: 'reading';
  readonly read: ArticleRead;
  readonly published: UncertainDate | null;
};

/** The retraction of an article. */
export type RetractionEvent = Envelope &
  Requested & { readonly kind: 'retraction'; readonly retracted: ArticleRetracted };

/** SHA-256 of the HTTP request: only the same request may use its idempotency key again. Null without a request. */
type Requested = { readonly request: string | null };

/** A decision of a steward on a fact. */
export type DecisionEvent = Envelope &
  Requested & {
    readonly kind: 'decision';
    readonly decision: Decision;
    /** The facts that it is on: one, unless the reports that it judged have parted since (`streamReader`). */
    readonly facts: readonly string[];
    /** The stored value cannot be read: the audit trail shows its JSON as text, and the decision changes nothing. */
    readonly damaged: boolean;
  };

/** What a steward decided about a fact. */
export type Decision =
  | ({ readonly type: 'FactCorrected' } & FactCorrected)
  | ({ readonly type: 'FactRetracted' } & FactRetracted)
  | ({ readonly type: 'ContestResolved' } & ContestResolved)
  | ({ readonly type: 'FactsMerged' } & FactsMerged)
  | ({ readonly type: 'MergeUndone' } & MergeUndone);

function decodeStatement(type: EventType, event: RecordedEvent): LedgerEvent {
  if ('reference' in event.metadata) {
    const metadata = referenceMetadata.parse(event.metadata);
    const published = uncertainDate(metadata.published);
    const statement = statementOf(type, metadata.schema, event.data);
    return { kind: 'reference', ...envelope(event), ...statement, metadata, published };
  }
  const metadata = reportMetadata.parse(event.metadata);
  return { kind: 'report', ...envelope(event), ...statementOf(type, metadata.schema, event.data), metadata };
}

/** The key of the fact that an event names, as `decode` reads it; null if it names none. Throws on no data. */
export function keyOfEvent({ type: name, data, metadata }: RecordedEvent): string | null {
  const type = eventType(name);
  const { fact } = type === undefined ? data : lift(type, Number(metadata['schema']), data);
  return typeof fact === 'string' ? fact : null;
}

function envelope(event: RecordedEvent): Envelope {
  const { recordedBy, correlationId } = event.metadata as { recordedBy: string; correlationId: string };
  const { id, stream, revision, position, recordedAt } = event;
  return { id, stream, revision, position, recordedAt, recordedBy, correlationId };
}

function statementOf(type: EventType, version: number, stored: RecordedEvent['data']): Statement {
  const { fact, modality, date, subject, campaign, games, note, ...rest } = statementData.parse(
    lift(type, version, stored),
  );
  const damaged = Object.keys(rest).filter((name) => isDamaged(type, name, rest[name]));
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => !damaged.includes(name)));
  return {
    type,
    fact,
    modality,
    date: parseDate(date),
    subject,
    campaign,
    games,
    note,
    // Types with a field `campaign` only belong to a campaign, so their reports may disagree on it.
    fields: (campaign !== null && 'campaign' in type.fields ? { ...fields, campaign } : fields) as Statement['fields'],
    damaged,
  };
}

function lift(type: EventType, version: number, stored: RecordedEvent['data']): RecordedEvent['data'] {
  return type.upcasters.slice(version - 1).reduce((data, upcaster) => upcaster(data), stored);
}

const statementData = z.looseObject({
  fact: z.string(),
  modality,
  date: z.string().nullable(),
  subject: z.string().nullable(),
  campaign: z.string().nullable().default(null),
  games: z.array(z.string()),
  note: z.string().nullable().default(null),
});

function isDamaged(type: EventType, name: string, value: unknown): boolean {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  return field !== undefined && !storedValue(field.kind).safeParse(value).success;
}

function parseDate(edtf: string | null): UncertainDate | null {
  return edtf === null ? null : uncertainDate(edtf);
}

function requestOf({ metadata }: RecordedEvent): string | null {
  return decisionMetadata.parse(metadata).request ?? null;
}

const decisions = {
  FactCorrected: factCorrected,
  FactRetracted: factRetracted,
  ContestResolved: contestResolved,
  FactsMerged: factsMerged,
  MergeUndone: mergeUndone,
} as const;

/** The types of decisions by stewards. */
export const decisionTypes: readonly string[] = Object.keys(decisions);

// A decision with a damaged value must not make its whole partnership unreadable.
function decodeDecision(name: keyof typeof decisions, data: RecordedEvent['data']) {
  const { said, value }: { readonly said?: unknown; readonly value?: unknown } = data;
  const damaged = 'value' in data && !decidedValue.safeParse(value).success;
  const readable = {
    ...data,
    ...(damaged ? { value: JSON.stringify(value) } : {}),
    ...('said' in data && !decidedValue.safeParse(said).success ? { said: null } : {}),
  };
  return { damaged, decision: { type: name, ...decisions[name].parse(readable) } as Decision };
}

/**
 * Returns a function that reads the events of one stream in order, as `decode` does. A decision follows the reports that it
 * judged: where an upcaster gave them another key, it is on the facts that they are about now.
 */
export function streamReader(): (event: RecordedEvent) => LedgerEvent | null {
  const recurring: Rekeyed[] = [];
  const corrections: FactCorrected[] = [];
  return (event) => {
    const decoded = decode(event);
    if (decoded?.kind === 'report' && decoded.type.recurs === true) {
      recurring.push({ report: decoded, storedKey: String(event.data['fact']) });
    }
    if (decoded?.kind !== 'decision') return decoded;
    if (decoded.decision.type === 'FactCorrected') corrections.push(decoded.decision);
    return followReports(decoded, recurring, corrections);
  };
}

/** A report of what recurs, and the key under which it was stored. */
type Rekeyed = { readonly report: ReportEvent; readonly storedKey: string };

function followReports(
  event: DecisionEvent,
  recurring: readonly Rekeyed[],
  corrections: readonly FactCorrected[],
): DecisionEvent {
  const { decision } = event;
  const movedFrom = (key: string) =>
    recurring.flatMap(({ report, storedKey }) => (storedKey === key && report.fact !== key ? [report] : []));
  if ('from' in decision) {
    const [fact, from] = [decision.fact, decision.from].map((key, i, [one, other]) =>
      keyBeside(key, movedFrom(key), recurring, (i === 0 ? other : one) ?? key),
    ) as [string, string];
    return { ...event, decision: { ...decision, fact, from }, facts: [fact] };
  }
  const moved = movedFrom(decision.fact).filter(({ id }) => decision.reports.includes(id));
  if (moved.length === 0) return event;
  // What was contested between two renewals is settled for the one that the steward chose.
  const chosen =
    decision.type === 'ContestResolved' ? moved.filter((report) => says(report, decision, corrections)) : moved;
  const parted = (chosen.length > 0 ? chosen : moved).map((report) => report.fact);
  const facts = [...new Set(moved.length < decision.reports.length ? [...parted, decision.fact] : parted)];
  return { ...event, decision: { ...decision, fact: facts[0] as string }, facts };
}

// A merge with a key whose reports have parted is with those of the same year.
function keyBeside(key: string, moved: readonly ReportEvent[], recurring: readonly Rekeyed[], other: string): string {
  const years = new Set(recurring.flatMap(({ report }) => (report.fact === other ? [dayYear(report)] : [])));
  const keys = new Set(moved.map(({ fact }) => fact));
  const [beside] = keys.size === 1 ? keys : moved.flatMap((one) => (years.has(dayYear(one)) ? [one.fact] : []));
  return beside ?? key;
}

function dayYear({ date }: ReportEvent): string | null {
  return date && yearOf(date);
}

// Whether a report, as it was corrected, gives the value on which a contest was settled.
function says(
  { id, date, fields }: ReportEvent,
  { field, value }: ContestResolved,
  corrections: readonly FactCorrected[],
): boolean {
  const corrected = corrections.findLast((one) => one.field === field && one.reports.includes(id));
  const said = corrected?.value ?? (field === 'date' ? date?.edtf : fields[field]);
  return JSON.stringify(said) === JSON.stringify(value);
}

/**
 * Checks that events will be read back as written: takes each through JSON, as a store does, and reads it by its own
 * schema. Run it before every append: what is recorded stays. Throws a TypeError that names the first bad event.
 */
export function checkEvents(events: readonly NewEvent[]): void {
  for (const event of events) {
    const fault = faultOf(event);
    if (fault !== null) throw new TypeError(`${event.type} ${event.id} cannot be recorded: ${fault}`);
  }
}

function faultOf(event: NewEvent): string | null {
  const { data, metadata } = JSON.parse(JSON.stringify(event)) as NewEvent;
  try {
    const decoded = decode({ ...event, data, metadata, stream: '', revision: 0, position: 1, recordedAt: '' });
    if (decoded === null || !('damaged' in decoded)) return null;
    const damaged = decoded.kind === 'decision' ? decoded.damaged && ['value'] : decoded.damaged;
    return damaged && damaged.length > 0 ? `JSON does not keep ${damaged.join(', ')}` : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The partnerships that the revision of a reading is about, in order of id. */
export function partnershipsOfReading({ stream, read }: ReadingEvent): readonly string[] {
  return read.partnerships ?? [partnershipOfStream(stream) ?? ''];
}

/** The Games that an event names: those that a report is about, and those from which it counts an ending. */
export function editionsNamed(event: LedgerEvent): readonly Edition[] {
  if (event.kind !== 'report') return [];
  const { after } = event.fields;
  return typeof after === 'string' && event.type.fields['after']?.kind === 'edition'
    ? [...event.games, after]
    : event.games;
}

/** The article of a report, a reading or a retraction; null for any other event. */
export function articleNamed(event: LedgerEvent): string | null {
  if (event.kind === 'report') return event.metadata.article;
  if (event.kind === 'reading') return event.read.article;
  return event.kind === 'retraction' ? event.retracted.article : null;
}

/**
 * Returns a function to call with the events of a history in turn. It returns the article whose earlier reports the event
 * changes, or null. A retraction changes them; so does a further reading: a higher revision replaces them, and a lower one
 * that comes later may give the date that a higher one inherits.
 */
export function articleChanges(): (event: LedgerEvent) => string | null {
  const seen = new Set<string>();
  return (event) => {
    const article = articleNamed(event);
    if (article === null || event.kind === 'retraction') return article;
    if (event.kind !== 'reading') return null;
    const isReread = seen.has(article);
    seen.add(article);
    return isReread ? article : null;
  };
}

/** The schema version in which events of this type are written. */
export function currentVersion(type: EventType): number {
  return type.upcasters.length + 1;
}

/**
 * The id of what the parts stand for: equal parts give the same id on every machine, so that a retry is a retry.
 * Joins the parts as JSON, so that no two lists of parts can be confused.
 */
export function idOf(...parts: readonly (string | number | boolean | null)[]): string {
  return uuidv5(JSON.stringify(parts), namespace);
}

// The name space of this project's ids: UUIDv5 of its name in the URL name space.
const namespace = uuidv5('https://partnership-ledger.dev/ids', uuidv5.URL);

/** The stream of everything that is recorded about a partnership, `<partner>.<rights holder>`. */
export function partnershipStream(partnership: string): string {
  return `partnership-${partnership}`;
}

/** The stream of what references say of a Games edition. */
export function gamesStream(edition: Edition): string {
  return `games-${edition}`;
}

/** The partnership of a stream, or null. */
export function partnershipOfStream(stream: string): string | null {
  return stream.startsWith('partnership-') ? stream.slice('partnership-'.length) : null;
}

/** The Games edition of a stream, or null. */
export function editionOfStream(stream: string): Edition | null {
  return stream.startsWith('games-') ? stream.slice('games-'.length) : null;
}

/** The stream of the ledger itself, whose first event is the first of all. */
export const ledgerStream = 'ledger-main';

/** The categories of a ledger's streams: what stands before the first hyphen of their names. */
export const streamCategories: readonly string[] = ['partnership', 'games', 'ledger'];

/** The names under which the software itself records: no person's decision may stand under one of them. */
export const ownWriters = {
  /** Whoever sends WRITE_TOKEN. */
  api: 'api',
  /** The command line. */
  cli: 'cli',
  /** The replay of the seeds at start. */
  seeds: 'seeds',
  /** The opening of a ledger. */
  ledger: 'ledger',
  /** The copying of one ledger to another. */
  copy: 'copy',
  /** A rehearsal of an article, which keeps nothing. */
  check: 'check',
} as const;
