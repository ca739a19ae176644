import * as fc from 'fast-check';
import t from 'tap';
import { factsInView, unsupportedFacts } from '../../src/domain/facts/facts-at.ts';
import { reportTypes } from '../../src/domain/vocabulary/event-types.ts';
import { audit, effects } from '../../src/projections/effects.ts';
import { statusShape } from '../../src/projections/timeline.ts';
import { acme } from './given.ts';
import { groundOf } from './ground.ts';
import { anyCut, anyLedger } from './histories.ts';

const sample = fc.sample(fc.tuple(anyLedger, anyCut), { numRuns: 1_200, seed: 1 });

const seen = (what: (ledger: (typeof sample)[number][0], cut: (typeof sample)[number][1]) => readonly string[]) =>
  new Set(sample.flatMap(([ledger, cut]) => what(ledger, cut)));

const lacking = (expected: readonly string[], found: ReadonlySet<string>): readonly string[] =>
  expected.filter((one) => !found.has(one));

// A law proves nothing about events that never occur in its histories.
t.test('random ledgers have every type of event', async (t) => {
  const found = seen(({ events }) => events.map(({ type }) => type));
  const others = [
    'FactCorrected',
    'FactRetracted',
    'ContestResolved',
    'FactsMerged',
    'ArticleRead',
    'ArticleRetracted',
  ];
  const ofGames = ['HostElected', 'GamesDatesSet', 'GamesRescheduled', 'GamesCancelled'];
  t.strictSame(lacking([...reportTypes.map(({ type }) => type), ...others, ...ofGames], found), []);
});

t.test('random ledgers have every status, broken rule, settled and reopened contest, and either timing', async (t) => {
  const found = seen(({ understood }, cut) => {
    const ground = groundOf(understood, acme, cut);
    const { facts } = factsInView(ground, { ...cut, position: understood.length }, 'any');
    return [...facts, ...unsupportedFacts(ground, cut, facts)].flatMap((fact) => [
      fact.status,
      fact.timing,
      ...fact.flags.map(({ rule }) => rule),
      ...(fact.contested ? ['contested'] : []),
      ...(fact.reopened ? ['reopened'] : []),
      ...(fact.evidence.some(({ corrections }) => corrections.length > 0) ? ['corrected'] : []),
    ]);
  });
  const rules = [
    'term',
    'coverage',
    'category-exclusivity',
    'campaign-order',
    'storefront-order',
    'obligation-transitions',
  ];
  const others = ['certain', 'possible', 'contested', 'reopened', 'corrected'];
  t.strictSame(lacking([...statusShape.options, ...rules, ...others], found), []);
});

t.test('random ledgers have every effect and late arrivals', async (t) => {
  const found = seen(({ understood }, cut) =>
    audit(groundOf(understood, acme, cut).history).flatMap((entry) => [
      ...entry.effects,
      ...(entry.late ? ['late'] : []),
    ]),
  );
  t.strictSame(lacking([...effects, 'late'], found), []);
});

t.test('random ledgers have several ingests in one instant and cuts within an ingest', async (t) => {
  const found = seen(({ events }, { position }) => {
    const [last, next] = [events[(position % events.length) - 1], events[position % events.length]];
    const same = last?.metadata['correlationId'] === next?.metadata['correlationId'];
    return [same ? 'amid' : 'between', ...(!same && last?.recordedAt === next?.recordedAt ? ['one instant'] : [])];
  });
  t.strictSame(lacking(['amid', 'between', 'one instant'], found), []);
});
