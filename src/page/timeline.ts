import { type ComponentChild, h } from 'preact';
import type { ArticlesAnswer } from '../projections/articles.ts';
import type { ObligationsAnswer } from '../projections/obligations.ts';
import type { Entry } from '../projections/timeline.ts';
import { addressOf, articlePath, type Clocks, factPath, partnershipPath } from './address.ts';
import { type Axis, axisDays, foldedAxis } from './axis.ts';
import { AxisGround, AxisLabels } from './axis-labels.ts';
import { ContestedTag, eventSign, Glyph, type Sign } from './glyphs.ts';
import { isUndated, type Mark, markOf, marksOf, Plot } from './marks.ts';
import { Hidden, type HiddenFields, Sheet, Steady } from './sheet.ts';
import { type AnyDate, counted, dateWords, editionNoun, memberWords, publishedWords, statedBounds } from './words.ts';

/** The timeline: a line for each fact, or for several alike, in lanes. Rows keep their place when the day moves. */
export function timelineView(answers: TimelineAnswers): TimelineView {
  const { entries, rows: allRows, articles, obligations, clocks, partnership, filter, day } = answers;
  const now = new Map(entries.map((entry) => [entry.fact, entry]));
  const shown = allRows.filter((entry) => passes(now.get(entry.fact) ?? entry, now.has(entry.fact), filter));
  const games = obligations.rows.flatMap(({ name, window }) =>
    window?.earliest && window.latest ? [{ name, from: window.earliest, to: window.latest }] : [],
  );
  const dates = [
    ...shown.flatMap(({ occurred, planned }) => [occurred, planned]),
    ...articles.articles.map(({ published }) => published),
  ];
  const { days, reach } = axisDays(dates);
  const span = (one: string) =>
    (filter.from === null || one >= filter.from) && (filter.to === null || one <= filter.to);
  const axis = foldedAxis({
    days: days.filter(span),
    reach: [...reach, ...shown.flatMap(termEnd)].filter(span),
    games: games.filter(({ from, to }) => span(from) && span(to)),
    chosen: filter.to !== null && filter.to < day ? filter.to : day,
  });
  const place: Place = {
    axis,
    day,
    clocks,
    partnership,
    hosts: new Map([...answers.games, ...obligations.rows.map((row) => [row.edition, row.name] as const)]),
  };
  const lanes = laneNames.flatMap(({ name, kinds, isFolded }): Lane[] => {
    if (filter.lane !== null && filter.lane !== name) return [];
    const own = shown.filter(({ fact }) => isOfLane(kinds, fact.split('/')[0] ?? ''));
    if (own.length === 0) return [];
    const rows = rowsOf(own, now, place, filter.row !== null);
    const most = filter.lane === null ? mostInLane : mostInOneLane;
    return [
      {
        name,
        count: `${own.length.toLocaleString('en')} ${own.length === 1 ? 'fact' : 'facts'}`,
        isOpen: !isFolded || filter.lane !== null || filter.status !== null || filter.row !== null,
        rows: rows.slice(0, most),
        more:
          rows.length <= most
            ? null
            : {
                text: `Show all ${rows.length.toLocaleString('en')}`,
                href: addressOf(pathOf(partnership), clocks, { lane: name }),
              },
      },
    ];
  });
  const isLimited = Object.values(filter).some((one) => one !== null);
  return {
    kind: 'timeline',
    axis,
    lanes:
      filter.lane === null && filter.status === null && filter.row === null
        ? [toldBy(articles, place), ...lanes]
        : lanes,
    density: densityOf(days, axis, place),
    filters: filterLinks(filter, partnership, clocks),
    empty:
      lanes.length > 0 ? null : isLimited ? 'No fact passes these filters.' : 'Nothing is told through these clocks.',
    form: { path: pathOf(partnership), hidden: Object.entries(clocks), from: filter.from, to: filter.to },
  };
}

type TimelineAnswers = {
  readonly partnership: string;
  /** The entries on the chosen day, and those that stand on a row of their own by the last day of the slider. */
  readonly entries: readonly Entry[];
  readonly rows: readonly Entry[];
  readonly articles: ArticlesAnswer;
  readonly obligations: ObligationsAnswer;
  /** The names of all Games of the rows, also of those that no report names by the chosen day. */
  readonly games: ReadonlyMap<string, string>;
  readonly clocks: Clocks;
  readonly filter: TimelineFilter;
  readonly day: string;
};

