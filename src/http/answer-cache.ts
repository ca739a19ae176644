import { LRUCache } from 'lru-cache';

/** An answer that is ready to be sent. */
export type ReadyAnswer = { readonly body: Buffer; readonly link: string | null };

/** The answers that were built, and what addresses had which of them. */
export type AnswerCache = {
  /** The ETag of an address on a day, where nothing was recorded since it was found out. */
  readonly etagOf: (address: string, position: number, day: string) => string | undefined;
  readonly noteEtag: (address: string, position: number, day: string, etag: string) => void;
  readonly answer: (etag: string) => ReadyAnswer | undefined;
  readonly keep: (etag: string, answer: ReadyAnswer) => void;
};

type Noted = { readonly position: number; readonly day: string; readonly etag: string };

const mostBytesOfAnswers = 64 * 1024 * 1024;
const mostBytesOfAddresses = 8 * 1024 * 1024;
// What an entry takes beside its address.
const bytesOfEntry = 200;

/**
 * Keeps answers within a limit of bytes. An answer is a function of its address, of what the ledger holds and of the
 * day, so that an address whose ETag is known needs nothing to be read, folded or written as JSON again.
 */
export function createAnswerCache(): AnswerCache {
  const etags = new LRUCache<string, Noted>({
    maxSize: mostBytesOfAddresses,
    sizeCalculation: (_noted, address) => 2 * address.length + bytesOfEntry,
  });
  const answers = new LRUCache<string, ReadyAnswer>({
    maxSize: mostBytesOfAnswers,
    sizeCalculation: ({ body, link }) => body.byteLength + 2 * (link?.length ?? 0) + bytesOfEntry,
  });
  return {
    etagOf: (address, position, day) => {
      const noted = etags.get(address);
      return noted?.position === position && noted.day === day ? noted.etag : undefined;
    },
    noteEtag: (address, position, day, etag) => etags.set(address, { position, day, etag }),
    answer: (etag) => answers.get(etag),
    keep: (etag, answer) => answers.set(etag, answer),
  };
}
