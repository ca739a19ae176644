import { certaintyOf } from '../domain/facts/facts-at.ts';
import { gamesCalendar } from '../domain/facts/games-calendar.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import type { Export, FormatName, Place } from '../exports/formats.ts';
import { type CutShape, type Notice, type Question, type SpanningQuestion, wholeList } from '../projections/answer.ts';
import { articleAnswer, articlesAnswer, articlesFilters } from '../projections/articles.ts';
import { auditAnswer, auditFilters } from '../projections/audit.ts';
import { calendarAnswer, calendarFilters } from '../projections/calendar.ts';
import { driftAnswer, driftFilters } from '../projections/drift.ts';
import { factAnswer } from '../projections/fact.ts';
import { feedAnswer } from '../projections/feed.ts';
import type { FilterRules, Filters } from '../projections/filters.ts';
import { gamesAnswer, gamesFilters } from '../projections/games.ts';
import { obligationsAnswer, obligationsFilters } from '../projections/obligations.ts';
import { partnershipAnswer, partnershipsAnswer, partnershipsFilters } from '../projections/partnerships.ts';
import { rolloutAnswer } from '../projections/rollout.ts';
import { searchAnswer } from '../projections/search.ts';
import { silenceAnswer, silenceFilters } from '../projections/silence.ts';
import { listed, listedArticles, listedSources, namedGames, summary } from '../projections/summary.ts';
import { timelineAnswer, timelineFilters } from '../projections/timeline.ts';
import { whyAnswer } from '../projections/why.ts';
import { type Canvas, counted } from './print.ts';
import { articlesTable, articleTable } from './tables/articles.ts';
import { auditTable } from './tables/audit.ts';
import { calendarTable } from './tables/calendar.ts';
import { driftTable } from './tables/drift.ts';
import { factTable } from './tables/fact.ts';
import { feedTable } from './tables/feed.ts';
import { gamesTable } from './tables/games.ts';
import { obligationsTable } from './tables/obligations.ts';
import { partnershipsTable, partnershipTable } from './tables/partnership.ts';
import { rolloutTable } from './tables/rollout.ts';
import { searchTable } from './tables/search.ts';
import { silenceTable } from './tables/silence.ts';
import { timelineTable } from './tables/timeline.ts';
import { whyTable } from './tables/why.ts';

