import { type ComponentChild, h } from 'preact';
import { editionWithinSeries, olympics } from '../domain/vocabulary/games-editions.ts';
import type { Cell, ObligationsAnswer, Row } from '../projections/obligations.ts';
import { addressOf, type Clocks, factPath, partnershipPath } from './address.ts';
import { ContestedTag, eventSign, Glyph, promiseSign, type Sign } from './glyphs.ts';
import { Steady } from './sheet.ts';
import {
  capitalise,
  counted,
  dateWords,
  daysBetween,
  daysWords,
  dayWords,
  editionNoun,
  editionsCounted,
  monthWords,
  numberWords,
  spanWords,
  valueWords,
} from './words.ts';

/** The promises of a partnership per Games: a row for each promise, a column for each Games, in their order. */
export function matrix(
  answer: ObligationsAnswer,
  { partnership, partner, rightsHolder, clocks, end, all }: MatrixInput,
): Matrix {
  const { rows, programme, columns, cut } = answer;
  const day = cut.occurredAsOf;
  const place: Place = { partnership, clocks, day, rightsHolder };
  const inGames = columns.filter(({ obligation }) => rows.some(({ cells }) => obligation in cells));
  return {
    // Where the rights holder owes some of it, its cells say so.
    heading: everyCell(answer).some(({ owedBy }) => owedBy !== 'partner')
      ? 'Promised for'
      : `Promised by ${partner} for`,
    title: rows.length === 0 ? 'Promises' : `Promises per ${editionNoun(editionsOf(rows)).one}`,
    games: rows.map((row) => gamesColumn(row, day)),
    promises: inGames.slice(0, all ? undefined : mostPromises).map(({ obligation, name }) => ({
      name,
      cells: rows.map((row) => {
        const cell = row.cells[obligation];
        return cell === undefined ? null : promiseCell(cell, row, place);
      }),
    })),
    wholeTerm: Object.values(programme.cells).map((cell) => ({
      name: cell.name,
      cell: promiseCell(cell, null, place),
      reach: end === null ? 'for the whole term' : `for the whole term, ${end}`,
    })),
    said: rows.map((row) =>
      row.qualifications.map(({ fact, text, timing }) => ({
        text: timing === 'possible' ? `perhaps: ${text}` : text,
        href: addressOf(factPath(partnership, fact), clocks),
      })),
    ),
    more:
      all || inGames.length <= mostPromises
        ? null
        : {
            text: `Show all ${inGames.length.toLocaleString('en')} promises`,
            href: addressOf(partnershipPath(partnership), clocks, { promises: 'all' }),
          },
    lede: lede(answer, partner),
    mixes: mixing(answer, clocks),
  };
}

// Of more, the page would be a list that nobody reads and a browser draws slowly.
const mostPromises = 40;

type MatrixInput = {
  readonly partnership: string;
  readonly partner: string;
  readonly rightsHolder: string;
  readonly clocks: Clocks;
  /** The end of the term in words. */
  readonly end: string | null;
  /** Whether all promises are shown, however many. */
  readonly all: boolean;
};

type Place = {
  readonly partnership: string;
  readonly rightsHolder: string;
  readonly clocks: Clocks;
  readonly day: string;
};

export type Matrix = {
  /** What the heads of the columns complete. */
  readonly heading: string;
  readonly title: string;
  readonly games: readonly GamesColumn[];
  readonly promises: readonly { readonly name: string; readonly cells: readonly (PromiseCell | null)[] }[];
  /** Where all of them are shown. */
  readonly more: { readonly text: string; readonly href: string } | null;
  readonly wholeTerm: readonly { readonly name: string; readonly cell: PromiseCell; readonly reach: string }[];
  /** What is said of the partner's whole part at each of the Games. */
  readonly said: readonly (readonly { readonly text: string; readonly href: string }[])[];
  readonly lede: string;
  /** Where the readers' clock would leave out what is told only after the chosen day; null where nothing is. */
  readonly mixes: { readonly text: string; readonly href: string } | null;
};

