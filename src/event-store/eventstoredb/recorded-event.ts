import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent } from '../event-store.ts';

/** An event as the server sends it. */
export type SentEvent = ReadResp.ReadEvent.RecordedEvent;

/** What the index knows of an event: its number in the ledger, and when it was recorded (milliseconds since 1970). */
export type Numbered = { readonly number: number; readonly recordedAt: number };

const text = new TextDecoder();

/** Name of the stream of an event, with its prefix. */
export const streamOf = (event: SentEvent): string =>
  text.decode(event.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());

/** Type of an event; those of the server itself begin with `$`. */
export const typeOf = (event: SentEvent): string => event.getMetadataMap().get('type') ?? '';

/** Whether an event is one of the ledger's: in a stream of its own, and not the server's mark that this was deleted. */
export const isOfLedger = (event: SentEvent, prefix: string): boolean =>
  streamOf(event).startsWith(prefix) && typeOf(event) !== '$streamDeleted';

/** Where an event stands in the log of the server. */
export const commitOf = (event: SentEvent): number => Number(event.getCommitPosition());

export const revisionOf = (event: SentEvent): number => Number(event.getStreamRevision());

export const idOf = (event: SentEvent): string => event.getId()?.getString() ?? '';

/**
 * When the server says that it wrote an event: whole milliseconds since 1970. It counts ticks of 100 ns, which are too
 * many for a number: the last four digits are cut off.
 */
export const createdOf = (event: SentEvent): number => Number(event.getMetadataMap().get('created')?.slice(0, -4) ?? 0);

/** The event's data as text. */
export const dataOf = (event: SentEvent): string => text.decode(event.getData_asU8());

// What another application wrote into a stream with our prefix may be no JSON object: it keeps its number, and says nothing.
const objectIn = (json: string): RecordedEvent['data'] => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as RecordedEvent['data']) : {};
  } catch {
    return {};
  }
};

/** An event as the port gives it, of a stream with the prefix. */
export const toRecordedEvent = (event: SentEvent, prefix: string, { number, recordedAt }: Numbered): RecordedEvent => ({
  id: idOf(event),
  type: typeOf(event),
  data: objectIn(dataOf(event)),
  metadata: objectIn(text.decode(event.getCustomMetadata_asU8())),
  stream: streamOf(event).slice(prefix.length),
  revision: revisionOf(event),
  position: number,
  recordedAt: new Date(recordedAt).toISOString(),
});
