import { campaignEvents } from './campaign.ts';
import type { EventType } from './event-type.ts';
import { gamesEvents } from './games.ts';
import { initiativeEvents } from './initiative.ts';
import { obligationEvents } from './obligation.ts';
import { partnershipEvents } from './partnership.ts';
import { storefrontEvents } from './storefront.ts';

/** Every milestone that an article can report, in the order of the life of a partnership. */
export const reportTypes: readonly EventType[] = [
  ...partnershipEvents,
  ...obligationEvents,
  ...campaignEvents,
  ...storefrontEvents,
  ...initiativeEvents,
];

const all = [...reportTypes, ...gamesEvents];
const byName = new Map(all.map((type) => [type.type, type]));
const ranks = new Map(all.map((type, rank) => [type.type, rank]));

/** The event type of this name, or undefined for one that is not a milestone (ArticleRead, FactCorrected …). */
export function eventType(name: string): EventType | undefined {
  return byName.get(name);
}

/** Place of a type in the life of a partnership: what comes earlier on the same day sorts first. */
export function lifecycleRank(name: string): number {
  return ranks.get(name) ?? all.length;
}
