import type { RecentIds } from './recent-ids.ts';
import { metastreamOf, type StreamIndex } from './stream-index.ts';

/** What a writer expects of the stream. */
export type ExpectedRevision = number | 'any' | 'no_stream' | 'stream_exists';

/** What becomes of an append: it is written, it was written before, or it is refused. */
export type AppendDecision =
  | { readonly kind: 'write'; readonly recreates: boolean }
  | { readonly kind: 'written-before'; readonly last: number }
  | { readonly kind: 'wrong-revision'; readonly current: number }
  | { readonly kind: 'stream-deleted' };

const byRecentIds = (index: StreamIndex, recent: RecentIds, stream: string, ids: readonly string[]): AppendDecision => {
  let last: number | undefined;
  for (const id of ids) {
    const written = recent.get(id);
    if (written?.stream !== stream) {
      if (last !== undefined) return { kind: 'wrong-revision', current: index.head(stream) };
      return { kind: 'write', recreates: index.isSoftDeleted(stream) };
    }
    last = written.revision;
  }
  if (last === undefined) return { kind: 'write', recreates: index.isSoftDeleted(stream) };
  return { kind: 'written-before', last };
};

const byRevision = (index: StreamIndex, stream: string, after: number, ids: readonly string[]): AppendDecision => {
  const current = index.head(stream);
  const events = index.events(stream);
  const firstUnknown = ids.findIndex((id, i) => events[after + 1 + i]?.id !== id);
  if (firstUnknown === -1 && ids.length > 0) return { kind: 'written-before', last: after + ids.length };
  if (firstUnknown === 0 && after === -1 && index.isSoftDeleted(stream)) return { kind: 'write', recreates: true };
  return { kind: 'wrong-revision', current };
};

/**
 * Decides an append by the ids of its events alone, never by their content. With an exact revision or `no_stream` a
 * retry is found in the log, so also after a restart; with `any` and `stream_exists` only among the recent ids.
 */
export const checkAppend = (
  index: StreamIndex,
  recent: RecentIds,
  stream: string,
  expected: ExpectedRevision,
  ids: readonly string[],
): AppendDecision => {
  const current = index.head(stream);
  if (current === Infinity) return { kind: 'stream-deleted' };

  if (expected === 'any' || expected === 'stream_exists') {
    if (expected === 'stream_exists') {
      if (index.isSoftDeleted(stream)) return { kind: 'stream-deleted' };
      if (current === -1 && index.head(metastreamOf(stream)) === -1) return { kind: 'wrong-revision', current };
    }
    return byRecentIds(index, recent, stream, ids);
  }

  const after = expected === 'no_stream' ? -1 : expected;
  if (after < current) return byRevision(index, stream, after, ids);
  if (after > current) return { kind: 'wrong-revision', current };
  return { kind: 'write', recreates: index.isSoftDeleted(stream) };
};
