import { randomUUID } from 'node:crypto';
import { type StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type AppendAnswer, type Attempt, appendAnswer, type Written } from './append-answer.ts';
import { appendRequest } from './append-request.ts';
import { meaningOf, silent, UnknownOutcome } from './call-error.ts';
import type { Client } from './client.ts';

function asItIs(request: Buffer): Buffer {
  return request;
}
const { path } = StreamsService.batchAppend;

/** Makes one attempt, on the stream with this full name; throws UnknownOutcome after the deadline. */
export type Append = (fullName: string, attempt: Attempt) => Promise<Written>;

type Pending = {
  readonly attempt: Attempt;
  readonly answer: (written: () => Written) => void;
};

/** One call in which a server takes appends and answers each. */
type AppendCall = {
  readonly streams: StreamsClient;
  readonly append: Append;
  readonly isOver: () => boolean;
  /** Takes no more appends; those that are under way are still answered. */
  readonly end: () => void;
  readonly cancel: () => void;
};

function openCall(client: Client, streams: StreamsClient, deadline: number): AppendCall {
  const call = streams.makeBidiStreamRequest(path, asItIs, appendAnswer, ...client.endless());
  const pending = new Map<string, Pending>();
  let heardAt = performance.now();
  let isOver = false;

  // Whether they were written is not known: each is tried again.
  const end = (error: unknown): void => {
    isOver = true;
    for (const { attempt, answer } of pending.values()) {
      answer(() => {
        throw meaningOf(error, attempt.stream);
      });
    }
    pending.clear();
  };

  const receive = ({ id, to }: AppendAnswer): void => {
    heardAt = performance.now();
    const found = pending.get(id);
    pending.delete(id);
    found?.answer(() => to(found.attempt));
  };

  const giveUp = (id: string, sentAt: number): void => {
    const found = pending.get(id);
    pending.delete(id);
    found?.answer(() => {
      throw new UnknownOutcome(`the event store did not answer within ${deadline} ms`);
    });
    if (heardAt >= sentAt || isOver) return;
    // Not a word since then: the server may be gone without having said so.
    end(silent);
    call.cancel();
    client.failed(streams, silent);
  };

  call.on('data', receive);
  call.on('end', () => end(new UnknownOutcome('the server ended the call')));
  // It stays: a call that was cancelled tells so, and an error that nobody hears would end the process.
  call.on('error', (error) => {
    client.failed(streams, error);
    end(error);
  });

  return {
    streams,
    isOver: () => isOver,
    end: () => call.end(),
    cancel: () => call.cancel(),
    append: (fullName, attempt) =>
      new Promise((resolve, reject) => {
        const id = randomUUID();
        const sentAt = performance.now();
        const timer = setTimeout(giveUp, deadline, id, sentAt);
        const answer: Pending['answer'] = (written) => {
          clearTimeout(timer);
          try {
            resolve(written());
          } catch (error) {
            reject(error);
          }
        };
        pending.set(id, { attempt, answer });
        call.write(appendRequest(id, fullName, attempt));
      }),
  };
}

/**
 * Appends through one call at a time, which is opened anew where the connection was lost. Each append is answered on
 * its own; where the call breaks, the outcome of all that were under way is unknown. `deadline` is in milliseconds.
 * `check` throws where what is connected to now must not be written to; it is asked before each opening.
 */
export function createAppender(
  client: Client,
  deadline: number,
  check: () => Promise<void>,
): { append: Append; close: () => void } {
  let current: AppendCall | undefined;
  let checking: Promise<void> | undefined;

  const checked = async (): Promise<void> => {
    checking ??= check().finally(() => {
      checking = undefined;
    });
    await checking;
  };

  const connected = async (stream: string): Promise<StreamsClient> => {
    try {
      return await client.streams();
    } catch (error) {
      throw meaningOf(error, stream);
    }
  };

  const isOpen = (streams: StreamsClient): boolean => current?.streams === streams && !current.isOver();

  return {
    append: async (fullName, attempt) => {
      let streams = await connected(attempt.stream);
      if (!isOpen(streams)) {
        await checked();
        streams = await connected(attempt.stream);
      }
      // Of all that waited, the first opens the call.
      if (current === undefined || !isOpen(streams)) {
        current?.end();
        current = openCall(client, streams, deadline);
      }
      return await current.append(fullName, attempt);
    },
    close: () => current?.cancel(),
  };
}
