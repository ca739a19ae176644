import type { FastifyServerOptions } from 'fastify';
import type { SubjectRegistry } from '../articles/register.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Question } from '../projections/answer.ts';
import { nearestArticles } from '../projections/filters.ts';
import type { CataloguedArticle, CataloguedStream, LedgerIdentity } from '../projections/live/catalogue.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { Feed, Histories } from '../projections/live/histories.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import type { PartnershipView } from '../projections/partnership-view.ts';
import type { LedgerProof } from '../proof/ledger-proof.ts';
import type { Recorder } from '../recording/record-article.ts';
import type { NamedToken } from '../secrets.ts';
import type { ProblemName } from './problem-types.ts';
import { didYouMean, HttpProblem, mistake } from './problems.ts';

/** What all routes share. */
export type Context = AppParts & { readonly identity: LedgerIdentity };

/** What the API is made of. */
export type AppParts = {
  readonly ledger: LedgerParts;
  readonly proof: LedgerProof;
  readonly subjects: SubjectRegistry;
  /** The bearer token for writes. */
  readonly writeToken: string;
  /** Those of people, beside it: what they write stands under their names. */
  readonly writeTokens?: readonly NamedToken[];
  /** Version of this software. */
  readonly version: string;
  /** The clock that "today" is taken from, in milliseconds since 1970; the same as that of the ledger. */
  readonly now: () => number;
  readonly logger: FastifyServerOptions['logger'];
};

/** An open ledger, as far as the API uses it. */
export type LedgerParts = {
  readonly store: Pick<EventStore, 'health' | 'positionAt' | 'readAll' | 'readStream'>;
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly feed: Feed;
  readonly recorder: Recorder;
};

/** The problem that something of this name is not known, with the nearest that is. */
export function unknown(
  name: ProblemName,
  what: string,
  given: string,
  path: string,
  suggestion: string | undefined,
): HttpProblem {
  const message = `there is no ${what} ${given.slice(0, 300)}${didYouMean(suggestion)}`;
  const detail = suggestion === undefined ? `${message}, and none that is near; ${whereToLook[name] ?? ''}` : message;
  return new HttpProblem(name, detail, { errors: [mistake('path', path, message, suggestion)] });
}

const whereToLook: Readonly<Partial<Record<ProblemName, string>>> = {
  'unknown-partnership': 'GET /api/partnerships lists them',
  'unknown-fact': 'the timeline of the partnership lists them',
  'unknown-games': 'they are named by year and S or W, as in 2018W; GET /api/games lists them',
  'unknown-article': 'GET /api/articles lists them',
  'unknown-problem': 'GET /problems lists them',
};

/** The partnership that an article is about, and where its first event stands. Throws the problem that it is unknown. */
export function articleNamed({ ledger: { views } }: Context, id: string): CataloguedArticle {
  const article = views.catalogue.article(id);
  if (article !== null) return article;
  const known = views.catalogue.articles(wholeLedger).map((one) => one.id);
  throw unknown('unknown-article', 'article', id, 'id', nearestArticles(id, known)[0]);
}

/** Everything that was ever recorded, as a position. */
export const wholeLedger = Number.MAX_SAFE_INTEGER;

/** Throws the problem that a partnership is unknown. */
export function checkPartnership(context: Context, id: string): CataloguedStream {
  const known = context.ledger.views.catalogue.partnership(id);
  if (known === null) throw unknown('unknown-partnership', 'partnership', id, 'id', nearestPartnership(context, id));
  return known;
}

function nearestPartnership({ ledger, subjects }: Context, id: string): string | undefined {
  const ids = ledger.views.catalogue.partnerships(wholeLedger);
  const recorded = new Set(ids);
  const called = subjects
    .known('partnership')
    .filter(({ slug }) => recorded.has(slug))
    .flatMap(({ slug, name, aliases }) => [name, ...aliases].map((alias): [string, string] => [alias, slug]));
  const byName = new Map([...called, ...ids.map((one): [string, string] => [one, one])]);
  const [found] = nearest(id, byName.keys(), { limit: 1 });
  return found === undefined ? undefined : byName.get(found);
}

/** A partnership through a cut. Throws the problem that it is unknown; one that is recorded later is an empty view. */
export async function partnershipAt(context: Context, id: string, cut: ResolvedCut): Promise<Question> {
  const known = checkPartnership(context, id);
  const view = await context.ledger.views.partnership(id, cut);
  return { view, names: context.subjects.name, firstRecordedAt: known.firstRecordedAt };
}

/** Partnerships through a cut. */
export async function viewsOf(
  { ledger: { views } }: Context,
  ids: Iterable<string>,
  cut: ResolvedCut,
): Promise<readonly PartnershipView[]> {
  return await Promise.all([...ids].map((id) => views.partnership(id, cut)));
}

/** All partnerships of which something is recorded at a cut, in order of id. */
export async function allViews(context: Context, cut: ResolvedCut): Promise<readonly PartnershipView[]> {
  return await viewsOf(context, context.ledger.views.catalogue.partnerships(cut.position), cut);
}

/** When the first event on any of the partnerships was recorded; null where a view of some shows anything. */
export function firstRecordedOf({ ledger: { views } }: Context, seen: readonly PartnershipView[]): string | null {
  if (seen.some(({ last }) => last !== null)) return null;
  const first = views.catalogue
    .partnerships(wholeLedger)
    .flatMap((id) => views.catalogue.partnership(id)?.firstRecordedAt ?? []);
  return first.toSorted()[0] ?? null;
}

/** The cut that shows all that is recorded, as of today. */
export async function presentCut({ ledger: { views } }: Context): Promise<ResolvedCut> {
  const { cut } = await views.resolve({});
  if (cut === null) throw new Error('no clock was given, and yet one cannot be used');
  return cut;
}
