import * as fc from 'fast-check';
import type { ReadingDraft } from '../../src/domain/decisions/reading.ts';
import { type LedgerEvent, partnershipStream } from '../../src/domain/vocabulary/events.ts';
import type { GamesStatement } from './games.ts';
import { acme } from './given.ts';
import { ledgerAfter, type MadeLedger, type Step } from './random/made-ledger.ts';
import { anyPublication, anyReaderDay, anyWindow, anyWorldDay } from './random/random-dates.ts';
import { anyIntent, type Intent } from './random/random-decisions.ts';
import { anyRevisions } from './random/random-readings.ts';
import { anyReport, anyReportOfHolder } from './random/random-reports.ts';

/** Another partnership with the same rights holder, which may hold the same category. */
export const rival = 'rival.federation';

const anyReadings = (
  ids: readonly string[],
  partnership: string,
  report = anyReport(partnership),
): fc.Arbitrary<readonly ReadingDraft[]> =>
  fc
    .tuple(...ids.map((id) => fc.option(anyRevisions(id, partnership, report), { nil: [], freq: 4 })))
    .map((articles) => articles.flat());

const anyStatement: fc.Arbitrary<GamesStatement> = fc
  .record({
    type: fc.constantFrom('GamesDatesSet', 'GamesRescheduled', 'HostElected', 'GamesCancelled'),
    edition: fc.constantFrom('2018W', '2022W'),
    published: anyPublication,
    window: anyWindow,
    host: fc.constantFrom('Here', 'There'),
  })
  .map(({ type, edition, published, window, host }) => {
    const fields = type === 'HostElected' ? { host } : type === 'GamesCancelled' ? {} : { window };
    return [type, edition, published, fields] as const;
  });

const anyReferences = fc.uniqueArray(anyStatement, { maxLength: 4, selector: (one) => JSON.stringify(one) });

type Planned = Step extends infer One ? (One extends unknown ? Omit<One, 'wait'> : never) : never;

// Steps in the order of their keys, so that a failing history shrinks to one in the order of its articles.
const mostSteps = 32;
const anyOrder = fc.array(fc.tuple(fc.nat(99), fc.constantFrom(0, 1, 1000, 86_400_000)), {
  minLength: mostSteps,
  maxLength: mostSteps,
});

const inOrder = (steps: readonly Planned[], order: readonly (readonly [number, number])[]): readonly Step[] =>
  steps
    .map((step, i) => ({ step, at: order[i % mostSteps]?.[0] ?? 0 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ step }, i) => ({ ...step, wait: order[i % mostSteps]?.[1] ?? 0 }));

// A merge is seldom possible, so that many are tried again and undone.
const withUndoing = <Decided extends { readonly intent: Intent }>(decided: Decided): readonly Decided[] => {
  const { intent } = decided;
  if (intent.kind !== 'merge') return [decided];
  const tries = [1, 2, 3].map((n) => ({ ...decided, intent: { ...intent, pick: intent.pick + n, field: n } }));
  return [decided, ...tries];
};

const anySteps = (
  readings: fc.Arbitrary<readonly ReadingDraft[]>,
  partnerships: readonly string[],
  references: fc.Arbitrary<readonly GamesStatement[]>,
): fc.Arbitrary<readonly Step[]> =>
  fc
    .tuple(
      readings,
      fc.array(fc.record({ intent: anyIntent, partnership: fc.constantFrom(...partnerships) }), { maxLength: 5 }),
      references,
      anyOrder,
    )
    .map(([read, decided, referred, order]) =>
      inOrder(
        [
          ...read.map((reading) => ({ reading })),
          ...decided.flatMap(withUndoing),
          ...referred.map((reference) => ({ reference })),
        ],
        order,
      ),
    );

const ofAcme = anyReadings(['a', 'b', 'c', 'd'], acme);
const ofBoth = fc
  .tuple(anyReadings(['a', 'b', 'c'], acme), anyReadings(['r'], rival, anyReportOfHolder(rival)))
  .map((both) => both.flat());

/**
 * Ledgers with two partnerships and references on Games: articles, re-readings, republications, lower revisions that
 * arrive later, corrections in files, decisions of stewards and retractions, in any order, at any distance in time.
 */
export const anyLedger: fc.Arbitrary<MadeLedger> = anySteps(ofBoth, [acme, acme, rival], anyReferences).map(
  ledgerAfter,
);

const historyOf = ({ understood }: MadeLedger): readonly LedgerEvent[] =>
  understood
    .filter(({ stream }) => stream === partnershipStream(acme))
    .map((event, i) => ({ ...event, position: i + 1 }));

/** Histories of a partnership: articles, re-readings, republications and decisions, in random order. */
export const anyHistory: fc.Arbitrary<readonly LedgerEvent[]> = anySteps(ofAcme, [acme], fc.constant([]))
  .map(ledgerAfter)
  .map(historyOf);

/** Clocks, at every bound of a date too; the position is taken modulo the length of a history by who uses it. */
export const anyCut = fc.record({
  occurredAsOf: anyWorldDay,
  reportedAsOf: anyReaderDay,
  position: fc.nat(200),
});
