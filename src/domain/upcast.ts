import type { EventType } from './events/event-type.ts';

type Data = Readonly<Record<string, unknown>>;

/** The schema version that events of this type are written in. */
export function currentVersion(type: EventType): number {
  return type.upcasters.length + 1;
}

/** Lifts the data of an event stored under an older schema version to the current one, a version at a time. */
export function upcast(type: EventType, version: number, data: Data): Data {
  return type.upcasters.slice(version - 1).reduce((lifted, upcaster) => upcaster(lifted), data);
}
