import type { Cut } from '../domain/cut.ts';
import { compareEditions, type Edition } from '../domain/edition.ts';
import type { Games } from '../domain/games-calendar.ts';
import type { Day } from '../domain/uncertain-date.ts';
import type { FactsInView, ViewFact } from './facts-in-view.ts';
import { gamesName } from './games-name.ts';
import { nameOf, type SubjectNames } from './names.ts';
import { type CellContext, obligationCell, qualificationOf } from './obligation-cell.ts';
import type { Cell, Obligations, Row } from './shapes/obligations.ts';
import { dateOf, sourceOf } from './source-of.ts';
import { inOrderOfTime } from './timeline.ts';

// A Games edition, or the programme for what binds none of them.
type Place = string;
const programme = 'programme';

function placeOf({ games }: ViewFact): Place {
  return games[0] ?? programme;
}

function isObligation({ type }: ViewFact): boolean {
  return type.kind === 'obligation';
}

type Drawn = { readonly own: Map<Place, ViewFact[]>; readonly certain: Map<Place, ViewFact[]> };

function relatedTo(facts: readonly ViewFact[], obligation: string, place: Place, cells: ReadonlySet<string>) {
  return facts.filter((fact) => {
    if (isObligation(fact) || fact.fields['obligation']?.value !== obligation) return false;
    // A milestone for certain Games belongs to the programme where the obligation binds none of them.
    const homes = fact.games.filter((edition) => cells.has(`${edition} ${obligation}`));
    return homes.length === 0 ? place === programme : homes.includes(place);
  });
}

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
