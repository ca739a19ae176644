import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { unknown } from '../call-error.ts';
import type { EventFilter } from '../database/filter.ts';
import type { Position } from '../database/position.ts';
import type { AllRead } from '../database/read-all.ts';
import { pageSize, type StreamRead } from '../database/read-stream.ts';
import type { AllSubscription } from '../database/subscribe-to-all.ts';
import type { StreamSubscription } from '../database/subscribe-to-stream.ts';

/** What a client asks of Streams.Read. */
export type ReadRequest =
  | { readonly kind: 'read-stream'; readonly read: StreamRead }
  | { readonly kind: 'read-all'; readonly read: AllRead }
  | { readonly kind: 'subscribe-to-stream'; readonly subscription: Omit<StreamSubscription, 'liveBuffer'> }
  | { readonly kind: 'subscribe-to-all'; readonly subscription: Omit<AllSubscription, 'liveBuffer'> };

const largestUnsigned = '18446744073709551615';

const revisionIn = (options: ReadReq.Options.StreamOptions, ifMissing: 'start'): number | 'start' | 'end' => {
  if (options.hasEnd() || options.getRevision() === largestUnsigned) return 'end';
  return options.hasRevision() ? Number(options.getRevision()) : ifMissing;
};

const positionIn = (options: ReadReq.Options.AllOptions): Position | 'start' | 'end' => {
  const position = options.getPosition();
  if (options.hasEnd() || position?.getCommitPosition() === largestUnsigned) return 'end';
  if (position === undefined) return 'start';
  return { commit: Number(position.getCommitPosition()), prepare: Number(position.getPreparePosition()) };
};

const filterIn = (filter: ReadReq.Options.FilterOptions | undefined): EventFilter | undefined => {
  if (filter === undefined) return undefined;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  if (expression === undefined) throw unknown('a filter needs an expression');
  const on = filter.hasStreamIdentifier() ? 'stream' : 'type';
  return { on, prefixes: expression.getPrefixList(), regex: expression.getRegex() };
};

/** The request out of its message. Throws a CallError for what no server takes. */
export const readRequest = (message: ReadReq): ReadRequest => {
  const options = message.getOptions();
  const stream = options?.getStream();
  const all = options?.getAll();
  if (options === undefined) throw unknown('options were expected');
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const count = Number(options.getCount());

  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
    const from = revisionIn(stream, 'start');
    if (options.hasSubscription()) return { kind: 'subscribe-to-stream', subscription: { stream: name, from } };
    const control = (options.getControlOption()?.getCompatibility() ?? 0) >= 1;
    return { kind: 'read-stream', read: { stream: name, from, backwards, count, control } };
  }
  if (all === undefined) throw unknown('a stream or $all was expected');
  const from = positionIn(all);
  const filter = filterIn(options.getFilter());
  if (!options.hasSubscription()) return { kind: 'read-all', read: { from, backwards, count, filter } };
  const window = options.getFilter()?.getMax() || pageSize;
  const multiplier = options.getFilter()?.getCheckpointintervalmultiplier() ?? 1;
  if (multiplier === 0) throw unknown('a filter needs an interval of checkpoints above zero');
  return { kind: 'subscribe-to-all', subscription: { from, filter, window, interval: window * multiplier } };
};
