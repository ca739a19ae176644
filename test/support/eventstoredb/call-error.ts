import { Metadata, status } from '@grpc/grpc-js';
import type { ExpectedRevision } from './database/check-append.ts';

/** An answer that ends a call: a gRPC status, and in its trailers what a client makes its own error from. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;

  constructor(code: status, details: string, trailers: Readonly<Record<string, string>> = {}) {
    super(details);
    this.code = code;
    this.details = details;
    this.metadata = new Metadata();
    for (const [key, value] of Object.entries(trailers)) if (isAscii(value)) this.metadata.set(key, value);
  }
}

// A trailer takes printable ASCII only; a name beyond it is left out.
const isAscii = (value: string): boolean => /^[ -~]*$/.test(value);

/** How a server writes an expected revision in its trailers. */
const versionOf = (expected: ExpectedRevision): string => {
  if (expected === 'any') return '-2';
  if (expected === 'no_stream') return '-1';
  if (expected === 'stream_exists') return '-4';
  return String(expected);
};

/** What a server does not explain: a request that it cannot make sense of. */
export const unknown = (why: string): CallError =>
  new CallError(status.UNKNOWN, `Exception was thrown by handler. ${why}`);

/** The stream was tombstoned. */
export const streamDeleted = (stream: string): CallError =>
  new CallError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

/** A delete met another revision than it expected. An append answers the same in its response instead. */
export const wrongRevision = (stream: string, expected: ExpectedRevision, current: number): CallError =>
  new CallError(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${versionOf(expected)}, Actual version: ${current}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': versionOf(expected),
      'actual-version': String(current),
    },
  );

/** The events of one append are too large together. */
export const appendTooLarge = (limit: number): CallError =>
  new CallError(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

/** An event came without its type or its content type. */
export const metadataMissing = (property: string): CallError =>
  new CallError(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

/** The caller may not do this, or did not say who it is. */
export const accessDenied = (): CallError =>
  new CallError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

/** The caller is not who it says it is. */
export const unauthenticated = (): CallError => new CallError(status.UNAUTHENTICATED, 'Unauthenticated');

/** This node does not lead; the leader is, or was last, at this address. */
export const notLeader = (leader: { readonly host: string; readonly port: number }): CallError =>
  new CallError(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });

/** The cluster has no leader at the moment. */
export const notReady = (): CallError => new CallError(status.UNAVAILABLE, 'Server Is Not Ready');

/** A live subscriber took its events too slowly, and is dropped. */
export const tooSlow = (): CallError =>
  new CallError(status.ABORTED, 'Consumer too slow to handle event while live. Client resubscription required.');
