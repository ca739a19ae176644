import * as z from 'zod';
import { addDays, type Day } from '../domain/vocabulary/dates.ts';
import { answerShape, beginAnswer, cutOf, cutShape, type Question } from './answer.ts';
import { calendarAnswer } from './calendar.ts';
import { diffAnswer } from './diff.ts';
import { type DiffItem, meaningShape, standingShape } from './diff-parts.ts';
import { noFilters } from './filters.ts';
import { type PartnershipAnswer, partnershipAnswer, partnershipShape } from './partnerships.ts';
import { dateShape, gamesName, moreShape, type Source, spanShape, timingShape, valueShape } from './shapes.ts';
import { type SilenceAnswer, silenceAnswer } from './silence.ts';
import { type Sourced, stretchOf } from './sources.ts';
import { type Entry, entryShape, timelineAnswer } from './timeline.ts';
import { groupShape } from './titles.ts';

/**
 * A briefing on a partnership: what is overdue, due, silent and ahead on the day of the cut, what changed since another
 * day, and what is contested, each with its articles as footnotes. `before` is the same question as a reader could have
 * answered it on the eve of `since`.
 */
export function briefAnswer(question: Question, before: Question, since: Day): BriefAnswer {
  const { view } = question;
  const footnotes = footnoteBook(titlesOfReadings(question));
  const openOf = (status: 'overdue-unconfirmed' | 'due') =>
    timelineAnswer(question, { ...noFilters, status: [status] }).entries.map((entry) => openItem(entry, footnotes));
  const overdue = openOf('overdue-unconfirmed');
  const due = openOf('due');
  const { items, meaning } = silenceAnswer(question);
  const silent = items.filter(({ cell }) => cell !== null).map((item) => silentItem(item, footnotes));
  const ahead = aheadOf(question, footnotes);
  const changes = changesOf(question, before, footnotes);
  const contested = timelineAnswer(question, { ...noFilters, contested: true }).entries.map((entry) =>
    contestedItem(entry, footnotes),
  );
  return {
    ...beginAnswer(question),
    since,
    before: cutOf(before.view.cut, before.view.last),
    partnership: shortPartnership(partnershipAnswer(question)),
    overdue,
    due,
    silence: { meaning, promises: silent },
    ahead: { until: addDays(view.cut.occurredAsOf, aheadDays), entries: ahead },
    changes,
    contested,
    games: gamesIn(question),
    footnotes: footnotes.all(),
  };
}

export type BriefAnswer = z.infer<typeof briefAnswerShape>;

const aheadDays = 90;

const citedShape = {
  cited: z
    .array(z.object({ footnote: z.int(), paragraphs: z.array(z.int()) }))
    .describe('the articles that say so, by the number of their footnote'),
  moreCited: moreShape.optional().describe('how many reports say so, only where some are left out'),
};

const openShape = entryShape
  .pick({ fact: true, title: true, group: true, summary: true, status: true, timing: true, planned: true, games: true })
  .extend({ ...citedShape });

export const briefAnswerShape = answerShape
  .extend({
    since: z.string().describe('the first day on which something counts as a change'),
    before: cutShape.describe('what the changes are held against: what a reader could have known on the eve of since'),
    partnership: partnershipShape.pick({ id: true, name: true, status: true, timing: true, term: true }),
    overdue: z.array(openShape),
    due: z.array(openShape),
    silence: z.object({
      meaning: z.string(),
      promises: z.array(
        z.object({
          fact: z.string(),
          title: z.string(),
          games: z.array(z.string()),
          promisedFor: dateShape,
          since: spanShape.describe('days without a report'),
          timing: timingShape,
          ...citedShape,
        }),
      ),
    }),
    ahead: z.object({
      until: z.string(),
      entries: z.array(
        z.object({
          title: z.string(),
          group: groupShape.nullable(),
          kind: z.enum(['plan', 'games', 'end']),
          date: dateShape,
          state: z.enum(['confirmed', 'tentative', 'cancelled']),
          ...citedShape,
        }),
      ),
    }),
    changes: z.array(
      z.object({
        key: z.string().describe('of the fact, or of the promise as edition/obligation'),
        kind: z.enum(['fact', 'promise']),
        title: z.string(),
        games: z.array(z.string()),
        was: standingShape.nullable(),
        is: standingShape.nullable(),
        means: z.array(meaningShape),
        news: z.array(meaningShape).describe('those of means that are news even where the status stays as it is'),
        ...citedShape,
      }),
    ),
    contested: z.array(
      z.object({
        fact: z.string(),
        title: z.string(),
        moreValues: moreShape.optional(),
        fields: z.array(
          z.object({
            field: z.string(),
            values: z.array(z.object({ value: valueShape, displayed: z.boolean(), ...citedShape })),
          }),
        ),
      }),
    ),
    games: z.record(z.string(), z.string()).describe('the names of Games, by edition'),
    footnotes: z.array(
      z.object({
        number: z.int(),
        article: z.string(),
        title: z.string().nullable(),
        publisher: z.string().nullable(),
        author: z.string().nullable(),
        url: z.string().nullable(),
        published: dateShape,
      }),
    ),
  })
  .describe('What is due, silent and ahead, what changed since a day, and what is contested, with footnotes');

type Cited = Pick<BriefAnswer['due'][number], 'cited' | 'moreCited'>;

type Cite = { readonly cite: (sourced: Sourced) => Cited };