export type TimelineFilter = {
  readonly status: string | null;
  readonly lane: string | null;
  readonly row: string | null;
  readonly from: string | null;
  readonly to: string | null;
};

export type TimelineView = {
  readonly kind: 'timeline';
  readonly axis: Axis;
  readonly lanes: readonly Lane[];
  readonly density: readonly Density[];
  readonly filters: readonly { readonly text: string; readonly href: string }[];
  readonly empty: string | null;
  readonly form: PeriodForm;
};

type Lane = {
  readonly name: string;
  readonly count: string;
  readonly isOpen: boolean;
  readonly rows: readonly Row[];
  readonly more: { readonly text: string; readonly href: string } | null;
};

type Row = {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly when: string;
  readonly sign: Sign;
  readonly contested: boolean;
  readonly href: string;
  readonly marks: readonly Mark[];
  readonly isTold: boolean;
};

type PeriodForm = {
  readonly path: string;
  readonly hidden: HiddenFields;
  readonly from: string | null;
  readonly to: string | null;
};

type Place = {
  readonly axis: Axis;
  readonly day: string;
  readonly clocks: Clocks;
  readonly partnership: string;
  readonly hosts: ReadonlyMap<string, string>;
};

const laneNames = [
  // What no other lane names, so that no kind of fact is left out.
  { name: 'The deal', kinds: null, isFolded: false },
  { name: 'Promises', kinds: ['obligation'], isFolded: false },
  {
    name: 'Campaign',
    kinds: ['campaign', 'phase', 'creative', 'market', 'activation', 'co-activation'],
    isFolded: false,
  },
  { name: 'Technology and stores', kinds: ['storefront', 'initiative'], isFolded: false },
  {
    name: 'Reputation and other sponsors',
    kinds: ['reputation', 'roster', 'sponsor', 'predecessor', 'prior-involvement'],
    isFolded: false,
  },
  { name: 'Aims and claims', kinds: ['priority', 'distinction', 'reception'], isFolded: true },
];

const namedKinds: ReadonlySet<string> = new Set(laneNames.flatMap(({ kinds }) => kinds ?? []));

function isOfLane(kinds: readonly string[] | null, kind: string): boolean {
  return kinds === null ? !namedKinds.has(kind) : kinds.includes(kind);
}

const mostInLane = 120;

const mostInOneLane = 500;

function pathOf(partnership: string): string {
  return `${partnershipPath(partnership)}/timeline`;
}

function passes(entry: Entry, isTold: boolean, { status, row, from, to }: TimelineFilter): boolean {
  if (status !== null && (entry.status !== status || !isTold)) return false;
  if (row !== null && entry.group?.row !== row) return false;
  if (from === null && to === null) return true;
  const days = daysOf(entry);
  return days.some((day) => (from === null || day >= from) && (to === null || day <= to));
}

function termEnd({ type, data }: Entry): readonly string[] {
  return type === 'TermAgreed' && typeof data['end'] === 'string' ? [statedBounds(data['end'])[1]] : [];
}

function daysOf({ occurred, planned }: Entry): readonly string[] {
  return [...boundsOf(occurred), ...boundsOf(planned)];
}

function boundsOf(date: AnyDate | null): readonly string[] {
  return [date?.earliest, date?.latest].filter((day): day is string => day != null);
}

// Facts that differ in Games, market or sponsor alone share a row while they show the same.
function rowsOf(
  entries: readonly Entry[],
  now: ReadonlyMap<string, Entry>,
  place: Place,
  isSplit: boolean,
): readonly Row[] {
  const seen = entries.map((entry) => ({ entry: now.get(entry.fact) ?? entry, isTold: now.has(entry.fact) }));
  const keyOf = ({ entry, isTold }: (typeof seen)[number]) => {
    if (entry.group === null || isSplit) return entry.fact;
    const date = entry.status === 'happened' ? entry.occurred : entry.planned;
    return [entry.group.row, entry.title, entry.status, entry.timing, date?.edtf, isTold, entry.contested].join(' ');
  };
  return [...Map.groupBy(seen, keyOf)].map(([key, same]) => {
    const [{ entry, isTold }] = same as [(typeof seen)[number]];
    return rowOf(
      key,
      entry,
      same.map((one) => one.entry),
      isTold,
      place,
    );
  });
}

