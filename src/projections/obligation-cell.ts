import { asText } from '../domain/events/field.ts';
import { obligationStatus } from '../domain/obligation-status.ts';
import { compareDates, type Day, type UncertainDate } from '../domain/uncertain-date.ts';
import type { ViewFact } from './facts-in-view.ts';
import { flagsShown } from './flags-shown.ts';
import { nameOf, type SubjectNames } from './names.ts';
import type { Cell } from './shapes/obligations.ts';
import type { Source } from './shapes/source.ts';
import { dateOf, sourceOf } from './source-of.ts';
import { factLink, inOrderOfTime, occurredOf, summaryOf } from './timeline.ts';

/** The facts that one obligation of one edition (or of the programme) is made of. */
export type CellFacts = {
  readonly obligation: string;
  /** Facts of the obligation itself. */
  readonly own: readonly ViewFact[];
  /** Its own facts without what is only possible. */
  readonly certain: readonly ViewFact[];
  /** Activations, storefronts and projects that are milestones of it. */
  readonly related: readonly ViewFact[];
  /** The day on which the Games close; null where none is known or there is none. */
  readonly closing: Day | null;
};

/** What is common to all cells of a view. */
export type CellContext = { readonly partnership: string; readonly names: SubjectNames; readonly occurredAsOf: Day };

function statusBearing(facts: readonly ViewFact[]): readonly ViewFact[] {
  return facts.filter(({ type, flags }) => type.type !== 'ObligationQualified' && flags.length === 0);
}

/** A limit or an aim that a source puts on what is owed. */
export function qualificationOf(fact: ViewFact, names: SubjectNames): Cell['qualifications'][number] {
  return {
    fact: fact.key,
    text: summaryOf(fact, names),
    timing: fact.timing,
    sources: fact.evidence.map(sourceOf),
  };
}

function milestoneOf(fact: ViewFact, names: SubjectNames): Cell['milestones'][number] {
  return {
    fact: fact.key,
    type: fact.type.type,
    summary: summaryOf(fact, names),
    status: fact.status,
    timing: fact.timing,
    occurred: occurredOf(fact),
    planned: fact.plannedFor,
    sources: fact.evidence.map(sourceOf),
  };
}

function distinctSources(facts: readonly ViewFact[]): Source[] {
  const sources = facts.flatMap(({ evidence }) => evidence.map(sourceOf));
  return [...new Map(sources.map((source) => [source.id, source])).values()];
}

function lastReport(facts: readonly ViewFact[]): Cell['lastReport'] {
  const dates = facts.flatMap(({ evidence }) => evidence.flatMap(({ published }) => published ?? []));
  const byLatest = (a: UncertainDate, b: UncertainDate) =>
    (a.latest ?? ':') < (b.latest ?? ':') ? -1 : (a.latest ?? ':') > (b.latest ?? ':') ? 1 : compareDates(a, b);
  const last = dates.toSorted(byLatest).at(-1);
  return last === undefined ? null : dateOf(last);
}

const deliveries = new Set(['ObligationDelivered', 'ObligationPartlyDelivered']);
const settledWithoutDelivery = new Set(['waived', 'breached']);

/** One cell of the table of obligations: where an obligation stands, what limits it and who says so. */
export function obligationCell(facts: CellFacts, { partnership, names, occurredAsOf }: CellContext): Cell {
  const { obligation, own, related, closing } = facts;
  const { status, otherStatuses } = obligationStatus(statusBearing(own));
  const sure = obligationStatus(statusBearing(facts.certain)).status;
  const closed = closing !== null && closing <= occurredAsOf;
  const reported = own.some(({ stage, type }) => stage === 'happened' && deliveries.has(type.type));
  const qualifications = own.filter(({ type }) => type.type === 'ObligationQualified');
  const planned = own.filter(({ stage, type }) => stage !== 'happened' && type.type !== 'ObligationQualified');
  const reached = own.filter(({ stage, type }) => stage === 'happened' && type.type === 'ObligationMilestoneReached');
  const scope = own.find(({ type }) => type.type === 'ObligationUndertaken')?.fields['scope']?.value;
  return {
    obligation,
    name: nameOf(names, 'obligation', obligation),
    status,
    timing:
      status === sure && (status !== null || own.every(({ timing }) => timing === 'certain')) ? 'certain' : 'possible',
    otherStatuses: [...otherStatuses],
    closedWithoutReport: closed && !reported && !settledWithoutDelivery.has(status ?? ''),
    lastReport: lastReport(own),
    scope: scope === undefined ? null : asText(scope),
    qualifications: qualifications.toSorted(inOrderOfTime).map((fact) => qualificationOf(fact, names)),
    milestones: [...reached, ...planned, ...related].toSorted(inOrderOfTime).map((fact) => milestoneOf(fact, names)),
    contested: own.some(({ contested }) => contested),
    reopened: own.some(({ reopened }) => reopened),
    flags: own.toSorted(inOrderOfTime).flatMap(flagsShown),
    sources: distinctSources(own.toSorted(inOrderOfTime)),
    links: { facts: own.toSorted(inOrderOfTime).map(({ key }) => factLink(partnership, key)) },
  };
}
