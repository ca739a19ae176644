import { type Certainty, hasCome } from '../domain/cut.ts';
import { decisionsInForce, mergedInto, mergesIn } from '../domain/evidence-at.ts';
import type { DecisionEvent, LedgerEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import type { Day } from '../domain/uncertain-date.ts';

/**
 * The events of a history that bear on an answer for a reader on `reportedAsOf` (null: no limit): what was certainly
 * published after it does not, nor what was decided on that alone, or by a reference that was. Where only what is
 * certain is asked for, neither does what was possibly published after it.
 */
export function bearing(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty = 'possible',
): readonly LedgerEvent[] {
  if (reportedAsOf === null) return history;
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  const visible = new Set<string>();
  const articles = new Set<string>();
  for (const { published, reading, replaced } of [...readings.values()].flatMap(publicationsOf)) {
    if (!hasCome(published, reportedAsOf, certainty)) continue;
    articles.add(reading.read.article);
    for (const one of [...replaced, reading]) for (const id of [one.id, ...one.read.reports]) visible.add(id);
  }
  const decisions = history.filter((event): event is DecisionEvent => event.kind === 'decision');
  const inForce = new Set<LedgerEvent>(decisionsInForce(decisions, { reportedAsOf }, certainty));
  const merges = mergesIn(history);
  const facts = new Set(
    history.flatMap((event) =>
      event.kind === 'report' && visible.has(event.id) ? [mergedInto(event.fact, merges)] : [],
    ),
  );
  const isOnVisible = ({ decision }: DecisionEvent): boolean =>
    'reports' in decision
      ? decision.reports.some((id) => visible.has(id))
      : facts.has(mergedInto(decision.fact, merges));
  return history.filter((event) => {
    if (event.kind === 'decision') return inForce.has(event) && isOnVisible(event);
    if (event.kind === 'reference') return hasCome(event.published, reportedAsOf, certainty);
    return event.kind === 'retraction' ? articles.has(event.retracted.article) : visible.has(event.id);
  });
}
