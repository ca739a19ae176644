/** Where an event with an id was written last. */
export type WrittenAt = { readonly stream: string; readonly revision: number };

/** The ids that a server still knows without reading its log. They are lost when it stops, and when they are many. */
export type RecentIds = {
  readonly get: (id: string) => WrittenAt | undefined;
  readonly add: (id: string, at: WrittenAt) => void;
  readonly forget: () => void;
};

const limitInBytes = 8 * 1024 * 1024;
const sizeOf = (at: WrittenAt): number => 28 + 2 * at.stream.length;

/** A cache of 8 MiB, from which the oldest ids fall first. */
export const createRecentIds = (): RecentIds => {
  const ids = new Map<string, WrittenAt>();
  let bytes = 0;

  const remove = (id: string, at: WrittenAt): void => {
    ids.delete(id);
    bytes -= sizeOf(at);
  };

  return {
    get: (id) => ids.get(id),
    add: (id, at) => {
      const before = ids.get(id);
      if (before !== undefined) remove(id, before);
      ids.set(id, at);
      bytes += sizeOf(at);
      for (const [oldest, written] of ids) {
        if (bytes <= limitInBytes) break;
        remove(oldest, written);
      }
    },
    forget: () => {
      ids.clear();
      bytes = 0;
    },
  };
};
