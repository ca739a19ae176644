import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { UnknownOutcome } from './call-error.ts';
import { type Connection, type Credentials, InvalidConnectionString } from './connection-string.ts';
import { allowAddresses, type ChannelMaker } from './tls-by-address.ts';

/** The metadata and options that a call is made with. */
export type CallArguments = Required<Parameters<StreamsClient['batchAppend']>>;

/** A connection to the leader of a cluster, or to the one node; it is made anew where it was lost. */
export type Client = {
  /** The service of the node that one is connected to. Throws UnknownOutcome where no node is found in time. */
  readonly streams: () => Promise<StreamsClient>;
  /** The arguments of a call that must be answered within so many milliseconds, or that goes on until it is ended. */
  readonly within: (milliseconds: number) => CallArguments;
  readonly endless: () => CallArguments;
  /** Tells that a call failed: what comes next goes to the leader that the error names, or to a node found anew. */
  readonly failed: (streams: StreamsClient, error: unknown) => void;
  readonly close: () => Promise<void>;
};

// What the client has, but shows to none but its own methods. Those are not used here: its appends share a table of
// pending ones between all clients of a process, which the failure of one stream empties, and then crash on an answer
// that still comes; its reads have no deadline, and no filter on $all.
type Inside = ChannelMaker & {
  readonly getGRPCClient: (service: typeof StreamsClient, name: string) => Promise<StreamsClient>;
  readonly callArguments: (
    base: { credentials?: Credentials; requiresLeader: boolean; deadline?: number },
    options?: { deadline: number },
  ) => CallArguments;
  readonly handleError: (service: StreamsClient, error: unknown) => Promise<void>;
};

function readAddress(address: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(address);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidConnectionString(`the connection string cannot be used: ${reason}`, { cause: error });
  }
}

/**
 * Makes a client, which connects when it is first asked. `patience` bounds the search for a node, in milliseconds.
 * Throws InvalidConnectionString where the address is none, or a file that it names is missing.
 */
export function createClient({ address, credentials }: Connection, patience: number): Client {
  const inside = readAddress(address) as unknown as Inside;
  const base = { requiresLeader: true, ...(credentials && { credentials }) };
  let prepared: Promise<void> | undefined;
  let connected: StreamsClient | undefined;
  let changing: Promise<void> = Promise.resolve();

  const connect = async (): Promise<StreamsClient> => {
    prepared ??= allowAddresses(inside);
    await Promise.all([prepared, changing]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new UnknownOutcome(`no node was found within ${patience} ms`)), patience);
    });
    try {
      return await Promise.race([inside.getGRPCClient(StreamsClient, 'streams'), late]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    streams: async () => (connected ??= await connect()),
    within: (milliseconds) => inside.callArguments({ ...base, deadline: milliseconds }),
    endless: () => inside.callArguments(base, { deadline: Number.POSITIVE_INFINITY }),
    failed: (streams, error) => {
      if (streams === connected) connected = undefined;
      // What it does not find meanwhile is told to the next call.
      changing = inside.handleError(streams, error).catch(() => undefined);
    },
    close: async () => connected?.close(),
  };
}
