import * as fc from 'fast-check';
import { decide, newFlags, statesOf } from '../../src/domain/decisions/decide.ts';
import type { FactState } from '../../src/domain/facts/fact.ts';
import { ingestsOf } from '../../src/domain/facts/facts-at.ts';
import { noRules } from '../../src/domain/facts/rules.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import type { KeptGroup, KeptStates } from '../../src/projections/fact-states.ts';
import { resultOf } from '../../src/projections/live/ingest-result.ts';
import { relevantHistory, upTo } from '../../src/projections/relevant-history.ts';
import { decideOnFacts } from '../../src/recording/decide-on-facts.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { anyHistory } from '../support/histories.ts';
import { law } from '../support/law.ts';
import { anyIntent, commandOf, type Intent } from '../support/random/random-decisions.ts';

const inWords = (states: readonly FactState[]): unknown => JSON.parse(JSON.stringify(states));

// Drops what it keeps now and then, as a full cache does.
const forgetful = (draws: readonly boolean[]): KeptStates => {
  const groups = new Map<string, KeptGroup>();
  let set = 0;
  return {
    get: (id) => groups.get(id),
    set: (id, group) => {
      set += 1;
      if (draws[set % draws.length] === true) groups.clear();
      groups.set(id, group);
    },
    isEmpty: () => groups.size === 0,
  };
};

law<[readonly LedgerEvent[], boolean[], number]>(
  'facts kept from ingest to ingest are those folded anew, at each moment of a history',
  [anyHistory, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), fc.nat(1000)],
  (history, draws, random) => {
    const grown = relevantHistory([], forgetful(draws));
    const ends: number[] = [];
    for (const [i, ingest] of ingestsOf(history).entries()) {
      ingest.forEach(grown.add);
      ends.push(ingest.at(-1)?.position ?? 0);
      const facts = [...grown.facts()].filter((_, at) => (at + i + random) % 3 > 0);
      for (const position of [ends.at(-1) ?? 0, ends[(random + i) % ends.length] ?? 0, ends.at(-2) ?? 0]) {
        const group = grown.sharing(facts);
        const anew = statesOf(upTo(history, position)).filter(({ evidence }) =>
          evidence.some(({ report }) => group.has(report.fact)),
        );
        const difference = firstDifference(inWords(grown.statesAt(facts, position)), inWords(anew));
        if (difference !== null) return `after ${ends.at(-1)}, at ${position}: ${difference}`;
      }
    }
    return null;
  },
  0.06,
);

law<[readonly LedgerEvent[]]>(
  'a decision is flagged by the facts that it is linked to as by all facts of its partnership',
  [anyHistory],
  (history) => {
    const grown = relevantHistory([]);
    const soFar: LedgerEvent[] = [];
    for (const ingest of ingestsOf(history)) {
      const before = statesOf(soFar);
      ingest.forEach(grown.add);
      soFar.push(...ingest);
      if (ingest.some(({ kind }) => kind === 'report')) continue;
      const position = soFar.at(-1)?.position ?? 0;
      const touched = grown.touchedBy(ingest, position);
      const result = resultOf({ events: soFar, relevant: grown }, position, noRules);
      const elsewhere = result.flags.filter(({ fact }) => !touched.has(fact));
      const expected = newFlags(before, statesOf(soFar), noRules).filter(({ fact }) => !touched.has(fact));
      const difference = firstDifference(elsewhere, expected);
      if (difference !== null) return `at ${position}: ${difference}`;
    }
    return null;
  },
  0.15,
);

law<[readonly LedgerEvent[], Intent]>(
  'a command is decided by the facts that it judges as by the whole history',
  [anyHistory, anyIntent],
  (history, intent) => {
    const command = commandOf(intent, { partnership: acme, history });
    if (command === null || command.type === 'RecordArticle') return null;
    const known = { events: history, relevant: relevantHistory(history) };
    return firstDifference(
      decideOnFacts(command, acme, known, noRules),
      decide(command, { partnership: acme, history }, noRules),
    );
  },
  0.3,
);
