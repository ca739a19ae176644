import type { Moments } from '../projections/moments.ts';
import { addressOf, type Clocks, withClocks } from './address.ts';
import { counted, dayWords } from './words.ts';

/**
 * The steps of the slider: one for each moment, the chosen day, and today at the end. Where there are too many moments to
 * tell apart, those of a month, a quarter or a year share a step, which stands at the last of them.
 */
export function stepsOf({ path, clocks, more, moving, moments, today, at }: StepsInput): readonly Step[] {
  const told = toldSteps(moments.moments, moving, at);
  const first = moments.moments[0]?.at;
  const isEarly = moving === 'recorded' && first !== undefined && Number(at) < Number(first);
  const ends = moving === 'recorded' ? (isEarly ? [at] : []) : [today, at];
  const byOrder = moving === 'recorded' ? (a: string, b: string) => Number(a) - Number(b) : undefined;
  const places = [...new Set([...told.keys(), ...ends])].toSorted(byOrder);
  // What the clock stands at may lie between two ingests.
  const chosen = places.findLastIndex((place) => (moving === 'recorded' ? Number(place) <= Number(at) : place <= at));
  const parameter = parameters[moving];
  let shownYear = '';
  return places.map((place, i) => {
    const moment = told.get(place);
    const day = moment?.day ?? place;
    const isToday = moving !== 'recorded' && place === today;
    const year = day.slice(0, 4);
    const isNewYear = year !== shownYear && !isToday;
    if (isNewYear) shownYear = year;
    const isLast = moving === 'recorded' ? i === places.length - 1 : isToday;
    const cleared = isLast ? { [parameter]: null, recordedAsOf: null } : { [parameter]: place };
    const set = moving === 'recorded' ? { ...cleared, recordedAsOf: null } : cleared;
    const changes = moment?.changes ?? 0;
    return {
      at: place,
      label: isToday
        ? 'today'
        : moving === 'recorded'
          ? `event ${place}`
          : dayWords(day).split(' ').slice(0, 2).join(' '),
      year: isNewYear && moving !== 'recorded' ? year : null,
      changes,
      place: i === chosen ? 'chosen' : i < chosen ? 'past' : 'to come',
      href: addressOf(path, withClocks(clocks, set), more),
      said: saidOf(place, moment, moving),
    };
  });
}

type StepsInput = {
  readonly path: string;
  readonly clocks: Clocks;
  /** The parameters of the page itself, which stay when the clock moves. */
  readonly more: Readonly<Record<string, string | null>>;
  readonly moving: Moving;
  readonly moments: Moments;
  readonly today: string;
  readonly at: string;
};

export type Moving = 'occurred' | 'reported' | 'recorded';

export type Step = {
  readonly at: string;
  readonly label: string;
  /** Shown under the first step of a year. */
  readonly year: string | null;
  readonly changes: number;
  readonly place: 'past' | 'chosen' | 'to come';
  readonly href: string;
  /** The moment in words, for those who do not see the bar. */
  readonly said: string;
};

/** The parameter of an address that sets each clock. */
export const parameters = { occurred: 'occurredAsOf', reported: 'reportedAsOf', recorded: 'atPosition' } as const;

type ToldStep = { readonly day: string; readonly changes: number; readonly moments: number };

function toldSteps(moments: Moments['moments'], moving: Moving, at: string): ReadonlyMap<string, ToldStep> {
  const isOnChosen = (place: string) => (place === at ? ' chosen' : '');
  const several = Math.ceil(moments.length / mostSteps);
  const groupings =
    moving === 'recorded'
      ? [(_day: string, i: number) => String(Math.floor(i / several))]
      : [(day: string) => day, monthOf, quarterOf, (day: string) => day.slice(0, 4)];
  const grouped = groupings.map((periodOf) =>
    Map.groupBy(moments, (moment, i) => periodOf(moment.day, i) + isOnChosen(moment.at)),
  );
  const groups = grouped.find(({ size }) => size <= mostSteps) ?? grouped.at(-1);
  return new Map(
    [...(groups?.values() ?? [])].map((same) => {
      const changes = same.reduce((sum, moment) => sum + moment.changes, 0);
      return [same.at(-1)?.at ?? '', { day: same.at(-1)?.day ?? '', changes, moments: same.length }];
    }),
  );
}

// More bars than that cannot be told apart, or hit with a finger.
const mostSteps = 160;

function monthOf(day: string): string {
  return day.slice(0, 7);
}

function quarterOf(day: string): string {
  return `${day.slice(0, 4)} ${Math.floor((Number(day.slice(5, 7)) - 1) / 3)}`;
}

function saidOf(place: string, moment: ToldStep | undefined, moving: Moving): string {
  const when =
    moment === undefined && moving === 'recorded' ? `event ${place}` : dayWords(moment?.day ?? place, 'long');
  const { changes = 0, moments = 1 } = moment ?? {};
  return `${moments > 1 ? 'until ' : ''}${when}, ${counted(changes, 'change')}${moments > 1 ? ` on ${moments} days` : ''}`;
}
