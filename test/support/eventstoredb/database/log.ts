/** An event as it stands in the log. `revision` is Infinity for the tombstone of a deleted stream. */
export type LoggedEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** Ticks of 100 ns since the Unix epoch. */
  readonly created: bigint;
  /** Where its record begins: its commit and its prepare position. */
  readonly position: number;
};

/** A record takes the bytes from `position` up to `next`; not every record is an event. */
export type LogRecord = { readonly position: number; readonly next: number; readonly event: LoggedEvent | undefined };

/** The one transaction log of a server. Positions are byte offsets: they rise, and have gaps. */
export type Log = {
  readonly records: readonly LogRecord[];
  /** The position of the next record. */
  readonly end: () => number;
  /** Writes an event and returns it with its position. */
  readonly write: (event: Omit<LoggedEvent, 'position'>) => LoggedEvent;
  /** Writes a record that is no event, such as an epoch or an append of nothing, and returns its position. */
  readonly writeMark: () => number;
  /** The index of the first record at or after a position; the number of records if there is none. */
  readonly indexFrom: (position: number) => number;
  /** Calls the listener after each append, once for all its events, until the returned function is called. */
  readonly listen: (listener: () => void) => () => void;
  readonly notify: () => void;
};

const recordOverhead = 94;

const sizeOf = (event: Omit<LoggedEvent, 'position'>): number =>
  recordOverhead + Buffer.byteLength(event.stream) + event.type.length + event.data.length + event.metadata.length;

/** An empty log in memory. */
export const createLog = (): Log => {
  const records: LogRecord[] = [];
  const listeners = new Set<() => void>();
  let end = 0;

  const put = (size: number, event: LoggedEvent | undefined): void => {
    records.push({ position: end, next: end + size, event });
    end += size;
  };

  return {
    records,
    end: () => end,
    write: (proposed) => {
      const event = { ...proposed, position: end };
      put(sizeOf(proposed), event);
      return event;
    },
    writeMark: () => {
      const position = end;
      put(recordOverhead, undefined);
      return position;
    },
    indexFrom: (position) => {
      let low = 0;
      let high = records.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((records[middle]?.position ?? end) < position) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notify: () => {
      for (const listener of listeners) listener();
    },
  };
};
