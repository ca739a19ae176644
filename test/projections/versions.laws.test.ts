import * as fc from 'fast-check';
import { factsInView, unsupportedFacts, type ViewFact } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { touching } from '../../src/projections/audit.ts';
import { entryOf } from '../../src/projections/timeline.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { groundOf } from '../support/ground.ts';
import { anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { anyWorldDay } from '../support/random/random-dates.ts';

type Seen = ReadonlyMap<string, { readonly version: number; readonly says: string }>;

// What a fact says of itself. Rules, ends and postponements of campaigns and dates of Games, which are other facts, are no
// part of it.
const saysOf = (fact: ViewFact): string => {
  const {
    status,
    timing: _timing,
    flags: _flags,
    planned: _planned,
    planHistory: _planHistory,
    variance: _variance,
    version: _version,
    summary,
    sortedBy,
    ...own
  } = entryOf(fact, acme, () => null);
  // A plan that was put off loses its earlier day, the words for it and the place in the timeline.
  const kept = fact.stage === 'planned' ? {} : { summary, sortedBy };
  return JSON.stringify({ ...own, ...kept, unsupported: status === 'unsupported' });
};

// A reader of an earlier day has versions of what was public by then, which a re-dated text leaves without a trace.
const seen = (history: readonly LedgerEvent[], occurredAsOf: string): Seen => {
  const clocks = { occurredAsOf, reportedAsOf: null };
  const ground = { ...groundOf([], acme, clocks), history };
  const cut = { ...clocks, position: history.at(-1)?.position ?? 0 };
  const { facts } = factsInView(ground, cut, 'any');
  return new Map(
    [...facts, ...unsupportedFacts(ground, cut, facts)].map((fact) => [
      fact.key,
      { version: fact.version, says: saysOf(fact) },
    ]),
  );
};

law<[MadeLedger, string, number]>(
  'every change to a fact moves its version, the last position in its trail',
  [anyLedger, anyWorldDay, fc.nat(1000)],
  (ledger, occurredAsOf, random) => {
    const { history } = groundOf(ledger.understood, acme, { occurredAsOf, reportedAsOf: null });
    const ingests = [...Map.groupBy(history, ({ correlationId }) => correlationId).values()];
    const end = random % Math.max(1, ingests.length);
    const [before, after] = [ingests.slice(0, end).flat(), ingests.slice(0, end + 1).flat()];
    const start = after[before.length]?.position ?? 0;
    const [was, is] = [before, after].map((events) => seen(events, occurredAsOf)) as [Seen, Seen];
    for (const [fact, { version, says }] of is) {
      if (version < start && says !== was.get(fact)?.says) {
        const changed = firstDifference(JSON.parse(was.get(fact)?.says ?? 'null'), JSON.parse(says));
        return `${start} or what came with it changed ${fact}, and its version is ${version}: ${changed}`;
      }
      const last = Math.max(0, ...touching(fact, after));
      if (version !== last) return `version ${version} of ${fact}, whose trail ends at ${last}`;
    }
    return null;
  },
  0.5,
);
