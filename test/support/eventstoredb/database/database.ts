import { randomUUID } from 'node:crypto';
import { type AppendDecision, checkAppend, type ExpectedRevision } from './check-append.ts';
import { type Clock, ticksAt } from './clock.ts';
import { createLog, type Log, type LoggedEvent } from './log.ts';
import { createRecentIds } from './recent-ids.ts';
import { createStreamIndex, metastreamOf, originalOf, type StreamIndex } from './stream-index.ts';

/** An event as a client proposes it. */
export type ProposedEvent = Pick<LoggedEvent, 'id' | 'type' | 'json' | 'data' | 'metadata'>;

type Refused = Extract<AppendDecision, { kind: 'wrong-revision' | 'stream-deleted' }>;

/** Where an append or a delete stands: `revision` is -1 for nothing, `position` is missing for what is hidden. */
export type Written = { readonly kind: 'written'; readonly revision: number; readonly position: number | undefined };

/** All that a server keeps: its log, the index of its streams, the ids that it has seen lately. */
export type Database = {
  readonly log: Log;
  readonly index: StreamIndex;
  readonly clock: Clock;
  readonly append: (stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]) => Written | Refused;
  /** Hides the events of a stream: it reads as missing until it is written again. */
  readonly softDelete: (stream: string, expected: ExpectedRevision) => Written | Refused;
  /** Ends a stream for good. */
  readonly tombstone: (stream: string, expected: ExpectedRevision) => Written | Refused;
  /** A server that has just started, or has just been elected, begins an epoch and knows no recent ids. */
  readonly beginEpoch: () => void;
};

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const noBytes = bytes('');

/** An empty database in memory. */
export const createDatabase = (clock: Clock): Database => {
  const log = createLog();
  const index = createStreamIndex();
  const recent = createRecentIds();

  const put = (stream: string, revision: number, event: ProposedEvent): LoggedEvent => {
    const logged = log.write({ ...event, stream, revision, created: ticksAt(clock.now()) });
    index.add(logged);
    recent.add(event.id, { stream, revision });
    return logged;
  };

  const putMetadata = (stream: string, json: string): LoggedEvent => {
    const event = { id: randomUUID(), type: '$metadata', json: true, data: bytes(json), metadata: noBytes };
    return put(metastreamOf(stream), index.head(metastreamOf(stream)) + 1, event);
  };

  const recreate = (stream: string, firstRevision: number): void => {
    const last = index.events(metastreamOf(stream)).at(-1);
    const settings: unknown = JSON.parse(Buffer.from(last?.data ?? bytes('{}')).toString('utf8'));
    putMetadata(stream, JSON.stringify({ ...(settings as object), $tb: firstRevision }));
  };

  const answerAgain = (stream: string, last: number): Written => {
    const isHidden = last < index.firstReadable(stream);
    return { kind: 'written', revision: last, position: isHidden ? undefined : index.events(stream)[last]?.position };
  };

  const append: Database['append'] = (stream, expected, events) => {
    const ids = events.map((event) => event.id);
    const decision = checkAppend(index, recent, stream, expected, ids);
    if (decision.kind === 'written-before') return answerAgain(stream, decision.last);
    if (decision.kind !== 'write') return decision;

    const head = index.head(stream);
    const original = originalOf(stream);
    const revivesOriginal = original !== undefined && index.isSoftDeleted(original);
    let position: number | undefined;
    for (const [i, event] of events.entries()) position = put(stream, head + 1 + i, event).position;
    position ??= log.writeMark();
    if (decision.recreates) recreate(stream, head + 1);
    if (revivesOriginal) recreate(original, index.head(original) + 1);
    log.notify();
    return { kind: 'written', revision: head + events.length, position };
  };

  const checked = (stream: string, expected: ExpectedRevision, write: () => LoggedEvent): Written | Refused => {
    const decision = checkAppend(index, recent, stream, expected, [randomUUID()]);
    if (decision.kind === 'wrong-revision' || decision.kind === 'stream-deleted') return decision;
    const { position, revision } = write();
    log.notify();
    return { kind: 'written', revision, position };
  };

  return {
    log,
    index,
    clock,
    append,
    softDelete: (stream, expected) => {
      const isMissing = index.head(stream) === -1 && index.head(metastreamOf(stream)) === -1;
      if (isMissing) return { kind: 'wrong-revision', current: -1 };
      return checked(stream, expected, () => putMetadata(stream, '{"$tb":9223372036854775807}'));
    },
    tombstone: (stream, expected) =>
      checked(stream, expected, () => {
        const type = '$streamDeleted';
        return put(stream, Infinity, { id: randomUUID(), type, json: false, data: noBytes, metadata: noBytes });
      }),
    beginEpoch: () => {
      recent.forget();
      const position = log.writeMark();
      const data = bytes(JSON.stringify({ epochPosition: position, epochId: randomUUID() }));
      const type = '$epoch-information';
      const event = { id: randomUUID(), type, json: true, data, metadata: noBytes };
      put('$epoch-information', index.head('$epoch-information') + 1, event);
      log.notify();
    },
  };
};
