import messages from '@eventstore/db-client/generated/streams_pb.js';
import { type MessageField, messageFields, textIn } from './message-fields.ts';
import type { LogPosition } from './read-request.ts';
import type { SentEvent } from './recorded-event.ts';

/** What a server sends on a read or a subscription; `other` is what nothing here asks for. */
export type ReadAnswer =
  | { readonly kind: 'event'; readonly event: SentEvent }
  | { readonly kind: 'checkpoint'; readonly position: LogPosition }
  | { readonly kind: 'caught-up' | 'fell-behind' | 'stream-not-found' | 'other' };

// Ticks of 100 ns since 1970, which are too many for a number: the last four digits are cut off.
function millisecondsIn(ticks: string): number {
  return Number(ticks.slice(0, -4));
}

function recorded(bytes: Buffer, { from, to }: MessageField): SentEvent {
  let [id, stream, type, revision, commit, created] = ['', '', '', 0, 0, 0];
  let data = bytes.subarray(0, 0);
  let metadata = data;
  for (const field of messageFields(bytes, from, to)) {
    if (field.number === 1) id = textIn(bytes, field, 2);
    else if (field.number === 2) stream = textIn(bytes, field, 3);
    else if (field.number === 3) revision = field.value;
    else if (field.number === 5) commit = field.value;
    else if (field.number === 7) metadata = bytes.subarray(field.from, field.to);
    else if (field.number === 8) data = bytes.subarray(field.from, field.to);
    else if (field.number === 6) {
      const name = textIn(bytes, field, 1);
      if (name === 'type') type = textIn(bytes, field, 2);
      else if (name === 'created') created = millisecondsIn(textIn(bytes, field, 2));
    }
  }
  return { id, stream, type, revision, commit, created, data, metadata };
}

function controlAnswer(bytes: Buffer): ReadAnswer {
  const answer = messages.ReadResp.deserializeBinary(bytes);
  const checkpoint = answer.getCheckpoint();
  if (checkpoint) {
    const [commit, prepare] = [checkpoint.getCommitPosition(), checkpoint.getPreparePosition()];
    return { kind: 'checkpoint', position: { commit: Number(commit), prepare: Number(prepare) } };
  }
  if (answer.hasCaughtUp()) return { kind: 'caught-up' };
  if (answer.hasFellBehind()) return { kind: 'fell-behind' };
  return { kind: answer.hasStreamNotFound() ? 'stream-not-found' : 'other' };
}

/**
 * Reads an answer of Streams.Read. Events by their fields: the generated class takes four times as long for one, which
 * was most of what a catch-up cost. Throws NoMessage.
 */
export function readAnswer(bytes: Buffer): ReadAnswer {
  const [resolved] = messageFields(bytes);
  if (resolved?.number !== 1) return controlAnswer(bytes);
  const event = messageFields(bytes, resolved.from, resolved.to).find(({ number }) => number === 1);
  return event === undefined ? { kind: 'other' } : { kind: 'event', event: recorded(bytes, event) };
}
