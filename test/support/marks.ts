import type { ObligationsAnswer } from '../../src/projections/obligations.ts';
import type { RolloutAnswer } from '../../src/projections/rollout.ts';
import type { Entry } from '../../src/projections/timeline.ts';

/** The three read models of a partnership through one cut. */
export type ReadModels = {
  readonly timeline: readonly Entry[];
  readonly obligations: Pick<ObligationsAnswer, 'rows' | 'programme'>;
  readonly rollout: Pick<RolloutAnswer, 'campaigns' | 'activations' | 'coActivations' | 'storefronts'>;
};

type Marked = { readonly at: string; readonly timing: string; readonly expected: string };

type Stated = { readonly fact: string; readonly status: string; readonly timing: string };

const isStated = (value: object): value is Stated => 'fact' in value && 'status' in value && 'timing' in value;

const statedIn = (value: unknown): readonly Stated[] => {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.values(value).flatMap(statedIn);
  return isStated(value) ? [value, ...nested] : nested;
};

const markOf = (certain: boolean): string => (certain ? 'certain' : 'possible');

type Cells = ObligationsAnswer['programme']['cells'];

/**
 * The marks of a possible answer, and what the certain answer says that they are: a statement is certain where that has
 * the fact in the same status; the cell of an obligation where that has the cell in the same status; a row where that
 * has the coverage that is declared or, without one, some fact of the row, in the same status.
 */
export const marksOf = (possible: ReadModels, certain: ReadModels): readonly Marked[] => {
  const statuses = new Map(certain.timeline.map(({ fact, status }) => [fact, status]));
  const isSure = ({ fact, status }: Pick<Stated, 'fact' | 'status'>) => statuses.get(fact) === status;
  const shown = new Map(possible.timeline.map(({ fact, status }) => [fact, status]));
  const stated = [possible.timeline, possible.obligations, possible.rollout].flatMap(statedIn).map((one) => ({
    at: one.fact,
    timing: one.timing,
    // What talks with another sponsor came to is told in words of their own.
    expected: markOf(isSure({ ...one, status: shown.get(one.fact) ?? one.status })),
  }));
  const factsOf = (type: string, games: string | null, subject?: string) =>
    possible.timeline.filter(
      (entry) =>
        entry.fact.startsWith(`${type}/`) &&
        (entry.games[0] ?? null) === games &&
        (subject === undefined || entry.fact.split('/')[1]?.split('.')[0] === subject),
    );
  const cells = (of: Cells, sure: Cells | undefined, games: string | null): readonly Marked[] =>
    Object.entries(of).map(([name, { status, timing }]) => ({
      at: `${games} ${name}`,
      timing,
      expected: markOf(
        (sure?.[name]?.status ?? null) === status &&
          (status !== null || factsOf('obligation', games, name).every(isSure)),
      ),
    }));
  const rows = possible.obligations.rows.flatMap((row) => {
    const sure = certain.obligations.rows.find(({ edition }) => edition === row.edition);
    const declared = row.coverage.length > 0 ? factsOf('coverage', row.edition) : factsOf('obligation', row.edition);
    const mark = { at: row.edition, timing: row.timing, expected: markOf(declared.some(isSure)) };
    return [mark, ...cells(row.cells, sure?.cells, row.edition)];
  });
  return [
    ...stated,
    ...rows,
    ...cells(possible.obligations.programme.cells, certain.obligations.programme.cells, null),
  ];
};
