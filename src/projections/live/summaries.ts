import { LRUCache } from 'lru-cache';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import type { SubjectNames } from '../../domain/vocabulary/subjects.ts';
import { passingError } from '../../event-store/sqlite-file.ts';
import { pauses } from '../../pauses.ts';
import type { Listed, Page } from '../answer.ts';
import type { Article } from '../articles.ts';
import type { Filters } from '../filters.ts';
import type { GamesObligations, NamedGames } from '../games.ts';
import { unchangedDays } from '../happenings.ts';
import {
  type FirstPartnerships,
  firstPartnerships,
  listed,
  listedArticles,
  namedGames,
  owedFor,
  type PendingOf,
  type Summary,
  summary,
} from '../summary.ts';
import type { ResolvedCut } from './clocks.ts';
import type { LedgerViews } from './views.ts';

/**
 * Lists across partnerships. Of the present they are read from the summaries that the catalogue keeps, and only those
 * that an event or the day made stale are folded; of an older cut the partnerships are folded one after another.
 */
export function keepSummaries({ views, names, namesDigest, now }: Parts): Summaries {
  const { catalogue } = views;
  const table = catalogue.summaries;
  table.nameBy(namesDigest);
  const today = () => new Date(now()).toISOString().slice(0, 10);

  const isPresent = ({ occurredAsOf, reportedAsOf, position, timing }: ResolvedCut) =>
    reportedAsOf === null && timing === 'any' && occurredAsOf === today() && position >= catalogue.lastBearing();

  const stopping = new AbortController();
  const refresh = inFlight(async () => {
    const pause = pauses();
    while (!stopping.signal.aborted) {
      // A summary says up to where it has read: up to what this process has taken in.
      const { position } = await views.head();
      const day = today();
      const stale = table.stale(day, stalePerRound);
      if (stale.length === 0) return;
      for (const id of stale) {
        if (stopping.signal.aborted) return;
        const view = await views.partnership(id, { occurredAsOf: day, reportedAsOf: null, position, timing: 'any' });
        table.keep(summary(view, names), { position, day, until: unchangedDays(view.ground, day).until });
        await pause();
      }
    }
  });

  // Reads what the table holds of the present; null if it is no longer the present that was asked for.
  const present = async <Answer>(cut: ResolvedCut, read: () => Answer): Promise<Answer | null> => {
    while (!stopping.signal.aborted && isPresent(cut)) {
      if (table.stale(today(), 1).length === 0) return read();
      try {
        await refresh();
      } catch (error) {
        // On a full disk no summary can be kept; the partnerships can still be folded.
        if (passingError(error, '') === null) throw error;
        return null;
      }
    }
    return null;
  };

  const folded = foldedLists({ views, names });

  return {
    refresh,
    isStale: () => table.stale(today(), 1).length > 0,
    stop: () => stopping.abort(),
    listed: async (cut, filters, page) =>
      (await present(cut, () => table.listed(filters, page))) ?? listed(await folded(cut), filters, page),
    first: async (cut, most) =>
      (await present(cut, () => table.first(most))) ?? firstPartnerships(await folded(cut), most),
    pending: async (cut) =>
      (await present(cut, table.pending)) ??
      (await folded(cut)).flatMap(({ partnership, detail: { name, facts }, pending }) =>
        facts === 0 || pending.length === 0 ? [] : [{ partnership, name, pending }],
      ),
    articles: async (cut, filters, page) =>
      (isUnfiltered(filters) ? await present(cut, () => table.articles(page)) : null) ??
      listedArticles(await folded(cut), filters, page),
    named: async (editions, cut) => {
      const named = await present(cut, () => editions.map(table.named));
      if (named !== null) return named.filter((one) => one !== null);
      const folds: (NamedGames | null)[] = [];
      for (const edition of editions) folds.push(namedGames(edition, await folded(cut, edition)));
      return folds.filter((one) => one !== null);
    },
    owedFor: async (edition, cut, page) =>
      (await present(cut, () => table.owedFor(edition, page))) ?? owedFor(edition, await folded(cut, edition), page),
  };
}

