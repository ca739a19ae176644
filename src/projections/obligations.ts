import * as z from 'zod';
import { type Cut, compare, type Evidence, hasCome, isFirm, withoutGuesses } from '../domain/facts/evidence.ts';
import { type FactState, inModality, isGuess } from '../domain/facts/fact.ts';
import { type FactsInView, isOfCertain, type ViewFact, withoutHearsay } from '../domain/facts/facts-at.ts';
import { editionStatus, editionStatuses, type Games, windowOf } from '../domain/facts/games-calendar.ts';
import { contradicts } from '../domain/facts/merge.ts';
import { isIllegalMove } from '../domain/facts/rules.ts';
import {
  type ObligationStatus,
  obligationAtEnd,
  obligationStatus,
  type StandingChoice,
} from '../domain/facts/standing.ts';
import { endOfAgreement, happenedOfType } from '../domain/facts/term.ts';
import { measureOf } from '../domain/facts/wholes.ts';
import { compareDates, type Day, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { asText, measure } from '../domain/vocabulary/event-type.ts';
import { lifecycleRank, partyRoles } from '../domain/vocabulary/event-types.ts';
import { compareEditions, firstDayOf, seriesOf } from '../domain/vocabulary/games-editions.ts';
import type { Quantity } from '../domain/vocabulary/quantity.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, beginAnswer, type Question } from './answer.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import {
  dateOf,
  dateShape,
  flagShape,
  gamesName,
  moreShape,
  nameOf,
  sourceShape,
  sourcesShape,
  timingShape,
} from './shapes.ts';
import { type Shown, type Sourced, sourcesOf } from './sources.ts';
import { entryShape, factLink, flagsShown, inOrderOfTime, occurredOf, statusShape, summaryOf } from './timeline.ts';
import { titleOf } from './titles.ts';

/** The obligations per Games: a row for every covered edition, a column for every obligation, and the programme. */
export function obligations(
  view: FactsInView,
  cut: Cut,
  partnership: string,
  names: SubjectNames,
  shown?: Shown,
): Obligations {
  const owed = view.facts.filter(isObligation);
  const byPlace = Map.groupBy(owed, placeOf);
  const byCell = Map.groupBy(owed, cellOfFact);
  const matrix: Matrix = {
    view,
    byPlace,
    byCell,
    certainByCell: Map.groupBy(view.certain.filter(isObligation), cellOfFact),
    relatedByCell: relatedFacts(view, byCell),
    end: endOfAgreement(view.facts, cut.occurredAsOf),
    certainEnd: endOfAgreement(view.certain, cut.occurredAsOf),
    occurredAsOf: cut.occurredAsOf,
    partnership,
    names,
    shown,
  };
  const coverage = new Map(
    view.facts
      .filter(({ type, stage }) => type.type === 'CoverageDeclared' && stage === 'happened')
      .map((fact) => [fact.games[0] as Place, fact]),
  );
  const editions = new Set([...coverage.keys(), ...byPlace.keys()].filter((place) => place !== programme));
  const rows = [...editions].toSorted(compareEditions).map((edition) => rowOf(edition, coverage.get(edition), matrix));
  const wholeProgramme = { qualifications: qualificationsAt(programme, matrix), cells: cellsAt(programme, matrix) };
  const columns = new Set([...rows, wholeProgramme].flatMap(({ cells }) => Object.keys(cells)));
  return {
    columns: [...columns]
      .toSorted()
      .map((obligation) => ({ obligation, name: nameOf(names, 'obligation', obligation) })),
    rows,
    programme: wholeProgramme,
  };
}

export type Obligations = z.infer<typeof obligationsShape>;

const qualificationShape = z.object({
  fact: z.string(),
  text: z.string(),
  timing: timingShape,
  ...sourcesShape,
});

export const obligationStatusShape = z.enum([
  'undertaken',
  'confirmed',
  'in-progress',
  'delivered',
  'partly-delivered',
  'postponed',
  'waived',
  'breached',
  'lapsed',
]);

const quantityShape = measure.extend({
  contested: z.boolean().describe('reports disagree on it, or an undertaking and its confirmation'),
});

/** One obligation for one edition, or of the whole programme. */
export const cellShape = z.object({
  obligation: z.string(),
  name: z.string(),
  status: obligationStatusShape.nullable().describe('null: only planned, qualified or denied so far'),
  timing: timingShape,
  guess: z.boolean().describe('only guesses tell of it'),
  otherStatuses: z.array(obligationStatusShape).describe('where another order within the bounds of the dates ends'),
  closedWithoutReport: z.boolean().describe('the Games have closed and no report mentions delivery; no breach'),
  denied: z
    .object(sourcesShape)
    .nullable()
    .describe('who denies a milestone of it; that is a report, and changes no status'),
  owedBy: z.enum(partyRoles).describe('who owes it; the partner where no report says otherwise'),
  lastReport: dateShape.nullable().describe('publication of the last report'),
  scope: z.string().nullable(),
  quantity: quantityShape.nullable().describe('how much is owed: as undertaken, else as confirmed or qualified'),
  delivered: quantityShape.nullable().describe('how much was delivered, of all or in part'),
  qualifications: z.array(qualificationShape),
  milestones: z.array(
    entryShape
      .pick({
        fact: true,
        type: true,
        title: true,
        summary: true,
        timing: true,
        guess: true,
        occurred: true,
        planned: true,
        sources: true,
        moreSources: true,
      })
      .extend({ status: statusShape }),
  ),
  contested: z.boolean(),
  reopened: z.boolean(),
  flags: z.array(flagShape),
  ...sourcesShape,
  links: z.object({ facts: z.array(z.string()) }),
});

export const rowShape = z.object({
  edition: z.string(),
  series: z.string().describe('olympics, or the id of another series, such as fifa-world-cup'),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  editionStatus: z.enum(editionStatuses).describe('moved until the new dates begin; held once they are over'),
  implied: z.boolean().describe('no source names these Games; the span of the agreement covers them'),
  timing: timingShape,
  coverage: z.array(sourceShape).describe('sources that say these Games are covered'),
  moreCoverage: moreShape.optional(),
  qualifications: z.array(qualificationShape),
  cells: z.record(z.string(), cellShape),
});

export const obligationsShape = z.object({
  columns: z.array(z.object({ obligation: z.string(), name: z.string() })),
  rows: z.array(rowShape),
  programme: z.object({ qualifications: z.array(qualificationShape), cells: z.record(z.string(), cellShape) }),
});

type Matrix = {
  readonly view: FactsInView;
  /** The facts of obligations, those of them that are certain, and the facts that are milestones of one. */
  readonly byPlace: ReadonlyMap<Place, readonly ViewFact[]>;
  readonly byCell: ByCell;
  readonly certainByCell: ByCell;
  readonly relatedByCell: ByCell;
  /** When the agreement ended, and when it certainly did; null while it runs. */
  readonly end: UncertainDate | null;
  readonly certainEnd: UncertainDate | null;
  readonly occurredAsOf: Day;
  readonly partnership: string;
  readonly names: SubjectNames;
  /** How many sources each list shows. */
  readonly shown: Shown | undefined;
};

// A Games edition, or `programme` for what binds no single Games.
type Place = string;

// By `cellAt`.
type ByCell = ReadonlyMap<string, readonly ViewFact[]>;

function cellAt(place: Place, obligation: string | null): string {
  return `${place} ${obligation}`;
}

function cellOfFact(fact: ViewFact): string {
  return cellAt(placeOf(fact), fact.subject);
}

function isObligation({ type }: ViewFact): boolean {
  return type.kind === 'obligation';
}

function placeOf({ games }: ViewFact): Place {
  return games[0] ?? programme;
}

const programme = 'programme';

export type Row = z.infer<typeof rowShape>;

function rowOf(edition: Place, coverage: ViewFact | undefined, matrix: Matrix): Row {
  const games = gamesAt(edition, matrix);
  const facts = matrix.byPlace.get(edition) ?? [];
  const sources = [...(coverage?.evidence ?? []), ...facts.flatMap(({ evidence }) => evidence)];
  const covering = sourcesOfFacts(coverage === undefined ? [] : [coverage], matrix);
  const isCertain = (coverage === undefined ? facts : [coverage]).some(({ timing }) => timing === 'certain');
  return {
    edition,
    series: seriesOf(edition),
    name: gamesName(edition, matrix.view.games),
    host: games?.host ?? null,
    window: games?.window ? dateOf(games.window) : null,
    editionStatus: editionStatus(games, matrix.occurredAsOf),
    implied: sources.every(({ report }) => report.metadata.implied),
    timing: isCertain ? 'certain' : 'possible',
    coverage: covering.sources,
    ...(covering.moreSources && { moreCoverage: covering.moreSources }),
    qualifications: qualificationsAt(edition, matrix),
    cells: cellsAt(edition, matrix),
  };
}

function gamesAt(place: Place, { view }: Matrix): Games | undefined {
  return view.games.find(({ edition }) => edition === place);
}

// The limits on everything that is owed at a place.
function qualificationsAt(place: Place, matrix: Matrix): Cell['qualifications'] {
  const facts = (matrix.byPlace.get(place) ?? []).filter(({ subject }) => subject === null);
  return facts.toSorted(inOrderOfTime).map((fact) => qualificationOf(fact, matrix));
}

// A limit or an aim that a source puts on what is owed.
function qualificationOf(fact: ViewFact, matrix: Matrix): Cell['qualifications'][number] {
  return {
    fact: fact.key,
    text: summaryOf(fact, matrix.names),
    timing: fact.timing,
    ...sourcesOfFacts([fact], matrix),
  };
}

// The sources of facts, each once, in the order of the facts.
function sourcesOfFacts(facts: readonly ViewFact[], matrix: Matrix): Sourced {
  const evidence = new Map(facts.flatMap((fact) => fact.evidence.map((one) => [one.report.id, one] as const)));
  return sourcesOf([...evidence.values()], linksTo(facts, matrix), matrix.shown);
}

function linksTo(facts: readonly ViewFact[], { partnership }: Matrix): readonly string[] {
  return facts.map(({ key }) => factLink(partnership, key));
}

function cellsAt(place: Place, matrix: Matrix): Record<string, Cell> {
  const subjects = (matrix.byPlace.get(place) ?? []).flatMap(({ subject }) => subject ?? []);
  const distinct = [...new Set(subjects)].toSorted();
  return Object.fromEntries(distinct.map((obligation) => [obligation, cellOf(obligation, place, matrix)]));
}

export type Cell = z.infer<typeof cellShape>;

function cellOf(obligation: string, place: Place, matrix: Matrix): Cell {
  const { names, occurredAsOf } = matrix;
  const cell = cellAt(place, obligation);
  const { view } = matrix;
  const facts = (matrix.byCell.get(cell) ?? []).toSorted(inOrderOfTime);
  const sure = withoutHearsay((matrix.certainByCell.get(cell) ?? []).toSorted(inOrderOfTime));
  const { status, otherStatuses } = standingAt(place, isOfCertain(view) ? sure : facts, matrix.end, matrix);
  const certainStatus = standingAt(place, sure, matrix.certainEnd, matrix).status;
  const isCertain = status === certainStatus && (status !== null || facts.every(({ timing }) => timing === 'certain'));
  const closing = windowOf(gamesAt(place, matrix))?.latest ?? null;
  const isClosed = closing !== null && closing <= occurredAsOf;
  // What only guesses, hearsay and denials tell of was promised by nobody.
  const isPromised = withoutHearsay(facts).some(({ stage }) => stage !== 'denied');
  const isDelivered = happenedOfType(facts, ...deliveries).length > 0;
  const isSettled = [status, ...otherStatuses].some((one) => one === 'waived' || one === 'breached');
  const denials = facts.flatMap((fact) => denialsOf(fact, matrix));
  // A denial speaks of what was known when it was published: an early one says nothing of what came later.
  const isDenied = denials.some(({ published }) => closing === null || !isBefore(published, closing));
  const scope = facts.find(({ type }) => type.type === 'ObligationUndertaken')?.fields['scope']?.value;
  const milestones = [...facts.filter(isMilestone), ...(matrix.relatedByCell.get(cell) ?? [])];
  return {
    obligation,
    name: nameOf(names, 'obligation', obligation),
    status,
    timing: isCertain ? 'certain' : 'possible',
    guess: facts.every(isGuess),
    otherStatuses: [...otherStatuses],
    closedWithoutReport: isClosed && isPromised && !isDelivered && status !== 'lapsed' && !isSettled && !isDenied,
    denied: denials.length === 0 ? null : sourcesOf(denials, linksTo(facts, matrix), matrix.shown),
    owedBy: debtorOf(facts),
    lastReport: lastReport(facts),
    scope: scope === undefined ? null : asText(scope),
    quantity: quantityIn(facts, 'ObligationUndertaken', 'ObligationConfirmed', 'ObligationQualified'),
    delivered: quantityIn(happenedOfType(facts, ...deliveries), 'ObligationDelivered', 'ObligationPartlyDelivered'),
    qualifications: facts.filter(isQualification).map((fact) => qualificationOf(fact, matrix)),
    milestones: milestones.toSorted(inOrderOfTime).map((fact) => milestoneOf(fact, matrix)),
    contested: facts.some(({ contested }) => contested),
    reopened: facts.some(({ reopened }) => reopened),
    flags: facts.flatMap(flagsShown),
    ...sourcesOfFacts(facts, matrix),
    links: { facts: [...linksTo(facts, matrix)] },
  };
}

// As told by those who tell of the agreement before those who tell of what became of it. A guess counts only where nobody
// else tells of the fact.
function debtorOf(facts: readonly FactState[]): Cell['owedBy'] {
  const told = facts.filter(
    ({ stage, evidence }) =>
      stage !== 'denied' && withoutGuesses(evidence).some(({ fields }) => fields['owedBy'] !== undefined),
  );
  const [first] = told.toSorted(
    (a, b) =>
      Number(isGuess(a)) - Number(isGuess(b)) ||
      lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
      compare(a.key, b.key),
  );
  return partyRoles.find((role) => role === first?.fields['owedBy']?.value) ?? 'partner';
}

// The quantity of the first of these types that has one. A limit or a part contradicts no whole.
function quantityIn(facts: readonly FactState[], ...types: readonly string[]): Cell['quantity'] {
  const told = types.flatMap((type) =>
    facts.filter((fact) => fact.type.type === type && fact.stage !== 'denied' && fact.fields['quantity'] !== undefined),
  );
  const [first, ...others] = told;
  if (first === undefined) return null;
  const { quantity, unit, of } = first.fields;
  const isContradicted = others.some(
    ({ type, fields }) =>
      type.type === 'ObligationConfirmed' &&
      ['quantity', 'unit', 'of'].some((part) => {
        const [right, given] = [first.fields[part]?.value, fields[part]?.value];
        return right !== undefined && given !== undefined && contradicts(type, part, right, given);
      }),
  );
  const words = [unit, of].map((word) => (word === undefined ? null : asText(word.value)));
  return {
    ...measureOf(quantity?.value as Quantity, words),
    contested: quantity?.contested === true || isContradicted,
  };
}

// Who denies a fact by the day of the view, also where others tell of it. A guess denies nothing.
function denialsOf(fact: ViewFact, { view, occurredAsOf }: Matrix): readonly Evidence[] {
  const certainty = isOfCertain(view) ? 'certain' : 'possible';
  return inModality(fact, 'denied').filter((one) => isFirm(one) && hasCome(one.published, occurredAsOf, certainty));
}

function isBefore(published: UncertainDate | null, day: Day): boolean {
  return published?.latest != null && published.latest < day;
}

// Where an obligation stands by these facts of it, given when the agreement ended.
function standingAt(
  place: Place,
  own: readonly ViewFact[],
  end: UncertainDate | null,
  matrix: Matrix,
): StandingChoice<ObligationStatus> {
  const reached = obligationStatus(advancing(own));
  return obligationAtEnd(reached, dueFrom(place, reached, own, matrix), end);
}

// The first day on which an obligation is due: a later one to which it was put off, else that on which its Games open.
function dueFrom(
  place: Place,
  { status }: StandingChoice<ObligationStatus>,
  own: readonly ViewFact[],
  matrix: Matrix,
): Day | null {
  if (place === programme) return null;
  const until = status === 'postponed' ? happenedOfType(own, 'ObligationPostponed').at(-1)?.fields['until'] : undefined;
  const later = until && uncertainDate(asText(until.value)).earliest;
  return later ?? gamesAt(place, matrix)?.window?.earliest ?? firstDayOf(place);
}

// The facts that advance a status: a limit does not, nor does what comes in an order that the rules do not allow.
function advancing(facts: readonly ViewFact[]): readonly ViewFact[] {
  return facts.filter((fact) => !isQualification(fact) && !isIllegalMove(fact.flags));
}

function isQualification({ type }: ViewFact): boolean {
  return type.type === 'ObligationQualified';
}

const deliveries = new Set(['ObligationDelivered', 'ObligationPartlyDelivered']);

// A milestone that was reached, or anything still planned. Whatever else happened shows in the status.
function isMilestone(fact: ViewFact): boolean {
  return fact.stage === 'happened' ? fact.type.type === 'ObligationMilestoneReached' : !isQualification(fact);
}

// Activations, storefronts and projects that are milestones of an obligation, by its cells.
function relatedFacts({ facts }: FactsInView, byCell: ByCell): ByCell {
  const related = new Map<string, ViewFact[]>();
  for (const fact of facts) {
    const obligation = fact.fields['obligation']?.value;
    if (isObligation(fact) || typeof obligation !== 'string') continue;
    // A milestone for Games that the obligation does not bind belongs to the programme.
    const editions = [...new Set(fact.games)].filter((edition) => byCell.has(cellAt(edition, obligation)));
    for (const place of editions.length === 0 ? [programme] : editions) {
      const cell = cellAt(place, obligation);
      const others = related.get(cell);
      if (others === undefined) related.set(cell, [fact]);
      else others.push(fact);
    }
  }
  return related;
}

function lastReport(facts: readonly ViewFact[]): Cell['lastReport'] {
  const dates = facts.flatMap(({ evidence }) => evidence.flatMap(({ published }) => published ?? []));
  const byLatest = (a: UncertainDate, b: UncertainDate) => {
    const [x, y] = [a.latest ?? ':', b.latest ?? ':'];
    return x < y ? -1 : x > y ? 1 : compareDates(a, b);
  };
  const last = dates.toSorted(byLatest).at(-1);
  return last === undefined ? null : dateOf(last);
}

function milestoneOf(fact: ViewFact, matrix: Matrix): Cell['milestones'][number] {
  const { names } = matrix;
  return {
    fact: fact.key,
    type: fact.type.type,
    title: titleOf(fact, names),
    summary: summaryOf(fact, names),
    status: fact.status,
    timing: fact.timing,
    guess: isGuess(fact),
    occurred: occurredOf(fact),
    planned: fact.plannedFor,
    ...sourcesOfFacts([fact], matrix),
  };
}

/** The obligations of a partnership per Games through a cut. A filter on Games does not limit the programme. */
export function obligationsAnswer(question: Question, { games }: Filters = noFilters): ObligationsAnswer {
  const { view, names } = question;
  const all = obligations(view.facts(), view.cut, view.partnership, names);
  return { ...beginAnswer(question), ...(games.length === 0 ? all : limitedTo(games, all)) };
}

export type ObligationsAnswer = z.infer<typeof obligationsAnswerShape>;

export const obligationsAnswerShape = answerShape
  .extend(obligationsShape.shape)
  .describe('The obligations: a row for every covered Games edition, and what binds no single Games');

export const obligationsFilters: FilterRules = { games: 'editions' };

function limitedTo(games: readonly string[], { columns, rows, programme }: Obligations): Obligations {
  const shown = rows.filter(({ edition }) => games.includes(edition));
  const hasCell = (obligation: string) => [...shown, programme].some(({ cells }) => obligation in cells);
  return { columns: columns.filter(({ obligation }) => hasCell(obligation)), rows: shown, programme };
}
