import { type ComponentChild, h } from 'preact';
import type { SilenceAnswer } from '../projections/silence.ts';
import { addressOf, type Clocks, factPath } from './address.ts';
import { type Axis, placeOn, yearAxis } from './axis.ts';
import { AxisGround, AxisLabels } from './axis-labels.ts';
import { anySign, Glyph, type Sign } from './glyphs.ts';
import { isUndated, type Mark, markOf, Plot } from './marks.ts';
import { Sheet } from './sheet.ts';
import { dateWords, daysWords, publishedWords } from './words.ts';

/** What was promised and has no report since: how long each has been silent, drawn as the length of the wait. */
export function silenceView(
  { items, meaning, cut, total }: SilenceAnswer,
  { partnership, clocks, names }: SilenceInput,
): SilenceView {
  const day = cut.occurredAsOf;
  const days = items.flatMap(({ promisedFor }) => promisedFor.earliest ?? promisedFor.latest ?? []);
  const axis = yearAxis(days.toSorted()[0] ?? day, day);
  const sorted = Map.groupBy(items, ({ cell, games }) =>
    cell === null ? 'Plans' : `Promises for ${names.get(games[0] ?? '') ?? games.join(', ')}`,
  );
  return {
    kind: 'silence',
    total,
    meaning,
    axis,
    groups: [...sorted].map(([name, own]) => ({
      name,
      count: own.length,
      rows: alike(own).map(([item, count]) => {
        const { fact, title, status, timing, promisedFor, overdue, lastReported, cell } = item;
        const sign = anySign({ status, timing });
        const last = promisedFor.latest ?? promisedFor.earliest;
        return {
          key: `${fact} ${status}`,
          title: cell === null ? title : cell.name,
          sign,
          when: overdue.min === null ? dateWords(promisedFor) : `for ${daysWords(Math.max(0, overdue.min))}`,
          note: `${count === 1 ? '' : `${count} times, `}last told ${publishedWords(lastReported)}`,
          href: addressOf(factPath(partnership, fact), clocks),
          marks: [
            markOf(promisedFor, axis, {
              hollow: true,
              glyph: sign.glyph,
              ...(last === null ? {} : { thread: [placeOn(axis, last), placeOn(axis, day)] as const }),
            }),
          ],
        };
      }),
    })),
  };
}

type Item = SilenceAnswer['items'][number];

// Plans that differ in market alone are one line.
function alike(items: readonly Item[]): readonly (readonly [item: Item, count: number])[] {
  const keyOf = ({ title, status, promisedFor, lastReported, cell }: Item) =>
    JSON.stringify([title, status, promisedFor.edtf, lastReported.edtf, cell]);
  return [...Map.groupBy(items, keyOf).values()].map((same) => [same[0] as Item, same.length] as const);
}

type SilenceInput = {
  readonly partnership: string;
  readonly clocks: Clocks;
  readonly names: ReadonlyMap<string, string>;
};

export type SilenceView = {
  readonly kind: 'silence';
  readonly total: number;
  readonly meaning: string;
  readonly axis: Axis;
  readonly groups: readonly { readonly name: string; readonly count: number; readonly rows: readonly Row[] }[];
};

type Row = {
  readonly key: string;
  readonly title: string;
  readonly sign: Sign;
  readonly when: string;
  readonly note: string;
  readonly href: string;
  readonly marks: readonly Mark[];
};

/** The page of what is silent. */
export function Silence({ view: { total, meaning, axis, groups } }: { readonly view: SilenceView }): ComponentChild {
  const hasUndated = groups.some(({ rows }) => rows.some(({ marks }) => marks.some(isUndated)));
  return h(
    Sheet,
    { title: 'Without a report since', intro: meaning },
    total === 0
      ? h('p', { class: 'lede' }, 'No promise is waiting for a report.')
      : h(
          'div',
          { class: 'tl' },
          h('div', { class: 'axis' }, h(AxisLabels, { axis, hasUndated })),
          h(
            'div',
            { class: 'tlbody' },
            h(AxisGround, { axis, hasUndated }),
            groups.map(({ name, count, rows }) =>
              h(
                'section',
                { class: 'lane', key: name },
                h('h2', null, name, h('span', { class: 'n' }, ` ${count}`)),
                h(
                  'ul',
                  null,
                  rows.map((row) => h(RowView, { row, key: row.key })),
                ),
              ),
            ),
          ),
        ),
  );
}

function RowView({ row: { title, sign, when, note, href, marks } }: { readonly row: Row }): ComponentChild {
  return h(
    'li',
    { class: `row c-${sign.tone}` },
    h(Glyph, { name: sign.glyph }),
    h(
      'span',
      { class: 'lab' },
      h('span', { class: 'vh' }, `${sign.word}: `),
      h('a', { href }, title),
      h('span', { class: 'n' }, ` ${note}`),
    ),
    h('span', { class: 'when' }, when),
    h(Plot, { marks }),
  );
}
