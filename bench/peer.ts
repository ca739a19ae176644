import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NewEvent } from '../src/event-store/event-store.ts';

/**
 * Opens a store of emmett-sqlite on one connection. A commit waits for the disk as the ledger's does. Throws if the peers
 * are not installed.
 */
export async function openPeer(file: string): Promise<Peer> {
  const folder = join(import.meta.dirname, 'peers', 'node_modules', '@event-driven-io', 'emmett-sqlite');
  if (!existsSync(folder)) {
    throw new Error('the peers are not installed: run "npm ci --legacy-peer-deps" in bench/peers');
  }
  const emmett = (await import(pathToFileURL(join(folder, 'dist', 'index.js')).href)) as Emmett;
  const connection = emmett.sqliteConnection({ fileName: file });
  await connection.command('PRAGMA synchronous = FULL');
  const store = emmett.getSQLiteEventStore({
    fileName: file,
    connectionOptions: { singleton: true, connection },
  });
  await store.schema.migrate();
  let last = -1n;
  return {
    append: async (batches) => {
      for (const events of batches) {
        const expected = last < 0n ? 'STREAM_DOES_NOT_EXIST' : last;
        const { nextExpectedStreamVersion } = await store.appendToStream('alone', events, {
          expectedStreamVersion: expected,
        });
        last = nextExpectedStreamVersion;
      }
    },
    close: () => connection.close(),
  };
}

type Peer = {
  readonly append: (batches: readonly (readonly NewEvent[])[]) => Promise<void>;
  readonly close: () => void;
};

// The part of the peer that is used. Its own types are there only where it is installed.
type Emmett = {
  readonly sqliteConnection: (options: { fileName: string }) => {
    readonly command: (sql: string) => Promise<unknown>;
    readonly close: () => void;
  };
  readonly getSQLiteEventStore: (options: unknown) => {
    readonly schema: { readonly migrate: () => Promise<void> };
    readonly appendToStream: (
      stream: string,
      events: readonly unknown[],
      options: unknown,
    ) => Promise<{ readonly nextExpectedStreamVersion: bigint }>;
  };
};
