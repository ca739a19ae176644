import * as z from 'zod';
import { type Certainty, hasCome } from '../domain/facts/evidence.ts';
import { certaintyOf } from '../domain/facts/facts-at.ts';
import { isWithdrawn, publicationsInForce, publicationsOf, publicationsStanding } from '../domain/facts/what-counts.ts';
import { type Day, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
import {
  articleNamed,
  type LedgerEvent,
  partnershipsOfReading,
  type ReadingEvent,
  type ReportEvent,
  type RetractionEvent,
} from '../domain/vocabulary/events.ts';
import {
  answerShape,
  cutOf,
  emptyNotice,
  endAnswer,
  type Listed,
  type ListQuestion,
  nextPage,
  type Page,
  pageShape,
  type SpanningQuestion,
  wholeList,
} from './answer.ts';
import { articleTrail } from './audit.ts';
import { type AuditEntry, effectsByKind, effectsShape, joinEffects } from './effects.ts';
import type { FilterRules } from './filters.ts';
import { latestOf, type PartnershipView } from './partnership-view.ts';
import { citedShape, dateOf, dateShape } from './shapes.ts';

/** The articles of all partnerships through a cut, in order of publication; `listed` is the page of them. */
export function articlesAnswer(
  question: ListQuestion,
  listed: Listed<Article>,
  page: Page = wholeList,
): ArticlesAnswer {
  const { total, items, last } = listed;
  const cut = cutOf(question.cut, last);
  const next = nextPage(total, page, cut);
  return { cut, total, articles: [...items], next, ...endAnswer(question, last, listed.isRecorded) };
}

export type ArticlesAnswer = z.infer<typeof articlesAnswerShape>;

/** They select the articles that are a source of a fact that passes all of them. */
export const articlesFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};

export const articleShape = z.object({
  id: z.string(),
  revision: z.int(),
  title: z.string().nullable(),
  publisher: z.string().nullable(),
  ...citedShape,
  accessed: z.string().nullable().describe('EDTF; when we read it there'),
  published: dateShape.extend({ basis: z.string().nullable().describe('how these bounds are known') }),
  textSha256: z.string(),
  partnerships: z.array(z.string()).describe('those that this revision is about'),
  incomplete: z
    .array(z.string())
    .describe('partnerships in which this revision, or its retraction, is not recorded yet: send it again'),
  sameTextAs: z.array(z.string()).describe('other articles of the same text that do not say so; it counts once'),
  retracted: z
    .object({
      revision: z.int(),
      withdrawnOn: dateShape.nullable().describe('when the publisher withdrew it; null: it counts for no reader'),
      reason: z.string(),
      recordedAt: z.string(),
      recordedBy: z.string(),
      position: z.int(),
    })
    .nullable(),
  revisions: z.array(
    z.object({
      revision: z.int(),
      because: z.string().nullable(),
      published: dateShape,
      recordedAt: z.string(),
      position: z.int(),
      counts: z.boolean().describe('whether this reading counts at the cut'),
    }),
  ),
  version: z.int(),
});

export const articlesAnswerShape = answerShape
  .extend({ total: pageShape.total, articles: z.array(articleShape), next: pageShape.next })
  .describe('The articles of the ledger, in order of publication');

/** What the stream of a partnership shows of each article through a cut. */
export function articleParts(
  view: PartnershipView,
  isWanted: (statements: readonly LedgerEvent[]) => boolean = () => true,
): readonly ArticlePart[] {
  return [...statementsByArticle(view)].flatMap(([id, statements]) => {
    const article = isWanted(statements) ? articleIn(view, id, statements) : null;
    return article === null ? [] : [{ partnership: view.partnership, article }];
  });
}

/** Every article once, from what each of its partnerships shows of it, in order of publication. */
export function joinArticles(parts: readonly ArticlePart[]): readonly Article[] {
  const articles = [...Map.groupBy(parts, ({ article }) => article.id).values()].map(joinParts);
  const byText = Map.groupBy(articles, ({ textSha256 }) => textSha256);
  return articles
    .map((article) => {
      const others = (byText.get(article.textSha256) ?? []).filter((other) => isUnnamedDouble(article, other));
      return { ...article, sameTextAs: others.map(({ id }) => id).toSorted() };
    })
    .toSorted((a, b) => (publicationKey(a) < publicationKey(b) ? -1 : 1));
}

