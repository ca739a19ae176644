import { type Certainty, type Cut, hasCome } from '../domain/cut.ts';
import { lifecycleRank } from '../domain/events/vocabulary.ts';
import { firstReport } from '../domain/fact.ts';
import { inTellingOrder, isDrift } from './drift-steps.ts';
import { everPublished, type Telling } from './ever-published.ts';
import type { Ground, ViewFact } from './facts-in-view.ts';
import { fieldDrift } from './field-drift.ts';
import { flagsShown } from './flags-shown.ts';
import type { SubjectNames } from './names.ts';
import { planDrift } from './plan-drift.ts';
import { happenedOn, reportingLag } from './reporting-lag.ts';
import type { DriftEntry } from './shapes/drift.ts';
import { sourceOf } from './source-of.ts';
import { factLink, occurredOf, summaryOf } from './timeline.ts';

/** A fact with every report that ever told of it, in order of publication. */
export type ToldFact = { readonly fact: ViewFact; readonly tellings: readonly Telling[] };

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function inOrder({ fact: a }: ToldFact, { fact: b }: ToldFact): number {
  const [x, y] = [firstReport(a).date, firstReport(b).date];
  return (
    compare(x.earliest ?? '', y.earliest ?? '') ||
    compare(x.latest ?? ':', y.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

// On the occurred clock a plan or a denial exists from its publication, and what happened from when it did.
function come(fact: ViewFact, tellings: readonly Telling[], { occurredAsOf }: Cut, certainty: Certainty) {
  const when = happenedOn(fact, tellings);
  const has =
    fact.stage === 'happened' ||
    (when !== null && hasCome({ ...when.date, earliest: when.possibleFrom }, occurredAsOf, certainty));
  return tellings.filter(({ evidence }) =>
    evidence.report.modality === 'happened' ? has : hasCome(evidence.published, occurredAsOf, certainty),
  );
}

/**
 * Facts with all that was ever published of them by a cut, in the order of their first report: also what stood in a
 * text that its publisher replaced. What we misread is no telling.
 */
export function toldFacts({ history }: Ground, facts: readonly ViewFact[], cut: Cut, certainty: Certainty) {
  const tellings = Map.groupBy(everPublished(history, cut.reportedAsOf, certainty), ({ evidence }) => evidence.fact);
  return facts
    .flatMap((fact): ToldFact[] => {
      const told = inTellingOrder(come(fact, tellings.get(fact.key) ?? [], cut, certainty));
      return told.length === 0 ? [] : [{ fact, tellings: told }];
    })
    .toSorted(inOrder);
}

/** Whether a fact was told more than once, or planned: only then can it have drifted. */
export function canDrift({ tellings }: ToldFact): boolean {
  return tellings.length > 1 || tellings.some(({ evidence }) => evidence.report.modality === 'planned');
}

const kinds = { happened: 'happened', denied: 'denied', cancelled: 'cancelled', unsupported: 'withdrawn' } as const;

function kindOf({ status }: ViewFact): NonNullable<DriftEntry['outcome']>['kind'] {
  return status in kinds ? kinds[status as keyof typeof kinds] : 'nothing-since';
}

function outcomeOf({ fact, tellings }: ToldFact): DriftEntry['outcome'] {
  if (!tellings.some(({ evidence }) => evidence.report.modality === 'planned')) return null;
  const kind = kindOf(fact);
  const telling = tellings.filter(({ evidence, counts }) => counts && evidence.report.modality === kind);
  return {
    kind,
    occurred: occurredOf(fact),
    variance: fact.variance,
    sources: telling.map(({ evidence }) => sourceOf(evidence)),
  };
}

/** How a fact was told: what changed from article to article, what came of it, and how late it was told. */
export function driftEntry(told: ToldFact, partnership: string, names: SubjectNames): DriftEntry {
  const { fact, tellings } = told;
  const plan = planDrift(tellings, fact.plan.current?.evidence ?? []);
  const fields = fieldDrift(fact.type, tellings);
  const link = factLink(partnership, fact.key);
  return {
    fact: fact.key,
    type: fact.type.type,
    summary: summaryOf(fact, names),
    status: fact.status,
    timing: fact.timing,
    games: [...fact.games],
    told: tellings.length,
    articles: [...new Set(tellings.map(({ evidence }) => evidence.report.metadata.article))],
    changed: plan.some(isDrift) || fields.some(({ changed }) => changed),
    plan: [...plan],
    fields: [...fields],
    outcome: outcomeOf(told),
    lag: reportingLag(fact, tellings),
    flags: flagsShown(fact),
    links: { fact: link, history: `${link}/audit` },
  };
}
