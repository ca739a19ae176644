import { addDays, type Day, type UncertainDate } from '../domain/uncertain-date.ts';
import { grace } from './status.ts';

/** Something that comes about on a day: what, by which date as printed, and which event tells of it. */
export type Happening = {
  readonly what: string;
  readonly date: string | null;
  readonly type: string;
  /** The fact that it bears on; null where it bears on several. */
  readonly fact: string | null;
  readonly summary: string | null;
  /** The article and the paragraphs, or the reference. */
  readonly source: string;
  readonly paragraphs: readonly number[];
};

/** A happening with its day. */
export type Come = Happening & { readonly day: Day };

/** What a happening is about. */
export type About = Omit<Happening, 'what' | 'date'>;

/** What is dated comes about between its bounds: possibly from the first day on, certainly from the last. */
export function betweenBounds(date: UncertainDate | null, possibly: string, certainly: string, about: About): Come[] {
  if (date === null) return [];
  const { earliest, latest, edtf } = date;
  const isDay = earliest === latest;
  return [
    ...(earliest === null || isDay ? [] : [{ ...about, day: earliest, what: possibly, date: edtf }]),
    ...(latest === null ? [] : [{ ...about, day: latest, what: certainly, date: edtf }]),
  ];
}

/** What is planned falls due on its first day, and is overdue once silence is no longer normal. */
export function untilOverdue(date: UncertainDate, about: About): Come[] {
  return [
    ...(date.earliest === null ? [] : [{ ...about, day: date.earliest, what: 'falls due', date: date.edtf }]),
    ...(date.latest === null
      ? []
      : [{ ...about, day: addDays(date.latest, grace + 1), what: 'is overdue', date: date.edtf }]),
  ];
}