export type ArticlePart = { readonly partnership: string; readonly article: Article };

// The revision that one stream has and another lacks is still on its way there, or its writer gave up in between.
function joinParts(parts: readonly ArticlePart[]): Article {
  const [{ article: shown }] = parts.toSorted(
    (a, b) => b.article.revision - a.article.revision || (a.partnership < b.partnership ? -1 : 1),
  ) as [ArticlePart, ...ArticlePart[]];
  const retractions = parts.flatMap(({ article }) => article.retracted ?? []);
  const retracted = retractions.toSorted((a, b) => b.revision - a.revision || b.position - a.position)[0] ?? null;
  const isComplete = (partnership: string) =>
    parts.some(
      ({ article, ...part }) =>
        part.partnership === partnership &&
        article.revisions.some(({ revision }) => revision === shown.revision) &&
        (retracted === null || article.retracted !== null),
    );
  const everywhere = new Set([...shown.partnerships, ...parts.map(({ partnership }) => partnership)]);
  const revisions = Map.groupBy(
    parts.flatMap(({ article }) => article.revisions),
    ({ revision }) => revision,
  );
  return {
    ...shown,
    incomplete: [...everywhere].filter((partnership) => !isComplete(partnership)).toSorted(),
    retracted,
    revisions: [...revisions.values()]
      .map((same) => {
        const last = same.reduce((a, b) => (a.position > b.position ? a : b));
        return { ...last, counts: same.some(({ counts }) => counts) };
      })
      .toSorted((a, b) => a.revision - b.revision),
    version: Math.max(...parts.map(({ article }) => article.version)),
  };
}

// Two writers recorded one text at once, or a version did that knew no better.
function isUnnamedDouble(one: Article, other: Article): boolean {
  if (one.id === other.id || one.retracted !== null || other.retracted !== null) return false;
  const [a, b] = [one.copyOf ?? one.id, other.copyOf ?? other.id];
  return a !== b;
}

// The readings and retractions of each article.
function statementsByArticle({ ground }: PartnershipView): ReadonlyMap<string, readonly LedgerEvent[]> {
  const statements = ground.history.filter(({ kind }) => kind === 'reading' || kind === 'retraction');
  return Map.groupBy(statements, (event) => articleNamed(event) as string);
}

function articleIn(view: PartnershipView, article: string, history: readonly LedgerEvent[]): Article | null {
  const { cut } = view;
  return articleOf({ history, article }, cut.reportedAsOf, certaintyOf(cut.timing));
}

/** What orders articles: the days on which they may have come out, then their ids. */
export function publicationKey({ published, id }: Article): string {
  return `${published.earliest ?? ''} ${published.latest ?? ':'} ${id}`;
}

/**
 * What one stream shows of an article through a cut, from the reading that counts, or from the last reading if none
 * counts any more. Null if it is not recorded or was certainly published after `reportedAsOf`.
 */
export function articleOf(
  { history, article }: ArticleHistory,
  reportedAsOf: Day | null,
  certainty: Certainty,
): Article | null {
  const readings = readingsOf(history, article);
  const retractions = retractionsIn(history).filter(
    ({ retracted }) => retracted.article === article && isWithdrawn(retracted, reportedAsOf, 'certain'),
  );
  const shown = publicationsInForce(readings, [], reportedAsOf, certainty).at(-1);
  if (shown === undefined) return null;
  const counting = publicationsInForce(readings, retractions, reportedAsOf, certainty).map(({ reading }) => reading.id);
  const visible = publicationsOf(readings)
    .filter(({ published }) => hasCome(published, reportedAsOf, certainty))
    .flatMap(({ published, reading, replaced }) => [...replaced, reading].map((event) => ({ event, published })));
  const { read } = shown.reading;
  return {
    id: read.article,
    revision: read.revision,
    title: read.title,
    publisher: read.publisher,
    author: read.author ?? null,
    url: read.url ?? null,
    language: read.language ?? null,
    accessed: read.accessed ?? null,
    copyOf: read.copyOf ?? null,
    extent: read.extent ?? null,
    published: { ...dateOf(shown.published), basis: read.publishedBasis },
    textSha256: read.textSha256,
    partnerships: [...partnershipsOfReading(shown.reading)],
    incomplete: [],
    sameTextAs: [],
    retracted: retractionOf(retractions, read.revision),
    revisions: visible.map(({ event, published }) => ({
      revision: event.read.revision,
      because: event.read.because,
      published: dateOf(event.published ?? published),
      recordedAt: event.recordedAt,
      position: event.position,
      counts: counting.includes(event.id),
    })),
    version: Math.max(...[...visible.map(({ event }) => event), ...retractions].map(({ position }) => position)),
  };
}

