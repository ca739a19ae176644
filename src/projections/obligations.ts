import * as z from 'zod';
import type { Cut } from '../domain/facts/evidence.ts';
import type { FactsInView, ViewFact } from '../domain/facts/facts-at.ts';
import type { Games } from '../domain/facts/games-calendar.ts';
import { obligationStatus } from '../domain/facts/status.ts';
import { compareDates, type Day, type UncertainDate } from '../domain/vocabulary/dates.ts';
import { asText } from '../domain/vocabulary/event-type.ts';
import { compareEditions, type Edition } from '../domain/vocabulary/games-editions.ts';
import { answerShape, beginAnswer, type Question } from './answer.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import {
  dateShape,
  flagShape,
  gamesName,
  nameOf,
  type Source,
  type SubjectNames,
  sourceShape,
  timingShape,
} from './shapes.ts';
import {
  dateOf,
  entryShape,
  factLink,
  flagsShown,
  inOrderOfTime,
  occurredOf,
  sourceOf,
  statusShape,
  summaryOf,
} from './timeline.ts';

/** The obligations per Games: a row for every covered edition, a column for every obligation, and the programme. */
export function obligations(view: FactsInView, cut: Cut, partnership: string, names: SubjectNames): Obligations {
  const context: CellContext = { partnership, names, occurredAsOf: cut.occurredAsOf };
  const drawn: Drawn = {
    own: Map.groupBy(view.facts.filter(isObligation), placeOf),
    certain: Map.groupBy(view.certain.filter(isObligation), placeOf),
  };
  const homes = new Set(
    view.facts.flatMap((fact) => (isObligation(fact) && fact.subject ? [`${placeOf(fact)} ${fact.subject}`] : [])),
  );
  const gamesOf = (place: Place) => view.games.find(({ edition }) => edition === place);

  // Games that were cancelled never close.
  const closingOf = (games: Games | undefined): Day | null =>
    games === undefined || games.status === 'cancelled' ? null : (games.window?.latest ?? null);

  const cellsAt = (place: Place): Record<string, Cell> => {
    const subjects = Map.groupBy(
      (drawn.own.get(place) ?? []).filter(({ subject }) => subject !== null),
      ({ subject }) => subject as string,
    );
    const sorted = [...subjects].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      sorted.map(([obligation, own]) => [
        obligation,
        obligationCell(
          {
            obligation,
            own,
            certain: (drawn.certain.get(place) ?? []).filter(({ subject }) => subject === obligation),
            related: relatedTo(view.facts, obligation, place, homes),
            closing: closingOf(gamesOf(place)),
          },
          context,
        ),
      ]),
    );
  };

  const qualificationsAt = (place: Place) =>
    (drawn.own.get(place) ?? [])
      .filter(({ subject }) => subject === null)
      .toSorted(inOrderOfTime)
      .map((fact) => qualificationOf(fact, names));

  const coverage = new Map(
    view.facts
      .filter(({ type, stage }) => type.type === 'CoverageDeclared' && stage === 'happened')
      .map((fact) => [fact.games[0] as Edition, fact]),
  );

  const rowOf = (edition: Edition): Row => {
    const games = gamesOf(edition);
    const covered = coverage.get(edition);
    const own = drawn.own.get(edition) ?? [];
    const naming = (covered === undefined ? own : [covered, ...own]).flatMap(({ evidence }) => evidence);
    return {
      edition,
      name: gamesName(edition, games?.host ?? null),
      host: games?.host ?? null,
      window: games?.window ? dateOf(games.window) : null,
      implied: naming.every(({ report }) => report.metadata.implied),
      timing: (covered === undefined ? own : [covered]).some(({ timing }) => timing === 'certain')
        ? 'certain'
        : 'possible',
      coverage: covered?.evidence.map(sourceOf) ?? [],
      qualifications: qualificationsAt(edition),
      cells: cellsAt(edition),
    };
  };

  const editions = new Set([...coverage.keys(), ...drawn.own.keys()].filter((place) => place !== programme));
  const rows = [...editions].toSorted(compareEditions).map(rowOf);
  const cells = cellsAt(programme);
  const columns = [...new Set([...rows.flatMap((row) => Object.keys(row.cells)), ...Object.keys(cells)])].toSorted();
  return {
    columns: columns.map((obligation) => ({ obligation, name: nameOf(names, 'obligation', obligation) })),
    rows,
    programme: { qualifications: qualificationsAt(programme), cells },
  };
}

export type Obligations = z.infer<typeof obligationsShape>;

const qualificationShape = z.object({
  fact: z.string(),
  text: z.string(),
  timing: timingShape,
  sources: z.array(sourceShape),
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
]);

