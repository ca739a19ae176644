import { type Recorder, recordArticle } from '../articles/record.ts';
import type { ReadingDraft } from '../domain/reading.ts';
import { partnershipStream } from '../domain/streams.ts';
import { TooLarge } from '../event-store/event-store.ts';
import type { Histories } from '../projections/histories.ts';
import { type IngestResult, ingestResult } from '../projections/ingest-result.ts';

/** What became of an article, and what it did to the facts. */
export type Ingested = { readonly article: string; readonly revision: number } & (
  | { readonly outcome: 'recorded'; readonly events: number; readonly position: number; readonly result: IngestResult }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly rule: string; readonly message: string }
);

/** Where articles are recorded. */
export type Target = { readonly recorder: Recorder; readonly histories: Histories };

/** Records an article and finds its effects. One that is too large for the store is refused as well. */
export const ingestArticle = async (reading: ReadingDraft, { recorder, histories }: Target): Promise<Ingested> => {
  const { article, revision, partnership } = reading;
  try {
    const recorded = await recordArticle(reading, 'cli', recorder);
    if (recorded.outcome === 'unchanged') return { article, revision, outcome: 'unchanged' };
    if (recorded.outcome === 'refused') {
      const { rule, message } = recorded.rejection;
      return { article, revision, outcome: 'refused', rule, message };
    }
    const { appended, events } = recorded;
    const result = ingestResult(appended, await histories.refreshed(partnershipStream(partnership)));
    return { article, revision, outcome: 'recorded', events, position: appended.position, result };
  } catch (error) {
    if (error instanceof TooLarge) {
      return { article, revision, outcome: 'refused', rule: 'too-large', message: error.message };
    }
    throw error;
  }
};