type ArticleHistory = {
  readonly history: readonly LedgerEvent[];
  readonly article: string;
};

export type Article = z.infer<typeof articleShape>;

function readingsOf(history: readonly LedgerEvent[], article: string): readonly ReadingEvent[] {
  return history
    .filter((event) => event.kind === 'reading')
    .filter(({ read }) => read.article === article)
    .toSorted((a, b) => a.read.revision - b.read.revision);
}

function retractionsIn(history: readonly LedgerEvent[]): readonly RetractionEvent[] {
  return history.filter((event) => event.kind === 'retraction');
}

// The retraction that judges a revision. If there are several, the one that reaches furthest.
function retractionOf(retractions: readonly RetractionEvent[], revision: number): Article['retracted'] {
  const [furthest] = retractions
    .filter(({ retracted }) => retracted.revision >= revision)
    .toSorted((a, b) => b.retracted.revision - a.retracted.revision || b.position - a.position);
  if (furthest === undefined) return null;
  const { retracted, recordedAt, recordedBy, position } = furthest;
  const { revision: upTo, withdrawnOn, reason } = retracted;
  const day = withdrawnOn === undefined ? null : dateOf(uncertainDate(withdrawnOn));
  return { revision: upTo, withdrawnOn: day, reason, recordedAt, recordedBy, position };
}

/**
 * An article through a cut, with its effects. `views` are those of its partnerships and of articles with the same text;
 * `firstRecordedAt` is that of its first reading.
 */
export function articleAnswer({ cut: asked, views, firstRecordedAt }: SpanningQuestion, id: string): ArticleAnswer {
  const texts = new Set(
    views.flatMap(({ ground }) => readingsOf(ground.history, id).map(({ read }) => read.textSha256)),
  );
  const hasText = (event: LedgerEvent) => event.kind === 'reading' && texts.has(event.read.textSha256);
  const articles = joinArticles(views.flatMap((view) => articleParts(view, (statements) => statements.some(hasText))));
  const article = articles.find((one) => one.id === id) ?? null;
  const named = new Set([id, ...(article?.sameTextAs ?? [])]);
  const concerned = views.filter((view) => [...statementsByArticle(view).keys()].some((one) => named.has(one)));
  const cut = cutOf(asked, latestOf(concerned.map(({ last }) => last)));
  if (article === null) return { cut, notice: emptyNotice(asked, concerned.length > 0, firstRecordedAt), article };
  const details = views.flatMap((view) => {
    const { partnership, ground } = view;
    const isRead = readingsOf(ground.history, id).some(({ read }) => read.revision === article.revision);
    return isRead ? [{ partnership, detail: articleDetail(ground.history, article, articleTrail(view, id)) }] : [];
  });
  const joined = joinDetails(details.map(({ detail }) => detail));
  return { cut, article: { ...joined, blocks: details.length === 1 ? [] : details.map(blockOf) } };
}

type Detail = Omit<z.infer<typeof articleDetailShape>, 'blocks'>;

function joinDetails(details: readonly Detail[]): Detail {
  const [first] = details as readonly [Detail, ...Detail[]];
  return {
    ...first,
    effects: joinEffects(details.map(({ effects }) => effects)),
    paragraphs: first.paragraphs.map((paragraph, i) => ({
      ...paragraph,
      reports: [...new Set(details.flatMap(({ paragraphs }) => paragraphs[i]?.reports ?? []))],
    })),
  };
}

