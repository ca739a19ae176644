import { LRUCache } from 'lru-cache';
import { wholeIngests } from '../../domain/facts/facts-at.ts';
import { partnershipStream } from '../../domain/vocabulary/events.ts';
import { rightsHolderOf } from '../../domain/vocabulary/fact-key.ts';
import { pauses } from '../../pauses.ts';
import { unchangedDays } from '../happenings.ts';
import { type Holdings, holdings, holdingsElsewhere } from '../holdings.ts';
import { upTo } from '../relevant-history.ts';
import type { Catalogue } from './catalogue.ts';
import type { ResolvedCut } from './clocks.ts';
import type { Histories } from './histories.ts';
import type { Holder } from './holding-table.ts';

/**
 * What others than one partnership hold of the same rights holder. What a partnership holds is folded once for the days
 * from one moment of its history to the next, and kept in the catalogue until its stream grows.
 */
export function otherHoldings({ catalogue, histories }: Parts): OtherHoldings {
  const recent = new LRUCache<string, Holdings>({ max: mostRecent });

  const fold = async (holder: string, cut: ResolvedCut) => {
    const { events } = await histories.of(partnershipStream(holder));
    const history = wholeIngests(upTo(events, cut.position));
    return { history, held: holdings(holder, history, cut) };
  };

  const kept = async ({ partnership, last }: Holder, cut: ResolvedCut): Promise<Holdings> => {
    const { occurredAsOf: day } = cut;
    const known = catalogue.holdings.at(partnership, day, last);
    if (known !== null) return known;
    const { history, held } = await fold(partnership, cut);
    const nothing = { certain: [], possible: [] };
    const days = unchangedDays({ partnership, history, games: [], otherHoldings: nothing }, day);
    catalogue.holdings.keep(partnership, { ...days, last }, held);
    return held;
  };

  const heldBy = async (holder: Holder, cut: ResolvedCut): Promise<Holdings> => {
    const { occurredAsOf, reportedAsOf, position } = cut;
    const isWhole = holder.last <= position;
    const key = JSON.stringify([holder.partnership, isWhole ? holder.last : position, occurredAsOf, reportedAsOf]);
    const known = recent.get(key);
    if (known !== undefined) return known;
    const held =
      isWhole && reportedAsOf === null ? await kept(holder, cut) : (await fold(holder.partnership, cut)).held;
    recent.set(key, held);
    return held;
  };

  return async (id, categories, cut) => {
    const pause = pauses();
    const held = new Map<string, Holdings>();
    for (const category of categories) {
      for (const holder of catalogue.holders(rightsHolderOf(id), category, cut.position)) {
        if (holder.partnership === id || held.has(holder.partnership)) continue;
        held.set(holder.partnership, await heldBy(holder, cut));
        await pause();
      }
    }
    return holdingsElsewhere(categories, [...held.values()]);
  };
}

type Parts = { readonly catalogue: Catalogue; readonly histories: Histories };

type OtherHoldings = (
  id: string,
  categories: ReadonlySet<string>,
  cut: ResolvedCut,
) => Promise<ReturnType<typeof holdingsElsewhere>>;

// Some hundred bytes each.
const mostRecent = 50_000;
