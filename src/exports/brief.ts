import {
  capitalise,
  counted,
  dateWords,
  daysWords,
  dayWords,
  endWords,
  fieldName,
  listWords,
  marketName,
  plain,
  plannedWords,
  publishedWords,
  statusWords,
  valueWords,
} from '../page/words.ts';
import type { BriefAnswer } from '../projections/brief.ts';
import type { More } from '../projections/sources.ts';
import type { Export, Place } from './formats.ts';

/** A briefing as Markdown, with footnotes to the articles. */
export const briefMd: Export<BriefAnswer> = {
  format: 'md',
  name: 'brief',
  text: (answer, place) => {
    const { title, status, basis } = briefWords(answer);
    const told = sectionsOf(answer);
    const sections = told.flatMap(({ heading, intro, items, empty, rest }) => [
      `## ${heading}`,
      '',
      ...(intro === '' ? [] : [plainMd(intro), '']),
      ...(items.length === 0
        ? [empty]
        : items.map(({ text, notes, more }) => `- ${plainMd(text)}${marksOf(notes)}${moreMd(more, place)}`)),
      ...(rest === null ? [] : [`- ${restMd(answer, rest, place)}`]),
      '',
    ]);
    const notes = citedIn(answer, told).map((note) => `[^${note.number}]: ${footnoteMd(note, place)}`);
    return [`# ${plainMd(title)}`, '', plainMd(status), plainMd(basis), '', ...sections, ...notes, ''].join('\n');
  },
};

/** The title of a briefing, and the sentences on what it rests on. */
export function briefWords({ cut, since, partnership }: BriefAnswer) {
  const { name, term } = partnership;
  const known =
    cut.reportedAsOf === null ? '' : `, as a reader could have known by ${dayWords(cut.reportedAsOf, 'long')}`;
  const end = term.end === null ? '' : `, ${endWords(term.end)}`;
  return {
    title: `${name}: briefing of ${dayWords(cut.occurredAsOf, 'long')}`,
    status: `Status: ${statusWords(partnership)}${end}. Changes since ${dayWords(since, 'long')}${known}.`,
    basis: `Rests on the ledger up to event ${cut.position}. A plan is no event, and silence is no breach.`,
  };
}

/**
 * The sections of a briefing, in the order in which a manager asks: first what waits for an answer. A section has at most
 * `mostItems` lines, so that a briefing stays one to read; what is beyond stands on another page.
 */
export function sectionsOf(answer: BriefAnswer): readonly Section[] {
  const { overdue, due, silence, ahead, changes, contested, since, cut } = answer;
  const names = namesOfGames(answer);
  const sections: readonly (Omit<Section, 'rest'> & Where)[] = [
    {
      heading: 'Overdue, unconfirmed',
      intro: overdue.length === 0 ? '' : 'Past its day, and no article reports that it happened.',
      items: grouped(overdue.map((item) => openItem(item, names))),
      empty: 'No plan is past its last day.',
      page: 'timeline',
      query: { status: 'overdue-unconfirmed' },
    },
    {
      heading: 'Due',
      intro: '',
      items: grouped(due.map((item) => openItem(item, names))),
      empty: 'No plan has come due.',
      page: 'timeline',
      query: { status: 'due' },
    },
    {
      heading: 'Without a report since',
      intro: silence.promises.length === 0 ? '' : silence.meaning,
      items: grouped(silence.promises.map((item) => silentItem(item, names))),
      empty: 'No promise is waiting for a report.',
      page: 'silence',
      query: {},
    },
    {
      heading: `Ahead, until ${dayWords(ahead.until)}`,
      intro: '',
      items: grouped(ahead.entries.map(aheadItem)),
      empty: 'Nothing is planned for these days.',
      page: 'timeline',
      query: { from: cut.occurredAsOf, to: ahead.until },
    },
    {
      heading: `Changed since ${dayWords(since)}`,
      intro: '',
      items: grouped(changes.map((item) => changeItem(item, names))),
      empty: 'Nothing that is shown has changed.',
      page: 'compare',
      query: { from: since, to: cut.occurredAsOf },
    },
    {
      heading: 'Contested',
      intro: contested.length === 0 ? '' : 'Every value is kept; the one that is shown comes first.',
      items: contested.flatMap(contestedItems),
      empty: 'No two sources disagree.',
      page: 'contested',
      query: {},
    },
  ];
  return sections.map(({ page, query, items, ...section }) => ({
    ...section,
    items: items.slice(0, mostItems),
    rest: items.length <= mostItems ? null : { page, query, count: items.length - mostItems },
  }));
}

