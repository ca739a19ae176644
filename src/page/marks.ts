import { type ComponentChild, h } from 'preact';
import type { Entry } from '../projections/timeline.ts';
import { type Axis, placeOn, undatedPlace } from './axis.ts';
import { eventSign } from './glyphs.ts';
import { type AnyDate, edtfDate, statedBounds } from './words.ts';

/** The marks of an entry: of when it happened, or of when it was planned or denied. */
export function marksOf(entry: Entry, axis: Axis, day: string): readonly Mark[] {
  const { status, timing, occurred, planned, denied, guess } = entry;
  const faint = timing === 'possible' && !guess;
  if (status === 'happened') return happenedMarks(entry, axis, faint);
  const overdue = status === 'overdue-unconfirmed' ? (planned?.latest ?? planned?.earliest) : null;
  const ended: readonly string[] = ['denied', 'cancelled', 'postponed'];
  return [
    markOf(planned ?? denied ?? occurred, axis, {
      hollow: true,
      faint,
      struck: ended.includes(status),
      glyph: eventSign(entry).glyph,
      ...(overdue == null ? {} : { thread: [placeOn(axis, overdue), placeOn(axis, day)] as const }),
    }),
  ];
}

// A contested day has one mark for each value.
function happenedMarks(entry: Entry, axis: Axis, faint: boolean): readonly Mark[] {
  const { occurred, planned, alternatives } = entry;
  const others = alternatives.filter(({ field, displayed }) => field === 'date' && !displayed);
  const term = termOf(entry, axis);
  const bracket =
    planned?.earliest && planned.latest
      ? ([placeOn(axis, planned.earliest), placeOn(axis, planned.latest)] as const)
      : null;
  return [
    markOf(occurred, axis, {
      hollow: false,
      faint,
      ...(bracket === null ? {} : { bracket }),
      ...(term === null ? {} : { term }),
      ...(others.length === 0 ? {} : { below: -4.5 }),
    }),
    ...others.map(({ value }, i) =>
      markOf(edtfDate(typeof value === 'string' ? value : ''), axis, {
        hollow: false,
        faint: true,
        below: 4.5 + 9 * i,
      }),
    ),
  ];
}

function termOf({ type, data, occurred }: Entry, axis: Axis): NonNullable<Mark['term']> | null {
  const { start, end } = data;
  if (type !== 'TermAgreed' || typeof end !== 'string') return null;
  const last = edtfDate(end);
  if (last.earliest === null || last.latest === null) return null;
  const told = placeOn(axis, occurred?.latest ?? last.earliest);
  const first = typeof start === 'string' ? edtfDate(start).earliest : null;
  return {
    told,
    start: first === null ? Math.min(told + 8, placeOn(axis, last.earliest)) : placeOn(axis, first),
    end: [placeOn(axis, last.earliest), placeOn(axis, last.latest)],
  };
}

/**
 * How a date is drawn. A dot stands only where a source gives the day; a span of possible days is a band, an unknown
 * start fades, and what has no day stands in a column of its own. Nothing is drawn in the middle of a span.
 */
export function markOf(date: AnyDate | null, axis: Axis, look: MarkLook): Mark {
  const at = (day: string) => placeOn(axis, day);
  if (date === null || date.edtf === null) return { form: 'none', x: undatedPlace, ...look };
  const { edtf, earliest, latest } = date;
  if (earliest === null && latest === null) return { form: 'none', x: undatedPlace, ...look };
  if (earliest === null) return { form: 'by', x: at(latest ?? ''), ...look };
  if (latest === null) return { form: 'from', x: at(earliest), ...look };
  if (earliest === latest) return { form: 'day', x: at(earliest), ...look };
  const [, stated] = /^(\d{4}(?:-\d\d)?(?:-\d\d)?)[~?%]$/.exec(edtf) ?? [];
  if (stated === undefined) return { form: 'band', x: at(earliest), end: at(dayAfter(latest)), ...look };
  const [first, last] = statedBounds(stated);
  return { form: 'about', x: at(earliest), end: at(dayAfter(latest)), core: [at(first), at(dayAfter(last))], ...look };
}

export type Mark = MarkLook & {
  readonly form: 'day' | 'band' | 'by' | 'from' | 'about' | 'none';
  readonly x: number;
  readonly end?: number;
  readonly core?: readonly [number, number];
};

/** Whether a mark stands where what has no day does. */
export function isUndated({ form }: Mark): boolean {
  return form === 'none';
}

type MarkLook = {
  /** Planned, not told to have happened. */
  readonly hollow: boolean;
  /** Only possible on the chosen day, or a value that is not the one shown. */
  readonly faint?: boolean;
  /** Denied or cancelled. */
  readonly struck?: boolean;
  /** How far below the middle it stands, where several values are stacked. */
  readonly below?: number;
  /** From the last planned day to the chosen day: the length of the wait. */
  readonly thread?: readonly [number, number];
  /** The plan, beside what happened. */
  readonly bracket?: readonly [number, number];
  /** A term: its first known day, its start, its end. */
  readonly term?: { readonly told: number; readonly start: number; readonly end: readonly [number, number] };
  readonly glyph?: string;
};

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

