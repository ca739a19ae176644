import { decisionsInForce, evidenceAt, type LeftOut } from '../domain/evidence-at.ts';
import { factState } from '../domain/fact-state.ts';
import type { DecisionEvent } from '../domain/ledger-event.ts';
import type { Step } from '../domain/trail.ts';
import type { ViewFact } from './facts-in-view.ts';
import type { PartnershipView } from './partnership-view.ts';
import { replacedDecisions } from './replaced-decisions.ts';
import type { DecisionWhy, Excluded, Why } from './shapes/why.ts';
import { sourceOf } from './source-of.ts';
import { factLink } from './timeline.ts';
import { valuesOf } from './why-values.ts';
import { exclusionText, statusText } from './why-words.ts';

function certaintyOf({ cut }: PartnershipView) {
  return cut.timing === 'certain' ? 'certain' : 'possible';
}

// The same functions, over the same reports, that made the displayed fact; only now somebody listens.
function stepsOf(view: PartnershipView, fact: ViewFact): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>();
  const certainty = fact.status === 'unsupported' ? 'possible' : certaintyOf(view);
  factState(fact, view.cut.occurredAsOf, certainty, (about, step) =>
    steps.set(about, [...(steps.get(about) ?? []), step]),
  );
  return steps;
}

function excludedOf(view: PartnershipView, keys: ReadonlySet<string>): readonly Excluded[] {
  const { history } = view.ground;
  const found: LeftOut[] = [];
  evidenceAt(history, view.cut, certaintyOf(view), (one) => found.push(one));
  return found
    .filter(({ report }) => keys.has(report.fact))
    .toSorted((a, b) => a.report.position - b.report.position)
    .map(({ report, publication, rule, by }) => {
      const { fact, date, fields } = report;
      const publisher = publication?.reading.read.publisher ?? null;
      const published = publication?.published ?? null;
      const source = sourceOf({ report, fact, date, fields, publisher, published, corrections: [], damaged: [] });
      return { ...source, rule, by: by?.position ?? null, text: exclusionText(rule) };
    });
}

const reasons: Readonly<Record<DecisionEvent['decision']['type'], string>> = {
  FactCorrected: 'what its reports say is corrected',
  FactRetracted: 'its reports count no more',
  ContestResolved: 'the contest is settled for the reports that were judged',
  FactsMerged: 'the reports of one key count under the other',
};

function decisionsOn(view: PartnershipView, keys: ReadonlySet<string>): readonly DecisionWhy[] {
  const decisions = view.ground.history.filter(
    (event): event is DecisionEvent =>
      event.kind === 'decision' &&
      (keys.has(event.decision.fact) || (event.decision.type === 'FactsMerged' && keys.has(event.decision.from))),
  );
  const known = decisionsInForce(decisions, view.cut, certaintyOf(view));
  const inForce = new Set(known);
  // Among those that this reader could know: one whose reference came out later replaces nothing for him yet.
  const replaced = new Map(replacedDecisions(known).map(({ earlier, later }) => [earlier, later.position]));
  return decisions.map((event) => {
    const { decision, position, recordedAt, recordedBy } = event;
    const by = replaced.get(event);
    const text = by === undefined ? reasons[decision.type] : `the decision at position ${by} stands in its place`;
    const valued =
      'value' in decision ? { field: decision.field, value: decision.value } : { field: null, value: null };
    return {
      position,
      recordedAt,
      recordedBy,
      type: decision.type,
      ...valued,
      reason: decision.reason,
      inForce: inForce.has(event) && by === undefined,
      text: inForce.has(event) ? text : 'it rests on a reference that was published after reportedAsOf',
    };
  });
}

/** The last event that the explanation depends on: it also names what reportedAsOf excludes, which a view does not. */
export function lastOfWhy({ ground, last }: PartnershipView): PartnershipView['last'] {
  const own = ground.history.at(-1);
  if (own === undefined || (last !== null && last.position >= own.position)) return last;
  return { position: own.position, recordedAt: own.recordedAt };
}

/** What is to be explained: the keys that stand for a fact, and the fact as the timeline shows it, if it does. */
export type Explained = {
  readonly fact: string;
  readonly keys: ReadonlySet<string>;
  readonly shown: ViewFact | undefined;
};

/**
 * Why a fact says what it says at a cut: every displayed value and the rule that chose it, every report up to the cut's
 * position, and what became of it.
 */
export function why(view: PartnershipView, { fact, keys, shown }: Explained): Why {
  const link = factLink(view.partnership, fact);
  const rest = {
    fact,
    excluded: [...excludedOf(view, keys)],
    decisions: [...decisionsOn(view, keys)],
    links: { fact: link, history: `${link}/audit` },
  };
  if (shown === undefined) return { ...rest, status: null, values: [], considered: [] };
  const { status, statusRule, timing, calledOffBy } = shown;
  // No clock took its reports: they were taken back, or replaced.
  const certainly =
    status === 'unsupported' ? status : (view.facts().certain.find(({ key }) => key === fact)?.status ?? null);
  const counting = status === 'unsupported' ? [] : shown.evidence;
  return {
    ...rest,
    status: { value: status, timing, certainly, rule: statusRule, by: calledOffBy, text: statusText(statusRule) },
    values: [...valuesOf(shown, stepsOf(view, shown))],
    considered: counting.map((evidence) => ({
      ...sourceOf(evidence),
      mergedFrom: evidence.report.fact === fact ? null : evidence.report.fact,
    })),
  };
}
