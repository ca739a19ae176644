import {
  clipLatest,
  contains,
  type Day,
  equalBounds,
  intersect,
  type UncertainDate,
  uncertainDate,
} from '../vocabulary/dates.ts';
import { attributions } from '../vocabulary/event-data.ts';
import { asText } from '../vocabulary/event-type.ts';
import { type Evidence, isFirm, withoutGuesses } from './evidence.ts';
import {
  type Alternative,
  type Claim,
  type Merging,
  type Resolution,
  type Resolutions,
  type Settled,
  settle,
} from './merge.ts';
import { groupWeight } from './rank.ts';

/**
 * When it happened: the dates of the reports, in the order of the ranking rule, each narrowing the ones before it where
 * they overlap, else standing beside them as an alternative. A report that names no day says that it happened by the day
 * on which its article was certainly published: reported in January is not happened in January.
 */
export function occurrence({ key, resolutions }: Resolved, evidence: readonly Evidence[]): Occurrence {
  const settled = settle(...dateClaims(key, evidence, resolutions));
  const date =
    settled === null
      ? byPublication(withoutGuesses(evidence))
      : narrowed(settled.value, boundsOn({ key, resolutions }, evidence));
  const first = evidence.some(({ published }) => published?.earliest == null)
    ? null
    : least(evidence.map(({ published }) => published?.earliest));
  // Without a first day it is possible from the first publication, or from its own last day where that came earlier.
  const possibleFrom = ({ earliest, latest }: UncertainDate) => earliest ?? (first && least([first, latest]));
  const others = settled?.contested ? settled.alternatives.filter(({ displayed }) => !displayed) : [];
  const [all, firm] = [others, others.filter(isByFirm)].map((some) => [date, ...some.map(({ value }) => value)]);
  const stated = others.filter((one) => one.evidence.some(isFirm));
  return {
    date,
    dates: [date, ...stated.map(({ value }) => value)],
    basis: basisOf(date, evidence),
    settled,
    possibleFrom: possibleFrom(date),
    possibly: extreme((all ?? []).map(possibleFrom), least),
    certainly: extreme(
      withoutVaguer(firm ?? []).map(({ latest }) => latest),
      greatest,
    ),
  };
}

/** When a fact happened, from its `happened` reports. */
export type Occurrence = {
  readonly date: UncertainDate;
  /** Every value that more than a guess gives: the displayed one first, then those that contest it. */
  readonly dates: readonly UncertainDate[];
  readonly basis: Basis;
  readonly settled: Settled<UncertainDate> | null;
  /** The earliest day for sorting: that of the date, else of the first publication. */
  readonly possibleFrom: Day | null;
  /** The first day on which it had happened by any contested value, and the last; null: without bound. */
  readonly possibly: Day | null;
  readonly certainly: Day | null;
};

/** What a date of occurrence rests on: a source's own words, several of them, or only that it was published. */
type Basis = 'stated' | 'derived' | 'publication';

type Resolved = { readonly key: string; readonly resolutions: Resolutions };

// A value that only a guess or hearsay gives makes what better reports tell no less certain.
function isByFirm({ evidence }: Alternative<UncertainDate>): boolean {
  return groupWeight({ evidence }) < attributions.indexOf('second-hand');
}

// A vaguer value never makes an answer vaguer: one that leaves room for another value adds nothing to it.
function withoutVaguer(dates: readonly UncertainDate[]): readonly UncertainDate[] {
  return dates.filter((date) => !dates.some((other) => contains(date, other) && !equalBounds(date, other)));
}

function basisOf(date: UncertainDate, evidence: readonly Evidence[]): Basis {
  if (evidence.some((one) => one.date !== null && equalBounds(one.date, date))) return 'stated';
  const isOpen = evidence.some((one) => one.date === null && equalBounds(byPublication([one]), date));
  return isOpen || evidence.every((one) => one.date === null) ? 'publication' : 'derived';
}

// What no report dates has happened by then; a guess or hearsay bounds no better report.
function narrowed(date: UncertainDate, bounds: readonly Evidence[]): UncertainDate {
  const latest = least(bounds.map(({ published }) => published?.latest));
  return latest === null ? date : clipLatest(date, latest);
}

// The first or the last of some days; null if one of them is unknown.
function extreme(days: readonly (Day | null)[], pick: (days: readonly Day[]) => Day | null): Day | null {
  return days.includes(null) ? null : pick(days as readonly Day[]);
}

function greatest(days: readonly Day[]): Day | null {
  return days.length === 0 ? null : days.reduce((a, b) => (a > b ? a : b));
}

/**
 * The dates that `happened` reports give, as `settle` takes them. A report that names none gives one only where it
 * contradicts those that do: it was published before the day that they name.
 */
export function dateClaims(
  key: string,
  evidence: readonly Evidence[],
  resolutions: Resolutions,
): readonly [readonly Claim<UncertainDate>[], Merging<UncertainDate>, Resolution<UncertainDate> | undefined] {
  const resolution = resolutions(key, 'date', 'happened');
  const dating = evidence.filter(({ date }) => date !== null);
  // A guess alone does not date what anyone else tells of.
  const isGuessed = !dating.some(isFirm) && evidence.some(isFirm);
  const dated = isGuessed ? [] : dating.flatMap((one) => claimOf(one, dateIn(one)));
  const open = evidence.filter(({ date, published }) => date === null && published?.latest != null);
  const merging: Merging<UncertainDate> = { same: ({ edtf }) => edtf, combine: intersect, joins: 'narrows' };
  if (resolution !== undefined) {
    return [dated, merging, { value: uncertainDate(asText(resolution.value)), judged: resolution.judged }];
  }
  const value = settle(dated, merging)?.value ?? null;
  const isContradicted = value !== null && open.some((one) => intersect(byPublication([one]), value) === null);
  const claims = isContradicted ? [...dated, ...open.flatMap((one) => claimOf(one, byPublication([one])))] : dated;
  return [claims, merging, undefined];
}

function claimOf(evidence: Evidence, value: UncertainDate | null): readonly Claim<UncertainDate>[] {
  return value === null ? [] : [{ value, evidence }];
}

/** The reports without a day whose publication bounds what others date: not those that weigh less than all of these. */
export function boundsOn({ key, resolutions }: Resolved, evidence: readonly Evidence[]): readonly Evidence[] {
  if (resolutions(key, 'date', 'happened') !== undefined) return [];
  const weight = (one: Evidence) => groupWeight({ evidence: [one] });
  const heaviest = Math.min(...evidence.filter(({ date }) => date !== null).map(weight));
  const weak = attributions.indexOf('second-hand');
  return evidence.filter((one) => one.date === null && (weight(one) < weak || weight(one) <= heaviest));
}

// A report cannot speak of what happened after it was published.
function dateIn({ date, published }: Evidence): UncertainDate | null {
  return date === null || published?.latest == null ? date : clipLatest(date, published.latest);
}

function byPublication(evidence: readonly Evidence[]): UncertainDate {
  const latest = least(evidence.map(({ published }) => published?.latest));
  return { edtf: latest === null ? '[..]' : `[..${latest}]`, earliest: null, latest };
}

function least(days: readonly (Day | null | undefined)[]): Day | null {
  const known = days.filter((day) => day != null);
  return known.length === 0 ? null : known.reduce((a, b) => (a < b ? a : b));
}
