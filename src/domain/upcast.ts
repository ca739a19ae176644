import type { EventType } from './events/event-type.ts';

type Data = Readonly<Record<string, unknown>>;

/** The schema version that events of this type are written in. */
export const currentVersion = (type: EventType): number => type.upcasters.length + 1;

/** Lifts the data of an event stored under an older schema version to the current one, a version at a time. */
export const upcast = (type: EventType, version: number, data: Data): Data =>
  type.upcasters.slice(version - 1).reduce((lifted, upcaster) => upcaster(lifted), data);
