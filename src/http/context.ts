import { setTimeout } from 'node:timers/promises';
import type { FastifyServerOptions } from 'fastify';
import type { Access } from '../access/access.ts';
import type { SubjectRegistry } from '../articles/registry.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { pauses } from '../pauses.ts';
import type { Question } from '../projections/answer.ts';
import { nearestArticles } from '../projections/filters.ts';
import type { CataloguedArticle, CataloguedStream, LedgerIdentity } from '../projections/live/catalogue.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { Feed, Histories } from '../projections/live/histories.ts';
import type { Summaries } from '../projections/live/summaries.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import { type LastEvent, latestOf, namesFor, type PartnershipView } from '../projections/partnership-view.ts';
import type { Fault } from '../proof/check-log.ts';
import type { LedgerProof } from '../proof/ledger-proof.ts';
import type { Witnesses } from '../proof/witnesses.ts';
import type { Recorder } from '../recording/record-article.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { AdmissionLimits } from './admission.ts';
import type { StreamLimits } from './event-stream.ts';
import type { Door, Guesses } from './guard.ts';
import type { Examples } from './openapi-document.ts';
import type { AssetFiles } from './page-assets.ts';
import type { ProblemName } from './problem-types.ts';
import { didYouMean, HttpProblem, problemIn } from './problems.ts';

/** What reads are answered from. */
export type Context = ReadParts & { readonly identity: LedgerIdentity; readonly summaries: Summaries };

/** What a server answers everything from. */
export type ServerContext = Context & AppParts & { readonly guesses: Guesses };

export type AppParts = ReadParts & {
  readonly ledger: { readonly recorder: Recorder; readonly writersWaiting: () => number };
  readonly proof: LedgerProof;
  /** The threads that answer reads of much; without them this one answers everything. */
  readonly readers?: ReaderThreads | null;
  readonly access: Access;
  readonly door?: Door;
  /** The witnesses of its checkpoints; null where the operator has named none. */
  readonly witnesses?: Witnesses | null;
  /** The stand-alone verifier; null if it was not built. */
  readonly verifier?: string | null;
  /** The webhooks of the ledger; null where the operator has named no host for them. */
  readonly webhooks?: Webhooks | null;
  /** Examples for the description of the API. */
  readonly examples?: Examples;
  /** What the server takes on at once, where that is not the usual. */
  readonly limits?: Partial<AdmissionLimits>;
  /** Limits of the streams of /api/events. */
  readonly events?: StreamLimits;
  /** What counts requests and appends; without it, one of the app's own. */
  readonly metrics?: Metrics;
  /** What traces requests and appends; null where nobody collects traces. */
  readonly traces?: Traces | null;
};

/** Threads that answer reads. */
export type ReaderThreads = {
  /**
   * Answers a read as an app would. A read that waits for a thread ends when the signal aborts; one that has begun goes
   * on. Throws Busy if too many wait, or the thread ends.
   */
  readonly ask: (read: AskedRead, signal: AbortSignal) => Promise<AnsweredRead>;
  /** Ends the threads, whatever they do. */
  readonly close: () => Promise<void>;
};

/** A GET as a thread is asked for it; `atLeast` is a position that the answer must include. */
export type AskedRead = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly atLeast: number;
};

/** What a thread answers. */
export type AnsweredRead = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** An open ledger, and what its answers are made with. */
export type ReadParts = {
  /** Is told what a read finds to be altered. */
  readonly alterationFound?: (fault: Fault) => void;
  readonly ledger: {
    readonly store: Pick<EventStore, 'head' | 'health' | 'positionAt' | 'readAll' | 'readStream'>;
    readonly views: LedgerViews;
    readonly histories: Histories;
    readonly feed: Feed;
  };
  readonly subjects: SubjectRegistry;
  readonly version: string;
  /** The files of the page; without them the pages are plain HTML. */
  readonly assets?: AssetFiles;
  /** The sites that may show a timeline in a frame, as CSP names them; without any, nobody may. */
  readonly embedHosts?: readonly string[];
  /** The clock behind "today", in milliseconds since 1970; the same as that of the ledger. */
  readonly now: () => number;
  readonly logger: FastifyServerOptions['logger'];
  /** Whether each answer is checked by its schema before it is sent, as tests do. */
  readonly checksAnswers?: boolean;
};

/** A partnership through a cut; empty if it is recorded only later. Throws unknown-partnership. */
export async function partnershipAt(context: Context, id: string, cut: ResolvedCut): Promise<Question> {
  const { firstRecordedAt } = findPartnership(context, id);
  const view = await context.ledger.views.partnership(id, cut);
  return { view, names: namesFor(view, context.subjects.name), firstRecordedAt };
}

