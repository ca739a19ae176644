import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore, NewEvent } from '../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../src/event-store/sqlite.ts';
import { typicalEvents as events, typicalEvent } from './typical-event.ts';

// Measures the embedded store on this machine: `node bench/event-store.ts [a folder on the disk to measure]`.

const say = (what: string, value: number, unit: string): void =>
  console.log(`${what.padEnd(58)}${Math.round(value).toLocaleString('en').padStart(10)} ${unit}`);

/** How many of these are done per second. */
const rate = async (count: number, work: () => Promise<void>): Promise<number> => {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
};

const appendOneByOne = async (store: EventStore, count: number): Promise<void> => {
  for (const [index, event] of events(count).entries()) {
    await store.append('one-by-one', index === 0 ? 'no_stream' : index - 1, [event]);
  }
};

const appendInBatches = async (store: EventStore, batches: readonly (readonly NewEvent[])[]): Promise<void> => {
  let last = -1;
  for (const batch of batches) {
    last = (await store.append('in-batches', last === -1 ? 'no_stream' : last, batch)).revision;
  }
};

const appendAtOnce = async (store: EventStore, rounds: number, atOnce: number): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    const expected = round === 0 ? 'no_stream' : round - 1;
    await Promise.all(events(atOnce).map((event, writer) => store.append(`writer-${writer}`, expected, [event])));
  }
};

const read = async (items: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of items);
};

const catchUp = async (store: EventStore): Promise<void> => {
  for await (const item of store.subscribe({ after: 0, signal: new AbortController().signal })) {
    if (item.kind === 'caught-up') return;
  }
};

/** Sorted milliseconds from the call of `append` on one store until a subscriber of another has the event. */
const latencies = async (writer: EventStore, reader: EventStore, count: number): Promise<readonly number[]> => {
  const end = new AbortController();
  const { position } = await reader.head();
  const measured: number[] = [];
  let start = 0;
  const next = async (): Promise<void> => {
    start = performance.now();
    const written = measured.length;
    await writer.append(`latency-${position}`, written === 0 ? 'no_stream' : written - 1, [typicalEvent()]);
  };
  for await (const item of reader.subscribe({ after: position, signal: end.signal })) {
    if (item.kind === 'event') measured.push(performance.now() - start);
    if (measured.length === count) end.abort();
    else setTimeout(() => void next(), 1);
  }
  return measured.toSorted((a, b) => a - b);
};

const sayLatency = (what: string, measured: readonly number[]): void => {
  for (const [name, part] of [
    ['median', 0.5],
    ['99 of 100', 0.99],
  ] as const) {
    say(`${what}, ${name}`, 1000 * (measured[Math.floor(measured.length * part)] ?? Number.NaN), 'µs');
  }
};

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'event-store-bench-'));
const file = join(folder, 'events.db');
const store = await openSqliteEventStore({ file });
const other = await openSqliteEventStore({ file });
try {
  const batches = Array.from({ length: 100 }, () => events(1000));
  say('single durable appends', await rate(3000, () => appendOneByOne(store, 3000)), 'appends/s');
  say('appends, 64 at a time', await rate(12_800, () => appendAtOnce(store, 200, 64)), 'appends/s');
  say('appends in batches of 1,000', await rate(100_000, () => appendInBatches(store, batches)), 'events/s');
  const { position } = await store.head();
  say('read the ledger', await rate(position, () => read(store.readAll())), 'events/s');
  say('read one stream', await rate(100_000, () => read(store.readStream('in-batches'))), 'events/s');
  say('catch up by subscription', await rate(position, () => catchUp(store)), 'events/s');
  sayLatency('append to subscriber, in one process', await latencies(store, store, 500));
  sayLatency('append to subscriber, over another connection', await latencies(other, store, 200));
} finally {
  await store.close();
  await other.close();
  rmSync(folder, { recursive: true });
}
