import { type AnyDate, daysBetween, dayWords } from './words.ts';

/**
 * An axis that folds time: wide in the months where something happens, months without change folded into a strip, long
 * stretches of Games or of waiting drawn closer. Places are percents of the width, so nothing has to be measured.
 */
export function foldedAxis({ days, reach, games, chosen }: AxisInput): Axis {
  const months = [...new Set(days.map((day) => day.slice(0, 7)))].toSorted();
  const ends = [...games.flatMap(({ from, to }) => [from, to]), ...reach, chosen]
    .map((day) => day.slice(0, 7))
    .toSorted();
  const first = months[0] ?? chosen.slice(0, 7);
  const last = [months.at(-1) ?? first, ends.at(-1) ?? first].toSorted().at(-1) ?? first;
  // What happened by a day fades to its left, and a wait begins after a day: leave room for both.
  const eventful = new Set([addMonths(first, -1), ...months, addMonths(months.at(-1) ?? first, 1)]);
  const start = [addMonths(first, -1), ...reach.map((day) => day.slice(0, 7))].toSorted()[0] ?? first;
  const pieces = piecesOf(start, last, eventful, new Set(ends));
  const total = pieces.reduce((sum, { width }) => sum + width, 0);
  let x = 0;
  const placed = pieces.map((piece): Placed => {
    const width = (piece.width / total) * plotWidth;
    x += width;
    return { ...piece, x: x - width, share: width };
  });
  return {
    pieces: placed.map(({ from, to, x: start, share, kind }) => ({
      from,
      to,
      x: round(start),
      width: round(share),
      kind,
    })),
    ticks: withYears(placed.flatMap(ticksOf)),
    folds: placed.flatMap(({ kind, x: start, share, from, to }) =>
      kind === 'folded'
        ? [{ x: round(start), width: round(share), months: monthsBetween(from.slice(0, 7), to.slice(0, 7)) + 1 }]
        : [],
    ),
    scaleChanges: placed.flatMap(({ kind, x: start }, i) =>
      i > 0 && (kind === 'close') !== (placed[i - 1]?.kind === 'close') ? [round(start)] : [],
    ),
    games: games.flatMap(({ name, from, to }) => {
      const [start, end] = [placeIn(placed, from), placeIn(placed, to)];
      return [{ name, x: round(start), width: round(Math.max(end - start, 0.28)) }];
    }),
    chosen: { x: round(placeIn(placed, chosen)), label: dayWords(chosen) },
  };
}

type AxisInput = {
  /** Every day that a mark needs. */
  readonly days: readonly string[];
  /** Days that the axis only has to reach: the end of the term, or of a span of years. */
  readonly reach: readonly string[];
  readonly games: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  readonly chosen: string;
};

export type Axis = {
  readonly pieces: readonly Piece[];
  readonly ticks: readonly Tick[];
  readonly folds: readonly { readonly x: number; readonly width: number; readonly months: number }[];
  readonly scaleChanges: readonly number[];
  readonly games: readonly { readonly name: string; readonly x: number; readonly width: number }[];
  readonly chosen: { readonly x: number; readonly label: string };
};

type Piece = {
  readonly from: string;
  readonly to: string;
  readonly x: number;
  readonly width: number;
  readonly kind: Kind;
};

type Kind = 'open' | 'folded' | 'close';

type Raw = { readonly from: string; readonly to: string; readonly width: number; readonly kind: Kind };

type Placed = Raw & { readonly x: number; readonly share: number };

/** The start of a month or, where months are drawn closer, of a year. `year` is null but for the first tick of a year. */
export type Tick = { readonly x: number; readonly month: string | null; readonly year: string | null };

/** The width of the plot in percent; beyond it is the place of what has no day. */
export const plotWidth = 91;

/** Where the marks of what has no day stand. */
export const undatedPlace = 95.5;

// A month is one unit wide.
function piecesOf(
  first: string,
  last: string,
  eventful: ReadonlySet<string>,
  needed: ReadonlySet<string>,
): readonly Raw[] {
  const pieces: Raw[] = [];
  let month = first;
  while (month <= last) {
    if (eventful.has(month)) {
      pieces.push({ from: `${month}-01`, to: endOfMonth(month), width: 1, kind: 'open' });
      month = addMonths(month, 1);
      continue;
    }
    let end = month;
    while (end < last && !eventful.has(addMonths(end, 1))) end = addMonths(end, 1);
    const count = monthsBetween(month, end) + 1;
    const isNeeded = [...needed].some((day) => day >= month && day <= end);
    const [from, to] = [`${month}-01`, endOfMonth(end)];
    if (isNeeded) pieces.push({ from, to, width: Math.max(0.7, (count / 12) * closeYear), kind: 'close' });
    else if (count < 3) pieces.push({ from, to, width: count, kind: 'open' });
    else pieces.push({ from, to, width: foldWidth, kind: 'folded' });
    month = addMonths(end, 1);
  }
  return pieces;
}

