import { certainlyBefore, clipLatest, type UncertainDate } from '../vocabulary/dates.ts';
import { attributions } from '../vocabulary/event-data.ts';
import type { EventType } from '../vocabulary/event-type.ts';
import { eventType } from '../vocabulary/event-types.ts';
import { cycleOf } from '../vocabulary/fact-key.ts';
import { type Evidence, unknownDate } from './evidence.ts';

/**
 * The reports on storefronts, each with the fact that it is about where a store closes and opens again. What opened
 * certainly after a closing, which itself is certainly after a reported opening, is no other day of that opening but a
 * fact of its own, `reopened`; a closing after that is one of its own, too. Every other report stays as it is. The days of
 * the reports decide, in whatever order they arrive. `merged` follows the merges of stewards.
 */
export function reopenings(evidence: readonly Evidence[], merged: (key: string) => string): readonly Evidence[] {
  const ofStores = Map.groupBy(
    evidence.filter((one) => cycleOf(one.fact) !== null),
    (one) => cycleOf(one.fact) as string,
  );
  const turns = new Map<Evidence, number>();
  for (const ofStore of ofStores.values()) countTurns(ofStore, turns);
  if (turns.size === 0) return evidence;
  return evidence.map((one) => {
    const turn = turns.get(one);
    return turn === undefined ? one : { ...one, fact: merged(keyOfTurn(one, turn)) };
  });
}

// Counts how often a store had opened and closed before each report: the first opening and the first closing are turn 0.
function countTurns(ofStore: readonly Evidence[], turns: Map<Evidence, number>): void {
  const closings = ofStore.filter((one) => isClosing(one) && isTurningPoint(one));
  const openings = ofStore.filter((one) => !isClosing(one) && isTurningPoint(one));
  if (closings.length === 0 && !ofStore.some(isNamedReopening)) return;
  const known = new Map<Evidence, number>();
  const turnOf = (one: Evidence): number => {
    const counted = known.get(one) ?? (isClosing(one) ? turnOfClosing(one) : turnOfOpening(one));
    known.set(one, counted);
    return counted;
  };
  const turnOfClosing = (one: Evidence) =>
    Math.max(-1, ...openings.filter((other) => precedes(other, one)).map(turnOf));
  const turnOfOpening = (one: Evidence) =>
    Math.max(
      isNamedReopening(one) ? 1 : 0,
      ...closings.filter((other) => precedes(other, one)).map((closing) => turnOf(closing) + 1),
    );
  for (const one of ofStore) if (turnOf(one) > 0) turns.set(one, turnOf(one));
}

function isClosing({ report }: Evidence): boolean {
  return report.type.type === 'StorefrontSuspended' || report.type.type === 'StorefrontClosed';
}

function isNamedReopening({ report }: Evidence): boolean {
  return report.type.type === 'StorefrontReopened';
}

// Hearsay and guesses part nothing.
function isTurningPoint({ report }: Evidence): boolean {
  const weight = attributions.indexOf(report.metadata.attribution);
  return report.modality === 'happened' && weight < attributions.indexOf('second-hand');
}

// Whether one report is of a day certainly before that of another. A plan or a denial speaks of what comes after its
// publication: it follows what was over by then, unless it names an earlier day.
function precedes(before: Evidence, { report, date, published }: Evidence): boolean {
  const over = happenedOn(before);
  if (report.modality === 'happened') return date !== null && certainlyBefore(over, date);
  return published !== null && certainlyBefore(over, published) && (date === null || certainlyBefore(over, date));
}

function happenedOn({ date, published }: Evidence): UncertainDate {
  const known = date ?? unknownDate;
  return published?.latest == null ? known : clipLatest(known, published.latest);
}

function keyOfTurn({ fact, report }: Evidence, turn: number): string {
  // The first opening has a name of its own, so turn 1 is the first reopening, but the second closing.
  if (report.type.type === 'StorefrontOpened' || report.type.type === 'StorefrontReopened') {
    return `${cycleOf(fact)}/reopened${turn === 1 ? '' : `-${turn}`}`;
  }
  return `${cycleOf(fact)}/${report.type.milestone}-${turn + 1}`;
}

/** The type of a fact whose reports have this one: what is parted as a reopening is one, whatever its reports say. */
export function typeOfTurn(key: string, reported: EventType): EventType {
  return /^storefront\/[^/]*\/reopened/.test(key) ? (eventType('StorefrontReopened') ?? reported) : reported;
}