function blockOf({ partnership, detail: { effects, paragraphs } }: { partnership: string; detail: Detail }) {
  const cited = paragraphs.filter(({ reports }) => reports.length > 0);
  return { partnership, effects, paragraphs: cited.map(({ paragraph, reports }) => ({ paragraph, reports })) };
}

export type ArticleAnswer = z.infer<typeof articleAnswerShape>;

export const articleDetailShape = articleShape.extend({
  effects: effectsShape,
  paragraphs: z.array(z.object({ paragraph: z.int(), reports: z.array(z.string()), omitted: z.string().nullable() })),
  blocks: z
    .array(
      z.object({
        partnership: z.string(),
        effects: effectsShape,
        paragraphs: z.array(z.object({ paragraph: z.int(), reports: z.array(z.string()) })),
      }),
    )
    .describe(
      'of an article on several partnerships, what it gave each; one that this revision leaves has no paragraphs',
    ),
});

export const articleAnswerShape = answerShape
  .extend({ article: articleDetailShape.nullable().describe('null if nothing of it is visible through the cut') })
  .describe('An article with its effects, and what each paragraph gave or why it was left out');

/** An article with its effects on one partnership, paragraph by paragraph. `trail` is its audit trail there. */
export function articleDetail(history: readonly LedgerEvent[], article: Article, trail: readonly AuditEntry[]): Detail {
  const reading = readingsOf(history, article.id).find(({ read }) => read.revision === article.revision);
  const { read } = reading as ReadingEvent;
  const listed = new Set(read.reports);
  const reports = history.filter((event): event is ReportEvent => event.kind === 'report' && listed.has(event.id));
  const factsFrom = (paragraph: number) =>
    reports.flatMap(({ fact, metadata }) => (metadata.paragraphs.includes(paragraph) ? [fact] : []));
  return {
    ...article,
    effects: effectsByKind(
      trail
        .filter(({ revision }) => revision === article.revision)
        .flatMap(({ fact, effects, alsoTouched }) => (fact === null ? alsoTouched : [{ fact, effects }])),
    ),
    paragraphs: Array.from({ length: read.paragraphs }, (_, i) => i + 1).map((paragraph) => ({
      paragraph,
      reports: [...new Set(factsFrom(paragraph))],
      omitted: read.omitted.find(({ paragraphs }) => paragraphs.includes(paragraph))?.reason ?? null,
    })),
  };
}

/**
 * Every text that the articles of a history rest on: one for each publication, with our latest reading of it. Re-readings
 * are of the same text. In order of article id and revision.
 */
export function citedTexts(history: readonly LedgerEvent[]): readonly CitedText[] {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event] as const] : [])));
  const retractions = retractionsIn(history);
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  const publications = [...readings].flatMap(([article, ofArticle]) => {
    const ofThis = retractions.filter(({ retracted }) => retracted.article === article);
    return publicationsStanding(ofArticle, ofThis, null, 'certain');
  });
  return publications
    .map(({ publication: { reading, published }, notInForce }): CitedText => {
      const { article, revision, title, publisher, author, url, extent, textSha256, paragraphs, omitted } =
        reading.read;
      const rule = notInForce?.rule;
      return {
        article,
        revision,
        title,
        publisher,
        author,
        url,
        extent,
        published,
        textSha256,
        paragraphs,
        omitted,
        reports: reading.read.reports.flatMap((id) => reports.get(id) ?? []),
        because: rule === 'article-retracted' || rule === 'republished' ? rule : null,
      };
    })
    .toSorted((a, b) => (a.article === b.article ? a.revision - b.revision : a.article < b.article ? -1 : 1));
}

/** One text that was read: what it is, the reports that cite it, and its paragraphs that were left out. */
export type CitedText = Pick<
  ReadingEvent['read'],
  'article' | 'revision' | 'title' | 'publisher' | 'author' | 'url' | 'extent' | 'textSha256' | 'paragraphs' | 'omitted'
> & {
  readonly published: UncertainDate | null;
  readonly reports: readonly ReportEvent[];
  /** Why it does not count any more; null where it does. */
  readonly because: 'article-retracted' | 'republished' | null;
};
