import * as fc from 'fast-check';
import { factsAt } from '../../../src/domain/facts/fact.ts';
import { mergesIn } from '../../../src/domain/facts/what-counts.ts';
import { partnershipStream } from '../../../src/domain/vocabulary/events.ts';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import { type Catalogue, openCatalogue } from '../../../src/projections/live/catalogue.ts';
import { createHistories } from '../../../src/projections/live/histories.ts';
import { type History, relevantHistory } from '../../../src/projections/relevant-history.ts';
import { firstDifference } from '../../support/first-difference.ts';
import { acme } from '../../support/given.ts';
import { groundOf } from '../../support/ground.ts';
import { anyLedger, rival } from '../../support/histories.ts';
import { law } from '../../support/law.ts';
import { type MadeLedger, partnershipsOf } from '../../support/random/made-ledger.ts';
import { textOf } from '../../support/text-of.ts';

const editions = ['2018W', '2020S', '2022W', '2024S', 'paralympics.2018'];

const catalogued = (catalogue: Catalogue, position: number): unknown => ({
  position: catalogue.position(),
  ledger: catalogue.ledger(),
  streams: [acme, rival].map(catalogue.partnership),
  articles: ['a', 'b', 'c', 'r'].map(catalogue.article),
  readings: ['a', 'b', 'c', 'r'].map((id) => [catalogue.readingsOf(id), catalogue.readingsOfText(textOf(id))]),
  reported: catalogue.reportedPartnerships(),
  at: {
    partnerships: catalogue.partnerships(position),
    articles: catalogue.articles(position),
    editions: catalogue.editions(position).toSorted(),
    concerned: editions.map((edition) => catalogue.concernedBy(edition, position)),
    holders: catalogue.holders('federation', 'cloud', position).map(({ partnership }) => partnership),
  },
});

// What the index says at a position, read off the events themselves.
const readOff = (ledger: MadeLedger, position: number): unknown => {
  const known = ledger.events.filter((event) => event.position <= position);
  const naming = (edition: string) =>
    known.filter(({ data }) => [...((data['games'] ?? []) as string[]), data['after']].includes(edition));
  const holding = known.filter(({ type }) => type === 'CategoryGranted');
  const articles = known.filter(({ type }) => type === 'ArticleRead').map(({ data }) => String(data['article']));
  return {
    partnerships: partnershipsOf(known),
    articles: [...new Set(articles)].toSorted(),
    editions: editions.filter((edition) => naming(edition).length > 0),
    concerned: editions.map((edition) => partnershipsOf(naming(edition))),
    holders: partnershipsOf(holding),
  };
};

const inBatches = (
  events: readonly RecordedEvent[],
  sizes: readonly number[],
): readonly (readonly RecordedEvent[])[] => {
  const batches: RecordedEvent[][] = [];
  for (let start = 0, i = 0; start < events.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    // What another process has applied already comes once more.
    batches.push(events.slice(Math.max(0, start - 2), start + size));
    start += size;
  }
  return batches;
};

const anyBatches = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

law<[MadeLedger, number[], number]>(
  'an index that grew with the ledger equals a rebuilt one and agrees with the events',
  [anyLedger, anyBatches, fc.nat(1000)],
  (ledger, sizes, random) => {
    const position = random % (ledger.events.length + 1);
    const [grown, made] = [openCatalogue(':memory:'), openCatalogue(':memory:')];
    try {
      const batches = inBatches(ledger.events, sizes);
      // Another process may share the index, and lag behind.
      for (const [i, batch] of batches.entries()) for (const one of [batch, batches[i - 1] ?? []]) grown.apply(one);
      made.apply(ledger.events.slice(0, position));
      made.reset();
      made.apply(ledger.events);
      const { at } = catalogued(made, position) as { at: unknown };
      return (
        firstDifference(catalogued(grown, position), catalogued(made, position)) ??
        firstDifference(at, readOff(ledger, position))
      );
    } finally {
      grown.close();
      made.close();
    }
  },
  0.25,
);

async function* inTurn(events: readonly RecordedEvent[]): AsyncGenerator<RecordedEvent> {
  yield* events;
}

const inWords = ({ events, revision, relevant }: History, facts: readonly string[]): unknown => ({
  revision,
  events,
  facts: [...relevant.facts()].toSorted(),
  about: facts.map((fact) => relevant.about([fact]).map(({ id }) => id)),
  touched: events.map((event) => [...relevant.touchedBy([event])].toSorted()),
});

law<[MadeLedger, number[], number]>(
  'a history that grew with the ledger, with repeated events, equals a freshly loaded one',
  [anyLedger, anyBatches, fc.nat(1000)],
  async (ledger, sizes, random) => {
    const recorded: RecordedEvent[] = [];
    const readStream = (stream: string, { from = 0 } = {}) =>
      inTurn(recorded.filter((event) => event.stream === stream && event.revision >= from));
    const [grown, made] = [createHistories({ readStream }), createHistories({ readStream })];
    const stream = partnershipStream(acme);
    for (const [i, batch] of inBatches(ledger.events, sizes).entries()) {
      recorded.push(...batch.filter(({ position }) => position > recorded.length));
      // Loaded at some moment, and refreshed by a writer now and then, before the subscription brings the events.
      if (i === random % 5) await grown.of(stream);
      if (i % 4 === random % 4) await grown.refreshed(stream);
      for (const event of batch) grown.apply(event);
    }
    const [one, other] = [await grown.of(stream), await made.of(stream)];
    const facts = [...other.relevant.facts()];
    return firstDifference(inWords(one, facts), inWords(other, facts));
  },
  0.25,
);

law<[MadeLedger]>(
  'the events relevant to a fact suffice to show it',
  [anyLedger],
  (ledger) => {
    const { history } = groundOf(ledger.understood, acme, { occurredAsOf: '', reportedAsOf: null });
    const relevant = relevantHistory(history);
    const evidenceOf = (facts: ReturnType<typeof factsAt>, fact: string) =>
      facts
        .filter(({ key }) => key === fact)
        .map(({ evidence }) =>
          evidence.map(({ report, date, fields, published, corrections }) => [
            report.id,
            date,
            fields,
            published,
            corrections.map(({ id }) => id),
          ]),
        );
    const whole = factsAt(history, null, 'possible');
    for (const { key, evidence } of whole) {
      // What reopened is a fact that no report names.
      const ids = new Set(evidence.map(({ report }) => report.id));
      const merged = [...mergesIn(history).values()].filter(({ decision }) => decision.fact === key);
      const about = relevant.about(
        relevant.touchedBy([
          ...history.filter((event) => event.kind === 'report' && (event.fact === key || ids.has(event.id))),
          ...merged,
        ]),
      );
      const difference = firstDifference(evidenceOf(factsAt(about, null, 'possible'), key), evidenceOf(whole, key));
      if (difference !== null) return `${key}: ${difference}`;
    }
    return null;
  },
  0.5,
);