type GamesColumn = {
  readonly edition: string;
  readonly host: string;
  readonly year: string;
  readonly when: string;
  readonly state: 'over' | 'now' | 'ahead' | 'off';
  readonly note: string;
};

type PromiseCell = {
  readonly sign: Sign;
  readonly href: string;
  readonly note: string;
  readonly contested: boolean;
  readonly steps: readonly { readonly sign: Sign; readonly text: string; readonly href: string }[];
};

function everyCell({ rows, programme }: ObligationsAnswer): readonly Cell[] {
  return [...rows, programme].flatMap(({ cells }) => Object.values(cells));
}

function gamesColumn(row: Row, day: string): GamesColumn {
  const { edition, series, host, window, name } = row;
  const year = series === olympics ? edition.slice(0, 4) : editionWithinSeries(edition);
  return {
    edition,
    host: (series === olympics ? host : null) ?? name.replace(` ${year}`, ''),
    year,
    when: window?.earliest && window.latest ? spanWords(window.earliest, window.latest) : 'days not set yet',
    ...gamesState(row, day),
  };
}

// What a reference says of the Games comes before what the calendar says of their days.
function gamesState(row: Row, day: string): Pick<GamesColumn, 'state' | 'note'> {
  const { window } = row;
  const standing = row.editionStatus;
  if (standing === 'cancelled') return { state: 'off', note: 'cancelled' };
  const moved = standing === 'moved' ? 'moved; ' : '';
  if (!window?.earliest || !window.latest) return { state: 'ahead', note: moved.replace('; ', '') };
  if (day > window.latest) return { state: 'over', note: `${editionNoun([row.edition]).one} over` };
  if (day === window.latest) return { state: 'over', note: 'last day' };
  if (day >= window.earliest) return { state: 'now', note: 'on now' };
  return { state: 'ahead', note: `${moved}opens in ${daysWords(daysBetween(day, window.earliest))}` };
}

function promiseCell(cell: Cell, row: Row | null, { partnership, clocks, day, rightsHolder }: Place): PromiseCell {
  const {
    status,
    timing,
    closedWithoutReport: closed,
    guess,
    otherStatuses,
    milestones,
    contested,
    links,
    denied,
  } = cell;
  const [fact = ''] = links.facts;
  return {
    sign: promiseSign({ status, timing, closed, guess, denied: denied !== null, milestones }),
    href: addressOf(factPath(partnership, fact.split('/facts/')[1] ?? ''), clocks),
    note: [
      lastTold(cell, day),
      ...(otherStatuses.length === 0 ? [] : [`or ${otherStatuses.join(', ').replaceAll('-', ' ')}`]),
      ...denialWords(cell),
      ...moreOf(cell, rightsHolder),
    ].join('; '),
    contested,
    steps: milestones.map((step) => {
      const sign = eventSign(step);
      const date = step.status === 'happened' ? step.occurred : step.planned;
      const isDone = step.status === 'happened' && step.timing === 'certain';
      const when = step.status === 'denied' && date === null ? [] : [dateWords(date)];
      const games = row === null ? '' : ` ${row.host ?? ''}`;
      return {
        sign,
        text: shorten(step.title, games) + (isDone ? ` ${dateWords(date)}` : `: ${[sign.word, ...when].join(', ')}`),
        href: addressOf(factPath(partnership, step.fact), clocks),
      };
    }),
  };
}

// Which milestone is denied stands among the steps, unless others tell that it happened.
function denialWords({ denied, milestones }: Cell): readonly string[] {
  if (denied === null) return [];
  const isListed = milestones.some(({ status }) => status === 'denied');
  return isListed ? [] : ['a milestone is denied'];
}

// A column is narrow.
function shorten(title: string, games: string): string {
  const short = title.replace(games, '');
  return short.length > 60 ? `${short.slice(0, 58)}…` : short;
}

function lastTold({ lastReport, closedWithoutReport, status }: Cell, day: string): string {
  const told = lastReport?.latest ?? lastReport?.earliest ?? null;
  if (told === null) return 'day of the last report unknown';
  const late = (lastReport?.earliest ?? told) > day ? ', after this day' : '';
  if (closedWithoutReport && status !== 'undertaken') return `${monthWords(told)}, then silence`;
  return `last told ${monthWords(told)}${late}`;
}

