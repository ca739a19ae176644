import { type ComponentChild, h } from 'preact';
import { type Axis, plotWidth, undatedPlace } from './axis.ts';
import { Steady } from './sheet.ts';

type AxisProps = {
  readonly axis: Axis;
  /** Whether anything stands in the column of what has no day. */
  readonly hasUndated: boolean;
};

/** The labels of the axis, above the lanes. */
export function AxisLabels({ axis, hasUndated }: AxisProps): ComponentChild {
  const { games, chosen } = axis;
  return h(
    'svg',
    { class: 'plot labels', height: 64, 'aria-hidden': 'true' },
    h(Steady<Scale>, { value: scaleOf(axis), draw: drawLabels }),
    gamesLabels(games),
    h(
      'svg',
      { x: `${chosen.x}%`, overflow: 'visible', class: 'now-label' },
      h('text', { y: 12, 'text-anchor': chosen.x > 80 ? 'end' : 'middle' }, chosen.label),
    ),
    hasUndated
      ? h(
          'svg',
          { x: `${undatedPlace}%`, overflow: 'visible' },
          h('text', { y: 49, 'text-anchor': 'middle' }, 'no day'),
          h('text', { y: 62, 'text-anchor': 'middle' }, 'told'),
        )
      : null,
  );
}

/** What the labels depend on: not the chosen day. */
type Scale = Pick<Axis, 'ticks' | 'folds'>;

function scaleOf({ ticks, folds }: Axis): Scale {
  return { ticks, folds };
}

function drawLabels(scale: Scale): ComponentChild {
  return fitted(scale).map(({ x, text, row, size, isTall }) =>
    h(
      'svg',
      { x: `${x}%`, overflow: 'visible', key: `${x} ${row}`, class: hidden[size] },
      row === 'fold'
        ? [
            h('text', { y: 49, 'text-anchor': 'middle', key: 'months' }, text),
            h('text', { y: 62, 'text-anchor': 'middle', key: 'folded' }, 'folded'),
          ]
        : [
            h('path', { d: isTall ? 'M0 40v24' : 'M0 54v10', class: 'tk', key: 'tick' }),
            h('text', { x: 4, y: row === 'year' ? 62 : 49, class: row === 'year' ? 'yr' : 'mo', key: 'text' }, text),
          ],
    ),
  );
}

type Size = 'narrow' | 'middle' | 'wide';

// The classes that hide a label on a smaller screen.
const hidden: Readonly<Record<Size, string | undefined>> = { narrow: undefined, middle: 'hs', wide: 'hm hs' };

// How many pixels one percent of a plot has at least, by size of screen. A label that fits a small screen is shown on
// larger ones too.
const pixels: readonly (readonly [Size, number])[] = [
  ['narrow', 3.25],
  ['middle', 2.8],
  ['wide', 6.4],
];

type Label = {
  readonly x: number;
  readonly text: string;
  readonly row: 'year' | 'month' | 'fold' | 'line';
  /** Those of a lower rank are placed first. */
  readonly rank: number;
  /** The smallest screen on which it may stand. */
  readonly from: Size;
  readonly isTall: boolean;
};

type Fitted = Label & { readonly size: Size };

// The labels that do not run into each other, each with the smallest screen on which it stands: years before months.
function fitted({ ticks, folds }: Scale): readonly Fitted[] {
  return placed([
    ...ticks.flatMap(({ x, month, year }): Label[] => [
      ...(year === null
        ? []
        : [
            {
              x,
              text: year,
              row: 'year',
              rank: yearRank(month),
              from: 'narrow',
              isTall: month !== null,
            } as const,
          ]),
      ...(month === null ? [] : [{ x, text: month, row: 'month', rank: 3, from: 'middle', isTall: true } as const]),
    ]),
    ...folds.map(
      ({ x, width, months }) =>
        ({ x: x + width / 2, text: `${months} months`, row: 'fold', rank: 4, from: 'wide', isTall: false }) as const,
    ),
  ]);
}

