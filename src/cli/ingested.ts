import { type Recorder, recordArticle } from '../articles/record.ts';
import type { ReadingDraft } from '../domain/reading.ts';
import { partnershipStream } from '../domain/streams.ts';
import { ownWriters } from '../domain/writers.ts';
import { type Appended, TooLarge } from '../event-store/event-store.ts';
import type { Histories } from '../projections/histories.ts';
import { type IngestResult, ingestResult } from '../projections/ingest-result.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';
import { rulesAround } from '../projections/rules-around.ts';

/** What recording an article did. */
export type RecordedArticle = {
  readonly outcome: 'recorded';
  readonly appended: Appended;
  readonly events: number;
  /** Facts that it reports, and how many of them the ledger had not heard of before. */
  readonly facts: number;
  readonly newFacts: number;
  /** null in a large batch, where effects are found for the batch as a whole. */
  readonly result: IngestResult | null;
};

/** What became of an article that was to be recorded. */
export type Ingested = { readonly article: string; readonly revision: number; readonly partnership: string } & (
  | RecordedArticle
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly rule: string; readonly message: string }
);

/** Where articles are recorded. */
export type Target = { readonly recorder: Recorder; readonly histories: Histories; readonly views: LedgerViews };

// The facts of each partnership that the ledger has heard of, while a batch goes on.
type Heard = Map<string, Set<string>>;

async function heardOf(partnership: string, heard: Heard, { histories }: Target): Promise<Set<string>> {
  const known =
    heard.get(partnership) ?? new Set((await histories.of(partnershipStream(partnership))).relevant.facts());
  heard.set(partnership, known);
  return known;
}

/**
 * Records articles one after another and yields what became of each. One that is too large for the store is refused as
 * well. To weigh an article's effects, all reports of its facts are read: with `effects: false` that is left out, and
 * an article takes the same time however many were recorded before.
 */
export async function* ingestArticles(
  readings: readonly ReadingDraft[],
  target: Target,
  { effects }: { readonly effects: boolean },
): AsyncGenerator<Ingested> {
  const heard: Heard = new Map();

  const record = async (reading: ReadingDraft): Promise<Ingested> => {
    const { article, revision, partnership } = reading;
    const of = { article, revision, partnership };
    const known = await heardOf(partnership, heard, target);
    const recorded = await recordArticle(reading, ownWriters.cli, target.recorder);
    if (recorded.outcome === 'unchanged') return { ...of, outcome: 'unchanged' };
    if (recorded.outcome === 'refused') return { ...of, outcome: 'refused', ...recorded.rejection };
    const { appended, events } = recorded;
    const facts = new Set(reading.reports.map(({ fact }) => fact));
    const newFacts = facts.difference(known).size;
    for (const fact of facts) known.add(fact);
    const did = { ...of, outcome: 'recorded', appended, events, facts: facts.size, newFacts } as const;
    if (!effects) return { ...did, result: null };
    const history = await target.histories.refreshed(partnershipStream(partnership));
    const around = await rulesAround(target.views, partnership, appended.position);
    return { ...did, result: ingestResult(appended, history, around) };
  };

  for (const reading of readings) {
    try {
      yield await record(reading);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      const { article, revision, partnership } = reading;
      yield { article, revision, partnership, outcome: 'refused', rule: 'too-large', message: error.message };
    }
  }
}
