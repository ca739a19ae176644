import * as z from 'zod';
import { type Certainty, hasCome } from '../domain/facts/evidence.ts';
import { publicationsInForce, publicationsOf, publicationsStanding } from '../domain/facts/what-counts.ts';
import type { Day, UncertainDate } from '../domain/vocabulary/dates.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
import type { LedgerEvent, ReadingEvent, ReportEvent, RetractionEvent } from '../domain/vocabulary/events.ts';
import {
  answerShape,
  cutOf,
  type Notice,
  type Page,
  pageOf,
  pageShape,
  publishedLater,
  type Question,
  recordedLater,
  wholeList,
} from './answer.ts';
import { articleTrail } from './audit.ts';
import { type AuditEntry, type Effect, effects } from './effects.ts';
import { type FilterRules, type Filters, factsThatPass, noFilters } from './filters.ts';
import type { ResolvedCut } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';
import { latestOf } from './partnership-view.ts';
import { dateShape } from './shapes.ts';
import { dateOf } from './timeline.ts';

/**
 * An article through a cut; null where nothing of it is visible: not recorded, or certainly published later than
 * `reportedAsOf`. The reading shown is the one that counts, or the last one where none does any more.
 */
export function articleOf(of: Of, reportedAsOf: Day | null, certainty: Certainty): Article | null {
  const readings = readingsOf(of);
  const retractions = retractionsOf(of);
  const publications = publicationsOf(readings);
  const visible = publicationsInForce(readings, [], reportedAsOf, certainty);
  const counting = new Set(
    publicationsInForce(readings, retractions, reportedAsOf, certainty).map(({ reading }) => reading.id),
  );
  const shown = visible.at(-1);
  if (shown === undefined) return null;
  const { read } = shown.reading;
  const known = publications
    .filter(({ published }) => hasCome(published, reportedAsOf, certainty))
    .flatMap(({ published, reading, replaced }) => [...replaced, reading].map((one) => ({ reading: one, published })));
  return {
    id: read.article,
    revision: read.revision,
    title: read.title,
    publisher: read.publisher,
    published: { ...dateOf(shown.published), basis: read.publishedBasis },
    textSha256: read.textSha256,
    partnerships: [of.partnership],
    retracted: retractionOf(retractions, read.revision),
    revisions: known.map(({ reading, published }) => ({
      revision: reading.read.revision,
      because: reading.read.because,
      published: dateOf(reading.published ?? published),
      recordedAt: reading.recordedAt,
      position: reading.position,
      counts: counting.has(reading.id),
    })),
    version: Math.max(...[...known.map(({ reading }) => reading), ...retractions].map(({ position }) => position)),
  };
}

type Of = { readonly partnership: string; readonly history: readonly LedgerEvent[]; readonly article: string };

export type Article = z.infer<typeof articleShape>;

const revisionShape = z.object({
  revision: z.int(),
  because: z.string().nullable(),
  published: dateShape,
  recordedAt: z.string(),
  position: z.int(),
  counts: z.boolean().describe('whether this reading counts at the cut'),
});

