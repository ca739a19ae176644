import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import type { EventStore } from '../../../src/event-store/event-store.ts';
import { collect, madeUp, numbers } from '../made-up-events.ts';
import type { Enrolment } from './enrolment.ts';

const rounds = 40;

/** The contract of several processes on one ledger, and of the death of one. */
export const processesContract = (t: Test, { place, open, module }: Enrolment): void => {
  const writer = (at: string, name: string, ...more: string[]): ChildProcess =>
    spawn(process.execPath, [join(import.meta.dirname, 'writer-process.ts'), module, at, name, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  const seenBy = async (store: EventStore, until: number): Promise<readonly number[]> => {
    const end = new AbortController();
    const seen: number[] = [];
    for await (const item of store.subscribe({ after: 0, signal: end.signal })) {
      if (item.kind === 'event') seen.push(item.event.position);
      if (seen.at(-1) === until) end.abort();
    }
    return seen;
  };

  t.test('two processes write to one stream, and a third sees all of it at once', async (t) => {
    const at = await place(t.testdir());
    const writers = ['first', 'second'].map((name) => writer(at, name, String(rounds)));
    const store = await open(at);
    t.teardown(store.close);
    const total = 2 * rounds * 3;
    const following = seenBy(store, total);
    const exits = await Promise.all(writers.map((child) => once(child, 'close')));
    t.same(exits, [
      [0, null],
      [0, null],
    ]);
    t.same(await following, numbers(1, total), 'the subscriber missed nothing and saw nothing twice');

    const recorded = await collect(store.readStream('shared'));
    t.same(
      recorded.map(({ revision }) => revision),
      numbers(0, total - 1),
    );
    t.same(
      recorded.map(({ position }) => position),
      numbers(1, total),
    );
    for (const name of ['first', 'second']) {
      const own = recorded.filter(({ data }) => data.writer === name).map(({ data }) => [data.round, data.part]);
      t.same(
        own,
        numbers(0, rounds - 1).flatMap((round) => [0, 1, 2].map((part) => [round, part])),
        `all of ${name}`,
      );
    }
    const whole = numbers(0, total / 3 - 1).every((append) => {
      const [one, two, three] = recorded
        .slice(append * 3, append * 3 + 3)
        .map(({ data }) => JSON.stringify([data.writer, data.round]));
      return one === two && two === three;
    });
    t.ok(whole, 'no append stands inside another');
  });

  t.test('the fresh head includes what other processes have acknowledged', async (t) => {
    const at = await place(t.testdir());
    const [writer, reader] = [await open(at), await open(at)];
    for (const store of [writer, reader]) t.teardown(store.close);
    t.same(await reader.freshHead(), { position: 0, recordedAt: null });
    for (const round of numbers(0, 49)) {
      const { position, recordedAt } = await writer.append(`s-${round}`, 'no_stream', [madeUp(), madeUp()]);
      t.same(await reader.freshHead(), { position, recordedAt });
      t.equal((await reader.head()).position, position, 'it is known here from then on');
    }
  });

  t.test('a killed writer leaves every acknowledged append and no partial one', async (t) => {
    const at = await place(t.testdir());
    const child = writer(at, 'doomed');
    let acknowledged = -1;
    if (child.stdout === null) throw new Error('the writer has no output');
    for await (const line of createInterface(child.stdout)) {
      acknowledged = Number(line);
      if (acknowledged > 100) child.kill('SIGKILL');
    }
    const store = await open(at);
    t.teardown(store.close);
    const recorded = await collect(store.readAll());
    t.ok(acknowledged > 100, `${acknowledged + 1} events were acknowledged`);
    t.ok(recorded.length > acknowledged, `${recorded.length} events are there`);
    t.equal(recorded.length % 3, 0);
    t.same(
      recorded.map(({ position }) => position),
      numbers(1, recorded.length),
    );
    t.match(
      await store.append('shared', recorded.length - 1, [
        { id: crypto.randomUUID(), type: 'T', data: {}, metadata: {} },
      ]),
      {
        revision: recorded.length,
      },
    );
  });
};