const closeYear = 0.55;

const foldWidth = 1.4;

function ticksOf({ kind, from, to, x, share }: Placed): readonly Tick[] {
  if (kind === 'folded') return [];
  if (kind === 'close') {
    const first = Number(from.slice(0, 4)) + (from.endsWith('-01-01') ? 0 : 1);
    const years = Array.from({ length: Number(to.slice(0, 4)) - first + 1 }, (_, i) => first + i);
    return years
      .filter((year) => years.length < 5 || year % 4 === 0)
      .map((year) => ({ x: round(x + share * part(from, to, `${year}-01-01`)), month: null, year: String(year) }));
  }
  return [{ x: round(x), month: monthNames[Number(from.slice(5, 7)) - 1] ?? '', year: from.slice(0, 4) }];
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// A year stands at its first tick and, after years that are drawn closer, at its first month.
function withYears(ticks: readonly Tick[]): readonly Tick[] {
  return ticks.map((tick, i) => {
    const before = ticks[i - 1];
    return before !== undefined && before.month !== null && before.year === tick.year ? { ...tick, year: null } : tick;
  });
}

/** The days that the marks of some dates need: those to open the axis for, and those of long spans, only to reach. */
export function axisDays(dates: readonly (AnyDate | null)[]): Pick<AxisInput, 'days' | 'reach'> {
  const known = dates.flatMap((date) => {
    const days = [date?.earliest, date?.latest].filter((day): day is string => day != null);
    return days.length === 0 ? [] : [{ days, isLong: daysBetween(days[0] ?? '', days.at(-1) ?? '') > longSpanDays }];
  });
  return {
    days: known.filter(({ isLong }) => !isLong).flatMap(({ days }) => days),
    reach: known.filter(({ isLong }) => isLong).flatMap(({ days }) => days),
  };
}

// A span of years does not open all its months.
const longSpanDays = 200;

/** An axis of years on one even scale, up to the chosen day. */
export function yearAxis(first: string, chosen: string): Axis {
  const [from, to] = [`${first.slice(0, 4)}-01-01`, `${chosen.slice(0, 4)}-12-31`];
  const piece: Placed = { from, to, width: 1, kind: 'close', x: 0, share: plotWidth };
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4)) + 1;
  const every = Math.ceil(years / 8);
  return {
    pieces: [{ from, to, x: 0, width: plotWidth, kind: 'close' }],
    ticks: Array.from({ length: Math.ceil(years / every) }, (_, i) => String(Number(from.slice(0, 4)) + i * every)).map(
      (year) => ({
        x: round(placeIn([piece], `${year}-01-01`)),
        month: null,
        year,
      }),
    ),
    folds: [],
    scaleChanges: [],
    games: [],
    chosen: { x: round(placeIn([piece], chosen)), label: dayWords(chosen) },
  };
}

/** An axis on one even scale, over the whole width. */
export function evenAxis(from: string, to: string): Axis {
  const pieces = [{ from, to, x: 0, width: 100, kind: 'close' as const }];
  return { pieces, ticks: [], folds: [], scaleChanges: [], games: [], chosen: { x: 100, label: '' } };
}

/** The place of a day on the axis, in percent of its width; days beyond its ends stand at them. */
export function placeOn({ pieces }: Axis, day: string): number {
  return round(
    placeIn(
      pieces.map((piece) => ({ ...piece, share: piece.width })),
      day,
    ),
  );
}

function placeIn(pieces: readonly Pick<Placed, 'from' | 'to' | 'x' | 'share'>[], day: string): number {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined || day < first.from) return 0;
  const piece = pieces.find(({ to }) => day <= to);
  return piece === undefined ? last.x + last.share : piece.x + piece.share * part(piece.from, piece.to, day);
}

function part(from: string, to: string, day: string): number {
  return daysBetween(from, day) / (daysBetween(from, to) + 1);
}

function addMonths(month: string, count: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

function endOfMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

function monthsBetween(from: string, to: string): number {
  const [year = 0, month = 0] = from.split('-').map(Number);
  const [toYear = 0, toMonth = 0] = to.split('-').map(Number);
  return (toYear - year) * 12 + toMonth - month;
}

function round(place: number): number {
  return Math.round(place * 100) / 100;
}
