import * as z from 'zod';
import { compare } from '../domain/facts/evidence.ts';
import { type FactsInView, factsInView, type ViewFact } from '../domain/facts/facts-at.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, beginAnswer, type Question } from './answer.ts';
import { ingestMoments, momentsOf } from './happenings.ts';
import { type MovingClock, movingClocks, type ResolvedCut } from './live/clocks.ts';
import { type Obligations, obligationStatusShape, obligations } from './obligations.ts';
import { timingShape } from './shapes.ts';
import { inOrderOfTime, statusShape } from './timeline.ts';
import { titleOf } from './titles.ts';

/**
 * The moments at which an answer on a partnership changes while one clock moves and the others stand: the steps of a
 * slider. The world's clock ends where it stands; the readers' clock ends there too, and draws the world's clock along
 * if `follows`. The recorded clock steps from ingest to ingest.
 */
export function moments(question: Question, clock: MovingClock, follows: boolean): Moments {
  if (clock === 'recorded') return { counted: 'facts', moments: ingestsOf(question) };
  const { view } = question;
  const { cut, ground } = view;
  const end = clock === 'occurred' ? cut.occurredAsOf : (cut.reportedAsOf ?? cut.occurredAsOf);
  const days = momentsOf(ground).filter(({ day }) => day <= end);
  const size = new Set(ground.history.flatMap((event) => (event.kind === 'report' ? [event.fact] : []))).size;
  const evaluated = Math.floor(maxStates / Math.max(1, size));
  const isExact = days.length <= evaluated;
  const looked = isExact ? days : days.slice(-Math.max(2, evaluated));
  const stateAt = (day: Day) => stateOf(question, cutOn(cut, clock, day, follows));
  let before = isExact ? emptyState : stateAt(looked[0]?.day ?? end);
  const transitions = new Map<Day, Transition[]>();
  for (const { day } of isExact ? looked : looked.slice(1)) {
    const after = stateAt(day);
    transitions.set(day, transitionsBetween(before, after));
    before = after;
  }
  return {
    counted: isExact ? 'changes' : 'facts',
    moments: days.flatMap(({ day, happenings }) => {
      const changed = transitions.get(day) ?? null;
      const facts = new Set(happenings.map(({ fact }) => fact)).size;
      const changes = isExact ? (changed ?? []).reduce((sum, { count }) => sum + count, 0) : facts;
      return changes === 0 ? [] : [{ at: day, day, recordedAt: null, changes, transitions: changed }];
    }),
  };
}

// At most so many states of facts are worked out for an answer; some ten microseconds each.
const maxStates = 20_000;

export type Moments = z.infer<typeof momentsShape>;

type Moment = Moments['moments'][number];

export type Transition = z.infer<typeof transitionShape>;

const stageShape = z.object({
  status: z.union([statusShape, obligationStatusShape, z.literal('closedWithoutReport')]),
  timing: timingShape,
});

const transitionShape = z
  .object({
    from: stageShape.nullable().describe('null: nothing was told of it before'),
    to: stageShape.nullable().describe('null: nothing tells of it any more'),
    count: z.int(),
    title: z.string().describe('of the first'),
    facts: z.array(z.string()).describe('the first of them, at most 20'),
    games: z.string().nullable().describe('of cells: the Games that closed'),
  })
  .describe('What passed from one status to another on a day');

const momentShape = z.object({
  at: z.string().describe('what to set the clock to: a day, or a position of the ledger'),
  day: z.string(),
  recordedAt: z.string().nullable(),
  changes: z.int(),
  transitions: z.array(transitionShape).nullable().describe('null: not worked out, because the partnership is large'),
});

const momentsShape = z.object({
  counted: z
    .enum(['changes', 'facts'])
    .describe('what `changes` counts: what changes, or all facts that may change because a date of theirs has come'),
  moments: z.array(momentShape),
});

export const momentsAnswerShape = answerShape
  .extend({ clock: z.enum(movingClocks), ...momentsShape.shape })
  .describe('The moments at which an answer changes while one clock moves');

/** The moments of a clock, as an answer; the other clocks stand where the question has them. */
export function momentsAnswer(
  question: Question,
  clock: MovingClock,
  follows: boolean,
): z.infer<typeof momentsAnswerShape> {
  return { ...beginAnswer(question), clock, ...moments(question, clock, follows) };
}