type Parts = {
  readonly views: LedgerViews;
  /** The names of the register, and what tells them from others. */
  readonly names: SubjectNames;
  readonly namesDigest: string;
  /** The clock behind "today", in milliseconds since 1970. */
  readonly now: () => number;
};

export type Summaries = {
  /** Makes the summaries of the present that are missing or stale. */
  readonly refresh: () => Promise<void>;
  /** Whether any of them is missing or stale. */
  readonly isStale: () => boolean;
  /** Makes no further summaries. Stop them before you close the ledger. */
  readonly stop: () => void;
  /** One page of the partnerships with a fact that counts through a cut, in order of id. */
  readonly listed: (
    cut: ResolvedCut,
    filters: Filters,
    page: Pick<Page, 'offset' | 'limit'>,
  ) => Promise<Listed<Pick<Summary, 'detail'>>>;
  /** The first partnerships with a fact that counts, in order of id, each with what of it is due or overdue. */
  readonly first: (cut: ResolvedCut, most: number) => Promise<FirstPartnerships>;
  /** What is due or overdue through a cut, of each partnership where anything is, in order of id. */
  readonly pending: (cut: ResolvedCut) => Promise<readonly PendingOf[]>;
  /** One page of the articles through a cut, in order of publication. */
  readonly articles: (
    cut: ResolvedCut,
    filters: Filters,
    page: Pick<Page, 'offset' | 'limit'>,
  ) => Promise<Listed<Article>>;
  /** Those of some Games that reports name through a cut. */
  readonly named: (editions: readonly Edition[], cut: ResolvedCut) => Promise<readonly NamedGames[]>;
  /** One page of the partnerships that owe something for an edition through a cut. */
  readonly owedFor: (
    edition: Edition,
    cut: ResolvedCut,
    page: Pick<Page, 'offset' | 'limit'>,
  ) => Promise<Listed<GamesObligations>>;
};

// The summaries of all partnerships through a cut, or of those whose reports name an edition. A kept one serves where it
// is the same at the cut.
function foldedLists({ views, names }: Pick<Parts, 'views' | 'names'>) {
  const { catalogue } = views;
  const folds = new LRUCache<string, Promise<readonly Summary[]>>({ max: foldsKept });
  let last: Promise<unknown> = Promise.resolve();

  const fold = async (ids: readonly string[], cut: ResolvedCut, edition: Edition | null) => {
    const all: Summary[] = [];
    const pause = pauses();
    const isOfNow = cut.reportedAsOf === null && cut.timing === 'any';
    for (const id of ids) {
      const kept = isOfNow ? catalogue.summaries.at(id, cut.occurredAsOf, cut.position) : null;
      const one = kept ?? summary(await views.partnership(id, cut), names);
      all.push({ ...one, owed: one.owed.filter((owed) => owed.edition === edition) });
      await pause();
    }
    return all;
  };

  return async (cut: ResolvedCut, edition: Edition | null = null): Promise<readonly Summary[]> => {
    const key = JSON.stringify([edition, cut]);
    const known = folds.get(key);
    if (known !== undefined) return await known;
    const { position } = cut;
    const ids = edition === null ? catalogue.partnerships(position) : catalogue.concernedBy(edition, position);
    // One after another: two at once would only be late together.
    const mine = last.then(async () => await fold(ids, cut, edition));
    last = mine.catch(() => folds.delete(key));
    folds.set(key, mine);
    return await mine;
  };
}

// Lists of older cuts that are kept for their next pages.
const foldsKept = 3;

function isUnfiltered({ type, games, article, contested }: Filters): boolean {
  return contested === null && [type, games, article].every((wanted) => wanted.length === 0);
}

const stalePerRound = 100;

// Whoever asks while it runs waits for the same run.
function inFlight(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return async () => {
    running ??= work().finally(() => {
      running = null;
    });
    await running;
  };
}
