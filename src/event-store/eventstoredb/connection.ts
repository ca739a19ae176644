import { type BaseOptions, ErrorType, EventStoreDBClient, isCommandError } from '@eventstore/db-client';
import { AccessDenied, NotLeader, StoreUnavailable, StreamDeleted, Unauthenticated } from '../event-store.ts';
import { type ConnectionString, type Credentials, InvalidConnectionString } from './connection-string.ts';
import { allowTlsByAddress } from './tls-by-address.ts';

/**
 * The way to the leader of a cluster, or to the one node. The client finds a node, and finds another one when a call
 * fails. It does not notice a node that is silent though its connection lives, so a silent one gets a new client.
 */
export type Connection = {
  /** What to make a call with now: the client, and the options that every call takes. */
  readonly line: () => Line;
  readonly close: () => Promise<void>;
};

/** A client while it is used. Whoever waits for an answer says what became of it. */
export type Line = {
  readonly client: EventStoreDBClient;
  readonly options: BaseOptions;
  /** For appends, which always have credentials: with them the client makes a call that has a deadline of its own. */
  readonly appendOptions: BaseOptions;
  /** The server has answered something. */
  readonly heard: () => void;
  /** A call that began then (`performance.now()`) got no answer in time. */
  readonly late: (begunAt: number) => void;
};

/** Connects when the first call is made. `deadlineMs` bounds each call. Throws InvalidConnectionString. */
export function createConnection({ address, credentials }: ConnectionString, deadlineMs: number): Connection {
  const isSecure = !/[?&]tls=false(?:&|$)/i.test(address);
  if (isSecure) allowTlsByAddress();
  const options: BaseOptions = { requiresLeader: true, ...(credentials && { credentials: hidden(credentials) }) };
  // An insecure node takes any name. On a secure node that knows its users by certificate there is none to give.
  const appendOptions = isSecure ? options : { ...options, credentials: options.credentials ?? nobody };
  const clients = new Set<EventStoreDBClient>();

  function createLine(): Line {
    const client = createClient(address);
    clients.add(client);
    const createdAt = performance.now();
    let heardAt = 0;
    return {
      client,
      options,
      appendOptions,
      heard() {
        heardAt = performance.now();
      },
      late(begunAt) {
        // A client that is new may still be looking for a node.
        const isNew = performance.now() - createdAt < 2 * deadlineMs;
        if (heardAt < begunAt && !isNew && line.client === client) line = createLine();
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

const nobody: Credentials = { username: 'nobody', password: 'nothing' };

// The client prints the options of a call where DEBUG asks for it. Private fields are not printed.
function hidden({ username, password }: Credentials): Credentials {
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

/** A call failed, and whether it did anything is unknown. Made again with the same ids, it does no harm. */
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
const invalidArgument = 3;
const permissionDenied = 7;
const unauthenticated = 16;

/** Says that access was denied. */
const refused = 'the event store does not allow this with the credentials of the connection string';

/**
 * What an error of the client means for the port: one of its typed errors, StreamNotFound, or UnknownOutcome for
 * everything that may be over the next time. `stream` is the one that was read or written, as the port names it.
 */
export function toStoreError(error: unknown, stream: string | null): Error {
  if (!(error instanceof Error)) return new UnknownOutcome(String(error), { cause: error });
  const code = 'code' in error ? error.code : undefined;
  if (code === unauthenticated) {
    return new Unauthenticated('the event store does not accept the credentials of the connection string', {
      cause: error,
    });
  }
  if (code === permissionDenied) return new AccessDenied(refused, { cause: error });
  if (isCommandError(error)) {
    if (error.type === ErrorType.ACCESS_DENIED) return new AccessDenied(refused, { cause: error });
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
  // The client's own errors, "no node was found" for example, are an Error and nothing more; those of Node have a code.
  const isOurs = error.constructor !== Error && code === undefined;
  return isOurs ? error : new UnknownOutcome(error.message, { cause: error });
}

/** How calls are tried again. `random` gives numbers from 0 up to 1. */
export type Retries = {
  readonly patienceMs: number;
  readonly random: () => number;
  /** Aborted when the store is closed, with the error that calls then end with. */
  readonly closed: AbortSignal;
};

/**
 * Makes a call until its outcome is known. When patience ends before that, throws StoreUnavailable, or NotLeader; any
 * error but UnknownOutcome is the outcome. `failure` says in words what could not be done.
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
      await pause(pauseMs, closed);
    }
  }
}

const firstPauseMs = 20;
const longestPauseMs = 1_000;

/**
 * How many milliseconds to wait before the next attempt: the pause doubles with each failure, up to a second. Chance
 * takes up to half of it, so that many who were cut off at once do not come back at once.
 */
export function pauseAfter(failures: number, random: () => number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

/** Waits. Rejects with the reason of the signal if that is aborted first. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