/** What `show` shows, by name: how an answer is asked for, here and of a server, and how it is drawn. */
export const shownViews: Readonly<Record<string, ShownView>> = {
  partnership: viewOf({
    about: 'partnership',
    answer: ({ question }) => partnershipAnswer(question()),
    title: ({ facts }, name) => `Standing of ${name}: ${counted(facts, 'fact')}`,
    draw: partnershipTable,
  }),
  timeline: viewOf({
    about: 'partnership',
    filters: timelineFilters,
    answer: ({ question }, filters) => timelineAnswer(question(), filters),
    list: 'entries',
    exports: {
      csv: async () => (await import('../exports/partnership-tables.ts')).timelineCsv,
      timelinejs: async () => (await import('../exports/timelinejs.ts')).timelineJs,
    },
    title: ({ total }, name) => `Timeline of ${name}: ${counted(total, 'fact')}`,
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : timelineTable(entries, canvas)),
  }),
  obligations: viewOf({
    about: 'partnership',
    filters: obligationsFilters,
    answer: ({ question }, filters) => obligationsAnswer(question(), filters),
    exports: { csv: async () => (await import('../exports/partnership-tables.ts')).obligationsCsv },
    title: ({ columns, rows }, name) =>
      `Obligations per Games of ${name}: ${counted(columns.length, 'obligation')}${rows.length === 0 ? '' : `, ${rows.length} Games`}`,
    draw: obligationsTable,
  }),
  rollout: viewOf({
    about: 'partnership',
    answer: ({ question }) => rolloutAnswer(question()),
    exports: { csv: async () => (await import('../exports/partnership-tables.ts')).rolloutCsv },
    title: ({ campaigns, storefronts }, name) =>
      `Marketing rollout of ${name}: ${counted(campaigns.length, 'campaign')}, ${counted(storefronts.length, 'storefront')}`,
    draw: rolloutTable,
  }),
  audit: viewOf({
    about: 'partnership',
    filters: auditFilters,
    answer: ({ question }, filters) => auditAnswer(question(), filters),
    list: 'entries',
    exports: { csv: async () => (await import('../exports/partnership-tables.ts')).auditCsv },
    title: ({ total }, name) => `Audit trail of ${name}: ${counted(total, 'event')}`,
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : auditTable(entries, canvas)),
  }),
  drift: viewOf({
    about: 'partnership',
    filters: driftFilters,
    answer: ({ question }, filters) => driftAnswer(question(), filters),
    list: 'entries',
    exports: { csv: async () => (await import('../exports/partnership-tables.ts')).driftCsv },
    title: ({ total }, name) => `Drift of ${name}: ${counted(total, 'fact')} reported more than once or planned`,
    draw: driftTable,
  }),
  calendar: viewOf({
    about: 'partnership',
    filters: calendarFilters,
    answer: ({ question }, filters) => calendarAnswer(question(), filters),
    list: 'entries',
    exports: {
      ics: async () => (await import('../exports/calendar.ts')).calendarIcs,
      csv: async () => (await import('../exports/calendar.ts')).calendarCsv,
    },
    title: ({ total, undated }, name) =>
      `Calendar of ${name}: ${counted(total, 'entry', 'entries')}${undated === 0 ? '' : `, ${counted(undated, 'plan')} without a day`}`,
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : calendarTable(entries, canvas)),
  }),
  silence: viewOf({
    about: 'partnership',
    filters: silenceFilters,
    answer: ({ question }, filters) => silenceAnswer(question(), filters),
    list: 'items',
    exports: { csv: async () => (await import('../exports/partnership-tables.ts')).silenceCsv },
    title: ({ total }, name) => `Promises without a report since of ${name}: ${counted(total, 'promise')}`,
    draw: (answer, canvas) => (answer.total === 0 ? '' : silenceTable(answer, canvas)),
  }),
  fact: viewOf({
    about: 'fact',
    answer: ({ question, what }) => factAnswer(question(), what),
    title: ({ entry, reports }, name, what) =>
      `${entry?.title ?? what} · ${name}: ${counted(reports.length, 'report')}`,
    exports: {
      csl: async () => (await import('../exports/citations.ts')).factCitations.csl,
      bibtex: async () => (await import('../exports/citations.ts')).factCitations.bibtex,
    },
    draw: factTable,
  }),
  why: viewOf({
    about: 'fact',
    answer: ({ question, what }) => whyAnswer(question(), what),
    title: ({ fact, values }, name) => `Why ${fact} says what it says · ${name}: ${counted(values.length, 'value')}`,
    draw: whyTable,
  }),
  articles: viewOf({
    about: 'ledger',
    filters: articlesFilters,
    answer: ({ span }, filters) => articlesAnswer(span, listedArticles(span.views.map(listedSources), filters)),
    list: 'articles',
    exports: { csv: async () => (await import('../exports/ledger-tables.ts')).articlesCsv },
    title: ({ total }) => `Articles: ${total}`,
    draw: ({ total, articles }, canvas) => (total === 0 ? '' : articlesTable(articles, canvas)),
  }),
  article: viewOf({
    about: 'article',
    answer: ({ span, what }) => articleAnswer(span, what),
    title: ({ article }, _name, what) => `Article ${what}: ${article?.title ?? 'without a headline'}`,
    exports: {
      csl: async () => (await import('../exports/citations.ts')).articleCitations.csl,
      bibtex: async () => (await import('../exports/citations.ts')).articleCitations.bibtex,
    },
    draw: ({ article }, canvas) => (article === null ? '' : articleTable(article, canvas)),
  }),
  partnerships: viewOf({
    about: 'ledger',
    filters: partnershipsFilters,
    answer: ({ span, names }, filters) => {
      const summaries = span.views.map((view) => summary(view, names));
      return partnershipsAnswer(span, listed(summaries, filters, wholeList));
    },
    list: 'partnerships',
    exports: { csv: async () => (await import('../exports/ledger-tables.ts')).partnershipsCsv },
    title: ({ total }) => `Partnerships: ${total}`,
    draw: ({ total, partnerships }, canvas) => (total === 0 ? '' : partnershipsTable(partnerships, canvas)),
  }),
  games: viewOf({
    about: 'games',
    filters: gamesFilters,
    answer: ({ span, names, games: events }, filters) => gamesAnswer(gamesQuestion(span, events, names), filters),
    list: 'games',
    exports: { csv: async () => (await import('../exports/ledger-tables.ts')).gamesCsv },
    title: ({ total }) => `Games: ${counted(total, 'edition')}`,
    draw: ({ total, games }, canvas) => (total === 0 ? '' : gamesTable(games, canvas)),
  }),
  feed: viewOf({
    about: 'ledger or partnership',
    answer: ({ span, names, what }) => feedAnswer({ ...span, names }, what === '' ? null : what),
    exports: {
      atom: async () => (await import('../exports/feeds.ts')).feedAtom,
      jsonfeed: async () => (await import('../exports/feeds.ts')).feedJson,
    },
    title: ({ total, entries, partnership, name }) =>
      `Newly recorded${partnership === null ? '' : ` of ${name} (${partnership})`}: ${
        total > entries.length ? `the newest ${entries.length} of ${total}` : counted(total, 'entry', 'entries')
      }`,
    draw: ({ total, entries }, canvas) => (total === 0 ? '' : feedTable(entries, canvas)),
  }),
  search: viewOf({
    about: 'words',
    answer: ({ span, names, what }) => searchAnswer({ ...span, names }, what),
    exports: { csv: async () => (await import('../exports/ledger-tables.ts')).searchCsv },
    title: ({ total, query }) => `Search for “${query}”: ${counted(total, 'hit')}`,
    draw: (answer, canvas) => (answer.total === 0 ? '' : searchTable(answer, canvas)),
  }),
};

