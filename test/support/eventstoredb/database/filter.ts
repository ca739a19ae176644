import type { LoggedEvent } from './log.ts';

/** Which events of $all are wanted: by the name of the stream or the type, by prefixes or by a regular expression. */
export type EventFilter = {
  readonly on: 'stream' | 'type';
  readonly prefixes: readonly string[];
  /** Empty where the prefixes count. */
  readonly regex: string;
};

/** The test for one event. */
export const matching = (filter: EventFilter | undefined): ((event: LoggedEvent) => boolean) => {
  if (filter === undefined) return () => true;
  const { on, prefixes } = filter;
  if (filter.regex === '') return (event) => prefixes.some((prefix) => event[on].startsWith(prefix));
  const regex = new RegExp(filter.regex);
  return (event) => regex.test(event[on]);
};
