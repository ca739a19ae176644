import { type ComponentChild, h } from 'preact';
import type { Moments, Transition } from '../projections/moments.ts';
import type { ObligationsAnswer } from '../projections/obligations.ts';
import type { PartnershipAnswer } from '../projections/partnerships.ts';
import type { SilenceAnswer } from '../projections/silence.ts';
import type { Entry } from '../projections/timeline.ts';
import { addressOf, type Clocks, factPath, partnershipPath, withClocks } from './address.ts';
import { dealInShort, type ShortFact, ShortFactView, sideOf } from './deal-in-short.ts';
import { anySign, eventSign, Glyph, type Sign, Signed } from './glyphs.ts';
import { type Matrix, matrix, PromiseMatrix } from './matrix.ts';
import { Sheet } from './sheet.ts';
import {
  capitalise,
  counted,
  dateWords,
  daysBetween,
  daysWords,
  dayWords,
  editionNoun,
  editionsCounted,
  endWords,
  numberWords,
  plannedWords,
  spanWords,
} from './words.ts';

/** Where a deal stands: what is overdue, due, silent and next; the promises per Games; what changed last. */
export function overview(answers: OverviewAnswers): Overview {
  const { partnership, obligations, clocks } = answers;
  const end = partnership.term.end === null ? null : endWords(partnership.term.end);
  return {
    kind: 'overview',
    tiles: tilesOf(answers),
    firstPromise: firstPromise(answers),
    matrix: matrix(obligations, {
      partnership: partnership.id,
      partner: shortName(sideOf(partnership, 'partner')),
      rightsHolder: sideOf(partnership, 'rights-holder'),
      clocks,
      end,
      all: answers.allPromises,
    }),
    changes: latestChanges(answers),
    ahead: aheadOf(answers),
    facts: dealInShort(answers),
  };
}

type OverviewAnswers = {
  readonly partnership: PartnershipAnswer;
  readonly obligations: ObligationsAnswer;
  readonly silence: SilenceAnswer;
  /** The entries that are planned, due or overdue, and those of the agreement itself. */
  readonly entries: readonly Entry[];
  readonly moments: Moments;
  readonly clocks: Clocks;
  /** Whether the matrix shows all promises, however many. */
  readonly allPromises: boolean;
};

export type Overview = {
  readonly kind: 'overview';
  readonly tiles: readonly Tile[];
  readonly matrix: Matrix;
  /** Where the first promise shows, if the matrix is empty and a later day has one. */
  readonly firstPromise: { readonly day: string; readonly href: string } | null;
  readonly changes: readonly Change[];
  readonly ahead: readonly Ahead[];
  readonly facts: readonly ShortFact[];
};

function firstPromise({ obligations, moments, clocks, partnership }: OverviewAnswers): Overview['firstPromise'] {
  if (obligations.rows.some(({ cells }) => Object.keys(cells).length > 0)) return null;
  const first = moments.moments.find(
    ({ day, transitions }) =>
      day > obligations.cut.occurredAsOf &&
      transitions?.some(({ facts }) => facts.some((fact) => fact.startsWith('obligation/'))),
  );
  if (first === undefined) return null;
  const href = addressOf(partnershipPath(partnership.id), withClocks(clocks, { occurredAsOf: first.day }));
  return { day: dayWords(first.day, 'long'), href };
}

type Tile = {
  readonly sign: Sign;
  readonly number: string;
  readonly text: string;
  readonly href: string;
};

function shortName(name: string): string {
  return name.replace(/ Group$/, '');
}

