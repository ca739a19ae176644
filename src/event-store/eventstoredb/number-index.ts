import { type IndexedEvent, type IndexHead, type KeptEvent, openNumberFile, type Truncations } from './number-file.ts';
import type { LogPosition } from './read-request.ts';
import type { Truncation } from './truncation.ts';

/** An event of the ledger as the log of the server has it: its stream with prefix, its clock in milliseconds. */
export type LoggedEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
};

/** What came from the log of the server, in its order. */
export type Taken = {
  readonly events: readonly LoggedEvent[];
  /** Up to where the log was looked at, if that is further than the last event. */
  readonly looked: LogPosition | null;
  readonly truncations: Truncations;
};

/**
 * The numbers of the events of a ledger. They depend on the log of the server alone: made anew they are the same. What
 * came last is in memory and goes to the file a little later; what a crash loses comes again from the server.
 */
export type NumberIndex = {
  readonly head: () => IndexHead;
  /** Numbers events. Gives what it made of each, in their order; null for one that has its number already. */
  readonly take: (taken: Taken) => readonly (IndexedEvent | null)[];
  /** The events of a stream between two revisions, both included, in order. */
  readonly ofStream: (stream: string, first: number, last: number) => readonly IndexedEvent[];
  /** The events between two numbers, both included, in order. */
  readonly between: (first: number, last: number) => readonly IndexedEvent[];
  /** The number of the last event recorded by then (milliseconds since 1970), 0 if there is none. */
  readonly numberAt: (instant: number) => number;
  /** What cuts streams short, by the name of the stream with prefix. */
  readonly truncations: () => ReadonlyMap<string, Truncation>;
  readonly empty: () => void;
  readonly close: () => void;
};

/** Milliseconds and events after which the file is written. */
const keepAfter = 25;
const keepAt = 1_000;

/** Where the file cannot be written, so many events may wait in memory. */
const mostWaiting = 100_000;

/** Opens the index in `file`; `:memory:` is one that is made anew at each start. */
export function openNumberIndex(file: string, prefix: string): NumberIndex {
  const kept = openNumberFile(file, prefix);
  let head = kept.head();
  let truncations = new Map(kept.truncations());
  let changed = new Map<string, Truncation | null>();
  let waiting: KeptEvent[] = [];
  let ofStreams = new Map<string, KeptEvent[]>();
  let timer: NodeJS.Timeout | undefined;

  const keep = (): void => {
    clearTimeout(timer);
    timer = undefined;
    kept.add(waiting, head, changed);
    [waiting, ofStreams, changed] = [[], new Map(), new Map()];
  };

  const keepIfPossible = (): void => {
    try {
      keep();
    } catch {
      // The disk may be full, or another process busy: it is tried again with what comes next.
    }
  };

  // The last number that is in the file, as far as this process knows.
  const lastKept = (): number => head.number - waiting.length;

  const wait = (event: KeptEvent): void => {
    waiting.push(event);
    const events = ofStreams.get(event.stream);
    if (events === undefined) ofStreams.set(event.stream, [event]);
    else events.push(event);
  };

  const number = ({ id, stream, revision, commit, created }: LoggedEvent): IndexedEvent | null => {
    if (commit <= head.commit) return null;
    const recordedAt = Math.max(head.recordedAt, created);
    head = { number: head.number + 1, commit, recordedAt, id, checkpoint: { commit, prepare: commit } };
    const event = { number: head.number, stream, revision, commit, recordedAt };
    wait(event);
    return event;
  };

  const recordedAt = (position: number): number => {
    const inMemory = waiting[position - lastKept() - 1];
    return (inMemory ?? kept.between(position, position)[0])?.recordedAt ?? Number.POSITIVE_INFINITY;
  };

  return {
    head: () => head,
    take: (taken) => {
      if (waiting.length > mostWaiting) keep();
      const numbered = taken.events.map(number);
      const { checkpoint } = head;
      if (taken.looked && (checkpoint === 'start' || taken.looked.commit > checkpoint.commit)) {
        head = { ...head, checkpoint: taken.looked };
      }
      for (const [stream, truncation] of taken.truncations) {
        changed.set(stream, truncation);
        if (truncation === null) truncations.delete(stream);
        else truncations.set(stream, truncation);
      }
      const isNothing = taken.events.length === 0 && taken.looked === null && taken.truncations.size === 0;
      if (isNothing) return numbered;
      if (waiting.length < keepAt) timer ??= setTimeout(keepIfPossible, keepAfter).unref();
      else keepIfPossible();
      return numbered;
    },
    ofStream: (stream, first, last) => {
      const events = ofStreams.get(stream) ?? [];
      // Their revisions have no gaps, unless events were gone before they were numbered.
      const at = first - (events[0]?.revision ?? 0);
      const [from, to] = [events[at], events[at + last - first]];
      if (from?.revision === first && to?.revision === last) return events.slice(at, at + last - first + 1);
      const inMemory = events.filter(({ revision }) => revision >= first && revision <= last);
      return [...kept.ofStream(stream, first, last, lastKept()), ...inMemory];
    },
    between: (first, last) => {
      const start = lastKept();
      const inMemory = waiting.slice(Math.max(0, first - start - 1), Math.max(0, last - start));
      return first > start ? inMemory : [...kept.between(first, Math.min(last, start)), ...inMemory];
    },
    // By halving: numbers have no gaps, and recordedAt never goes back.
    numberAt: (instant) => {
      let [low, high] = [0, head.number];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (recordedAt(middle) <= instant) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    truncations: () => truncations,
    empty: () => {
      kept.empty();
      head = kept.head();
      truncations = new Map();
      [waiting, ofStreams, changed] = [[], new Map(), new Map()];
    },
    close: () => {
      try {
        keep();
      } finally {
        kept.close();
      }
    },
  };
}
