import {
  type Appended,
  type EncodedEvent,
  type ExpectedRevision,
  encodeAppend,
  type NewEvent,
  StoreUnavailable,
} from '../event-store.ts';
import { createAdmission } from './admission.ts';
import type { Written } from './append-answer.ts';
import type { Append } from './appender.ts';
import type { IndexedEvent } from './number-file.ts';
import type { NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';
import { persistently, type Retries } from './retry.ts';

/** Appends under way at a time; more wait here, where no deadline runs. */
const most = 256;
const mostBytes = 16 * 1024 * 1024;

type Parts = {
  readonly append: Append;
  readonly index: Pick<NumberIndex, 'ofStream'>;
  readonly numbering: Pick<Numbering, 'covered' | 'until'>;
  readonly prefix: string;
  readonly retries: Retries;
};

/** The appends of a store. */
export type Appends = {
  readonly append: (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) => Promise<Appended>;
  /** Resolves when all that were accepted so far have had their outcome. */
  readonly done: () => Promise<void>;
};

/** Appends persistently, each until its outcome is known, and answers when the events have their numbers. */
export function createAppends({ append, index, numbering, prefix, retries }: Parts): Appends {
  const admission = createAdmission(most, mostBytes);
  const underWay = new Set<Promise<unknown>>();

  const write = async (
    stream: string,
    expected: ExpectedRevision,
    events: readonly EncodedEvent[],
  ): Promise<Written> => {
    const bytes = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    await admission.enter(bytes);
    try {
      const call = () => append(prefix + stream, { stream, expected, events });
      return await persistently(`the events of ${stream} could not be written`, call, retries);
    } finally {
      admission.leave(bytes);
    }
  };

  const placed = async (stream: string, { revision, commit }: Written): Promise<Appended> => {
    const find = () => index.ofStream(prefix + stream, revision, revision)[0];
    let found: IndexedEvent | undefined;
    const isSo = () => {
      if (commit === null || numbering.covered() >= commit) found = find();
      return found !== undefined;
    };
    if (!isSo()) await numbering.until({ isSo, patience: retries.patience, isDue: true });
    // A server may name another place for what was written before: then the revision alone says where it is.
    found ??= find();
    if (found !== undefined) {
      return { revision, position: found.number, recordedAt: new Date(found.recordedAt).toISOString() };
    }
    throw new StoreUnavailable(
      `${stream}: the events are recorded up to revision ${revision}, their position is not known yet`,
    );
  };

  return {
    append: async (stream, expected, events) => {
      const encoded = encodeAppend(stream, events);
      const working = write(stream, expected, encoded).then((written) => placed(stream, written));
      underWay.add(working);
      try {
        return await working;
      } finally {
        underWay.delete(working);
      }
    },
    done: async () => {
      await Promise.allSettled(underWay);
    },
  };
}