const middle = 14;

/** The marks of a row. */
export function Plot({ marks }: { readonly marks: readonly Mark[] }): ComponentChild {
  return h(
    'svg',
    { class: 'plot', height: 28, 'aria-hidden': 'true' },
    marks.map((mark, i) => h(MarkView, { mark, key: i })),
  );
}

function MarkView({ mark }: { readonly mark: Mark }): ComponentChild {
  const { faint, struck, below = 0, thread, bracket, term } = mark;
  const y = middle + below;
  return h(
    'g',
    { class: faint ? 'faint' : undefined },
    thread === undefined ? null : h(Thread, { span: thread, y }),
    bracket === undefined ? null : h(Bracket, { span: bracket }),
    term === undefined ? null : h(Term, { term, y }),
    h(Form, { mark, y }),
    struck ? h('line', { ...across([mark.x - 1.2, (mark.end ?? mark.x) + 1.2], y), class: 'struck' }) : null,
  );
}

// Its end moves smoothly with the chosen day, which a browser does with a rectangle, not with a line. So the dots are a
// mask.
function Thread({
  span: [from, to],
  y,
}: {
  readonly span: readonly [number, number];
  readonly y: number;
}): ComponentChild {
  return h('rect', {
    class: 'wait',
    x: `${from}%`,
    width: `${Math.max(0, to - from)}%`,
    y: y - 0.8,
    height: 1.6,
    mask: 'url(#dots)',
  });
}

function across([from, to]: readonly [number, number], y: number) {
  return { x1: `${from}%`, x2: `${to}%`, y1: y, y2: y };
}

function Form({
  mark: { form, x, end = x, core, hollow, glyph },
  y,
}: {
  readonly mark: Mark;
  readonly y: number;
}): ComponentChild {
  if (form === 'day' || form === 'none') {
    const name = glyph ?? (hollow ? 'planned' : 'happened');
    return placed(x, h('use', { href: `#g-${name}`, x: -8, y: y - 8, width: 16, height: 16 }));
  }
  if (form === 'by') {
    return placed(x, [
      hollow
        ? h('path', { d: `M-46 ${y - 3.5}h46M-46 ${y + 3.5}h46`, class: 'rail', key: 'fade' })
        : h('rect', { x: -46, y: y - 3.5, width: 46, height: 7, mask: 'url(#fade-in)', key: 'fade' }),
      tick(y),
    ]);
  }
  if (form === 'from') {
    return placed(x, [
      tick(y),
      h('path', { d: `M0 ${y - 3}h16M0 ${y + 3}h16`, class: 'rail near', key: 'near' }),
      h('path', { d: `M18 ${y - 3}h34M18 ${y + 3}h34`, class: 'rail', key: 'far' }),
    ]);
  }
  if (form === 'about' && core !== undefined && !hollow) {
    const [from, to] = core;
    return [
      h('rect', {
        x: `${x}%`,
        width: `${Math.max(0, from - x)}%`,
        y: y - 3.5,
        height: 7,
        mask: 'url(#fade-in)',
        key: 'before',
      }),
      h('rect', {
        x: `${from}%`,
        width: `${Math.max(0.4, to - from)}%`,
        y: y - 3.5,
        height: 7,
        class: 'core',
        key: 'core',
      }),
      h('rect', {
        x: `${to}%`,
        width: `${Math.max(0, end - to)}%`,
        y: y - 3.5,
        height: 7,
        mask: 'url(#fade-out)',
        key: 'after',
      }),
    ];
  }
  const width = `${Math.max(0.5, end - x)}%`;
  if (hollow) {
    return h('rect', { x: `${x}%`, width, y: y - 4.5, height: 9, class: form === 'about' ? 'box about' : 'box' });
  }
  return [
    h('rect', { x: `${x}%`, width, y: y - 3.5, height: 7, class: 'band', key: 'band' }),
    placed(x, tick(y), 'first'),
    placed(end, tick(y), 'last'),
  ];
}

function placed(x: number, drawing: ComponentChild, key?: string): ComponentChild {
  return h('svg', { x: `${x}%`, overflow: 'visible', key }, drawing);
}

function tick(y: number): ComponentChild {
  return h('path', { d: `M0 ${y - 7}v14`, class: 'end', key: 'tick' });
}

function Bracket({ span: [from, to] }: { readonly span: readonly [number, number] }): ComponentChild {
  return h(
    'g',
    { class: 'bracket' },
    h('line', across([from, to], 24)),
    [from, to].map((x) => placed(x, h('path', { d: 'M0 21v6' }), String(x))),
  );
}

function Term({
  term: { told, start, end },
  y,
}: {
  readonly term: NonNullable<Mark['term']>;
  readonly y: number;
}): ComponentChild {
  return [
    start > told ? h('line', { ...across([told, start], y), class: 'thread', key: 'unknown' }) : null,
    h('line', { ...across([start, end[0]], y), class: 'term', key: 'term' }),
    h('rect', {
      x: `${end[0]}%`,
      width: `${Math.max(0.5, end[1] - end[0])}%`,
      y: y - 4.5,
      height: 9,
      class: 'box',
      key: 'end',
    }),
  ];
}
