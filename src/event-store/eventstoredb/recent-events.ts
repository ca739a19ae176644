import type { SentEvent } from './recorded-event.ts';

/** An event with the number that it has in the ledger. */
export type NumberedEvent = { readonly number: number; readonly recordedAt: number; readonly event: SentEvent };

/** The last events that came, so that those who follow live need not read them again. */
export type RecentEvents = {
  /** Keeps an event; one whose number does not follow the last one makes it forget those before. */
  readonly add: (event: NumberedEvent) => void;
  /** The events from one number to another, both included; null where one of them is not kept. */
  readonly between: (first: number, last: number) => readonly NumberedEvent[] | null;
};

const sizeOf = (event: SentEvent): number => event.getData_asU8().length + event.getCustomMetadata_asU8().length;

/** Keeps up to so many events of so many bytes together. */
export const createRecentEvents = (most = 2_048, mostBytes = 8 * 1024 * 1024): RecentEvents => {
  let kept: NumberedEvent[] = [];
  let first = 0;
  let bytes = 0;

  const forgetSome = (): void => {
    while (first < kept.length && (kept.length - first > most || bytes > mostBytes)) {
      const oldest = kept[first];
      bytes -= oldest ? sizeOf(oldest.event) : 0;
      first += 1;
    }
    // Cut off at times, not at each event.
    if (first <= most) return;
    kept = kept.slice(first);
    first = 0;
  };

  return {
    add: (event) => {
      const last = kept.at(-1);
      if (last !== undefined && last.number + 1 !== event.number) [kept, first, bytes] = [[], 0, 0];
      kept.push(event);
      bytes += sizeOf(event.event);
      forgetSome();
    },
    between: (from, to) => {
      const oldest = kept[first];
      const newest = kept.at(-1);
      if (oldest === undefined || newest === undefined || from < oldest.number || to > newest.number) return null;
      const start = first + from - oldest.number;
      return kept.slice(start, start + to - from + 1);
    },
  };
};
