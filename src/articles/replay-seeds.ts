import { ownWriters } from '../domain/writers.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { type Recorder, recordArticle } from './record.ts';
import { recordReferences } from './record-references.ts';
import type { Seeds } from './seeds.ts';

/** How far a replay has come: `done` of `total` articles, and the one that was recorded last. */
export type ReplayProgress = { readonly done: number; readonly total: number; readonly article: string };

/** What a replay appended: events in all, and which articles were new. Refused ones are named with the reason. */
export type Replayed = {
  readonly events: number;
  readonly recorded: readonly string[];
  readonly refused: readonly { readonly article: string; readonly message: string }[];
};

/** Records references first, then the articles, whatever of them is not recorded yet. */
export async function replaySeeds(
  seeds: Seeds,
  recorder: Recorder & { readonly store: Pick<EventStore, 'append' | 'readStream'> },
  onProgress: (progress: ReplayProgress) => void = () => undefined,
): Promise<Replayed> {
  let events = await recordReferences(seeds.games, ownWriters.seeds, recorder.store);
  const recorded: string[] = [];
  const refused: { article: string; message: string }[] = [];
  for (const [index, reading] of seeds.readings.entries()) {
    const result = await recordArticle(reading, ownWriters.seeds, recorder);
    if (result.outcome === 'recorded') {
      events += result.events;
      recorded.push(reading.article);
    } else if (result.outcome === 'refused') {
      refused.push({ article: reading.article, message: result.rejection.message });
    }
    onProgress({ done: index + 1, total: seeds.readings.length, article: reading.article });
  }
  return { events, recorded, refused };
}
