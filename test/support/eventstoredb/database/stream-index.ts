import type { LoggedEvent } from './log.ts';

/** What the metadata of a stream hides from its readers. `truncateBefore` is Infinity for a soft-deleted stream. */
export type StreamSettings = {
  readonly maxCount: number | undefined;
  /** Milliseconds. */
  readonly maxAge: number | undefined;
  readonly truncateBefore: number;
};

/** Which events belong to which stream, and what may be read of it. */
export type StreamIndex = {
  readonly add: (event: LoggedEvent) => void;
  /** All events of a stream, by revision, hidden ones included, without a tombstone. */
  readonly events: (stream: string) => readonly LoggedEvent[];
  /** The revision of the last event; -1 where there is none, Infinity once the stream is tombstoned. */
  readonly head: (stream: string) => number;
  readonly tombstone: (stream: string) => LoggedEvent | undefined;
  readonly settings: (stream: string) => StreamSettings;
  /** The first revision that may be read, of those that the age does not hide. */
  readonly firstReadable: (stream: string) => number;
  readonly isSoftDeleted: (stream: string) => boolean;
};

/** The stream that holds the metadata of a stream. */
export const metastreamOf = (stream: string): string => `$$${stream}`;

/** The stream whose metadata this stream holds, if it is a metastream. */
export const originalOf = (stream: string): string | undefined =>
  stream.startsWith('$$') ? stream.slice(2) : undefined;

const none: readonly LoggedEvent[] = [];
const plain: StreamSettings = { maxCount: undefined, maxAge: undefined, truncateBefore: 0 };
const metastreamSettings: StreamSettings = { ...plain, maxCount: 1 };
const largestLong = 2 ** 63;

const parsed = (data: Uint8Array): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const settingsIn = (data: Uint8Array): StreamSettings => {
  const { $maxCount, $maxAge, $tb } = parsed(data);
  return {
    maxCount: typeof $maxCount === 'number' && $maxCount > 0 ? $maxCount : undefined,
    maxAge: typeof $maxAge === 'number' && $maxAge > 0 ? $maxAge * 1000 : undefined,
    truncateBefore: typeof $tb === 'number' ? ($tb >= largestLong ? Infinity : $tb) : 0,
  };
};

/** An index of no streams. */
export const createStreamIndex = (): StreamIndex => {
  const streams = new Map<string, LoggedEvent[]>();
  const tombstones = new Map<string, LoggedEvent>();
  const settingsOf = new Map<string, StreamSettings>();

  const head = (stream: string): number => {
    if (tombstones.has(originalOf(stream) ?? stream) || tombstones.has(stream)) return Infinity;
    return (streams.get(stream)?.length ?? 0) - 1;
  };
  const settings = (stream: string): StreamSettings =>
    originalOf(stream) === undefined ? (settingsOf.get(stream) ?? plain) : metastreamSettings;

  return {
    add: (event) => {
      if (event.revision === Infinity) {
        tombstones.set(event.stream, event);
        return;
      }
      const events = streams.get(event.stream);
      if (events === undefined) streams.set(event.stream, [event]);
      else events.push(event);
      const original = originalOf(event.stream);
      if (original !== undefined) settingsOf.set(original, settingsIn(event.data));
    },
    events: (stream) => streams.get(stream) ?? none,
    head,
    tombstone: (stream) => tombstones.get(stream),
    settings,
    firstReadable: (stream) => {
      const { maxCount, truncateBefore } = settings(stream);
      return Math.max(0, truncateBefore, maxCount === undefined ? 0 : head(stream) - maxCount + 1);
    },
    isSoftDeleted: (stream) => settings(stream).truncateBefore === Infinity,
  };
};
