import { AccessDenied, StreamDeleted, Unauthenticated } from '../event-store.ts';

/** A call that failed so that one cannot tell what it did: made again with the same ids, it can do no harm. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
  readonly notLeader: boolean;

  constructor(message: string, { notLeader = false, cause }: { notLeader?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.notLeader = notLeader;
  }
}

/** The stream that was read does not exist, or not any more. */
export class StreamNotFound extends Error {
  override readonly name = 'StreamNotFound';
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const permissionDenied = 7;
const deadlineExceeded = 4;
const unavailable = 14;
const unauthenticated = 16;

type Trailers = { readonly get: (key: string) => readonly (string | Buffer)[] };
type CallError = Error & { readonly code: number; readonly details: string; readonly metadata?: Trailers };

function isCallError(error: unknown): error is CallError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

function trailer({ metadata }: CallError, key: string): string {
  return String(metadata?.get(key)[0] ?? '');
}

/**
 * What the error of a call means for the port, of the stream that it was about (named as the port names it), if any:
 * one of its typed errors, StreamNotFound, or UnknownOutcome for all that may be over the next time.
 */
export function meaningOf(error: unknown, stream: string | null): Error {
  if (!isCallError(error)) {
    // The client found no node, or its channel was replaced under the call: these are Error and nothing more.
    if (error instanceof Error && error.constructor !== Error) return error;
    return new UnknownOutcome(error instanceof Error ? error.message : String(error), { cause: error });
  }
  switch (trailer(error, 'exception')) {
    case 'access-denied':
      return new AccessDenied(refused, { cause: error });
    case 'stream-deleted':
      return new StreamDeleted(stream ?? trailer(error, 'stream-name'));
    case 'stream-not-found':
      return new StreamNotFound(stream ?? '');
    case 'not-leader': {
      const leader = `${trailer(error, 'leader-endpoint-host')}:${trailer(error, 'leader-endpoint-port')}`;
      return new UnknownOutcome(`the node is not the leader, which is said to be ${leader}`, {
        notLeader: true,
        cause: error,
      });
    }
  }
  if (error.code === permissionDenied) return new AccessDenied(refused, { cause: error });
  if (error.code === unauthenticated) return new Unauthenticated(unknownUser, { cause: error });
  return new UnknownOutcome(error.message, { cause: error });
}

/** Whether a call ended because its deadline had passed. */
export function isLate(error: unknown): boolean {
  return isCallError(error) && error.code === deadlineExceeded;
}

/** What a server is told to have done that said nothing at all: as UNAVAILABLE, for which the client connects anew. */
export const silent = Object.assign(new Error('the server was silent'), {
  code: unavailable,
  details: 'the server was silent',
});

/** Says that access was denied. */
export const refused = 'the event store does not allow this with the credentials of the connection string';
const unknownUser = 'the event store does not accept the credentials of the connection string';