// A month without its year is misread as one of the year before; a year alone is not.
function yearRank(month: string | null): number {
  if (month === null) return 2;
  return month === 'Jan' ? 0 : 1;
}

function placed(labels: readonly Label[]): readonly Fitted[] {
  const kept: Fitted[] = [];
  const ranked = labels.toSorted((a, b) => a.rank - b.rank);
  for (const [size, width] of pixels) {
    for (const label of ranked) {
      if (pixels.findIndex(([one]) => one === label.from) > pixels.findIndex(([one]) => one === size)) continue;
      if (kept.some((one) => one.x === label.x && one.row === label.row)) continue;
      const [start, end] = extent(label, width);
      const isFree = kept.every((one) => {
        const [otherStart, otherEnd] = extent(one, width);
        return !sharesRow(one, label) || end <= otherStart || otherEnd <= start;
      });
      if (isFree && (label.row === 'line' || end <= undatedStart * width)) kept.push({ ...label, size });
    }
  }
  return kept;
}

function sharesRow(one: Label, other: Label): boolean {
  return one.row === other.row || one.row === 'fold' || other.row === 'fold';
}

// Where "no day told" begins, in percent.
const undatedStart = 92;

function extent({ x, text, row }: Label, width: number): readonly [number, number] {
  if (row === 'fold') return [x * width - text.length * 2.8, x * width + text.length * 2.8];
  return [x * width, x * width + text.length * 6 + 8];
}

/** The labels of an axis in one line, below or above a few plots. */
export function AxisLine({ ticks }: { readonly ticks: Axis['ticks'] }): ComponentChild {
  const labels = ticks.map(({ x, month, year }): Label => {
    const text = [month, year].filter((part) => part !== null).join(' ');
    const isFirst = year !== null;
    return { x, text, row: 'line', rank: isFirst ? 0 : 1, from: isFirst ? 'narrow' : 'middle', isTall: false };
  });
  return h(
    'svg',
    { class: 'plot labels', height: 16, 'aria-hidden': 'true' },
    placed(labels).map(({ x, text, rank, size }) =>
      h('text', { x: `${x}%`, y: 12, key: x, class: `${rank === 0 ? 'yr' : 'mo'} ${hidden[size] ?? ''}`.trim() }, text),
    ),
  );
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
          group.length === 1 ? labelOf(group) : `${group.length} ${areSeasons(group) ? 'seasons' : 'Games'}`,
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

function areSeasons(group: Group): boolean {
  return group.every(({ name }) => /\d{4}-\d{2}$/.test(name));
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
  hasUndated,
}: AxisProps): ComponentChild {
  return h(
    'svg',
    { class: 'bg', 'aria-hidden': 'true' },
    folds.map(({ x, width }) =>
      h('rect', { x: `${x}%`, width: `${width}%`, height: '100%', class: 'foldband', key: x }),
    ),
    games.map(({ x, width, name }) =>
      h('rect', { x: `${x}%`, width: `${width}%`, height: '100%', class: 'gband', key: name }, h('title', null, name)),
    ),
    h(Steady<Scale>, { value: { ticks, folds: [] }, draw: drawGrid }),
    [...scaleChanges, ...(hasUndated ? [plotWidth] : [])].map((x) => line(x, 'foldline')),
    // A rectangle, because a browser moves its place smoothly, and that of a line at once.
    h('rect', { class: 'now', x: `${chosen.x}%`, width: 1.5, height: '100%' }),
  );
}

function drawGrid(scale: Scale): ComponentChild {
  return [...new Set(fitted(scale).map(({ x }) => x))].map((x) => line(x, 'grid'));
}

function line(x: number, name: string): ComponentChild {
  return h('line', { x1: `${x}%`, x2: `${x}%`, y1: 0, y2: '100%', class: name, key: `${name} ${x}` });
}
