import { mergedInto, mergesIn } from '../../domain/evidence-at.ts';
import type { LedgerEvent } from '../../domain/ledger-event.ts';
import { articleChanges } from '../article-named.ts';
import type { PartnershipView } from '../partnership-view.ts';
import type { AuditEntry } from '../shapes/audit.ts';

/** The fact that a key stands for, once facts were merged. */
export function remainingKey(key: string, history: readonly LedgerEvent[]): string {
  return mergedInto(key, mergesIn(history));
}

/** The keys that stand for a fact: its own, and those that were merged into it. */
export function keysOf(fact: string, history: readonly LedgerEvent[]): ReadonlySet<string> {
  const merges = mergesIn(history);
  const from = merges.flatMap(({ decision }) => (decision.type === 'FactsMerged' ? [decision.from] : []));
  return new Set([fact, ...from.filter((key) => mergedInto(key, merges) === fact)]);
}

/** Positions of the events that touched a fact: its reports, decisions on it, and what drops or dates one. */
export function touching(fact: string, history: readonly LedgerEvent[]): ReadonlySet<number> {
  const keys = keysOf(fact, history);
  const articles = new Set<string>();
  const positions = new Set<number>();
  const changes = articleChanges();
  for (const event of history) {
    const { position } = event;
    if (articles.has(changes(event) ?? '')) positions.add(position);
    if (event.kind === 'report' && keys.has(event.fact)) {
      articles.add(event.metadata.article);
      positions.add(position);
    } else if (event.kind === 'decision' && keys.has(event.decision.fact)) {
      positions.add(position);
    }
  }
  return positions;
}

/** The audit trail of one fact. */
export function factTrail(view: PartnershipView, fact: string): readonly AuditEntry[] {
  const { history } = view.ground;
  const positions = touching(remainingKey(fact, history), history);
  return view.audit().filter(({ position }) => positions.has(position));
}
