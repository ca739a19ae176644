import { objectIn, type SentEvent } from './recorded-event.ts';

/** The stream in which the server keeps the settings of another one. */
export function settingsOf(stream: string): string {
  return `$$${stream}`;
}

/** What a server writes as `$tb` into the settings of a stream that is deleted until it is written again. */
const deleted = Number.MAX_SAFE_INTEGER;

/** What cuts a stream short: in words, and whether it has done so, or will when there are more events or older ones. */
export type Truncation = { readonly message: string; readonly isCut: boolean };

const limits: Readonly<Record<string, (value: number) => Truncation>> = {
  $maxCount: (count) => ({ message: `its setting $maxCount keeps only the last ${count} events`, isCut: false }),
  $maxAge: (seconds) => ({ message: `its setting $maxAge keeps events for only ${seconds} s`, isCut: false }),
  $tb: (revision) => ({
    message: revision >= deleted ? 'it was deleted' : `its events before revision ${revision} were cut off`,
    isCut: true,
  }),
};

/**
 * What an event of the server says of a stream being cut short: the stream, with its prefix, and what cuts it, or null
 * where nothing does (any more). Null for an event that says nothing of the kind.
 */
export function truncationIn({
  stream,
  type,
  data,
}: SentEvent): { readonly stream: string; readonly truncation: Truncation | null } | null {
  if (type === '$streamDeleted') return { stream, truncation: { message: 'it was deleted for ever', isCut: true } };
  if (type !== '$metadata' || !stream.startsWith('$$')) return null;
  const settings = objectIn(data);
  const found = Object.entries(limits).flatMap(([name, say]) => {
    const value = settings[name];
    return typeof value === 'number' && value > 0 ? [say(value)] : [];
  });
  const truncation = {
    message: found.map(({ message }) => message).join(', '),
    isCut: found.some(({ isCut }) => isCut),
  };
  return { stream: stream.slice(2), truncation: found.length === 0 ? null : truncation };
}
