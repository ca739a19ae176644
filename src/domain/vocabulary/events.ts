import { v5 as uuidv5 } from 'uuid';
import * as z from 'zod';
import type { NewEvent, RecordedEvent } from '../../event-store/event-store.ts';
import { type UncertainDate, uncertainDate } from './dates.ts';
import {
  type ArticleRead,
  type ArticleRetracted,
  articleRead,
  articleRetracted,
  decisionMetadata,
  type EventType,
  type FieldValue,
  type Modality,
  modality,
  plainMetadata,
  type ReferenceMetadata,
  type ReportMetadata,
  referenceMetadata,
  reportMetadata,
  storedValue,
} from './event-type.ts';
import { eventType } from './event-types.ts';
import type { Edition } from './games-editions.ts';

/**
 * Reads a stored event: lifts old schema versions, parses its dates, and sets values apart that are damaged. Null for an event that means nothing to
 * the views (LedgerOpened, or a type that a newer version of this software wrote). Throws on data that is malformed.
 */
export function decode(event: RecordedEvent): LedgerEvent | null {
  const type = eventType(event.type);
  if (type !== undefined) return decodeStatement(type, event);
  if (event.type === 'ArticleRead') {
    plainMetadata.parse(event.metadata);
    const read = articleRead.parse(event.data);
    return { kind: 'reading', ...envelope(event), read, published: dated(read.published) };
  }
  if (event.type === 'ArticleRetracted') {
    const retracted = articleRetracted.parse(event.data);
    return { kind: 'retraction', ...envelope(event), request: requestOf(event), retracted };
  }
  if (Object.hasOwn(decisions, event.type)) {
    const name = event.type as keyof typeof decisions;
    return { kind: 'decision', ...envelope(event), request: requestOf(event), ...decodeDecision(name, event.data) };
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
  /** Fields whose stored value is none of their kind, such as the null that a number too large became. They are not in `fields`. */
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
export type RetractionEvent = Envelope & Asked & { readonly kind: 'retraction'; readonly retracted: ArticleRetracted };

/** SHA-256 of what was asked, which tells whether an idempotency key is used for the same again; null: by no request. */
type Asked = { readonly request: string | null };

export type DecisionEvent = Envelope &
  Asked & {
    readonly kind: 'decision';
    readonly decision: Decision;
    /** The stored value is none: the decision stands in the trail, with its JSON as text, and changes nothing. */
    readonly damaged: boolean;
  };

/** What a steward decided about a fact. */
export type Decision =
  | ({ readonly type: 'FactCorrected' } & FactCorrected)
  | ({ readonly type: 'FactRetracted' } & FactRetracted)
  | ({ readonly type: 'ContestResolved' } & ContestResolved)
  | ({ readonly type: 'FactsMerged' } & FactsMerged);

export type FactCorrected = z.infer<typeof factCorrected>;

const value = z.union([storedValue('text'), storedValue('flag'), storedValue('quantity'), storedValue('names')]);

/** A published document that a decision rests on, and when it became public (EDTF). */
export const reference = z.strictObject({ title: z.string().min(1), published: z.string().min(1) });

/**
 * Why a value is replaced. `misread`: we misread the article, which holds at every `reportedAsOf`;
 * `publisher-corrected` and `better-evidence`: from the day on which the reference was published.
 */
export const correctionBasis = z.enum(['misread', 'publisher-corrected', 'better-evidence']);

/** A field (or `date`) of certain reports is wrong; what the article said is kept beside what is right. */
export const factCorrected = z.strictObject({
  fact: z.string(),
  reports: z.array(z.uuid()).min(1),
  field: z.string().min(1),
  said: value.nullable(),
  value,
  basis: correctionBasis,
  reason: z.string().min(1),
  reference: reference.nullable(),
});

export type FactRetracted = z.infer<typeof factRetracted>;

/** Certain reports of a fact no longer count. */
export const factRetracted = z.strictObject({
  fact: z.string(),
  reports: z.array(z.uuid()).min(1),
  whole: z.boolean().optional().describe('these were all that counted: the fact itself was retracted'),
  reason: z.string().min(1),
});

export type ContestResolved = z.infer<typeof contestResolved>;

/** A contest on a field (or `date`) is settled for the reports that were judged. */
export const contestResolved = z.strictObject({
  fact: z.string(),
  reports: z.array(z.uuid()).min(1),
  field: z.string().min(1),
  value,
  basis: correctionBasis,
  reason: z.string().min(1),
  reference: reference.nullable(),
});

export type FactsMerged = z.infer<typeof factsMerged>;

/** Two keys turn out to name one fact: the reports of `from` count under `fact`. */
export const factsMerged = z.strictObject({
  fact: z.string(),
  from: z.string(),
  reason: z.string().min(1),
});

function decodeStatement(type: EventType, event: RecordedEvent): LedgerEvent {
  if ('reference' in event.metadata) {
    const metadata = referenceMetadata.parse(event.metadata);
    const published = uncertainDate(metadata.published);
    return {
      kind: 'reference',
      ...envelope(event),
      ...statement(type, metadata.schema, event.data),
      metadata,
      published,
    };
  }
  const metadata = reportMetadata.parse(event.metadata);
  return { kind: 'report', ...envelope(event), ...statement(type, metadata.schema, event.data), metadata };
}

function envelope(event: RecordedEvent): Envelope {
  const { recordedBy, correlationId } = event.metadata as { recordedBy: string; correlationId: string };
  const { id, stream, revision, position, recordedAt } = event;
  return { id, stream, revision, position, recordedAt, recordedBy, correlationId };
}

function statement(type: EventType, version: number, data: Readonly<Record<string, unknown>>): Statement {
  const { fact, modality, date, subject, campaign, games, note, ...fields } = statementData.parse(
    upcast(type, version, data),
  );
  const damaged = Object.keys(fields).filter((name) => isDamaged(type, name, fields[name]));
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !damaged.includes(name))) as Record<
    string,
    FieldValue
  >;
  return {
    type,
    fact,
    modality,
    date: dated(date),
    subject,
    campaign,
    games,
    note,
    // What some types are part of, others only belong to: there reports may disagree on it.
    fields: campaign !== null && 'campaign' in type.fields ? { ...own, campaign } : own,
    damaged,
  };
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

/** Lifts the data of an event stored under an older schema version to the current one, a version at a time. */
export function upcast(type: EventType, version: number, data: Data): Data {
  return type.upcasters.slice(version - 1).reduce((lifted, upcaster) => upcaster(lifted), data);
}

type Data = Readonly<Record<string, unknown>>;

function isDamaged(type: EventType, name: string, value: unknown): boolean {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  return field !== undefined && !storedValue(field.kind).safeParse(value).success;
}

function dated(edtf: string | null): UncertainDate | null {
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
} as const;

// A decision that was stored with a value that is none must not make its whole partnership unreadable.
function decodeDecision(name: keyof typeof decisions, data: RecordedEvent['data']) {
  const { said, value }: Valued = data;
  const damaged = 'value' in data && !isStoredValue(value);
  const mended = {
    ...data,
    ...(damaged ? { value: JSON.stringify(value) } : {}),
    ...('said' in data && said !== null && !isStoredValue(said) ? { said: null } : {}),
  };
  return { damaged, decision: { type: name, ...decisions[name].parse(mended) } as Decision };
}

type Valued = { readonly said?: unknown; readonly value?: unknown };

/** Whether a decision can have stored this as a value. */
export function isStoredValue(one: unknown): boolean {
  return value.safeParse(one).success;
}

/** The schema version that events of this type are written in. */
export function currentVersion(type: EventType): number {
  return type.upcasters.length + 1;
}

/**
 * The id of what the parts stand for: equal parts give the same id on every machine, so that a retry is a retry.
 * The parts are joined as JSON, so that no two lists of parts can be confused.
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

/** The partnership whose stream this is, or null. */
export function partnershipOfStream(stream: string): string | null {
  return stream.startsWith('partnership-') ? stream.slice('partnership-'.length) : null;
}

/** The Games edition whose stream this is, or null. */
export function editionOfStream(stream: string): Edition | null {
  return stream.startsWith('games-') ? stream.slice('games-'.length) : null;
}

/** The article that a report, a reading or a retraction is of; null for all else. */
export function articleNamed(event: LedgerEvent): string | null {
  if (event.kind === 'report') return event.metadata.article;
  if (event.kind === 'reading') return event.read.article;
  return event.kind === 'retraction' ? event.retracted.article : null;
}

/**
 * Asked of the events of a history, one after another: the article on whose earlier reports an event bears, or null. A
 * retraction does, and a further reading: a higher revision replaces, a lower one that comes later may give the date
 * that a higher one inherits.
 */
export function articleChanges(): (event: LedgerEvent) => string | null {
  const read = new Set<string>();
  return (event) => {
    const article = articleNamed(event);
    if (article === null || event.kind === 'retraction') return article;
    if (event.kind !== 'reading') return null;
    const again = read.has(article);
    read.add(article);
    return again ? article : null;
  };
}

/**
 * Checks that events will be read as they are written: each is taken through JSON, as a store takes it, and read by its
 * own schema. What is recorded stays for good, so nothing is appended that this refuses. Throws a TypeError that names
 * the first one.
 */
export function checkEvents(events: readonly NewEvent[]): void {
  for (const event of events) {
    const wrong = faultOf(event);
    if (wrong !== null) throw new TypeError(`${event.type} ${event.id} cannot be recorded: ${wrong}`);
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

/** The categories of a ledger's streams: what stands before the first hyphen of their names. */
export const streamCategories: readonly string[] = ['partnership', 'games', 'ledger'];

/** The stream of the ledger itself, whose first event is the first of all. */
export const ledgerStream = 'ledger-main';

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
  /** A rehearsal of an article, which records nothing that is kept. */
  check: 'check',
} as const;
