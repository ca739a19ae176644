import { byPublication } from '../domain/games-calendar.ts';
import type { LedgerEvent, ReferenceEvent } from '../domain/ledger-event.ts';
import type { Effect } from './shapes/audit.ts';

function said({ fields, games }: ReferenceEvent): string {
  return JSON.stringify([fields, games]);
}

function effectOf(event: ReferenceEvent, before: ReferenceEvent | undefined): Effect {
  if (before === undefined) return 'entered';
  if (said(event) === said(before)) return 'corroborated';
  return byPublication(before, event) < 0 ? 'advanced' : 'superseded';
}

/**
 * What each statement of a reference did to its fact, by id of the event: of several the one that was published last
 * counts, so that one which was published earlier than what is known is superseded from the start.
 */
export function referenceEffects(history: readonly LedgerEvent[]): ReadonlyMap<string, Effect> {
  const inForce = new Map<string, ReferenceEvent>();
  const effects = new Map<string, Effect>();
  for (const event of history) {
    if (event.kind !== 'reference') continue;
    const before = inForce.get(event.fact);
    effects.set(event.id, effectOf(event, before));
    if (before === undefined || byPublication(before, event) < 0) inForce.set(event.fact, event);
  }
  return effects;
}
