import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import { type Certainty, hasCome } from '../../src/domain/cut.ts';
import { decisionsInForce } from '../../src/domain/evidence-at.ts';
import type { LedgerEvent, ReadingEvent } from '../../src/domain/ledger-event.ts';
import type { UncertainDate } from '../../src/domain/uncertain-date.ts';
import { factsInView, type Ground } from '../../src/projections/facts-in-view.ts';
import { obligations } from '../../src/projections/obligations.ts';
import { rollout } from '../../src/projections/rollout.ts';
import { timeline } from '../../src/projections/timeline.ts';
import { acme } from '../support/given.ts';
import { anyCut, anyHistory, sameReadingsInTwoOrders } from '../support/histories.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };

const names = () => null;
// Where an event is stored is no part of what it says; and whether a possible answer is certain, another law tells.
const storage = new Set(['position', 'version']);

/** What a reader is shown: C or P, all three read models. */
const shown = (history: readonly LedgerEvent[], cut: Cut, certainty: Certainty): unknown => {
  const ground: Ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  const view = factsInView(ground, cut, certainty === 'certain' ? 'certain' : 'any');
  const answer = {
    timeline: timeline(view.facts, acme, names),
    obligations: obligations(view, cut, acme, names),
    rollout: rollout(view, names),
  };
  const left = (key: string) => storage.has(key) || (certainty === 'possible' && key === 'timing');
  return JSON.parse(JSON.stringify(answer, (key, value) => (left(key) ? undefined : value)));
};

const upTo = (history: readonly LedgerEvent[], { position }: Cut) =>
  history.filter((event) => event.position <= position);

// A re-reading stands in the place of what it replaces: they share one date of publication.
const publicationDates = (history: readonly LedgerEvent[]): ReadonlyMap<string, UncertainDate | null> => {
  const dates = new Map<string, UncertainDate | null>();
  const readings = history.filter((event) => event.kind === 'reading');
  for (const ofArticle of Map.groupBy(readings, ({ read }) => read.article).values()) {
    let group: ReadingEvent[] = [];
    let date: UncertainDate | null = null;
    for (const reading of ofArticle.toSorted((a, b) => a.read.revision - b.read.revision)) {
      if (reading.read.because !== 'reread') [group, date] = [[], null];
      group.push(reading);
      date = reading.published ?? date;
      for (const { id } of group) dates.set(id, date);
    }
  }
  return dates;
};

/** The events that the recorded and the reported clock let through. */
const visible = (history: readonly LedgerEvent[], cut: Cut, certainty: Certainty): readonly LedgerEvent[] => {
  const known = upTo(history, cut);
  const dates = publicationDates(known);
  const readings = known.filter(
    (event) => event.kind === 'reading' && hasCome(dates.get(event.id) ?? null, cut.reportedAsOf, certainty),
  ) as ReadingEvent[];
  const reports = new Set(readings.flatMap(({ read }) => read.reports));
  const decisions = decisionsInForce(
    known.filter((event) => event.kind === 'decision'),
    cut,
    certainty,
  );
  const through = new Set<LedgerEvent>([...readings, ...decisions]);
  return known.filter((event) => event.kind === 'retraction' || reports.has(event.id) || through.has(event));
};

// While a republication is only possibly out, both readings count for who asks what was possible: that is no cut of
// events, so its clock stays.
const republished = (history: readonly LedgerEvent[]): boolean =>
  history.some((event) => event.kind === 'reading' && event.read.because === 'republished');

const holds = (law: (history: readonly LedgerEvent[], cut: Cut) => readonly [unknown, unknown], numRuns: number) =>
  fc.assert(
    fc.property(anyHistory, anyCut, (history, random) => {
      const [one, other] = law(history, { ...random, position: random.position % (history.length + 1) });
      return isDeepStrictEqual(one, other);
    }),
    { numRuns },
  );

for (const certainty of ['certain', 'possible'] as const) {
  t.test(`a view at a cut is that of a ledger that holds only what is visible there (${certainty})`, async () => {
    holds((history, cut) => {
      const fresh = visible(history, cut, certainty);
      const keepClock = certainty === 'possible' && republished(fresh);
      const freshCut = { ...cut, reportedAsOf: keepClock ? cut.reportedAsOf : null };
      return [shown(upTo(history, cut), cut, certainty), shown(fresh, freshCut, certainty)];
    }, 300);
  });
}

t.test('the order in which articles arrive plays no part', async () => {
  fc.assert(
    fc.property(sameReadingsInTwoOrders, anyCut, ([one, other], random) => {
      const cut = { ...random, position: one.length };
      return (['certain', 'possible'] as const).every((certainty) =>
        isDeepStrictEqual(shown(one, cut, certainty), shown(other, cut, certainty)),
      );
    }),
    { numRuns: 300 },
  );
});
