import { certainlyBefore, clipLatest, type UncertainDate } from '../vocabulary/dates.ts';
import type { EventType } from '../vocabulary/event-type.ts';
import { eventType } from '../vocabulary/event-types.ts';
import { cycleOf } from '../vocabulary/fact-key.ts';
import { type Evidence, isFirsthand, unknownDate } from './evidence.ts';

/**
 * The reports on what can stop and start again, each with the fact that it is about. A store that opened certainly after a
 * closing, which itself is certainly after a reported opening, did not open on another day: that is a fact of its own,
 * `reopened`. So is the second closing, the second pause of a campaign, and a postponement on a day after an earlier one
 * was told. Every other report stays as it is. The days of the reports decide, in whatever order they arrive. `merged`
 * follows the merges of stewards.
 */
export function turns(evidence: readonly Evidence[], merged: (key: string) => string): readonly Evidence[] {
  const cycles = Map.groupBy(
    evidence.filter((one) => cycleOf(one.fact) !== null),
    (one) => cycleOf(one.fact) as string,
  );
  const counted = new Map<Evidence, number>();
  for (const ofCycle of cycles.values()) countTurns(ofCycle, counted);
  if (counted.size === 0) return evidence;
  return evidence.map((one) => {
    const turn = counted.get(one);
    return turn === undefined ? one : { ...one, fact: merged(keyOfTurn(one, turn)) };
  });
}

// Counts how often a thing had started and stopped before each report: the first start and the first stop are turn 0.
function countTurns(ofCycle: readonly Evidence[], counted: Map<Evidence, number>): void {
  const turning = ofCycle.filter(isTurningPoint);
  const [stopping, starting] = [turning.filter(isStop), turning.filter((one) => !isStop(one))];
  const known = new Map<Evidence, number>();
  const turnOf = (one: Evidence): number => {
    const turn = known.get(one) ?? countOf(one);
    known.set(one, turn);
    return turn;
  };
  const countOf = (one: Evidence): number => {
    if (isPostponement(one)) {
      const told = stopping.filter((other) => other !== one && isToldBefore(other, one));
      return Math.max(0, ...told.map((other) => turnOf(other) + 1));
    }
    if (isStop(one)) return Math.max(-1, ...starting.filter((other) => precedes(other, one)).map(turnOf));
    const stopped = stopping.filter((other) => precedes(other, one)).map((other) => turnOf(other) + 1);
    return Math.max(isRestart(one) ? 1 : 0, ...stopped);
  };
  for (const one of ofCycle) if (turnOf(one) > 0) counted.set(one, turnOf(one));
}

// Hearsay and guesses do not separate one turn from the next.
function isTurningPoint(one: Evidence): boolean {
  return one.report.modality === 'happened' && isFirsthand(one);
}

function isStop({ report }: Evidence): boolean {
  return ['suspended', 'closed', 'paused', 'postponed'].includes(report.type.milestone);
}

function isPostponement({ report }: Evidence): boolean {
  return report.type.milestone === 'postponed';
}

function isRestart({ report }: Evidence): boolean {
  return restarts.has(report.type.milestone);
}

const restarts: ReadonlySet<string> = new Set(['reopened', 'resumed']);

// What was told before a day cannot be what happened on that day.
function isToldBefore(before: Evidence, one: Evidence): boolean {
  const { published } = before;
  return published !== null && one.date !== null && certainlyBefore(published, one.date) && precedes(before, one);
}

// Whether one report is of a day certainly before that of another. A plan or a denial looks ahead from its publication, so
// it follows what was over by then, unless it names an earlier day.
function precedes(before: Evidence, { report, date, published }: Evidence): boolean {
  const over = happenedOn(before);
  if (report.modality === 'happened') return date !== null && certainlyBefore(over, date);
  return published !== null && certainlyBefore(over, published) && (date === null || certainlyBefore(over, date));
}

function happenedOn({ date, published }: Evidence): UncertainDate {
  const known = date ?? unknownDate;
  return published?.latest == null ? known : clipLatest(known, published.latest);
}

// The first opening has a name of its own, so turn 1 is the first reopening, but the second closing.
function keyOfTurn({ fact, report }: Evidence, turn: number): string {
  const { milestone } = report.type;
  const thing = fact.slice(0, fact.lastIndexOf('/'));
  const name = milestone === 'opened' ? 'reopened' : milestone;
  const count = restarts.has(name) ? turn : turn + 1;
  return `${thing}/${name}${count === 1 ? '' : `-${count}`}`;
}

/** The type of a fact by its key: an opening that stands apart as a reopening is one, whatever its reports call it. */
export function typeOfTurn(key: string, reported: EventType): EventType {
  return /^storefront\/[^/]*\/reopened/.test(key) ? (eventType('StorefrontReopened') ?? reported) : reported;
}

/** Which time a thing stopped or started again, by the key of the fact: 1 for `paused` and `resumed`, 2 for `paused-2`. */
export function countOfTurn(key: string): number {
  return Number(/-(\d+)$/.exec(key.slice(key.lastIndexOf('/')))?.[1] ?? 1);
}
