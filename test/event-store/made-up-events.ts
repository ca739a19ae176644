import { randomUUID } from 'node:crypto';
import type { NewEvent, RecordedEvent } from '../../src/event-store/event-store.ts';

/** A made-up event; `data` says what a test is about. */
export const madeUp = (data: Record<string, unknown> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'TermAgreed',
  data,
  metadata: { article: '901', revision: 1 },
});

/** `count` made-up events, numbered from 0. */
export const someEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, number) => madeUp({ number }));

/** What a writer handed over, of a recorded event. */
export const asWritten = ({ id, type, data, metadata }: RecordedEvent): NewEvent => ({ id, type, data, metadata });

/** Collects everything that an iterable yields. */
export const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};

/** Whole numbers from first to last, both included. */
export const numbers = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
