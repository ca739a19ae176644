import { readFileSync } from 'node:fs';
import t from 'tap';
import { namesById, runCase } from '../fixtures/wire/run-case.ts';
import type { WireCase } from '../fixtures/wire/wire-case.ts';
import { wireTarget } from '../fixtures/wire/wire-target.ts';
import { startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url), 'utf8'));

const recorded = fixture('recorded.json') as readonly WireCase[];
const requests = fixture('cases.json');
const nameOf = namesById(recorded.flatMap(({ steps }) => steps));

t.test('the recordings answer the requests of every case', async (t) => {
  t.equal(recorded.length, 46);
  const withoutOutcomes: unknown = JSON.parse(
    JSON.stringify(recorded, (key, value: unknown) => (key === 'outcome' ? undefined : value)),
  );
  t.strictSame(withoutOutcomes, requests);
});

t.test('the test server answers as EventStoreDB 23.10.8 did', async (t) => {
  const server = await startEventStoreDb();
  const target = wireTarget(server.address);
  t.teardown(async () => {
    target.close();
    await server.stop();
  });
  for (const { name, why, steps } of recorded) {
    await t.test(`${name}: ${why}`, async (t) => {
      const said = await runCase(target, steps, nameOf, 1 / 4);
      t.equal(said.length, steps.length);
      for (const [i, step] of steps.entries()) t.strictSame(said[i], step.outcome, `step ${i + 1}, ${step.verb}`);
    });
  }
});
