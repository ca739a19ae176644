import * as z from 'zod';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import type { LedgerEvent } from '../../domain/ledger-event.ts';
import { articleDetail, articleOf } from '../article.ts';
import type { ResolvedCut } from '../clocks.ts';
import type { PartnershipView } from '../partnership-view.ts';
import { type Article, articleDetailShape, articleShape } from '../shapes/article.ts';
import { answerShape, type Notice } from '../shapes/cut.ts';
import { articleTrail } from './article-trail.ts';
import type { Asked } from './asked.ts';
import { cutOf, latestOf, publishedLater, recordedLater } from './cut-and-notice.ts';
import { factsThatPass } from './facts-that-pass.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const articlesAnswerShape = answerShape
  .extend({ total: pageShape.total, articles: z.array(articleShape), next: pageShape.next })
  .describe('The articles of the ledger, in order of publication');
export type ArticlesAnswer = z.infer<typeof articlesAnswerShape>;

export const articleAnswerShape = answerShape
  .extend({ article: articleDetailShape.nullable().describe('null where nothing of it is visible through the cut') })
  .describe('An article with its effects, and what each paragraph gave or why it was left out');
export type ArticleAnswer = z.infer<typeof articleAnswerShape>;

/** The filters of the list of articles: those that are a source of some fact that passes all of them. */
export const articlesFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};

function certaintyOf({ timing }: ResolvedCut) {
  return timing === 'certain' ? 'certain' : 'possible';
}

function articleIn(view: PartnershipView, article: string, history: readonly LedgerEvent[]): Article | null {
  return articleOf({ partnership: view.partnership, history, article }, view.cut.reportedAsOf, certaintyOf(view.cut));
}

// The readings and retractions of each article: all that tells of the article itself.
function publishingOf({ ground }: PartnershipView): ReadonlyMap<string, readonly LedgerEvent[]> {
  return Map.groupBy(
    ground.history.filter(({ kind }) => kind === 'reading' || kind === 'retraction'),
    (event) =>
      event.kind === 'reading' ? event.read.article : event.kind === 'retraction' ? event.retracted.article : '',
  );
}

function sourcesOfFacts(view: PartnershipView, filters: Filters): ReadonlySet<string> {
  return new Set(
    factsThatPass(view, { ...filters, article: [] }).flatMap(({ evidence }) =>
      evidence.map(({ report }) => report.metadata.article),
    ),
  );
}

function articlesOf(view: PartnershipView, filters: Filters): readonly Article[] {
  const { type, games, contested, article } = filters;
  const ofFacts = type.length > 0 || games.length > 0 || contested !== null;
  const sources = ofFacts ? sourcesOfFacts(view, filters) : null;
  return [...publishingOf(view)].flatMap(([id, history]) => {
    const wanted = (article.length === 0 || article.includes(id)) && (sources === null || sources.has(id));
    return (wanted ? articleIn(view, id, history) : null) ?? [];
  });
}

function placeOf({ published, id }: Article): string {
  return `${published.earliest ?? ''} ${published.latest ?? ':'} ${id}`;
}

/** What the list of articles is made from. */
export type ArticlesAsked = Pick<Asked, 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  /** The partnerships of which something is recorded at the cut. */
  readonly views: readonly PartnershipView[];
};

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

/** An article through a cut, with what it did; `firstRecordedAt` is that of its first reading. */
export function articleAnswer({ view, firstRecordedAt }: Omit<Asked, 'names'>, id: string): ArticleAnswer {
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