function rowOf(key: string, entry: Entry, same: readonly Entry[], isTold: boolean, place: Place): Row {
  const { clocks, partnership } = place;
  const told = eventSign(entry);
  return {
    key,
    title: entry.title,
    note: noteOf(same, place.hosts),
    when: isTold ? whenWords(entry, told) : 'not told yet',
    sign: isTold ? told : { glyph: 'none', word: 'not told yet', tone: 'mute' },
    contested: isTold && entry.contested,
    href:
      same.length === 1
        ? addressOf(factPath(partnership, entry.fact), clocks)
        : addressOf(pathOf(partnership), clocks, { row: entry.group?.row ?? null }),
    marks: isTold ? marksOf(entry, place.axis, place.day) : [],
    isTold,
  };
}

function noteOf(same: readonly Entry[], hosts: ReadonlyMap<string, string>): string {
  const group = same[0]?.group;
  if (!group) return '';
  if (same.length === 1) return memberWords(group, hosts);
  if (group.over !== 'games') return `${same.length} ${group.over}`;
  return `${same.length} ${editionNoun(same.map((one) => one.group?.member ?? '')).many}`;
}

// A bare date means that it happened; every other status says its word.
function whenWords(entry: Entry, sign: Sign): string {
  const { status, guess, timing } = entry;
  const date = status === 'happened' || status === 'unsupported' ? entry.occurred : (entry.planned ?? entry.denied);
  const words = status === 'happened' ? dateWords(date) : dateWords(date).replace(/^in /, '');
  if (status === 'happened' && timing === 'certain') return words;
  if (status === 'happened') return `perhaps ${words}`;
  return `${guess ? 'a guess' : sign.word.replace(/^perhaps planned$/, 'perhaps')}, ${words}`;
}

function toldBy({ articles }: ArticlesAnswer, { axis, clocks }: Place): Lane {
  const rows = articles.map(({ id, title, publisher, published }): Row => {
    const mark = markOf(published, axis, { hollow: false, glyph: 'published' });
    return {
      key: id,
      title: title ?? 'Title not known',
      note: `article ${id}${publisher === null ? '' : `, ${publisher}`}`,
      when: publishedWords(published),
      sign: { glyph: 'article', word: 'article', tone: 'ink' },
      contested: false,
      href: addressOf(articlePath(id), clocks),
      marks: [mark],
      isTold: true,
    };
  });
  return {
    name: 'Told by',
    count: counted(rows.length, 'article'),
    isOpen: true,
    rows: rows.slice(0, mostInLane),
    more: null,
  };
}

type Density = {
  readonly x: number;
  readonly width: number;
  readonly share: number;
  readonly label: string;
  readonly href: string;
};

// How much happens in each piece of the axis; each bar leads to its period.
function densityOf(days: readonly string[], axis: Axis, { clocks, partnership }: Place): readonly Density[] {
  const counts = axis.pieces.map(({ from, to }) => days.filter((day) => day >= from && day <= to).length);
  const most = Math.max(1, ...counts);
  return axis.pieces.flatMap(({ from, to, x, width }, i) => {
    const count = counts[i] ?? 0;
    if (count === 0) return [];
    const label = `${counted(count, 'date')}, ${dateWords({ edtf: from.slice(0, 7), earliest: from, latest: to })}`;
    const href = addressOf(pathOf(partnership), clocks, { from, to });
    return [{ x, width, share: Math.sqrt(count / most), label, href }];
  });
}

function filterLinks(filter: TimelineFilter, partnership: string, clocks: Clocks): TimelineView['filters'] {
  return Object.entries(filter).flatMap(([name, text]) => {
    if (text === null) return [];
    const rest = { ...filter, [name]: null };
    const words = name === 'status' ? eventSign({ status: text }).word : text.replace('/*', '');
    return [
      { text: `${name === 'row' ? 'one row' : name}: ${words}`, href: addressOf(pathOf(partnership), clocks, rest) },
    ];
  });
}