const retractedShape = z.object({
  revision: z.int(),
  reason: z.string(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  position: z.int(),
});

/** An article: what it is, when it was published and how that is known. */
export const articleShape = z.object({
  id: z.string(),
  revision: z.int(),
  title: z.string().nullable(),
  publisher: z.string().nullable(),
  published: dateShape.extend({ basis: z.string().nullable().describe('how these bounds are known') }),
  textSha256: z.string(),
  partnerships: z.array(z.string()),
  retracted: retractedShape.nullable(),
  revisions: z.array(revisionShape),
  version: z.int(),
});

function readingsOf({ history, article }: Of): readonly ReadingEvent[] {
  return (
    history.filter((event) => event.kind === 'reading' && event.read.article === article) as ReadingEvent[]
  ).toSorted((a, b) => a.read.revision - b.read.revision);
}

function retractionsOf({ history, article }: Of): readonly RetractionEvent[] {
  return history.filter(
    (event): event is RetractionEvent => event.kind === 'retraction' && event.retracted.article === article,
  );
}

// The retraction that judged a revision: of several the one that reaches furthest.
function retractionOf(retractions: readonly RetractionEvent[], revision: number): Article['retracted'] {
  const [last] = retractions
    .filter(({ retracted }) => retracted.revision >= revision)
    .toSorted((a, b) => b.retracted.revision - a.retracted.revision || b.position - a.position);
  if (last === undefined) return null;
  const { retracted, recordedAt, recordedBy, position } = last;
  return { revision: retracted.revision, reason: retracted.reason, recordedAt, recordedBy, position };
}

/** The facts on which each effect was had, by the trail of the article's own events. */
export function effectsByKind(
  trail: readonly { readonly fact: string | null; readonly effects: readonly Effect[] }[],
): EffectsShape {
  const factsOf = (effect: Effect): string[] =>
    trail.flatMap((entry) => (entry.fact !== null && entry.effects.includes(effect) ? [entry.fact] : []));
  return Object.fromEntries(
    effects.map((effect) => [effect, [...new Set(factsOf(effect))].toSorted()]),
  ) as EffectsShape;
}

export type EffectsShape = z.infer<typeof effectsShape>;

/** What an article did to the facts, by effect: the keys of the facts, an empty list where it had none. */
export const effectsShape = z.record(z.enum(effects), z.array(z.string()));

/** An article with its effects and paragraph by paragraph; `trail` holds its entries of the audit trail. */
export function articleDetail(of: Of, article: Article, trail: readonly AuditEntry[]): ArticleDetail {
  const reading = readingsOf(of).find(({ read }) => read.revision === article.revision) as ReadingEvent;
  const { read } = reading;
  const listed = new Set(read.reports);
  const reports = of.history.filter((event): event is ReportEvent => event.kind === 'report' && listed.has(event.id));
  return {
    ...article,
    effects: effectsByKind(
      trail
        .filter(({ revision }) => revision === article.revision)
        .flatMap(({ fact, effects, alsoTouched }) => (fact === null ? alsoTouched : [{ fact, effects }])),
    ),
    paragraphs: Array.from({ length: read.paragraphs }, (_, i) => i + 1).map((paragraph) => ({
      paragraph,
      reports: [
        ...new Set(reports.flatMap(({ fact, metadata }) => (metadata.paragraphs.includes(paragraph) ? [fact] : []))),
      ],
      omitted: read.omitted.find(({ paragraphs }) => paragraphs.includes(paragraph))?.reason ?? null,
    })),
  };
}

export type ArticleDetail = z.infer<typeof articleDetailShape>;

/** An article with its effects, and with what each paragraph gave or why it was left out. */
export const articleDetailShape = articleShape.extend({
  effects: effectsShape,
  paragraphs: z.array(z.object({ paragraph: z.int(), reports: z.array(z.string()), omitted: z.string().nullable() })),
});

/** The articles of all partnerships through a cut. */
export function articlesAnswer(
  { views, cut: asked, firstRecordedAt }: ArticlesAsked,
  filters: Filters = noFilters,
  page: Page = wholeList,
): ArticlesAnswer {
  const cut = cutOf(asked, latestOf(views.map(({ last }) => last)));
  const found = views
    .flatMap((view) => articlesOf(view, filters))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const { total, items, next } = pageOf(found, page, cut);
  const answer = { cut, total, articles: items, next };
  if (firstRecordedAt === null || cut.position > 0) return answer;
  return {
    ...answer,
    notice: views.length === 0 ? recordedLater(asked, firstRecordedAt) : publishedLater(firstRecordedAt),
  };
}

/** What the list of articles is made from. */
export type ArticlesAsked = Pick<Question, 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  /** The partnerships of which something is recorded at the cut. */
  readonly views: readonly PartnershipView[];
};

export type ArticlesAnswer = z.infer<typeof articlesAnswerShape>;

export const articlesAnswerShape = answerShape
  .extend({ total: pageShape.total, articles: z.array(articleShape), next: pageShape.next })
  .describe('The articles of the ledger, in order of publication');

function articlesOf(view: PartnershipView, filters: Filters): readonly Article[] {
  const { type, games, contested, article } = filters;
  const ofFacts = type.length > 0 || games.length > 0 || contested !== null;
  const sources = ofFacts ? sourcesOfFacts(view, filters) : null;
  return [...publishingOf(view)].flatMap(([id, history]) => {
    const wanted = (article.length === 0 || article.includes(id)) && (sources === null || sources.has(id));
    return (wanted ? articleIn(view, id, history) : null) ?? [];
  });
}