// The Games without a reference come from the reports that name them.
function gamesQuestion(span: SpanningQuestion, events: readonly LedgerEvent[], names: SubjectNames) {
  const { reportedAsOf, occurredAsOf, timing } = span.cut;
  const dated = gamesCalendar(events, reportedAsOf, occurredAsOf, certaintyOf(timing)).map(({ edition }) => edition);
  const undated = span.views
    .reduce((all, { editions }) => all.union(editions), new Set<Edition>())
    .difference(new Set(dated));
  const named = [...undated].flatMap((edition) => {
    const concerned = span.views.filter(({ editions }) => editions.has(edition));
    return (
      namedGames(
        edition,
        concerned.map((view) => summary(view, names)),
      ) ?? []
    );
  });
  return { ...span, events, named };
}

function viewOf<Answer extends ShownAnswer>(view: View<Answer>): ShownView {
  const { about, filters = {}, answer, list = null, exports = {}, title, draw } = view;
  return {
    about,
    filters,
    list,
    formats: Object.keys(exports) as FormatName[],
    ask: answer,
    // The answer of a server comes from the same projection, as JSON.
    show: (asked, { name, what }) => {
      const shown = asked as Answer;
      return {
        answer: shown,
        title: title(shown, name, what),
        draw: (canvas) => draw(shown, canvas),
        write: async (format, { hasBom, ...place }) => {
          const written = format === 'json' ? undefined : await exports[format]?.();
          if (written === undefined) return `${JSON.stringify(shown)}\n`;
          const text = written.text(shown, { isFirst: true, ...place });
          return `${hasBom ? (await import('../exports/csv.ts')).byteOrderMark : ''}${text}`;
        },
      };
    },
  };
}

type View<Answer> = {
  readonly about: ShownView['about'];
  readonly filters?: FilterRules;
  readonly answer: (asked: Asked, filters: Filters) => Answer;
  readonly list?: (keyof Answer & string) | null;
  /** What it can be written as, beside JSON; loaded only to write it. */
  readonly exports?: Readonly<Partial<Record<FormatName, () => Promise<Export<Answer>>>>>;
  /** What is shown, and how much of it. */
  readonly title: (answer: Answer, name: string, what: string) => string;
  /** Returns '' if there is nothing to draw. */
  readonly draw: (answer: Answer, canvas: Canvas) => string;
};

/** A read model that can be shown. */
export type ShownView = {
  /**
   * What is named after the view: a partnership, which may go without saying; a fact and perhaps a partnership; an article;
   * words; nothing, of the whole ledger or of the Games; or a partnership, without which the whole ledger is meant.
   */
  readonly about: 'partnership' | 'fact' | 'article' | 'words' | 'ledger' | 'games' | 'ledger or partnership';
  readonly filters: FilterRules;
  readonly formats: readonly FormatName[];
  /** The field of the answer that its pages continue; null if it has no pages. */
  readonly list: string | null;
  readonly ask: (asked: Asked, filters: Filters) => ShownAnswer;
  readonly show: (answer: ShownAnswer, subject: { readonly name: string; readonly what: string }) => Shown;
};

/** What an answer is built from: a partnership, several, and the key, the id or the words that were named. */
export type Asked = {
  /** The one partnership; only a view that is about one calls it. */
  readonly question: () => Question;
  readonly span: SpanningQuestion;
  readonly names: SubjectNames;
  readonly what: string;
  /** What was recorded of Games; only for a view on them. */
  readonly games: readonly LedgerEvent[];
};

/** An answer as REST gives it, and how to draw it. */
export type Shown = {
  readonly answer: ShownAnswer;
  readonly title: string;
  readonly draw: (canvas: Canvas) => string;
  readonly write: (
    format: FormatName | 'json',
    how: { readonly hasBom: boolean } & Pick<Place, 'origin' | 'ledger'>,
  ) => Promise<string>;
};

export type ShownAnswer = { readonly cut: CutShape; readonly notice?: Notice | undefined };
