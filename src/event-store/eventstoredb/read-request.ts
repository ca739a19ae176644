import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';

/** A place in the log of the server, in bytes. That of an event has both parts alike; `prepare` is never the larger. */
export type LogPosition = { readonly commit: number; readonly prepare: number };

type Direction = 'forwards' | 'backwards';

const { Empty, StreamIdentifier } = shared;
const { ReadReq: Request } = messages;
const { Options } = Request;

function begin(direction: Direction): ReadReq.Options {
  return new Options()
    .setReadDirection(direction === 'forwards' ? 0 : 1)
    .setResolveLinks(false)
    .setUuidOption(new Options.UUIDOption().setString(new Empty()));
}

function fromPosition(from: LogPosition | 'start' | 'end'): ReadReq.Options.AllOptions {
  const all = new Options.AllOptions();
  if (from === 'start') return all.setStart(new Empty());
  if (from === 'end') return all.setEnd(new Empty());
  const position = new Options.Position()
    .setCommitPosition(String(from.commit))
    .setPreparePosition(String(from.prepare));
  return all.setPosition(position);
}

function streamsThatBegin(prefixes: readonly string[]): ReadReq.Options.FilterOptions {
  const names = new Options.FilterOptions.Expression().setPrefixList([...prefixes]);
  return new Options.FilterOptions().setStreamIdentifier(names).setCheckpointintervalmultiplier(1);
}

/** Up to `count` events of a stream from a revision or the end, which is included. A count of 0 is an error. */
export function readStreamRequest(stream: string, from: number | 'end', direction: Direction, count: number): ReadReq {
  const name = new StreamIdentifier().setStreamName(new TextEncoder().encode(stream));
  const options = new Options.StreamOptions().setStreamIdentifier(name);
  if (from === 'end') options.setEnd(new Empty());
  else options.setRevision(String(from));
  return new Request().setOptions(begin(direction).setStream(options).setCount(String(count)).setNoFilter(new Empty()));
}

/** Up to `count` events of the whole log from a position or the end, which is included. */
export function readLogRequest(from: LogPosition | 'end', direction: Direction, count: number): ReadReq {
  return new Request().setOptions(
    begin(direction).setAll(fromPosition(from)).setCount(String(count)).setNoFilter(new Empty()),
  );
}

/**
 * Up to `count` events, forwards, of the streams whose names begin with one of the prefixes. With a count of 0 a server would be
 * busy for ever.
 */
export function readLedgerRequest(from: LogPosition | 'start', prefixes: readonly string[], count: number): ReadReq {
  return new Request().setOptions(
    begin('forwards')
      .setAll(fromPosition(from))
      .setCount(String(count))
      .setFilter(streamsThatBegin(prefixes).setCount(new Empty())),
  );
}

/**
 * All that is and will be in the streams whose names begin with one of the prefixes, after a position; where nothing
 * is, a checkpoint after every `window` events of others.
 */
export function subscribeRequest(after: LogPosition | 'start', prefixes: readonly string[], window: number): ReadReq {
  return new Request().setOptions(
    begin('forwards')
      .setAll(fromPosition(after))
      .setSubscription(new Options.SubscriptionOptions())
      .setFilter(streamsThatBegin(prefixes).setMax(window)),
  );
}
