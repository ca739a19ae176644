import { randomUUID } from 'node:crypto';
import { type EventData, jsonEvent, type ResolvedEvent } from '@eventstore/db-client';

/** `count` events with fresh ids. */
export const events = (count: number, type = 'Tested'): EventData[] =>
  Array.from({ length: count }, (_, n) => jsonEvent({ type, data: { n } }));

/** An event with this id. */
export const eventWithId = (id: string): EventData => jsonEvent({ id, type: 'Tested', data: { id } });

/** `count` ids. */
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

/** The error that a call rejects with. Throws if it succeeds. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('an error was expected');
};
