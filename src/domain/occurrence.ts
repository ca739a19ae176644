import { asText } from './events/field.ts';
import type { Evidence } from './evidence.ts';
import type { Resolutions } from './resolutions.ts';
import { type Merging, type Settled, settle } from './settle.ts';
import type { Tell } from './trail.ts';
import { clipLatest, type Day, equalBounds, intersect, type UncertainDate, uncertainDate } from './uncertain-date.ts';

/** What a date of occurrence rests on: a source's own words, several of them, or only that it was published. */
export type Basis = 'stated' | 'derived' | 'publication';

/** When a fact happened, from its `happened` reports. */
export type Occurrence = {
  readonly date: UncertainDate;
  readonly basis: Basis;
  readonly settled: Settled<UncertainDate> | null;
  /** The earliest day for the occurred clock and for sorting: that of the date, else of the first publication. */
  readonly possibleFrom: Day | null;
};

const merging: Merging<UncertainDate> = { same: ({ edtf }) => edtf, combine: intersect, joins: 'narrows' };

// A report cannot speak of what happened after it was published.
function statedBy({ date, published }: Evidence): UncertainDate | null {
  return date === null || published?.latest == null ? date : clipLatest(date, published.latest);
}

function least(days: readonly (Day | null | undefined)[]): Day | null {
  const known = days.filter((day) => day != null);
  return known.length === 0 ? null : known.reduce((a, b) => (a < b ? a : b));
}

function byPublication(evidence: readonly Evidence[]): UncertainDate {
  const latest = least(evidence.map(({ published }) => published?.latest));
  return { edtf: latest === null ? '[..]' : `[..${latest}]`, earliest: null, latest };
}

/**
 * When it happened: the dates of the reports, in the order of the ranking rule, each narrowing the ones before it
 * where they overlap, else standing beside them as an alternative. If no report dates it, it happened by the day
 * on which the first report was certainly published: reported in January is not happened in January.
 */
export function occurrence(
  fact: string,
  evidence: readonly Evidence[],
  resolutions: Resolutions,
  tell?: Tell,
): Occurrence {
  const claims = evidence.flatMap((one) => {
    const value = statedBy(one);
    return value === null ? [] : [{ value, evidence: one }];
  });
  const resolution = resolutions(fact, 'date', 'happened');
  const settled = settle(
    claims,
    merging,
    resolution && { value: uncertainDate(asText(resolution.value)), judged: resolution.judged },
    tell && ((step) => tell({ ...step, value: step.value?.edtf ?? null })),
  );
  const date = settled?.value ?? byPublication(evidence);
  for (const one of tell === undefined ? [] : evidence.filter(({ date }) => date === null)) {
    const bounds = settled === null && one.published?.latest === date.latest;
    tell?.({ value: null, evidence: [one], outcome: bounds ? 'bounds' : 'undated', lost: [] });
  }
  const stated = evidence.some((one) => one.date !== null && equalBounds(one.date, date));
  const first = evidence.some(({ published }) => published?.earliest == null)
    ? null
    : least(evidence.map(({ published }) => published?.earliest));
  return {
    date,
    basis: settled === null ? 'publication' : stated ? 'stated' : 'derived',
    settled,
    // What certainly happened by a day before anybody wrote of it is not possible only later.
    possibleFrom: date.earliest ?? (first === null ? null : least([first, date.latest])),
  };
}