const milestoneShape = entryShape
  .pick({
    fact: true,
    type: true,
    summary: true,
    timing: true,
    occurred: true,
    planned: true,
    sources: true,
  })
  .extend({ status: statusShape });

/** One obligation for one edition, or of the whole programme. */
export const cellShape = z.object({
  obligation: z.string(),
  name: z.string(),
  status: obligationStatusShape.nullable().describe('null: only planned or qualified so far'),
  timing: timingShape,
  otherStatuses: z.array(obligationStatusShape).describe('where another order within the bounds of the dates ends'),
  closedWithoutReport: z.boolean().describe('the Games have closed and no report tells of delivery; no breach'),
  lastReport: dateShape.nullable().describe('publication of the last report'),
  scope: z.string().nullable(),
  qualifications: z.array(qualificationShape),
  milestones: z.array(milestoneShape),
  contested: z.boolean(),
  reopened: z.boolean(),
  flags: z.array(flagShape),
  sources: z.array(sourceShape),
  links: z.object({ facts: z.array(z.string()) }),
});

/** What is owed for one edition. */
export const rowShape = z.object({
  edition: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  implied: z.boolean().describe('no source names these Games; the span of the agreement covers them'),
  timing: timingShape,
  coverage: z.array(sourceShape).describe('sources that say these Games are covered'),
  qualifications: z.array(qualificationShape),
  cells: z.record(z.string(), cellShape),
});

export const obligationsShape = z.object({
  columns: z.array(z.object({ obligation: z.string(), name: z.string() })),
  rows: z.array(rowShape),
  programme: z.object({ qualifications: z.array(qualificationShape), cells: z.record(z.string(), cellShape) }),
});

/** What is common to all cells of a view. */
export type CellContext = { readonly partnership: string; readonly names: SubjectNames; readonly occurredAsOf: Day };

type Drawn = { readonly own: Map<Place, ViewFact[]>; readonly certain: Map<Place, ViewFact[]> };

// A Games edition, or the programme for what binds none of them.
type Place = string;

function isObligation({ type }: ViewFact): boolean {
  return type.kind === 'obligation';
}

function placeOf({ games }: ViewFact): Place {
  return games[0] ?? programme;
}

const programme = 'programme';

export type Cell = z.infer<typeof cellShape>;

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

function statusBearing(facts: readonly ViewFact[]): readonly ViewFact[] {
  return facts.filter(({ type, flags }) => type.type !== 'ObligationQualified' && flags.length === 0);
}

const deliveries = new Set(['ObligationDelivered', 'ObligationPartlyDelivered']);

const settledWithoutDelivery = new Set(['waived', 'breached']);

function lastReport(facts: readonly ViewFact[]): Cell['lastReport'] {
  const dates = facts.flatMap(({ evidence }) => evidence.flatMap(({ published }) => published ?? []));
  const byLatest = (a: UncertainDate, b: UncertainDate) =>
    (a.latest ?? ':') < (b.latest ?? ':') ? -1 : (a.latest ?? ':') > (b.latest ?? ':') ? 1 : compareDates(a, b);
  const last = dates.toSorted(byLatest).at(-1);
  return last === undefined ? null : dateOf(last);
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

function relatedTo(facts: readonly ViewFact[], obligation: string, place: Place, cells: ReadonlySet<string>) {
  return facts.filter((fact) => {
    if (isObligation(fact) || fact.fields['obligation']?.value !== obligation) return false;
    // A milestone for certain Games belongs to the programme where the obligation binds none of them.
    const homes = fact.games.filter((edition) => cells.has(`${edition} ${obligation}`));
    return homes.length === 0 ? place === programme : homes.includes(place);
  });
}

export type Row = z.infer<typeof rowShape>;

/** The obligations of a partnership per Games through a cut. */
export function obligationsAnswer(asked: Question, { games }: Filters = noFilters): ObligationsAnswer {
  const { view, names } = asked;
  const whole = obligations(view.facts(), view.cut, view.partnership, names);
  return { ...beginAnswer(asked), ...withRowsOf(whole, games) };
}

export type ObligationsAnswer = z.infer<typeof obligationsAnswerShape>;

export const obligationsAnswerShape = answerShape
  .extend(obligationsShape.shape)
  .describe('The obligations: a row for every covered Games edition, and what binds no single Games');

function withRowsOf(whole: Obligations, games: readonly string[]): Obligations {
  if (games.length === 0) return whole;
  const rows = whole.rows.filter(({ edition }) => games.includes(edition));
  const shown = [...rows, whole.programme];
  return {
    ...whole,
    columns: whole.columns.filter(({ obligation }) => shown.some(({ cells }) => obligation in cells)),
    rows,
  };
}

/** The filters of the obligations: the rows of certain Games. What binds no single Games is there with any of them. */
export const obligationsFilters: FilterRules = { games: 'editions' };
