import { objectIn, type SentEvent } from './recorded-event.ts';

/** The stream in which the server keeps the settings of another one. */
export const settingsOf = (stream: string): string => `$$${stream}`;

/** What a server writes as `$tb` into the settings of a stream that is deleted until it is written again. */
const deleted = Number.MAX_SAFE_INTEGER;

const limits: Readonly<Record<string, (value: number) => string>> = {
  $maxCount: (count) => `its setting $maxCount keeps only the last ${count} events`,
  $maxAge: (seconds) => `its setting $maxAge keeps events for only ${seconds} s`,
  $tb: (revision) => (revision >= deleted ? 'it was deleted' : `its events before revision ${revision} were cut off`),
};

/**
 * What an event of the server says of a stream being cut short: the stream, with its prefix, and what cuts it, or null
 * where nothing does (any more). Null for an event that says nothing of the kind.
 */
export const truncationIn = ({
  stream,
  type,
  data,
}: SentEvent): { readonly stream: string; readonly message: string | null } | null => {
  if (type === '$streamDeleted') return { stream, message: 'it was deleted for ever' };
  if (type !== '$metadata' || !stream.startsWith('$$')) return null;
  const settings = objectIn(data);
  const messages = Object.entries(limits).flatMap(([name, say]) => {
    const value = settings[name];
    return typeof value === 'number' && value > 0 ? [say(value)] : [];
  });
  return { stream: stream.slice(2), message: messages.length === 0 ? null : messages.join(', ') };
};
