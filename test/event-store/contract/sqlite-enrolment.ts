import { join } from 'node:path';
import { openSqliteEventStore } from '../../../src/event-store/sqlite.ts';
import type { Enrolment } from './enrolment.ts';

/** SQLite in a file. */
export const enrolment: Enrolment = {
  place: async (folder) => join(folder, 'events.db'),
  open: (file, now) => openSqliteEventStore(now ? { file, now } : { file }),
  module: import.meta.url,
};
