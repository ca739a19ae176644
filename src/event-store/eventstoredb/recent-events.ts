import { type SentEvent, sizeOf } from './recorded-event.ts';

/** An event with the number that it has in the ledger. */
export type NumberedEvent = { readonly number: number; readonly recordedAt: number; readonly event: SentEvent };

/** The last events that came, so that those who follow live need not read them again. */
export type RecentEvents = {
  /** Keeps an event; one whose number does not follow the last one makes it forget those before. */
  readonly add: (event: NumberedEvent) => void;
  /** The events from one number to another, both included; null where one of them is not kept. */
  readonly between: (first: number, last: number) => readonly NumberedEvent[] | null;
};

/** Keeps up to so many events of so many bytes together. */
export function createRecentEvents(most = 2_048, mostBytes = 4 * 1024 * 1024): RecentEvents {
  const kept = new Map<number, NumberedEvent>();
  let [oldest, newest, bytes] = [1, 0, 0];

  const forgetOldest = (): void => {
    const event = kept.get(oldest)?.event;
    bytes -= event ? sizeOf(event) : 0;
    kept.delete(oldest);
    oldest += 1;
  };

  const isTooMuch = (): boolean => kept.size > most || (bytes > mostBytes && kept.size > 0);

  return {
    add: (event) => {
      if (event.number !== newest + 1) {
        kept.clear();
        [oldest, bytes] = [event.number, 0];
      }
      newest = event.number;
      kept.set(newest, event);
      bytes += sizeOf(event.event);
      while (isTooMuch()) forgetOldest();
    },
    between: (first, last) => {
      if (first < oldest || last > newest) return null;
      return Array.from({ length: last - first + 1 }, (_, index) => kept.get(first + index)).filter(
        (event) => event !== undefined,
      );
    },
  };
}
