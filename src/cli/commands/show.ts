import { clockOptions } from '../clock-options.ts';
import type { Command } from '../command.ts';
import { filterOptions } from '../filter-options.ts';

/** `show`: a read model as of any date. */
export const showCommand: Command = {
  name: 'show',
  usage: 'show <view> [partnership]',
  says: 'show timeline, obligations, rollout, audit, drift or silence, as of any date',
  explains: `  timeline     what was planned, is due and has happened, one entry a fact
  obligations  what is owed for which Games, and where it stands
  rollout      campaigns, activations and storefronts
  audit        what was recorded when, from where, and what it changed
  drift        how promises changed from article to article, and how late they were told
  silence      what was promised for a day or Games that have passed, without a report since

The partnership can be left out where only one is recorded. "timeline" and "drift" take the first six filters,
"obligations" --games, "silence" --type, --status, --games and --article, "audit" --type, --games, --article, --actor,
--fact, --effect, --late, --recorded-from and --recorded-to; values of one filter stand with commas between them, or
the filter is repeated. A year, a month or a day means its end. Nothing is made where there is no ledger yet.`,
  options: [
    ...clockOptions,
    ...filterOptions,
    { name: 'json', value: null, says: 'print what REST answers, all entries at once, instead of a table' },
  ],
  run: async (given, context) => {
    const { show } = await import('../show.ts');
    return await show(given, context);
  },
};