const mostItems = 40;

/** The page below that of a partnership which has all items of a section. */
type Where = { readonly page: string; readonly query: Readonly<Record<string, string>> };

/** The articles that the lines of these sections cite, in their order. */
export function citedIn(
  { footnotes }: BriefAnswer,
  sections: readonly Pick<Section, 'items'>[],
): BriefAnswer['footnotes'] {
  const cited = new Set(sections.flatMap(({ items }) => items.flatMap(({ notes }) => footnotesOf(notes))));
  return footnotes.filter(({ number }) => cited.has(number));
}

/** The numbers of the first footnotes of a line: those of every article would drown it. */
export function footnotesOf(notes: readonly Note[]): readonly number[] {
  return [...new Set(notes.map(({ footnote }) => footnote))].toSorted((a, b) => a - b).slice(0, mostNotes);
}

const mostNotes = 12;

function restMd({ partnership, cut }: BriefAnswer, { page, query, count }: Rest, { origin }: Place): string {
  const parameters = new URLSearchParams({ occurredAsOf: cut.occurredAsOf, ...query });
  const address = `${origin}/partnerships/${encodeURIComponent(partnership.id)}/${page}?${parameters.toString()}`;
  return `and ${counted(count, 'more', 'more')}${origin === '' ? '' : `: <${address}>`}`;
}

type Section = {
  readonly heading: string;
  readonly intro: string;
  readonly items: readonly Item[];
  readonly empty: string;
  /** What the section leaves out, and where it stands. */
  readonly rest: Rest | null;
};

type Rest = Where & { readonly count: number };

type Item = {
  readonly text: string;
  readonly notes: readonly Note[];
  readonly more: LeftOut | null;
};

/** What a line does not cite: how many reports or values, and the page that has them. */
type LeftOut = { readonly words: string; readonly path: string };

// The reports behind some items that are not cited, on the page of the fact of the first.
function leftOut(cited: readonly Pick<BriefAnswer['due'][number], 'cited' | 'moreCited'>[]): LeftOut | null {
  const [first, ...others] = cited.flatMap(({ moreCited }) => moreCited ?? []);
  if (first === undefined) return null;
  const total = [first, ...others].reduce((sum, more) => sum + more.total, 0);
  return { words: `of ${total.toLocaleString('en')} reports`, path: pagePath(first) };
}

// The page of a fact stands at the address of its read, without /api.
function pagePath({ all }: More): string {
  return (all[0] ?? '').replace(/^\/api/, '');
}

function moreMd(more: LeftOut | null, { origin }: Place): string {
  if (more === null) return '';
  return ` (${more.words}${origin === '' ? '' : `: <${origin}${more.path}>`})`;
}

type Note = BriefAnswer['due'][number]['cited'][number];

/** The parts of a line: what it is about, which of its Games or markets, what is said of it, and who says so. */
type Groupable = {
  readonly about: string;
  readonly member: string;
  readonly says: string;
  readonly by: Pick<BriefAnswer['due'][number], 'cited' | 'moreCited'>;
};

// Items that differ in Games or market alone share a line.
function grouped(items: readonly Groupable[]): readonly Item[] {
  return [...Map.groupBy(items, ({ about, says }) => JSON.stringify([about, says])).values()].map((same) => {
    const [{ about, says }] = same as [Groupable];
    const members = [...new Set(same.map(({ member }) => member).filter(Boolean))];
    const notes = new Map(same.flatMap(({ by }) => by.cited).map((note) => [JSON.stringify(note), note]));
    const which = members.length === 0 ? '' : says === '' ? `: ${listWords(members)}` : ` (${listWords(members)})`;
    return { text: `${about}${which}${says}`, notes: [...notes.values()], more: leftOut(same.map(({ by }) => by)) };
  });
}

type GamesNames = (editions: readonly string[]) => string;

// Games by their names; whatever the ledger has no name for stands as its edition.
function namesOfGames({ games }: BriefAnswer): GamesNames {
  return (editions) => listWords(editions.map((edition) => games[edition] ?? edition));
}

