import { recordArticle } from '../articles/record.ts';
import type { ReadingDraft } from '../domain/reading.ts';
import { ownWriters } from '../domain/writers.ts';
import type { KnownLedger } from './known-ledger.ts';

/** What would become of an article if it were recorded. */
export type Rehearsed =
  | { readonly outcome: 'recorded' | 'unchanged' }
  | { readonly outcome: 'refused'; readonly message: string };

/** Tells what would become of an article after the ledger's own and after those of `before`. Records nothing. */
export async function rehearse(
  reading: ReadingDraft,
  before: readonly ReadingDraft[],
  { rehearsal }: KnownLedger,
): Promise<Rehearsed> {
  const { article, revision, partnership, digest } = reading;
  const known = await recordArticle(reading, ownWriters.check, rehearsal);
  if (known.outcome === 'refused') return { outcome: 'refused', message: known.rejection.message };
  if (known.outcome === 'unchanged') return { outcome: 'unchanged' };
  const same = before.filter((one) => one.article === article);
  if (same.some((one) => one.partnership !== partnership)) {
    return {
      outcome: 'refused',
      message: `another of these files gives the id ${article} to an article on another partnership`,
    };
  }
  const twin = same.find((one) => one.revision === revision);
  if (twin === undefined) return { outcome: 'recorded' };
  if (twin.digest === digest) return { outcome: 'unchanged' };
  return {
    outcome: 'refused',
    message: `another of these files is revision ${revision} of article ${article}, with other content`,
  };
}
