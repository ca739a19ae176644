import { createHash } from 'node:crypto';
import t from 'tap';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { leafHashOf, leafOf } from '../../src/proof/tree-file.ts';

const event: RecordedEvent = {
  id: '0c6f3a1e-0000-5000-8000-000000000001',
  type: 'TermAgreed',
  data: { fact: 'partnership/acme.federation/term-agreed', end: '2028', count: 3, nothing: null },
  metadata: { schema: 1, article: '901' },
  stream: 'partnership-acme.federation',
  revision: 4,
  position: 7,
  recordedAt: '2026-01-01T00:00:07.000Z',
};

// Written by hand from RFC 8785: members in order of their names, no spaces.
const leaf =
  '{"event":{"data":{"count":3,"end":"2028","fact":"partnership/acme.federation/term-agreed","nothing":null},' +
  '"id":"0c6f3a1e-0000-5000-8000-000000000001","metadata":{"article":"901","schema":1},"type":"TermAgreed"},' +
  '"format":1,"position":7,"recordedAt":"2026-01-01T00:00:07.000Z","revision":4,"stream":"partnership-acme.federation"}';

t.test('a leaf is the canonical JSON of everything the ledger says about an event', async (t) => {
  t.equal(leafOf(event), leaf);
  t.equal(Buffer.from(leafHashOf(event)).toString('hex'), createHash('sha256').update(`\0${leaf}`).digest('hex'));
});

t.test("the order of an event's members does not change its leaf", async (t) => {
  const { data, metadata, ...rest } = event;
  const { fact, ...others } = data;
  t.equal(leafOf({ metadata, ...rest, data: { ...others, fact } }), leaf);
});

t.test('any change to an event changes its leaf', async (t) => {
  const changes: readonly Partial<RecordedEvent>[] = [
    { id: '0c6f3a1e-0000-5000-8000-000000000002' },
    { type: 'TermAgree' },
    { data: { ...event.data, count: '3' } },
    { metadata: { schema: 1 } },
    { stream: 'partnership-acme.federatiom' },
    { revision: 5 },
    { position: 8 },
    { recordedAt: '2026-01-01T00:00:07.001Z' },
  ];
  const leaves = new Set([leaf, ...changes.map((change) => leafOf({ ...event, ...change }))]);
  t.equal(leaves.size, changes.length + 1);
});

t.test('an event that no ledger can have written has no leaf', async (t) => {
  t.throws(() => leafOf({ ...event, data: { count: Number.POSITIVE_INFINITY } }));
  t.throws(() => leafOf({ ...event, data: { note: '\ud800' } }));
});
