import type { Catalogue } from '../catalogue.ts';
import type { Known } from './filters.ts';

/** What a ledger knows of that filters name, as its catalogue has it. */
export function knownTo(catalogue: Catalogue): Known {
  return {
    articles: {
      has: (id) => catalogue.article(id) !== null,
      all: () => catalogue.articles(Number.MAX_SAFE_INTEGER).map(({ id }) => id),
    },
    actors: { has: catalogue.hasActor, all: catalogue.actors },
    facts: { has: catalogue.hasFact, all: catalogue.facts },
  };
}