/** A partnership of the catalogue. Throws unknown-partnership. */
export function findPartnership(context: Context, id: string): CataloguedStream {
  const { catalogue } = context.ledger.views;
  const partnership = catalogue.partnership(id);
  if (partnership !== null) return partnership;
  const ids = new Set(catalogue.partnerships(wholeLedger));
  const named = context.subjects
    .subjectsOf('partnership')
    .filter(({ slug }) => ids.has(slug))
    .flatMap(({ slug, name, aliases }) => [name, ...aliases].map((alias) => [alias, slug] as const));
  const byName = new Map([...named, ...[...ids].map((slug) => [slug, slug] as const)]);
  const [near] = nearest(id, byName.keys(), { limit: 1 });
  throw unknown('unknown-partnership', 'partnership', id, 'id', near === undefined ? undefined : byName.get(near));
}

const wholeLedger = Number.MAX_SAFE_INTEGER;

/** An article of the catalogue: its partnership, and the position of its first event. Throws unknown-article. */
export function findArticle({ ledger: { views } }: Context, id: string): CataloguedArticle {
  const article = views.catalogue.article(id);
  if (article !== null) return article;
  const ids = views.catalogue.articles(wholeLedger);
  throw unknown('unknown-article', 'article', id, 'id', nearestArticles(id, ids)[0]);
}

/** The problem that nothing has this name, with the nearest existing name. */
export function unknown(
  problem: ProblemName,
  what: string,
  name: string,
  path: string,
  suggestion: string | undefined,
): HttpProblem {
  const message = `there is no ${what} ${name.slice(0, 300)}${didYouMean(suggestion)}`;
  const detail = suggestion === undefined ? `${message}, and no similar name; ${whereToLook[problem] ?? ''}` : message;
  return new HttpProblem(problem, detail, { errors: [problemIn('path', path, message, suggestion)] });
}

const whereToLook: Readonly<Partial<Record<ProblemName, string>>> = {
  'unknown-partnership': 'GET /api/partnerships lists them',
  'unknown-fact': 'the timeline of the partnership lists them',
  'unknown-games': 'write 2018W, or fifa-world-cup.2026 of another series; GET /api/games lists them',
  'unknown-article': 'GET /api/articles lists them',
  'unknown-problem': 'GET /problems lists them',
  'unknown-webhook': 'GET /api/webhooks lists them',
  'unknown-token': 'GET /api/tokens lists them',
};

/** All partnerships with an event at a cut, in order of id, and what an answer on them depends on. */
export async function partnershipsAt(context: Context, cut: ResolvedCut) {
  const { catalogue } = context.ledger.views;
  const views = await viewsOf(context, catalogue.partnerships(cut.position), cut);
  const firstRecordedAt = firstRecorded(context, latestOf(views.map(({ last }) => last)));
  return { views, cut, firstRecordedAt, dependsOn: [firstRecordedAt, views.map(({ dependsOn }) => dependsOn)] };
}

/** An empty list says when the first event was recorded; any other depends on nothing that is recorded later. */
export function firstRecorded({ ledger: { views } }: Context, last: LastEvent): string | null {
  const ids = last === null ? views.catalogue.partnerships(wholeLedger) : [];
  return ids.flatMap((id) => views.catalogue.partnership(id)?.firstRecordedAt ?? []).toSorted()[0] ?? null;
}

/**
 * What takes long, for a client that waits only so long for it. It goes on meanwhile, so whoever asks again finds it done.
 * Throws the problem `busy`.
 */
export async function soon<Done>(work: Promise<Done>): Promise<Done> {
  const timer = new AbortController();
  const late = setTimeout(longestWaitMs, 'late' as const, { signal: timer.signal, ref: false });
  try {
    const first = await Promise.race([work.then((done) => ({ done })), late]);
    if (first !== 'late') return first.done;
  } finally {
    timer.abort();
  }
  throw new HttpProblem('busy', 'this answer takes longer to work out than a request may wait; it is being made', {
    headers: { 'retry-after': '10' },
  });
}

/** How long a request waits for what takes long. */
export const longestWaitMs = 10_000;

/** Partnerships through a cut, one after another, so that other requests come between. */
export async function viewsOf(
  { ledger: { views } }: Context,
  ids: Iterable<string>,
  cut: ResolvedCut,
): Promise<readonly PartnershipView[]> {
  const pause = pauses();
  const all: PartnershipView[] = [];
  for (const id of ids) {
    all.push(await views.partnership(id, cut));
    await pause();
  }
  return all;
}

/** The cut that shows everything recorded, as of today. */
export async function presentCut({ ledger: { views } }: Context): Promise<ResolvedCut> {
  const { cut } = await views.resolve({});
  if (cut === null) throw new Error('resolving no clocks cannot fail');
  return cut;
}
