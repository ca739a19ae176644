import * as z from 'zod';
import type { RecordedEvent } from '../event-store/event-store.ts';
import type { Edition } from './edition.ts';
import { type ArticleRead, type ArticleRetracted, articleRead, articleRetracted } from './events/article.ts';
import type { EventType } from './events/event-type.ts';
import { type FieldValue, storedValue } from './events/field.ts';
import {
  decisionMetadata,
  type Modality,
  modality,
  plainMetadata,
  type ReferenceMetadata,
  type ReportMetadata,
  referenceMetadata,
  reportMetadata,
} from './events/metadata.ts';
import {
  type ContestResolved,
  contestResolved,
  type FactCorrected,
  type FactRetracted,
  type FactsMerged,
  factCorrected,
  factRetracted,
  factsMerged,
  isStoredValue,
} from './events/steward.ts';
import { eventType } from './events/vocabulary.ts';
import { type UncertainDate, uncertainDate } from './uncertain-date.ts';
import { upcast } from './upcast.ts';

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

/** One article's statement of one milestone, as recorded. */
export type ReportEvent = Envelope & Statement & { readonly kind: 'report'; readonly metadata: ReportMetadata };
/** A statement of a reference on a Games edition. */
export type ReferenceEvent = Envelope &
  Statement & { readonly kind: 'reference'; readonly metadata: ReferenceMetadata; readonly published: UncertainDate };
/** The reading of one revision of an article; `published` is null where it is inherited. */
export type ReadingEvent = Envelope & {
  readonly kind: 'reading';
  readonly read: ArticleRead;
  readonly published: UncertainDate | null;
};
/** SHA-256 of what was asked, which tells whether an idempotency key is used for the same again; null: by no request. */
type Asked = { readonly request: string | null };
/** The retraction of an article. */
export type RetractionEvent = Envelope & Asked & { readonly kind: 'retraction'; readonly retracted: ArticleRetracted };
/** What a steward decided about a fact. */
export type Decision =
  | ({ readonly type: 'FactCorrected' } & FactCorrected)
  | ({ readonly type: 'FactRetracted' } & FactRetracted)
  | ({ readonly type: 'ContestResolved' } & ContestResolved)
  | ({ readonly type: 'FactsMerged' } & FactsMerged);
export type DecisionEvent = Envelope &
  Asked & {
    readonly kind: 'decision';
    readonly decision: Decision;
    /** The stored value is none: the decision stands in the trail, with its JSON as text, and changes nothing. */
    readonly damaged: boolean;
  };

/** A recorded event as the domain understands it. */
export type LedgerEvent = ReportEvent | ReferenceEvent | ReadingEvent | RetractionEvent | DecisionEvent;

const statementData = z.looseObject({
  fact: z.string(),
  modality,
  date: z.string().nullable(),
  subject: z.string().nullable(),
  campaign: z.string().nullable().default(null),
  games: z.array(z.string()),
  note: z.string().nullable().default(null),
});

function dated(edtf: string | null): UncertainDate | null {
  return edtf === null ? null : uncertainDate(edtf);
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

function isDamaged(type: EventType, name: string, value: unknown): boolean {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  return field !== undefined && !storedValue(field.kind).safeParse(value).success;
}

const decisions = {
  FactCorrected: factCorrected,
  FactRetracted: factRetracted,
  ContestResolved: contestResolved,
  FactsMerged: factsMerged,
} as const;

function envelope(event: RecordedEvent): Envelope {
  const { recordedBy, correlationId } = event.metadata as { recordedBy: string; correlationId: string };
  const { id, stream, revision, position, recordedAt } = event;
  return { id, stream, revision, position, recordedAt, recordedBy, correlationId };
}

type Valued = { readonly said?: unknown; readonly value?: unknown };

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

function requestOf({ metadata }: RecordedEvent): string | null {
  return decisionMetadata.parse(metadata).request ?? null;
}

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