// What the answer tells of a cell beyond its status: how much is promised, and who owes it.
function moreOf({ quantity, delivered, owedBy }: Cell, rightsHolder: string): readonly string[] {
  return [
    ...(quantity === null ? [] : [valueWords(quantity)]),
    ...(delivered === null ? [] : [`${valueWords(delivered)} delivered`]),
    ...(owedBy === 'rights-holder' ? [`owed by ${rightsHolder}`] : []),
  ];
}

function lede({ rows, programme, cut }: ObligationsAnswer, partner: string): string {
  const cells = rows.flatMap((row) => Object.values(row.cells));
  if (cells.length === 0) {
    const whole = Object.keys(programme.cells).length;
    return whole === 0
      ? 'Nothing was promised yet.'
      : `${capitalise(counted(whole, 'promise'))}, for no Games of ${whole === 1 ? 'its' : 'their'} own.`;
  }
  const closedRows = rows.filter(({ window }) => window?.latest != null && window.latest <= cut.occurredAsOf);
  const closed = closedRows.flatMap((row) => Object.values(row.cells));
  const delivered = closed.filter(({ status }) => status === 'delivered' || status === 'partly-delivered').length;
  const promised = `${capitalise(counted(cells.length, 'promise'))} for ${editionsCounted(editionsOf(rows))}.`;
  if (closedRows.length === 0) {
    return `${promised} None of the ${editionNoun(editionsOf(rows)).many} are over yet, and none of the promises is reported as delivered.`;
  }
  const over = `${capitalise(editionsCounted(editionsOf(closedRows)))} ${closedRows.length === 1 ? 'is' : 'are'} over`;
  const theirs =
    closed.length === 1
      ? 'the one promise for it'
      : `any of the ${counted(closed.length, 'promise')} for ${closedRows.length === 1 ? 'it' : 'them'}`;
  const outcome =
    delivered === 0
      ? `no article tells that ${theirs} was delivered`
      : `${numberWords(delivered)} of the ${counted(closed.length, 'promise')} for ${closedRows.length === 1 ? 'it' : 'them'} ${delivered === 1 ? 'is' : 'are'} reported as delivered`;
  const newest = newestOf(cells);
  const caution =
    delivered > 0 || newest === null
      ? ''
      : ` The newest report on them is from ${monthWords(newest)}, so this may say more about the articles than about ${closed.every(({ owedBy }) => owedBy === 'partner') ? partner : 'the deal'}.`;
  return `${promised} ${over}, and ${outcome}.${caution}`;
}

function editionsOf(rows: readonly Row[]): readonly string[] {
  return rows.map(({ edition }) => edition);
}

function newestOf(cells: readonly Cell[]): string | null {
  return (
    cells
      .flatMap(({ lastReport }) => lastReport?.latest ?? [])
      .toSorted()
      .at(-1) ?? null
  );
}

function mixing({ rows, cut }: ObligationsAnswer, clocks: Clocks): Matrix['mixes'] {
  if (cut.reportedAsOf !== null) return null;
  const later = rows.some(({ cells }) =>
    Object.values(cells).some(({ lastReport }) => (lastReport?.earliest ?? '') > cut.occurredAsOf),
  );
  if (!later) return null;
  return {
    text: `Articles that came out after ${dayWords(cut.occurredAsOf)} count here too.`,
    href: addressOf('', { ...clocks, reportedAsOf: cut.occurredAsOf }),
  };
}

