import { isShownWhole, wholeValue } from '../../domain/facts/wholes.ts';
import { eventType } from '../../domain/vocabulary/event-types.ts';
import { factParts } from '../../domain/vocabulary/fact-parts.ts';
import type { Entry } from '../../projections/timeline.ts';
import { type Canvas, drawTable, type Line } from '../print.ts';
import {
  articlesOf,
  contestLines,
  dateText,
  decisionLines,
  flagLines,
  inSpans,
  statusLine,
  valueText,
} from '../words.ts';

/** The timeline: when, in which status, what (with its fields, contests and flags), and from which articles. */
export function timelineTable(entries: readonly Entry[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'When', least: 13, most: canvas.width < wideColumns ? 13 : 24 },
        { head: 'Status', least: 10, most: canvas.width < wideColumns ? 12 : 20 },
        { head: 'What', least: 24, most: 96 },
        { head: 'Articles', least: 8, most: canvas.width < wideColumns ? 11 : 24 },
      ],
      rows: timelineRows(entries).map(({ title, instances, when, status, details, keys, articles }) => [
        when,
        [status],
        [{ text: [title, ...inSpans(instances)].join(' '), format: 'bold' }, ...details, keyLine(keys)],
        [{ text: articles, format: 'dim' }],
      ]),
    },
    canvas,
  );
}

// What `show fact` takes.
function keyLine([first = '', ...more]: readonly string[]): Line {
  return { text: more.length === 0 ? first : `${first} and ${more.length} alike`, format: 'dim' };
}

/** From this width on, dates and articles fit on one line. */
const wideColumns = 130;

/** The rows of a timeline in its order. Neighbours that differ only in their Games or market become one row. */
export function timelineRows(entries: readonly Entry[]): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  for (const row of entries.map(rowOf)) {
    const last = rows.at(-1);
    const isSame =
      last !== undefined && row.instances.length > 0 && apartFromInstances(last) === apartFromInstances(row);
    if (isSame) rows[rows.length - 1] = joined(last, row);
    else rows.push(row);
  }
  return rows;
}

function joined(a: TimelineRow, b: TimelineRow): TimelineRow {
  return { ...a, instances: [...a.instances, ...b.instances], keys: [...a.keys, ...b.keys] };
}

type TimelineRow = {
  /** The type and the subject, as in an article file. */
  readonly title: string;
  /** The Games editions or markets. */
  readonly instances: readonly string[];
  readonly when: readonly Line[];
  readonly status: Line;
  readonly details: readonly Line[];
  /** Of the facts of the row, in its order. */
  readonly keys: readonly string[];
  readonly articles: string;
};

function rowOf(entry: Entry): TimelineRow {
  const { subject, instance } = instanceOf(entry);
  return {
    title: subject === '' ? entry.type : `${entry.type}: ${subject}`,
    instances: instance === null ? [] : [instance],
    when: whenOf(entry),
    status: statusLine(entry.guess ? 'guess' : entry.status, entry.timing),
    keys: [entry.fact],
    details: [
      { text: entry.summary },
      ...dataLine(entry, instance),
      ...stateLines(entry),
      ...planLines(entry),
      ...contestLines(entry),
      ...decisionLines(entry),
      ...flagLines(entry.flags),
    ],
    articles: articlesOf(entry),
  };
}

function instanceOf({ fact, type }: Entry): { readonly subject: string; readonly instance: string | null } {
  const { kind, subject, edition } = factParts(fact);
  // The whole timeline is about one partnership, so only the instance of its milestone is worth naming.
  if (kind === 'partnership') return { subject: subject.split('.').slice(2).join('.'), instance: edition };
  if (type !== 'MarketEntered') return { subject, instance: edition };
  const dot = subject.lastIndexOf('.');
  return { subject: subject.slice(0, dot), instance: subject.slice(dot + 1).toUpperCase() };
}