function tilesOf({ partnership, obligations, silence, entries, clocks }: OverviewAnswers): readonly Tile[] {
  const timeline = `${partnershipPath(partnership.id)}/timeline`;
  const ofStatus = (status: string) => entries.filter((entry) => entry.status === status && !entry.guess);
  const [overdue, due] = [ofStatus('overdue-unconfirmed'), ofStatus('due')];
  const plans = silence.items.filter(({ cell }) => cell === null).length;
  const promises = silence.items.filter(({ cell }) => cell !== null);
  const games = new Set(promises.flatMap(({ games: editions }) => editions));
  const silent = [
    ...(promises.length === 0 ? [] : [`${counted(promises.length, 'promise')} for ${editionsCounted([...games])}`]),
    ...(plans === 0 ? [] : [counted(plans, 'plan')]),
  ];
  return [
    {
      sign: { glyph: 'overdue', word: 'Overdue, unconfirmed', tone: 'over' },
      number: String(overdue.length),
      text:
        overdue.length === 0
          ? 'No plan is past its last day.'
          : `${plansWords(overdue, obligations)} No article reports that ${overdue.length === 1 ? 'it' : 'they'} happened.`,
      href: addressOf(timeline, clocks, { status: 'overdue-unconfirmed' }),
    },
    {
      sign: { glyph: 'due', word: 'Due', tone: 'due' },
      number: String(due.length),
      text: `${due.length === 0 ? 'No plan has come due.' : plansWords(due, obligations)}${onHold(entries)}`,
      href: addressOf(timeline, clocks, { status: 'due' }),
    },
    {
      sign: { glyph: 'no-report', word: 'Without a report since', tone: 'sil' },
      number: String(silence.total),
      text:
        silent.length === 0
          ? 'No promise is waiting for a report.'
          : `${capitalise(silent.join(', and '))}. Silence is not a breach.`,
      href: addressOf(`${partnershipPath(partnership.id)}/silence`, clocks),
    },
    nextGames(obligations, addressOf(timeline, clocks)),
  ];
}

// A plan on hold comes due no more, and is not given up either.
function onHold(entries: readonly Entry[]): string {
  const count = entries.filter(({ status, guess }) => status === 'on-hold' && !guess).length;
  return count === 0 ? '' : ` ${capitalise(counted(count, 'plan'))} ${count === 1 ? 'is' : 'are'} on hold.`;
}

// The plans in a sentence: those with a day of their own by their titles, the others by their Games.
function plansWords(entries: readonly Entry[], { rows }: ObligationsAnswer): string {
  const gamesIn = (entry: Entry) =>
    rows.find(({ edition }) => edition === entry.games[0])?.name ?? `the Games ${entry.games.join(', ')}`;
  const ofGames = entries.filter(({ planned }) => planned?.basis === 'games');
  const own = entries.filter(({ planned }) => planned?.basis !== 'games');
  const named = own.slice(0, own.length > mostNamed ? mostNamed - 1 : mostNamed).map(planWords);
  const more = own.length - named.length;
  const byGames = [...Map.groupBy(ofGames, gamesIn)].map(([games, same]) => {
    const [first] = same as [Entry];
    return same.length === 1 ? planWords(first) : `${counted(same.length, 'plan')} for ${games}`;
  });
  const parts = [...named, ...(more === 0 ? [] : [counted(more, 'other plan')]), ...byGames];
  return `${capitalise(parts.join('; '))}.`;
}

const mostNamed = 2;

function planWords({ title, planned }: Entry): string {
  if (planned === null) return `${title}, no day told`;
  return planned.latest === null && planned.earliest !== null
    ? `${title}, some time from ${dayWords(planned.earliest)} on; no last day was told`
    : `${title}, ${plannedWords(planned)}`;
}

function nextGames({ rows, cut }: ObligationsAnswer, href: string): Tile {
  const day = cut.occurredAsOf;
  const noun = editionNoun(rows.map(({ edition }) => edition));
  const sign: Sign = { glyph: 'undertaken', word: `Until the next ${noun.one}`, tone: 'blue' };
  const coming = rows
    .filter(({ window, editionStatus }) => editionStatus !== 'cancelled' && (window?.latest ?? '') >= day)
    .toSorted((a, b) => ((a.window?.earliest ?? '') < (b.window?.earliest ?? '') ? -1 : 1));
  const [next] = coming;
  if (next?.window?.earliest == null || next.window.latest === null) {
    return { sign, number: '–', text: `No ${noun.many} are known to come.`, href };
  }
  const { earliest, latest } = next.window;
  const cells = Object.values(next.cells);
  const confirmed = cells.filter(({ status }) => status !== null && status !== 'undertaken').length;
  return {
    sign,
    number: earliest <= day ? 'now on' : daysWords(daysBetween(day, earliest)),
    text: `${next.name}, ${spanWords(earliest, latest)}. ${capitalise(counted(cells.length, 'promise'))} ${cells.length === 1 ? 'stands' : 'stand'} for ${noun.one === noun.many ? 'them' : 'it'}, ${confirmed === 0 ? 'none' : numberWords(confirmed)} confirmed.`,
    href,
  };
}

