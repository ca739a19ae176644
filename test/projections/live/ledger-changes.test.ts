import t from 'tap';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import type { Change } from '../../../src/projections/changes.ts';
import { type LedgerChanges, ledgerChanges } from '../../../src/projections/live/ledger-changes.ts';

const at = (position: number) => new Date(Date.UTC(2026, 0, 1) + position).toISOString();

// A log of appends of these sizes, one after another.
const changesIn = (...sizes: readonly number[]): LedgerChanges => {
  const events = sizes.flatMap((size, i) =>
    Array.from({ length: size }, () => ({ metadata: { correlationId: `${i}` } })),
  );
  const log = events.map(
    (event, i) => ({ ...event, position: i + 1, recordedAt: at(i + 1) }) as unknown as RecordedEvent,
  );
  return ledgerChanges({
    store: {
      readAll: async function* ({ after = 0, limit = log.length } = {}) {
        yield* log.slice(after, after + limit);
      },
      readStream: async function* () {},
    },
    catalogue: {} as never,
    histories: {} as never,
    head: () => log.length,
  });
};

const positions = (changes: readonly Change[]) => changes.map(({ position }) => position);

t.test('a ledger change is the last event of what was recorded in one go', async (t) => {
  const changes = changesIn(1, 3, 2);
  t.same(await changes.ofLedger(6), {
    changes: [1, 4, 6].map((position) => ({ position, recordedAt: at(position) })),
    older: false,
  });
  t.same(positions((await changes.ofLedger(5)).changes), [1, 4], 'what is not whole yet is none');
  t.same(await changes.first(), { position: 1, recordedAt: at(1) });
  t.equal(await changesIn().first(), null);
});

t.test('the pages of a long ledger hold each change once', async (t) => {
  const sizes = Array.from({ length: 900 }, (_, i) => (i % 7) + 1);
  const changes = changesIn(...sizes);
  const found: number[] = [];
  let before = sizes.reduce((sum, size) => sum + size) + 1;
  let older = true;
  while (older) {
    const page = await changes.ofLedger(before - 1);
    found.unshift(...positions(page.changes));
    before = page.changes[0]?.position ?? 0;
    older = page.older;
  }
  let end = 0;
  t.same(
    found,
    sizes.map((size) => (end += size)),
  );
});

t.test('events recorded in one go may be longer than a page', async (t) => {
  const changes = changesIn(2, 5_000, 1);
  t.same(positions((await changes.ofLedger(4_000)).changes), [2]);
  t.same(positions((await changes.ofLedger(5_002)).changes), [5_002]);
  t.same(positions((await changesIn(5_000).ofLedger(4_000)).changes), []);
  t.equal((await changesIn(5_000).first())?.position, 5_000);
});