function ingestsOf({ view }: Question): Moment[] {
  return ingestMoments(view.ground).flatMap(({ day, position, recordedAt, happenings, isIngest }) => {
    const changes = new Set(happenings.flatMap(({ fact }) => fact ?? [])).size;
    return isIngest ? [{ at: String(position), day, recordedAt, changes, transitions: null }] : [];
  });
}

function cutOn(cut: ResolvedCut, clock: MovingClock, day: Day, follows: boolean): ResolvedCut {
  if (clock === 'occurred') return { ...cut, occurredAsOf: day };
  return { ...cut, reportedAsOf: day, occurredAsOf: follows && day < cut.occurredAsOf ? day : cut.occurredAsOf };
}

/** The statuses at a moment: of each fact, and of each cell of Games that have closed without a report. */
type State = {
  readonly facts: ReadonlyMap<string, ViewFact>;
  readonly closed: ReadonlyMap<string, Closed>;
  readonly names: SubjectNames;
};

type Closed = {
  readonly games: string;
  readonly status: NonNullable<Obligations['rows'][number]['cells'][string]['status']>;
  readonly fact: string;
};

const emptyState: State = { facts: new Map(), closed: new Map(), names: () => null };

function stateOf({ view, names }: Question, cut: ResolvedCut): State {
  const inView = factsInView(view.ground, cut, cut.timing);
  return {
    facts: new Map(inView.facts.map((fact) => [fact.key, fact])),
    closed: closedCells(inView, cut, view.partnership, names),
    names,
  };
}

function closedCells(view: FactsInView, cut: ResolvedCut, partnership: string, names: SubjectNames): State['closed'] {
  return new Map(
    obligations(view, cut, partnership, names).rows.flatMap((row) =>
      Object.values(row.cells).flatMap((cell) => {
        const { obligation, status, closedWithoutReport } = cell;
        const fact = `obligation/${obligation}.${row.edition.toLowerCase()}/undertaken`;
        const closed: Closed | null = status && { games: row.name, status, fact };
        return closedWithoutReport && closed ? [[`${row.edition} ${obligation}`, closed] as const] : [];
      }),
    ),
  );
}

function transitionsBetween(before: State, after: State): Transition[] {
  const { names } = after;
  const changed = [...after.facts.values()].filter((fact) => {
    const old = before.facts.get(fact.key);
    return old?.status !== fact.status || old.timing !== fact.timing;
  });
  const gone = [...before.facts.values()].filter(({ key }) => !after.facts.has(key));
  const steps = [
    ...changed.toSorted(inOrderOfTime).map((fact) => ({ fact, from: before.facts.get(fact.key) ?? null, to: fact })),
    ...gone.toSorted(inOrderOfTime).map((fact) => ({ fact, from: fact, to: null })),
  ];
  const ofFacts = [...Map.groupBy(steps, ({ from, to }) => JSON.stringify([stageOf(from), stageOf(to)]))].map(
    ([, same]): Transition => {
      const [first] = same as [(typeof same)[number]];
      return {
        from: stageOf(first.from),
        to: stageOf(first.to),
        count: same.length,
        title: titleOf(first.fact, names),
        facts: same.slice(0, maxFactsNamed).map(({ fact }) => fact.key),
        games: null,
      };
    },
  );
  return [...closings(before, after), ...ofFacts.toSorted((a, b) => b.count - a.count || compare(a.title, b.title))];
}

const maxFactsNamed = 20;

function stageOf(fact: ViewFact | null): Transition['from'] {
  return fact && { status: fact.status, timing: fact.timing };
}

function closings(before: State, after: State): Transition[] {
  const closed = [...after.closed].filter(([key]) => !before.closed.has(key)).map(([, cell]) => cell);
  return [...Map.groupBy(closed, ({ games }) => games)].map(([games, cells]) => ({
    from: cells[0] === undefined ? null : { status: cells[0].status, timing: 'certain' },
    to: { status: 'closedWithoutReport', timing: 'certain' },
    count: cells.length,
    title: games,
    facts: cells.map(({ fact }) => fact),
    games,
  }));
}
