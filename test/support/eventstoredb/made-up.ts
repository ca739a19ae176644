import { randomUUID } from 'node:crypto';
import { type EventData, jsonEvent, type ResolvedEvent } from '@eventstore/db-client';

/** So many events with ids of their own. */
export const events = (count: number, type = 'Tested'): EventData[] =>
  Array.from({ length: count }, (_, n) => jsonEvent({ type, data: { n } }));

/** An event with this id. */
export const eventWithId = (id: string): EventData => jsonEvent({ id, type: 'Tested', data: { id } });

/** So many ids. */
export const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** The ids of what a read or a subscription gives, up to so many. */
export const idsOf = async (source: AsyncIterable<ResolvedEvent>, count = Infinity): Promise<string[]> => {
  const seen: string[] = [];
  if (count === 0) return seen;
  for await (const { event } of source) {
    if (event !== undefined) seen.push(event.id);
    if (seen.length >= count) break;
  }
  return seen;
};

/** What the client says went wrong. Throws an Error if nothing did. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('an error was expected');
};
