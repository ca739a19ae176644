import { type ComponentChild, h } from 'preact';
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
  const pieces = piecesOf(addMonths(first, -1), last, eventful, new Set(ends));
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
    ticks: thinned(placed.flatMap(ticksOf)),
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

type Tick = { readonly x: number; readonly month: string | null; readonly year: string | null };

/** The width of the plot in percent; beyond it is the place of what has no day. */
const plotWidth = 91;

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
    const years = Array.from(
      { length: Number(to.slice(0, 4)) - Number(from.slice(0, 4)) },
      (_, i) => Number(from.slice(0, 4)) + i + 1,
    );
    return years
      .filter((year) => years.length < 5 || year % 4 === 0)
      .map((year) => ({ x: round(x + share * part(from, to, `${year}-01-01`)), month: null, year: String(year) }));
  }
  const isFirst = from.slice(5, 7) === '01';
  return [
    { x: round(x), month: monthNames[Number(from.slice(5, 7)) - 1] ?? '', year: isFirst ? from.slice(0, 4) : null },
  ];
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// Labels that would run into each other are left out: months before years.
function thinned(ticks: readonly Tick[]): readonly Tick[] {
  const kept: Tick[] = [];
  for (const [i, tick] of ticks.entries()) {
    const isFirst = i === 0 || ticks[i - 1]?.month === null;
    const named = isFirst && tick.year === null ? { ...tick, year: null } : tick;
    const last = kept.at(-1);
    if (last === undefined || tick.x - last.x >= closestTicks) kept.push(named);
    else if (tick.year !== null && last.year === null) kept.splice(-1, 1, named);
  }
  return kept;
}

const closestTicks = 4.2;

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

/** The labels of the axis, above the lanes. */
export function AxisLabels({ axis: { ticks, folds, games, chosen } }: { readonly axis: Axis }): ComponentChild {
  return h(
    'svg',
    { class: 'plot labels', height: 64, 'aria-hidden': 'true' },
    ticks.map(({ x, month, year }, i) =>
      h(
        'svg',
        { x: `${x}%`, overflow: 'visible', key: x, class: tickClass(i, year, x) },
        h('path', { d: month === null ? 'M0 54v10' : 'M0 40v24', class: 'tk' }),
        month === null ? null : h('text', { x: 4, y: 49, class: 'mo' }, month),
        year === null ? null : h('text', { x: 4, y: 62, class: 'yr' }, year),
      ),
    ),
    folds.map(({ x, width, months }) =>
      h(
        'svg',
        { x: `${x + width / 2}%`, overflow: 'visible', key: x, class: 'hm' },
        h('text', { y: 49, 'text-anchor': 'middle' }, `${months} months`),
        h('text', { y: 62, 'text-anchor': 'middle' }, 'folded'),
      ),
    ),
    gamesLabels(games),
    h(
      'svg',
      { x: `${chosen.x}%`, overflow: 'visible', class: 'now-label' },
      h('text', { y: 12, 'text-anchor': chosen.x > 80 ? 'end' : 'middle' }, chosen.label),
    ),
    h(
      'svg',
      { x: `${undatedPlace}%`, overflow: 'visible' },
      h('text', { y: 49, 'text-anchor': 'middle' }, 'no day'),
      h('text', { y: 62, 'text-anchor': 'middle' }, 'told'),
    ),
  );
}

// On narrower screens some labels are left out.
function tickClass(index: number, year: string | null, x: number): string {
  const [middle, small] = [index % 3 !== 0 && year === null ? 'hm' : '', year === null || x > 78 ? 'hs' : ''];
  return `${middle} ${small}`.trim();
}

// Games whose labels would touch share one: the first and the last.
function gamesLabels(games: Axis['games']): ComponentChild {
  const groups: Axis['games'][] = [];
  for (const one of games) {
    const group = [...(groups.at(-1) ?? []), one];
    if (groups.length > 0 && startOf([one]) < endOf(groups.at(-1) ?? [])) groups.splice(-1, 1, group);
    else groups.push([one]);
  }
  return [
    ...games.map(({ x, width, name }) =>
      h(
        'svg',
        { x: `${x + width / 2}%`, overflow: 'visible', key: name },
        h('path', { d: 'M-3.5 33h7l-3.5 5z', class: 'tri' }),
      ),
    ),
    ...groups.map((group) => {
      const [only] = group;
      return h(
        'svg',
        { x: `${Math.min(middleOf(group), 84)}%`, overflow: 'visible', key: `label of ${only?.name}` },
        h('text', { y: 29, 'text-anchor': 'middle', class: 'gm hm' }, labelOf(group)),
        h(
          'text',
          { y: 29, 'text-anchor': 'middle', class: 'gm narrow' },
          group.length === 1 ? labelOf(group) : `${group.length} Games`,
        ),
      );
    }),
  ];
}

type Group = Axis['games'];

function middleOf(group: Group): number {
  const last = group.at(-1);
  return ((group[0]?.x ?? 0) + (last?.x ?? 0) + (last?.width ?? 0)) / 2;
}

// "Tokyo to Paris", "Premier League 2020-21 to 2022-23": what both names begin with is said once.
function labelOf(group: Group): string {
  const [first = '', last = ''] = [group[0], group.at(-1)].map((one) => (one?.name ?? '').replace(/ \d{4}$/, ''));
  if (group.length === 1) return first;
  const words = first.split(' ');
  const common = last.split(' ').findIndex((word, i) => word !== words[i]);
  return `${first} to ${last.split(' ').slice(Math.max(0, common)).join(' ')}`;
}

function startOf(group: Group): number {
  return middleOf(group) - (labelOf(group).length / 2) * characterWidth;
}

function endOf(group: Group): number {
  return middleOf(group) + (labelOf(group).length / 2) * characterWidth + 1;
}

// In hundredths of the width of the axis, on a wide screen.
const characterWidth = 1.05;

/** What lies behind all lanes: the Games, the folds, the months and the chosen day. */
export function AxisGround({
  axis: { ticks, folds, games, scaleChanges, chosen },
}: {
  readonly axis: Axis;
}): ComponentChild {
  const line = (x: number, name: string) =>
    h('line', { x1: `${x}%`, x2: `${x}%`, y1: 0, y2: '100%', class: name, key: `${name} ${x}` });
  return h(
    'svg',
    { class: 'bg', 'aria-hidden': 'true' },
    folds.map(({ x, width }) =>
      h('rect', { x: `${x}%`, width: `${width}%`, height: '100%', class: 'foldband', key: x }),
    ),
    games.map(({ x, width, name }) =>
      h('rect', { x: `${x}%`, width: `${width}%`, height: '100%', class: 'gband', key: name }, h('title', null, name)),
    ),
    ticks.map(({ x }) => line(x, 'grid')),
    [...scaleChanges, plotWidth].map((x) => line(x, 'foldline')),
    line(chosen.x, 'now'),
  );
}