type Change = {
  readonly day: string;
  readonly date: string;
  readonly text: string;
  readonly more: string;
  readonly from: Sign | null;
  readonly to: Sign;
  readonly href: string;
};

// What passed from one status to another, the newest first.
function latestChanges({ moments: { moments }, partnership, clocks, obligations }: OverviewAnswers): readonly Change[] {
  const day = obligations.cut.occurredAsOf;
  return moments
    .filter((moment) => moment.day <= day)
    .toReversed()
    .flatMap(({ day: on, transitions }) =>
      (transitions ?? []).slice(0, mostPerDay).map((transition) => ({
        day: on,
        date: dayWords(on),
        ...changeWords(transition),
        from: transition.from === null ? null : anySign(transition.from),
        to: anySign(transition.to),
        href:
          transition.count === 1
            ? addressOf(factPath(partnership.id, transition.facts[0] ?? ''), clocks)
            : addressOf(`${partnershipPath(partnership.id)}/compare`, clocks, { from: previousDay(on), to: on }),
      })),
    )
    .slice(0, mostChanges);
}

const mostPerDay = 3;

const mostChanges = 8;

function previousDay(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

function changeWords({ title, count, games, to }: Transition): Pick<Change, 'text' | 'more'> {
  if (games !== null) return { text: `${games} closed`, more: counted(count, 'promise') };
  if (to?.status === 'overdue-unconfirmed' && count > 1)
    return { text: 'Long past their day, without word', more: counted(count, 'plan') };
  return { text: title, more: count === 1 ? '' : `and ${counted(count - 1, 'other fact')}` };
}

type Ahead = { readonly date: string; readonly text: string; readonly sign: Sign | null; readonly href: string };

// What the calendar holds for the next days: plans that fall due, and Games.
function aheadOf({ entries, obligations, partnership, clocks }: OverviewAnswers): readonly Ahead[] {
  const from = obligations.cut.occurredAsOf;
  const until = new Date(Date.parse(from) + aheadDays * 86_400_000).toISOString().slice(0, 10);
  const isAhead = (day: string | null | undefined): day is string => day != null && day > from && day <= until;
  const plans = entries.flatMap((entry) => {
    const day = entry.planned?.earliest;
    if (entry.status !== 'planned' || !isAhead(day)) return [];
    const href = addressOf(factPath(partnership.id, entry.fact), clocks);
    return [
      { day, date: dateWords(entry.planned), text: entry.title, sign: eventSign(entry), href, row: entry.group?.row },
    ];
  });
  const rows = [...Map.groupBy(plans, ({ row, day, text }) => `${row ?? text} ${day}`).values()].map((same) => {
    const [first] = same as [(typeof plans)[number]];
    const { row: _row, ...plan } = first;
    return same.length === 1 ? plan : { ...plan, text: `${plan.text}, ${counted(same.length, 'time')}` };
  });
  const games = obligations.rows.flatMap(({ name, window }) =>
    [
      { day: window?.earliest, text: `${name} opens` },
      { day: window?.latest, text: `${name} closes` },
    ].flatMap(({ day, text }) =>
      isAhead(day) ? [{ day, date: dayWords(day), text, sign: null, href: '#promises' }] : [],
    ),
  );
  return [...rows, ...games]
    .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
    .slice(0, mostChanges)
    .map(({ day: _day, ...rest }) => rest);
}

/** How far ahead the overview looks. */
const aheadDays = 90;

/** The overview of a partnership. */
export function OverviewView({ view }: { readonly view: Overview }): ComponentChild {
  const { tiles, changes, ahead, facts } = view;
  return h(
    Sheet,
    { title: 'Where the deal stands', id: 'overview' },
    h(
      'div',
      { class: 'tiles' },
      tiles.map((tile) => h(TileView, { tile, key: tile.sign.word })),
    ),
    h('h2', { class: 'h3', id: 'promises' }, view.matrix.title),
    h(
      'p',
      { class: 'lede' },
      view.matrix.lede,
      view.firstPromise === null
        ? null
        : [
            ' The first promise is of ',
            h('a', { class: 'link', href: view.firstPromise.href, key: 'first' }, view.firstPromise.day),
            '.',
          ],
      view.matrix.mixes === null ? null : h(Mixes, { mixes: view.matrix.mixes }),
    ),
    h(PromiseMatrix, { matrix: view.matrix }),
    view.matrix.more === null
      ? null
      : h('p', { class: 'after' }, h('a', { class: 'link', href: view.matrix.more.href }, view.matrix.more.text)),
    h(
      'div',
      { class: 'two' },
      h(
        'div',
        null,
        h('h2', { class: 'h3' }, 'Latest changes'),
        changes.length === 0
          ? h('p', { class: 'lede' }, 'Nothing had changed by this day.')
          : h(
              'ol',
              { class: 'chg' },
              changes.map((change) => h(ChangeView, { change, key: change.day + change.text + change.to.word })),
            ),
      ),
      h(
        'div',
        null,
        h('h2', { class: 'h3' }, 'The deal in short'),
        h(
          'dl',
          { class: 'dl' },
          facts.map((fact) => h(ShortFactView, { fact, key: fact.name })),
        ),
        h('h2', { class: 'h3 next' }, `The next ${aheadDays} days`),
        ahead.length === 0
          ? h('p', { class: 'lede' }, 'Nothing is planned for them.')
          : h(
              'ol',
              { class: 'chg' },
              ahead.map((one) => h(AheadView, { one, key: one.date + one.text })),
            ),
      ),
    ),
  );
}

function Mixes({ mixes: { text, href } }: { readonly mixes: NonNullable<Matrix['mixes']> }): ComponentChild {
  return [` ${text} `, h('a', { class: 'link', href, key: 'mixes' }, 'Leave them out')];
}

function TileView({ tile: { sign, number, text, href } }: { readonly tile: Tile }): ComponentChild {
  return h(
    'a',
    { class: `tile c-${sign.tone}`, href },
    h('span', { class: 'th' }, h(Glyph, { name: sign.glyph }), sign.word),
    h('span', { class: 'num' }, number),
    h('span', { class: 'ts' }, text),
  );
}

function ChangeView({
  change: { day, date, text, more, from, to, href },
}: {
  readonly change: Change;
}): ComponentChild {
  return h(
    'li',
    null,
    h('time', { dateTime: day }, date),
    h('span', null, h('a', { href }, text), more === '' ? null : h('span', { class: 'n' }, ` ${more}`)),
    h(
      'span',
      { class: 'tr' },
      from === null
        ? null
        : [
            // Two statuses that share a glyph are told apart by their words.
            h(
              Signed,
              { sign: from, key: 'from' },
              from.glyph === to.glyph ? from.word : h('span', { class: 'vh' }, from.word),
            ),
            h(Glyph, { name: 'arrow', key: 'to' }),
          ],
      h(Signed, { sign: to }),
    ),
  );
}

function AheadView({ one: { date, text, sign, href } }: { readonly one: Ahead }): ComponentChild {
  return h(
    'li',
    null,
    h('span', { class: 'n2' }, date),
    h('span', null, h('a', { href }, text)),
    h('span', { class: 'tr' }, sign === null ? null : h(Signed, { sign })),
  );
}