// Without a first day the table sorts by the first report, so it shows that as well.
function whenOf({ occurred, planned, sortedBy }: Entry): readonly Line[] {
  const date = occurred ?? planned;
  const isShown = sortedBy.basis !== 'reported' || sortedBy.day === date?.latest || sortedBy.day === null;
  return [
    date === null ? { text: 'no date', format: 'dim' } : { text: dateText(date) },
    ...(date?.basis === 'games' ? [{ text: 'at the Games', format: 'dim' } as const] : []),
    ...(isShown ? [] : [{ text: `reported ${sortedBy.day}`, format: 'dim' } as const]),
  ];
}

function dataLine(entry: Entry, instance: string | null): readonly Line[] {
  const fields = fieldTexts(entry);
  const otherGames = entry.games.filter((edition) => edition !== instance);
  const all = [...(otherGames.length > 0 ? [`Games: ${otherGames.join(' ')}`] : []), ...fields];
  return all.length === 0 ? [] : [{ text: all.join(' · '), format: 'dim' }];
}

function fieldTexts(entry: Pick<Entry, 'type' | 'data'>): readonly string[] {
  return Object.entries(asWholes(entry)).map(
    ([field, value]) => `${field}: ${isText(value) ? shorten(valueText(value)) : valueText(value)}`,
  );
}

// What held before, where more than one state is known.
function stateLines({ type, states }: Entry): readonly Line[] {
  return states.slice(0, -1).map((state) => {
    const { asOf, data } = state;
    const held = fieldTexts({ type, data }).join(' · ');
    const text = `before, as of ${dateText(asOf)}${held === '' ? '' : `: ${held}`} (${articlesOf(state)})`;
    return { text, format: 'dim' };
  });
}

// Money, and a number with its unit, stand for the fields that they are made of.
function asWholes({ type, data }: Pick<Entry, 'type' | 'data'>): Entry['data'] {
  const shown = { ...data };
  for (const [name, whole] of Object.entries(eventType(type)?.wholes ?? {})) {
    const parts = Object.fromEntries(whole.parts.flatMap((part) => (data[part] == null ? [] : [[part, data[part]]])));
    if (!isShownWhole(whole) || Object.keys(parts).length === 0) continue;
    for (const part of whole.parts) delete shown[part];
    shown[name] = wholeValue(whole, parts) as Entry['data'][string];
  }
  return shown;
}

function isText(value: Entry['data'][string]): boolean {
  return typeof value === 'string' || Array.isArray(value);
}

function shorten(text: string): string {
  if (text.length <= maxValueLength) return text;
  const cut = text.slice(0, maxValueLength - 1);
  // Between two words, where there are some.
  return `${/\s/.test(cut) ? cut.replace(/[\s,;:]+\S*$/, '') : cut} …`;
}

// The row is an overview; `show fact` has the full value.
const maxValueLength = 60;

function planLines({ occurred, planned, planHistory, denied, variance }: Entry): readonly Line[] {
  const apart = variance === null ? '' : `; ${daysApart(variance)} from plan to actual`;
  const current = occurred !== null && planned !== null ? [`planned for ${dateText(planned)}${apart}`] : [];
  const earlier = planHistory.map((plan) => `planned earlier for ${dateText(plan)} (${articlesOf(plan)})`);
  const not = denied === null ? [] : [`denied for ${dateText(denied)} (${articlesOf(denied)})`];
  return [...current, ...earlier, ...not].map((text) => ({ text, format: 'dim' }));
}

function daysApart({ min, max }: NonNullable<Entry['variance']>): string {
  const bounds = [min, max].map((bound) => (bound === null ? '?' : bound > 0 ? `+${bound}` : `${bound}`));
  return min === max ? `${bounds[0]} days` : `${bounds.join(' to ')} days`;
}

function apartFromInstances({ instances, keys: _keys, ...rest }: TimelineRow): string {
  return JSON.stringify([rest, instances.length > 0]);
}