/** The matrix as a table; on a narrow screen each promise becomes a block of cells that name their Games. */
export function PromiseMatrix({
  matrix: { title, heading, games, promises, wholeTerm, said },
}: MatrixProps): ComponentChild {
  if (games.length === 0 && wholeTerm.length === 0) return null;
  const isSaid = said.some((texts) => texts.length > 0);
  return h(
    'div',
    { class: games.length > 8 ? 'mx-wide' : undefined },
    h(
      'table',
      // On a narrow screen fewer cells share a line; without Games the first row sets the widths.
      { class: games.length < 3 ? `mx of-${games.length}` : 'mx' },
      // Hidden, it would be the first row where there is no head, and set the widths.
      games.length === 0 ? null : h('caption', { class: 'vh' }, title),
      games.length === 0
        ? null
        : h(
            'thead',
            null,
            h(
              'tr',
              null,
              h('th', { scope: 'col', class: 'corner' }, h('span', null, heading)),
              games.map((column) => h(GamesHead, { column, key: column.edition })),
            ),
          ),
      // A table takes its widths from its first row, so it has no body without one.
      promises.length === 0 && !isSaid
        ? null
        : h(
            'tbody',
            null,
            promises.map((promise) =>
              h(Steady<PromiseRow>, { value: { promise, games }, draw: drawPromise, key: promise.name }),
            ),
            isSaid
              ? h(
                  'tr',
                  { class: 'said', key: 'said' },
                  h('th', { scope: 'row' }, 'Said of its part as a whole'),
                  said.map((texts, i) =>
                    h(
                      'td',
                      { class: games[i]?.state, key: games[i]?.edition },
                      texts.length === 0 ? null : h(GamesName, { column: games[i] as GamesColumn }),
                      texts.map(({ text, href }) => h('a', { class: 'note', href, key: href }, text)),
                    ),
                  ),
                )
              : null,
          ),
      wholeTerm.length === 0
        ? null
        : h(
            'tbody',
            { class: 'prog' },
            wholeTerm.map(({ name, cell, reach }) =>
              h(
                'tr',
                { key: name },
                h('th', { scope: 'row' }, name),
                h(
                  'td',
                  { class: 'wide', colSpan: Math.max(1, games.length) },
                  h(CellLink, { cell }),
                  h('span', { class: 'sub' }, `${reach}; ${cell.note}`),
                  h(Steps, { cell }),
                ),
              ),
            ),
          ),
    ),
  );
}

type PromiseRow = { readonly promise: Matrix['promises'][number]; readonly games: readonly GamesColumn[] };

function drawPromise({ promise: { name, cells }, games }: PromiseRow): ComponentChild {
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, name),
    cells.map((cell, i) => h(PromiseData, { cell, column: games[i] as GamesColumn, key: games[i]?.edition })),
  );
}

type MatrixProps = { readonly matrix: Matrix };

function GamesHead({ column: { host, year, when, note, state } }: { readonly column: GamesColumn }): ComponentChild {
  return h(
    'th',
    { scope: 'col', class: state },
    h('span', { class: 'pl' }, host),
    ' ',
    h('span', { class: 'yy' }, year),
    h('span', { class: 'hd' }, when),
    h('span', { class: 'hs' }, note),
  );
}

type CellProps = { readonly cell: PromiseCell | null; readonly column: GamesColumn };

function PromiseData({ cell, column }: CellProps): ComponentChild {
  if (cell === null) {
    return h(
      'td',
      { class: `${column.state} empty` },
      h(GamesName, { column }),
      h('span', { class: 'sub' }, 'not promised'),
    );
  }
  return h(
    'td',
    { class: column.state },
    h(GamesName, { column }),
    h(CellLink, { cell }),
    h('span', { class: 'sub' }, cell.note),
    h(Steps, { cell }),
  );
}

function GamesName({ column: { host, year } }: { readonly column: GamesColumn }): ComponentChild {
  return h('span', { class: 'gm-name', 'aria-hidden': 'true' }, `${host} `, h('span', null, `’${year.slice(2)}`));
}

function CellLink({ cell: { sign, href, contested } }: { readonly cell: PromiseCell }): ComponentChild {
  return h(
    'a',
    { href, class: `cell c-${sign.tone}` },
    h(Glyph, { name: sign.glyph }),
    h('span', { class: 'cw' }, sign.word),
    contested ? h(ContestedTag, null) : null,
  );
}

function Steps({ cell: { steps } }: { readonly cell: PromiseCell }): ComponentChild {
  return steps.map(({ sign, text, href }) =>
    h('a', { class: `mile c-${sign.tone}`, href, key: href }, h(Glyph, { name: sign.glyph }), text),
  );
}
