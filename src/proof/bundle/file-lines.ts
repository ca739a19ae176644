import { createReadStream } from 'node:fs';

/** A file has no line feed where one would have to be. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

// An event has a MiB at most; the last line 45 bytes for every 256 events.
const longestLine = 256 * 1024 * 1024;

/**
 * The lines of a file, ended by line feeds, as they come; null for one that is no UTF-8. What follows the last line feed
 * is a line too, if it is anything. Throws what the system does, and LineTooLong.
 */
export async function* fileLines(file: string): AsyncGenerator<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decoded = (parts: readonly Buffer[]): string | null => {
    try {
      return decoder.decode(Buffer.concat(parts));
    } catch {
      return null;
    }
  };
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield decoded([...parts, chunk.subarray(start, end)]);
      [parts, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > longestLine) throw new LineTooLong(`${file} has a line of more than ${longestLine} bytes`);
  }
  if (parts.length > 0) yield decoded(parts);
}
