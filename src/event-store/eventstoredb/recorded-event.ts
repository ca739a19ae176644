import type { RecordedEvent } from '../event-store.ts';

/**
 * An event as the server sends it: its stream with prefix, where it stands in the log of the server, and when the server
 * says that it wrote it (whole milliseconds since 1970).
 */
export type SentEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
  /** Those of the server itself begin with `$`. */
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

/** What the index knows of an event: its number in the ledger, and when it was recorded (milliseconds since 1970). */
export type Numbered = { readonly number: number; readonly recordedAt: number };

const text = new TextDecoder();

/** How many bytes an event has. */
export function sizeOf({ data, metadata }: SentEvent): number {
  return data.length + metadata.length;
}

/** Whether an event is one of the ledger's: in a stream of its own, and not the server's mark that this was deleted. */
export function isOfLedger({ stream, type }: SentEvent, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => stream.startsWith(prefix)) && type !== '$streamDeleted';
}

/** The JSON object in some bytes, or an empty one: what another application wrote may be none. */
export function objectIn(json: Uint8Array): RecordedEvent['data'] {
  try {
    const value: unknown = JSON.parse(text.decode(json));
    return typeof value === 'object' && value !== null ? (value as RecordedEvent['data']) : {};
  } catch {
    return {};
  }
}

/** An event as the port gives it, of a stream with the prefix. */
export function toRecordedEvent(event: SentEvent, prefix: string, { number, recordedAt }: Numbered): RecordedEvent {
  return {
    id: event.id,
    type: event.type,
    data: objectIn(event.data),
    metadata: objectIn(event.metadata),
    stream: event.stream.slice(prefix.length),
    revision: event.revision,
    position: number,
    recordedAt: new Date(recordedAt).toISOString(),
  };
}
