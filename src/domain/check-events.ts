import type { NewEvent } from '../event-store/event-store.ts';
import { decode } from './ledger-event.ts';

/**
 * Checks that events will be read as they are written: each is taken through JSON, as a store takes it, and read by its
 * own schema. What is recorded stays for good, so nothing is appended that this refuses. Throws a TypeError that names
 * the first one.
 */
export function checkEvents(events: readonly NewEvent[]): void {
  for (const event of events) {
    const wrong = faultOf(event);
    if (wrong !== null) throw new TypeError(`${event.type} ${event.id} cannot be recorded: ${wrong}`);
  }
}

function faultOf(event: NewEvent): string | null {
  const { data, metadata } = JSON.parse(JSON.stringify(event)) as NewEvent;
  try {
    const decoded = decode({ ...event, data, metadata, stream: '', revision: 0, position: 1, recordedAt: '' });
    if (decoded === null || !('damaged' in decoded)) return null;
    const damaged = decoded.kind === 'decision' ? decoded.damaged && ['value'] : decoded.damaged;
    return damaged && damaged.length > 0 ? `JSON does not keep ${damaged.join(', ')}` : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
