import { StreamDeleted } from '../event-store.ts';
import { StreamNotFound } from './call-error.ts';
import type { Client } from './client.ts';
import { type PageOptions, readPage } from './read-page.ts';
import { readStreamRequest } from './read-request.ts';

/**
 * The first revision of a stream, by its full name, that can still be read; null where there is none. Throws
 * UnknownOutcome and what the server refuses.
 */
export async function readFirstRevision(
  client: Client,
  fullName: string,
  options: Omit<PageOptions, 'stream'>,
): Promise<number | null> {
  try {
    const [first] = await readPage(client, readStreamRequest(fullName, 0, 'forwards', 1), {
      ...options,
      stream: fullName,
    });
    return first?.revision ?? null;
  } catch (error) {
    if (error instanceof StreamNotFound || error instanceof StreamDeleted) return null;
    throw error;
  }
}
