import { partnershipStream } from '../domain/streams.ts';
import { effectsByKind } from '../projections/article.ts';
import { effectsOf } from '../projections/effects.ts';
import type { IngestResult } from '../projections/ingest-result.ts';
import type { OpenedLedger } from './context.ts';
import type { RecordedArticle } from './ingested.ts';

/** What a batch did to one partnership. */
export type BatchResult = IngestResult & { readonly partnership: string; readonly articles: number };

/** The effects of all articles of a batch on a partnership together, and the rules that their facts break now. */
export async function batchResult(
  partnership: string,
  recorded: readonly RecordedArticle[],
  { histories, views }: Pick<OpenedLedger, 'histories' | 'views'>,
): Promise<BatchResult> {
  const { events, relevant } = await histories.refreshed(partnershipStream(partnership));
  const own = new Set(
    recorded.flatMap(({ appended, events: count }) =>
      Array.from({ length: count }, (_, index) => appended.position - index),
    ),
  );
  const batch = events.filter(({ position }) => own.has(position));
  const effects = effectsOf(batch, relevant);
  const { cut } = await views.resolve({});
  const facts = cut === null ? [] : (await views.partnership(partnership, cut)).facts().facts;
  return {
    partnership,
    articles: recorded.length,
    effects: effectsByKind([...effects].map(([fact, found]) => ({ fact, effects: [...found] }))),
    flags: facts.flatMap(({ key, flags }) => (effects.has(key) ? flags.map((flag) => ({ fact: key, ...flag })) : [])),
  };
}
