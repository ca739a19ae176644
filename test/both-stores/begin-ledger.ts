import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerStream } from '../../src/domain/vocabulary/events.ts';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite.ts';
import type { Place } from '../support/open-test-ledger.ts';

/**
 * Writes the first event of a ledger, with an id that is always the same: ledgers that are begun so may be equal to the
 * byte. `now` is their clock, in milliseconds since 1970.
 */
export const beginLedger = async ({ clock, ...place }: Place, now: () => number): Promise<void> => {
  const { dataDir, eventStore, streamPrefix = 'ledger_' } = place;
  mkdirSync(dataDir, { recursive: true });
  clock?.follow(now);
  const store =
    eventStore === undefined
      ? await openSqliteEventStore({ file: join(dataDir, 'ledger.sqlite'), now })
      : await openEventStoreDb({ connectionString: eventStore, streamPrefix, now });
  const id = '01930000-0000-7000-8000-000000000000';
  const metadata = { recordedBy: 'ledger', correlationId: id, causationId: null, schema: 1 };
  await store.append(ledgerStream, 'no_stream', [{ id, type: 'LedgerOpened', data: { ledger: id }, metadata }]);
  await store.close();
};
