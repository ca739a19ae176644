import { mergedInto, mergesIn } from '../domain/evidence-at.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { touching } from '../projections/answers/fact-trail.ts';
import { versionOfArticle, versionsOf } from '../projections/versions.ts';

/** What a steward saw: a fact or an article, and its version then, with where in the request that stands. */
export type Seen = {
  readonly what: 'fact' | 'article';
  readonly id: string;
  readonly version: number;
  readonly from: 'if-match' | 'fromVersion';
};

/** What is no longer as it was seen: its version now, and the events that touched it since. */
export type Stale = { readonly seen: Seen; readonly version: number; readonly since: readonly LedgerEvent[] };

function isOfArticle(event: LedgerEvent, article: string): boolean {
  return (
    (event.kind === 'reading' && event.read.article === article) ||
    (event.kind === 'retraction' && event.retracted.article === article)
  );
}

function eventsOn(history: readonly LedgerEvent[], { what, id }: Seen): readonly LedgerEvent[] {
  if (what === 'article') return history.filter((event) => isOfArticle(event, id));
  const positions = touching(id, history);
  return history.filter(({ position }) => positions.has(position));
}

/**
 * The first thing that is no longer as it was seen, null where all is. What is not there, or is another fact by now, is
 * no matter of versions: the decision itself is refused then.
 */
export function staleness(history: readonly LedgerEvent[], seen: readonly Seen[]): Stale | null {
  const facts = versionsOf(history);
  const merges = mergesIn(history);
  for (const one of seen) {
    const isAnother = one.what === 'fact' && mergedInto(one.id, merges) !== one.id;
    const version = (one.what === 'fact' ? facts.get(one.id) : versionOfArticle(history, one.id)) ?? null;
    if (version === null || isAnother || version === one.version) continue;
    const since = eventsOn(history, one).filter(({ position }) => position > one.version);
    return { seen: one, version, since };
  }
  return null;
}