// Numbers the articles in the order in which they are cited first.
function footnoteBook(
  titles: ReadonlyMap<string, string | null>,
): Cite & { readonly all: () => BriefAnswer['footnotes'] } {
  const notes = new Map<string, BriefAnswer['footnotes'][number]>();
  const numberOf = ({ article, revision, publisher, author, url, published }: Source): number => {
    const known = notes.get(article);
    const title = titles.get(`${article} ${revision}`) ?? null;
    const note = known ?? { number: notes.size + 1, article, title, publisher, author, url, published };
    notes.set(article, note);
    return note.number;
  };
  const cite = ({ sources, moreSources }: Sourced): Cited => ({
    cited: [...Map.groupBy(sources, ({ article }) => article).values()].map((same) => ({
      footnote: numberOf(same[0] as Source),
      paragraphs: [...new Set(same.flatMap(({ paragraphs }) => paragraphs))].toSorted((a, b) => a - b),
    })),
    ...(moreSources && { moreCited: moreSources }),
  });
  return { cite, all: () => [...notes.values()] };
}

// The titles of articles, by their ids and revisions.
function titlesOfReadings({ view }: Question): ReadonlyMap<string, string | null> {
  return new Map(
    view.ground.history.flatMap((event) =>
      event.kind === 'reading' ? [[`${event.read.article} ${event.read.revision}`, event.read.title] as const] : [],
    ),
  );
}

function openItem(entry: Entry, { cite }: Cite): BriefAnswer['due'][number] {
  const { fact, title, group, summary, status, timing, planned, games } = entry;
  return { fact, title, group, summary, status, timing, planned, games, ...cite(entry) };
}

function silentItem(item: SilenceAnswer['items'][number], { cite }: Cite): BriefAnswer['silence']['promises'][number] {
  const { fact, title, games, promisedFor, overdue, timing } = item;
  const { edtf, earliest, latest } = promisedFor;
  return { fact, title, games, promisedFor: { edtf, earliest, latest }, since: overdue, timing, ...cite(item) };
}

// What begins within the next days: plans, Games, ends of the agreement.
function aheadOf(question: Question, { cite }: Cite): BriefAnswer['ahead']['entries'] {
  const day = question.view.cut.occurredAsOf;
  return calendarAnswer(question)
    .entries.filter(({ from, state }) => from > day && from <= addDays(day, aheadDays) && state !== 'cancelled')
    .map((entry) => {
      const { title, group, kind, date, state } = entry;
      return { title, group, kind, date, state, ...cite(entry) };
    });
}

// What stands elsewhere than before, or became contested or settled. What only gained a source is no news.
function changesOf(question: Question, before: Question, { cite }: Cite): BriefAnswer['changes'] {
  const { timeline, obligations } = diffAnswer('reported', before, question);
  const now = new Map(timelineAnswer(question).entries.map((entry) => [entry.fact, entry]));
  const facts = timeline.filter(isNews).map((item) => {
    const entry = now.get(item.key) ?? (item.value && shortened(item.value));
    const { key, title, was, is, means } = item;
    return {
      key,
      kind: 'fact' as const,
      title: entry?.title ?? title,
      games: entry?.games ?? [],
      was,
      is,
      means,
      news: newsIn(means),
      ...cite(entry ?? { sources: [] }),
    };
  });
  const promises = obligations.flatMap((item) => {
    const { part, key, of, title, was, is, means } = item;
    if (part !== 'cell' || item.what !== 'changed' || !(isMoved(item) || means.includes('closed'))) return [];
    const games = of === null || of === 'programme' ? [] : [of];
    return [{ key, kind: 'promise' as const, title, games, was, is, means, news: newsIn(means), cited: [] }];
  });
  return [...facts, ...promises];
}

// A difference has every source.
function shortened(entry: Entry): Entry {
  const { items, more } = stretchOf(entry.sources, [entry.links.fact]);
  return { ...entry, sources: [...items], ...(more && { moreSources: more }) };
}

function isNews(item: DiffItem): boolean {
  const { what, means } = item;
  return what !== 'changed' || isMoved(item) || newsIn(means).length > 0;
}

function newsIn(means: DiffItem['means']): DiffItem['means'] {
  return means.filter((one) => newsMeanings.has(one));
}

const newsMeanings: ReadonlySet<DiffItem['means'][number]> = new Set([
  'contested',
  'settled',
  'corrected',
  'retracted',
  'resolved',
  'reopened',
  'merged',
  'separated',
]);

function isMoved({ was, is }: Pick<DiffItem, 'was' | 'is'>): boolean {
  const standing = (one: DiffItem['was']) => JSON.stringify([one?.status, one?.planned?.edtf]);
  return standing(was) !== standing(is);
}

function contestedItem(
  { fact, title, alternatives, moreAlternatives }: Entry,
  { cite }: Cite,
): BriefAnswer['contested'][number] {
  const fields = [...Map.groupBy(alternatives, ({ field }) => field)].map(([field, values]) => ({
    field,
    values: values
      .toSorted((a, b) => Number(b.displayed) - Number(a.displayed))
      .map((one) => ({ value: one.value, displayed: one.displayed, ...cite(one) })),
  }));
  return { fact, title, fields, ...(moreAlternatives && { moreValues: moreAlternatives }) };
}

function gamesIn({ view }: Question): BriefAnswer['games'] {
  const { facts, games } = view.facts();
  const editions = new Set(facts.flatMap((fact) => [...fact.games]));
  return Object.fromEntries([...editions].map((edition) => [edition, gamesName(edition, games)]));
}

function shortPartnership({ id, name, status, timing, term }: PartnershipAnswer): BriefAnswer['partnership'] {
  return { id, name, status, timing, term };
}

/** The eve of a day, which the changes since that day are held against. */
export function eveOf(day: Day): Day {
  return addDays(day, -1);
}

/** The day from which a briefing tells of changes if nobody says since when: a quarter before it. */
export function defaultSince(day: Day): Day {
  return addDays(day, -aheadDays);
}
