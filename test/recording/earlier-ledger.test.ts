import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { reportTypes } from '../../src/domain/vocabulary/event-types.ts';
import { currentVersion, decode, streamReader } from '../../src/domain/vocabulary/events.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { openTestApp, type TestApp } from '../support/app.ts';

// As version 0.1 recorded it: one report of every type that it knew, and a deal that was renewed, amended, suspended and
// resumed twice, with decisions on what it then kept under one key.
const recorded = readFileSync(join(import.meta.dirname, '../fixtures/ledgers/0.1.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedEvent);

/** An app on a new ledger that holds the events of the earlier one. */
const openEarlierLedger = async (t: Parameters<typeof openTestApp>[0]): Promise<TestApp> => {
  const app = await openTestApp(t, { seeds: false });
  for (const [, events] of Map.groupBy(recorded, ({ metadata }) => metadata.correlationId)) {
    const [{ stream, revision }] = events as [RecordedEvent];
    const added = events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
    await app.ledger.store.append(stream, revision === 0 ? 'no_stream' : revision - 1, added);
  }
  return app;
};

type Entry = {
  readonly fact: string;
  readonly status: string;
  readonly occurred: { readonly edtf: string } | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly contested: boolean;
};

const base = '/api/partnerships/harrier.federation';
const key = (milestone: string, instance = '') => `partnership/harrier.federation${instance}/${milestone}`;

t.test('every event of an earlier version is read', async (t) => {
  const read = streamReader();
  for (const event of recorded) {
    const decoded = read(event);
    t.ok(decoded, `${event.type} at ${event.position}`);
    t.notMatch(decoded, { damaged: [String] }, event.type);
  }
  const types = new Set(recorded.map(({ type }) => type));
  const known = reportTypes.filter(({ type }) => types.has(type));
  t.ok(known.length >= 51, 'every type of that version is there');
  const lifted = recorded.filter((event) => {
    const decoded = decode(event);
    return decoded?.kind === 'report' && Number(event.metadata['schema']) < currentVersion(decoded.type);
  });
  t.ok(lifted.length > 0, 'some of them through upcasters');
});

t.test('what recurs has a key for each year, also where an earlier version kept it under one', async (t) => {
  const { get } = await openEarlierLedger(t);
  const { entries } = (await get(`${base}/timeline?occurredAsOf=2021-06-01`)).body;
  const found = entries
    .filter(({ fact }: Entry) => /^partnership.*(?:renewed|amended|suspended|reinstated)$/.test(fact))
    .map(({ fact, status, occurred, data, contested }: Entry) => [
      fact,
      status,
      occurred?.edtf ?? null,
      data['end'] ?? null,
      contested,
    ]);
  t.strictSame(found, [
    [key('renewed', '.2014'), 'happened', '2014-08-24', '2020', false],
    [key('suspended', '.2016'), 'happened', '2016-05-01', null, false],
    [key('reinstated', '.2016'), 'happened', '2016-09-01', null, false],
    // A decision of a steward put its end right, and a merge joined a second key to it.
    [key('amended', '.2018'), 'happened', '[2018-12-01..2018-12-05]', null, false],
    [key('renewed', '.2018'), 'happened', '2018-12-04', '2028', false],
    [key('suspended', '.2020'), 'happened', '2020-04-01', null, false],
    [key('reinstated'), 'happened', '[2020-12-20..2021-01-31]', null, false],
    [key('renewed'), 'happened', '[..2021-03-01]', null, false],
    [key('suspended', '.2022'), 'planned', null, null, false],
  ]);
});

t.test('decisions of an earlier version hold for the reports that they judged', async (t) => {
  const { get } = await openEarlierLedger(t);
  const { entry, reports } = (await get(`${base}/facts/${key('renewed', '.2018')}`)).body;
  t.match(entry, { data: { end: '2028' }, contested: false, planHistory: [] });
  t.same(
    reports.map(({ article }: { article: string }) => article),
    ['h5', 'h8'],
    'the merge joins the reports of the second key to the year of their day',
  );
  t.same(
    entry.decisions.map(({ type }: { type: string }) => type),
    ['FactCorrected', 'ContestResolved', 'FactsMerged'],
  );
  const first = (await get(`${base}/facts/${key('renewed', '.2014')}`)).body.entry;
  t.match(first, { data: { end: '2020' }, decisions: [], contested: false }, 'the first renewal had no part in it');
  for (const retracted of [key('amended', '.2014'), key('suspended', '.2021')]) {
    const { entry: dropped } = (await get(`${base}/facts/${retracted}`)).body;
    t.match(dropped, { status: 'unsupported', decisions: [{ type: 'FactRetracted' }] }, retracted);
  }
  t.match((await get(base)).body, { status: 'signed', term: { end: { edtf: '2028' }, contested: false } });
});

t.test('an article that an earlier version recorded is still recorded', async (t) => {
  const { get } = await openEarlierLedger(t);
  t.match((await get('/api/articles/every-type')).body, { article: { partnerships: ['lumo.federation'] } });
  const { total } = (await get('/api/partnerships/lumo.federation/timeline')).body;
  t.ok(total >= 51);
});