function memberOf({ group, games }: Pick<BriefAnswer['due'][number], 'group' | 'games'>, names: GamesNames): string {
  if (group === null || group.over === 'games') return names(games);
  return group.over === 'markets' ? marketName(group.member) : group.member;
}

function openItem(item: BriefAnswer['due'][number], games: GamesNames): Groupable {
  const { title, planned, timing } = item;
  const perhaps = timing === 'possible' ? ', perhaps' : '';
  const when = planned === null ? ', planned, no day told' : `, ${plannedWords(planned)}`;
  return { about: title, member: memberOf(item, games), says: `${when}${perhaps}`, by: item };
}

function silentItem(item: BriefAnswer['silence']['promises'][number], names: GamesNames): Groupable {
  const { title, games, promisedFor, since, timing } = item;
  const days = since.min === null ? '' : `, ${daysWords(since.min)} ago`;
  const perhaps = timing === 'possible' ? ', perhaps' : '';
  const member = `${names(games)} (${dateWords(promisedFor)}${days}${perhaps})`;
  return { about: title, member, says: '', by: item };
}

function aheadItem(item: BriefAnswer['ahead']['entries'][number]): Groupable {
  const { title, group, kind, date, state } = item;
  const what = kind === 'plan' ? `${title}, planned` : title;
  const perhaps = state === 'tentative' && date.earliest === date.latest ? ', perhaps' : '';
  const member = group === null || group.over === 'games' ? '' : memberOf({ group, games: [] }, () => '');
  return { about: `${capitalise(dateWords(date))}: ${what}${perhaps}`, member, says: '', by: item };
}

function changeItem(item: BriefAnswer['changes'][number], names: GamesNames): Groupable {
  const { kind, title, games, was, is, means, news } = item;
  const step =
    kind === 'promise' && means.includes('closed')
      ? 'closed without a report'
      : `${standingWords(was)} → ${standingWords(is)}`;
  const more = was === null ? [] : news.map((one) => `; ${plain(one)}`);
  return { about: title, member: names(games), says: ` – ${step}${more.join('')}`, by: item };
}

function standingWords(standing: BriefAnswer['changes'][number]['was']): string {
  if (standing === null) return 'not told';
  const { status, timing, planned, occurred } = standing;
  const date = status === 'happened' ? occurred : planned;
  const words = statusWords({ status: status ?? 'planned', timing });
  return date === null || date.edtf === null ? words : `${words} (${dateWords(date)})`;
}

function contestedItems({ title, fields, moreValues }: BriefAnswer['contested'][number]): readonly Item[] {
  return fields.map(({ field, values }) => {
    const told = values.map(({ value, cited, moreCited }) => {
      const by = moreCited === undefined ? counted(cited.length, 'article') : counted(moreCited.total, 'report');
      return `${valueWords(value)} (${by})`;
    });
    return {
      text: `${title}. ${fieldName(field)}: ${told.join(', or ')}`,
      notes: values.flatMap(({ cited }) => cited),
      more:
        moreValues === undefined
          ? leftOut(values)
          : { words: `of ${moreValues.total.toLocaleString('en')} values`, path: pagePath(moreValues) },
    };
  });
}

function marksOf(notes: readonly Note[]): string {
  return footnotesOf(notes)
    .map((number) => `[^${number}]`)
    .join('');
}

/** A footnote in words: title, publisher, day of publication, and the article of this ledger. */
export function footnoteWords({
  title,
  publisher,
  author,
  published,
  article,
}: BriefAnswer['footnotes'][number]): string {
  const parts = [
    author,
    ...(title === null ? [] : [`“${title}”`]),
    publisher ?? 'publisher not known',
    publishedWords(published),
    `article ${article} of this ledger`,
  ];
  return capitalise(parts.filter((part) => part !== null).join(', '));
}

function footnoteMd(note: BriefAnswer['footnotes'][number], { origin }: Place): string {
  const words = plainMd(footnoteWords(note));
  const own = origin === '' ? '' : ` <${origin}/articles/${encodeURIComponent(note.article)}>`;
  return `${words}${note.url === null || !/^https?:[^\s<>]+$/.test(note.url) ? own : ` <${note.url}>`}.`;
}

// What an article says is text, not Markdown: no mark of it may become a link, an image or HTML.
function plainMd(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>#|!~]/g, (mark) => `\\${mark}`)
    .replaceAll(/\s+/g, ' ')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+]/, '\\$&');
}
