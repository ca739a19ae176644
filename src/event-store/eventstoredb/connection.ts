import { setTimeout as delay } from 'node:timers/promises';
import { type BaseOptions, ErrorType, EventStoreDBClient, isCommandError } from '@eventstore/db-client';
import { AccessDenied, NotLeader, StoreUnavailable, StreamDeleted, Unauthenticated } from '../event-store.ts';
import { type ConnectionString, type Credentials, InvalidConnectionString } from './connection-string.ts';
import { allowTlsByAddress } from './tls-by-address.ts';

/**
 * Connects to the leader of a cluster, or to the one node, when the first call is made. The client finds a node, and
 * another one when a call fails. It does not notice that a node is silent while its connection lives: then the
 * connection makes a new client. `deadlineMs` bounds each call. Throws InvalidConnectionString.
 */
export function createConnection({ address, credentials }: ConnectionString, deadlineMs: number): Connection {
  const isSecure = !/[?&]tls=false(?:&|$)/i.test(address);
  if (isSecure) allowTlsByAddress();
  const options: BaseOptions = {
    requiresLeader: true,
    ...(credentials && { credentials: hideCredentials(credentials) }),
  };
  // An insecure node accepts any name. A secure node may know its users by certificate, and then gets no name.
  const appendOptions = isSecure ? options : { ...options, credentials: options.credentials ?? nobody };
  const clients = new Set<EventStoreDBClient>();

  function createLine(): Line {
    const client = createClient(address);
    clients.add(client);
    const createdAt = performance.now();
    let answeredAt = 0;
    return {
      client,
      options,
      appendOptions,
      noteAnswer() {
        answeredAt = performance.now();
      },
      noteSilence(begunAt) {
        // A new client may still be looking for a node.
        const isNew = performance.now() - createdAt < 2 * deadlineMs;
        if (answeredAt < begunAt && !isNew && line.client === client) line = createLine();
      },
    };
  }

  let line = createLine();
  return {
    line: () => line,
    close: async () => {
      await Promise.all([...clients].map((client) => client.dispose()));
    },
  };
}

export type Connection = {
  /** The client to make the next call with. */
  readonly line: () => Line;
  readonly close: () => Promise<void>;
};

/** A client, and the options that its calls take. Callers note whether the server answered. */
type Line = {
  readonly client: EventStoreDBClient;
  readonly options: BaseOptions;
  /** Appends always have credentials: only with them does the client make a call that has its own deadline. */
  readonly appendOptions: BaseOptions;
  readonly noteAnswer: () => void;
  /** A call that began at `begunAt` (`performance.now()`) got no answer in time. */
  readonly noteSilence: (begunAt: number) => void;
};

const nobody: Credentials = { username: 'nobody', password: 'nothing' };

// With DEBUG set, the client prints the options of its calls, but no private fields.
function hideCredentials({ username, password }: Credentials): Credentials {
  return new (class HiddenCredentials {
    readonly #username = username;
    readonly #password = password;
    get username() {
      return this.#username;
    }
    get password() {
      return this.#password;
    }
  })();
}

function createClient(address: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(address);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidConnectionString(`the connection string cannot be used: ${reason}`, { cause: error });
  }
}

/** A call failed, and may or may not have done its work. Repeating it with the same ids is safe. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
  readonly notLeader: boolean;

  constructor(message: string, { notLeader = false, cause }: { notLeader?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.notLeader = notLeader;
  }
}

/** The stream does not exist (any more). */
export class StreamNotFound extends Error {
  override readonly name = 'StreamNotFound';
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const invalidArgument = 3;
const permissionDenied = 7;
const unauthenticated = 16;

const accessDeniedMessage = 'the event store does not allow this with the credentials of the connection string';

/**
 * Turns an error of the client into one of the port's, StreamNotFound, or UnknownOutcome if the call may succeed next
 * time. `stream` is the stream that was read or written, without its prefix.
 */
export function toStoreError(error: unknown, stream: string | null): Error {
  if (!(error instanceof Error)) return new UnknownOutcome(String(error), { cause: error });
  const code = 'code' in error ? error.code : undefined;
  if (code === unauthenticated) {
    return new Unauthenticated('the event store does not accept the credentials of the connection string', {
      cause: error,
    });
  }
  if (code === permissionDenied) return new AccessDenied(accessDeniedMessage, { cause: error });
  if (isCommandError(error)) {
    if (error.type === ErrorType.ACCESS_DENIED) return new AccessDenied(accessDeniedMessage, { cause: error });
    if (error.type === ErrorType.STREAM_DELETED) return new StreamDeleted(stream ?? error.streamName);
    if (error.type === ErrorType.STREAM_NOT_FOUND) return new StreamNotFound(stream ?? error.streamName);
    if (error.type === ErrorType.NOT_LEADER) {
      const { address, port } = error.leader;
      const message = `the node is not the leader, which is said to be ${address}:${port}`;
      return new UnknownOutcome(message, { notLeader: true, cause: error });
    }
    if (code === invalidArgument) {
      return new TypeError(`the event store refused a call as malformed: ${error.message}`, { cause: error });
    }
    return new UnknownOutcome(error.message, { cause: error });
  }
  // The client's own errors, such as "no node was found", are plain Errors; those of Node have a code.
  const isOurs = error.constructor !== Error && code === undefined;
  return isOurs ? error : new UnknownOutcome(error.message, { cause: error });
}

/**
 * Repeats a call until its outcome is known; any error but UnknownOutcome is an outcome. Throws StoreUnavailable or
 * NotLeader, with a message that begins with `failure`, if `patienceMs` is over before that.
 */
export async function persist<Answer>(
  failure: string,
  call: () => Promise<Answer>,
  { patienceMs, random, closed }: Retries,
): Promise<Answer> {
  const giveUpAt = performance.now() + patienceMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      if (closed.aborted) throw closed.reason;
      if (!(error instanceof UnknownOutcome)) throw error;
      const pauseMs = pauseAfter(failures, random);
      if (performance.now() + pauseMs > giveUpAt) {
        const Unavailable = error.notLeader ? NotLeader : StoreUnavailable;
        throw new Unavailable(`${failure}: ${error.message}`, { cause: error });
      }
      await delay(pauseMs, undefined, { signal: closed }).catch(() => {
        throw closed.reason;
      });
    }
  }
}

/** How to retry calls. */
export type Retries = {
  readonly patienceMs: number;
  /** Gives numbers from 0 up to 1. */
  readonly random: () => number;
  /** Aborted when the store is closed; its reason is the error that pending calls throw. */
  readonly closed: AbortSignal;
};

const firstPauseMs = 20;
const longestPauseMs = 1_000;

/**
 * The pause before the next attempt, in milliseconds. It doubles with each failure, up to a second. Chance shortens it by
 * up to half, so that clients that were cut off together do not come back together.
 */
export function pauseAfter(failures: number, random: () => number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
}