function sourcesOfFacts(view: PartnershipView, filters: Filters): ReadonlySet<string> {
  return new Set(
    factsThatPass(view, { ...filters, article: [] }).flatMap(({ evidence }) =>
      evidence.map(({ report }) => report.metadata.article),
    ),
  );
}

// The readings and retractions of each article: all that tells of the article itself.
function publishingOf({ ground }: PartnershipView): ReadonlyMap<string, readonly LedgerEvent[]> {
  return Map.groupBy(
    ground.history.filter(({ kind }) => kind === 'reading' || kind === 'retraction'),
    (event) =>
      event.kind === 'reading' ? event.read.article : event.kind === 'retraction' ? event.retracted.article : '',
  );
}

function articleIn(view: PartnershipView, article: string, history: readonly LedgerEvent[]): Article | null {
  return articleOf({ partnership: view.partnership, history, article }, view.cut.reportedAsOf, certaintyOf(view.cut));
}

function certaintyOf({ timing }: ResolvedCut) {
  return timing === 'certain' ? 'certain' : 'possible';
}

function placeOf({ published, id }: Article): string {
  return `${published.earliest ?? ''} ${published.latest ?? ':'} ${id}`;
}

/** An article through a cut, with what it did; `firstRecordedAt` is that of its first reading. */
export function articleAnswer({ view, firstRecordedAt }: Omit<Question, 'names'>, id: string): ArticleAnswer {
  const history = publishingOf(view).get(id) ?? [];
  const cut = cutOf(view.cut, view.last);
  const article = articleIn(view, id, history);
  if (article !== null) {
    const of = { partnership: view.partnership, history: view.ground.history, article: id };
    return { cut, article: articleDetail(of, article, articleTrail(view, id)) };
  }
  const notice: Notice =
    history.length === 0 ? recordedLater(view.cut, firstRecordedAt) : publishedLater(firstRecordedAt);
  return { cut, notice, article: null };
}

export type ArticleAnswer = z.infer<typeof articleAnswerShape>;

export const articleAnswerShape = answerShape
  .extend({ article: articleDetailShape.nullable().describe('null where nothing of it is visible through the cut') })
  .describe('An article with its effects, and what each paragraph gave or why it was left out');

/**
 * Every text that the articles of a history rest on, by id of the article: one a publication, with our latest reading of
 * it. Re-readings are of the same text.
 */
export function citedTexts(history: readonly LedgerEvent[]): readonly CitedText[] {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event] as const] : [])));
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  const retractions = history.filter((event) => event.kind === 'retraction');
  return [...readings]
    .flatMap(([article, ofArticle]) =>
      publicationsStanding(
        ofArticle,
        retractions.filter(({ retracted }) => retracted.article === article),
        null,
        'certain',
      ),
    )
    .map(({ publication: { reading, published }, notInForce }): CitedText => {
      const { article, revision, title, publisher, textSha256, paragraphs, omitted } = reading.read;
      const rule = notInForce?.rule;
      return {
        article,
        revision,
        title,
        publisher,
        published,
        textSha256,
        paragraphs,
        omitted,
        reports: reading.read.reports.flatMap((id) => reports.get(id) ?? []),
        because: rule === 'article-retracted' || rule === 'republished' ? rule : null,
      };
    })
    .toSorted(compare);
}

/** One text that was read: what it is, which reports cite it, and which of its paragraphs were left out. */
export type CitedText = {
  readonly article: string;
  readonly revision: number;
  readonly title: string | null;
  readonly publisher: string | null;
  readonly published: UncertainDate | null;
  readonly textSha256: string;
  readonly paragraphs: number;
  readonly omitted: readonly { readonly reason: string; readonly paragraphs: readonly number[] }[];
  readonly reports: readonly ReportEvent[];
  /** Why it does not count any more; null where it does. */
  readonly because: 'article-retracted' | 'republished' | null;
};

function compare(a: CitedText, b: CitedText): number {
  return a.article === b.article ? a.revision - b.revision : a.article < b.article ? -1 : 1;
}

/** The filters of the list of articles: those that are a source of some fact that passes all of them. */
export const articlesFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};