/** The timeline as rows with a drawing beside each. */
export function Timeline({ view }: { readonly view: TimelineView }): ComponentChild {
  const { axis, lanes, density, filters, empty, form } = view;
  return h(
    Sheet,
    {
      title: 'Timeline',
      intro:
        'Each line is one fact, or several of the same kind. A dot is a known day; a band is all we know. Nothing is drawn as a point unless a source gives the day.',
      id: 'timeline',
    },
    h(PeriodFilter, { form, filters }),
    empty === null ? null : h('p', { class: 'lede' }, empty),
    h(Lanes, { axis, lanes, strip: h(Steady<readonly Density[]>, { value: density, draw: drawDensity }) }),
  );
}

/** The axis, and the lanes below it. */
export function Lanes({ axis, lanes, strip = null }: LanesProps): ComponentChild {
  const hasUndated = lanes.some(({ rows }) => rows.some(({ marks }) => marks.some(isUndated)));
  return h(
    'div',
    { class: 'tl' },
    h('div', { class: 'axis' }, strip, h(AxisLabels, { axis, hasUndated })),
    h(
      'div',
      { class: 'tlbody' },
      h(AxisGround, { axis, hasUndated }),
      lanes.map((lane) => h(LaneView, { lane, key: lane.name })),
    ),
  );
}

type LanesProps = Pick<TimelineView, 'axis' | 'lanes'> & { readonly strip?: ComponentChild };

type PeriodProps = { readonly form: PeriodForm; readonly filters: TimelineView['filters'] };

function PeriodFilter({ form: { path, hidden, from, to }, filters }: PeriodProps): ComponentChild {
  return h(
    'form',
    { class: 'period', action: path, method: 'get' },
    h(Hidden, { fields: hidden }),
    h(
      'label',
      null,
      'From ',
      h('input', { name: 'from', defaultValue: from ?? '', placeholder: '2017-01-01', size: 10, autocomplete: 'off' }),
    ),
    h(
      'label',
      null,
      'to ',
      h('input', { name: 'to', defaultValue: to ?? '', placeholder: '2018-12-31', size: 10, autocomplete: 'off' }),
    ),
    h('button', { type: 'submit' }, 'Show this period'),
    filters.map(({ text, href }) =>
      h('a', { class: 'chip', href, key: text, 'aria-label': `Remove the filter ${text}` }, text, ' ×'),
    ),
  );
}

function drawDensity(density: readonly Density[]): ComponentChild {
  return h(
    'svg',
    { class: 'plot density', height: 20, role: 'group', 'aria-label': 'How much happens when' },
    density.map(({ x, width, share, label, href }) =>
      h(
        'a',
        { href, key: x, 'aria-label': label },
        h('rect', { x: `${x}%`, width: `${width}%`, height: 20, class: 'hit' }, h('title', null, label)),
        h('rect', { x: `${x + width * 0.1}%`, width: `${width * 0.8}%`, y: 20 - 18 * share, height: 18 * share }),
      ),
    ),
  );
}

function LaneView({ lane: { name, count, isOpen, rows, more } }: { readonly lane: Lane }): ComponentChild {
  return h(
    'details',
    { class: 'lane', open: isOpen },
    h('summary', null, h('h2', null, name, h('span', { class: 'n' }, ` ${count}`))),
    h(
      'ul',
      { class: rows.length > manyRows ? 'many' : undefined },
      rows.map((row) => h(Steady<Row>, { value: row, draw: drawRow, key: row.key })),
    ),
    more === null ? null : h('a', { class: 'link', href: more.href }, more.text),
  );
}

// So many rows are laid out only as they come into view.
const manyRows = 100;

function drawRow({ title, note, when, sign, contested, href, marks, isTold }: Row): ComponentChild {
  return h(
    'li',
    { class: `row c-${sign.tone}${isTold ? '' : ' untold'}` },
    h(Glyph, { name: sign.glyph }),
    h(
      'span',
      { class: 'lab' },
      h('span', { class: 'vh' }, `${sign.word}: `),
      h('a', { href }, title),
      note === '' ? null : h('span', { class: 'n' }, ` ${note}`),
      contested ? [' ', h(ContestedTag, { key: 'contested' })] : null,
    ),
    h('span', { class: 'when' }, when),
    h(Plot, { marks }),
  );
}
