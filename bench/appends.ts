import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import type { EventStore, NewEvent } from '../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../src/event-store/sqlite.ts';
import { openCatalogue } from '../src/projections/live/catalogue.ts';
import { createHistories, startFeed } from '../src/projections/live/histories.ts';
import type { Measured } from './measured.ts';
import { median } from './rounds.ts';
import { ledgerFolder } from './stores.ts';
import { typicalEvents } from './typical-event.ts';

/** Durable appends through the port, as a part of the rate of bare statements that write the same rows. */
export async function appendBeside(kind: 'single' | 'concurrent' | 'batch'): Promise<Measured> {
  const { appends, size, isAtOnce } = appendKinds[kind];
  return await inNewFolder(async (folder) => {
    const store = await openSqliteEventStore({ file: join(folder, 'port.sqlite') });
    const bare = openBare(join(folder, 'bare.sqlite'));
    const port = appendThroughPort(store, isAtOnce);
    const batches = () => Array.from({ length: appends }, () => typicalEvents(size));
    const measured = await compareRates(
      { own: async () => await port(batches()), bare: async () => batches().forEach(bare.append) },
      () => performance.now(),
    );
    await store.close();
    bare.close();
    return { ...measured, detail: { ...measured.detail, appends, events: size, isAtOnce } };
  });
}

const appendKinds = {
  single: { appends: 100, size: 1, isAtOnce: false },
  concurrent: { appends: 256, size: 1, isAtOnce: true },
  batch: { appends: 10, size: 1000, isAtOnce: false },
} as const;

/** Single appends through the port, against those of emmett-sqlite, by processor time. */
export async function appendPeer(): Promise<Measured> {
  const { openPeer } = await import('./peer.ts');
  return await inNewFolder(async (folder) => {
    const store = await openSqliteEventStore({ file: join(folder, 'port.sqlite') });
    const peer = await openPeer(join(folder, 'peer.sqlite'));
    const port = appendThroughPort(store, false);
    const batches = () => Array.from({ length: 200 }, () => typicalEvents(1));
    const measured = await compareRates(
      { own: async () => await port(batches()), bare: async () => await peer.append(batches()) },
      processorMs,
    );
    await store.close();
    peer.close();
    return { ...measured, detail: { ...measured.detail, peer: 'emmett-sqlite 0.42.4', clock: 'processor' } };
  });
}

function appendThroughPort(store: EventStore, isAtOnce: boolean) {
  const last = new Map<string, number>();
  const append = async (stream: string, events: readonly NewEvent[]): Promise<void> => {
    const expected = last.get(stream) ?? 'no_stream';
    last.set(stream, (await store.append(stream, expected, events)).revision);
  };
  return async (batches: readonly (readonly NewEvent[])[]): Promise<void> => {
    if (isAtOnce) await Promise.all(batches.map((events, writer) => append(`writer-${writer}`, events)));
    else for (const events of batches) await append('alone', events);
  };
}

/** A table with the columns of the ledger and its index, without its rules. */
function openBare(file: string) {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)`);
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const revisions = new Map<number, number>();
  let position = 0;
  return {
    append: (events: readonly NewEvent[], stream: number) => {
      database.exec('BEGIN IMMEDIATE');
      let revision = revisions.get(stream) ?? -1;
      for (const { id, type, data, metadata } of events) {
        position += 1;
        revision += 1;
        const texts = [id, type, JSON.stringify(data), JSON.stringify(metadata)] as const;
        insert.run(position, stream, revision, Date.now(), ...texts);
      }
      revisions.set(stream, revision);
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
}

/** Events of one stream through the port, as a part of the rate of a bare SELECT and JSON.parse. */
export async function readStream(): Promise<Measured> {
  const file = join(await ledgerFolder('sizes'), 'ledger.sqlite');
  const store = await openSqliteEventStore({ file });
  const bare = new DatabaseSync(file, { readOnly: true });
  const name = 'partnership-twenty-thousand.alone-4';
  const select = bare.prepare(`SELECT e.id, e.type, e.data, e.metadata, s.name, e.revision, e.position, e.recorded_at
    FROM events e JOIN streams s ON s.number = e.stream WHERE s.name = ? ORDER BY e.revision`);
  const measured = await compareRates(
    {
      own: async () => {
        for await (const _ of store.readStream(name));
      },
      bare: async () => {
        for (const row of select.iterate(name)) parseRow(row);
      },
    },
    processorMs,
  );
  bare.close();
  await store.close();
  return { ...measured, detail: { ...measured.detail, stream: name, clock: 'processor' } };
}

function parseRow(row: Record<string, unknown>): unknown {
  return [JSON.parse(String(row['data'])), JSON.parse(String(row['metadata']))];
}

/** The index built anew from all events, as a part of the rate of a bare scan with JSON.parse. */
export async function rebuildIndex(): Promise<Measured> {
  const file = join(await ledgerFolder('large'), 'ledger.sqlite');
  const store = await openSqliteEventStore({ file });
  const bare = new DatabaseSync(file, { readOnly: true });
  const scan = bare.prepare(`SELECT e.id, e.type, e.data, e.metadata, s.name, e.revision, e.position, e.recorded_at
    FROM events e JOIN streams s ON s.number = e.stream ORDER BY e.position`);
  return await inNewFolder(async (folder) => {
    let round = 0;
    const measured = await compareRates(
      {
        own: async () => {
          round += 1;
          await buildCatalogue(store, join(folder, `catalogue-${round}.sqlite`));
        },
        bare: async () => {
          for (const row of scan.iterate()) parseRow(row);
        },
      },
      processorMs,
      3,
    );
    bare.close();
    await store.close();
    return { ...measured, detail: { ...measured.detail, clock: 'processor' } };
  });
}

async function buildCatalogue(store: EventStore, file: string): Promise<void> {
  const catalogue = openCatalogue(file);
  const feed = startFeed(store, catalogue, createHistories(store));
  await feed.until((await store.head()).position);
  await feed.stop();
  catalogue.close();
}

async function compareRates(
  sides: { readonly own: () => Promise<void>; readonly bare: () => Promise<void> },
  clock: () => number,
  rounds = 15,
): Promise<Measured> {
  const spent = { own: [] as number[], bare: [] as number[] };
  const names = ['own', 'bare'] as const;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const start = clock();
      await sides[name]();
      // The first round only warms up.
      if (round > 0) spent[name].push(clock() - start);
    }
  }
  const value = median(spent.bare.map((bare, round) => bare / (spent.own[round] ?? Number.NaN)));
  return { value, detail: { ownMs: median(spent.own), bareMs: median(spent.bare), rounds } };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function inNewFolder<Answer>(work: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'append-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
