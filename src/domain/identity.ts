import { v5 as uuidv5 } from 'uuid';

// The name space of this project's ids: UUIDv5 of its name in the URL name space.
const namespace = uuidv5('https://partnership-ledger.dev/ids', uuidv5.URL);

/**
 * The id of what the parts stand for: equal parts give the same id on every machine, so that a retry is a retry.
 * The parts are joined as JSON, so that no two lists of parts can be confused.
 */
export function idOf(...parts: readonly (string | number | boolean | null)[]): string {
  return uuidv5(JSON.stringify(parts), namespace);
}
