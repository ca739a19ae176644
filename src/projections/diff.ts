import * as z from 'zod';
import { answerShape, cutOf, cutShape, type Notice, noticeOf, type Question } from './answer.ts';
import {
  type AnyPart,
  type Around,
  around,
  meaningsOfChanged,
  meaningsOfEntry,
  meaningsOfGone,
  meaningsOfNew,
  statementOf,
} from './diff-meanings.ts';
import {
  align,
  changesBetween,
  type Diff,
  type DiffItem,
  diffShape,
  listOf,
  meaningShape,
  type Part,
  type Parts,
  partsOf,
  type ReadModels,
  readModelsOf,
} from './diff-parts.ts';
import { type MovingClock, movingClocks } from './live/clocks.ts';

/**
 * What differs between two views of a partnership, part by part: in the order of the new view, and at the end what is
 * gone. `applyDiff` makes the new view of the old one with it.
 */
export function diffOf(from: ReadModels, to: ReadModels): Diff {
  const surroundings = around(from, to);
  const [before, after] = [partsOf(from), partsOf(to)];
  const between = (name: keyof Parts) => itemsBetween(before[name], after[name], surroundings);
  // The parts of each read model are those of its own items.
  return {
    timeline: between('timeline'),
    obligations: between('obligations'),
    rollout: between('rollout'),
    audit: between('audit'),
  } as unknown as Diff;
}

function itemsBetween(from: readonly AnyPart[], to: readonly AnyPart[], surroundings: Around): readonly DiffItem[] {
  const before = new Map(from.map((part) => [part.key, part]));
  const after = new Set(to.map(({ key }) => key));
  const places = placesOf(from, to);
  const items = to.flatMap((part) => {
    const old = before.get(part.key);
    const at = places.get(part.key) ?? null;
    return (old === undefined ? appeared(part, at, surroundings) : changed(old, part, at, surroundings)) ?? [];
  });
  const gone = from.filter(({ key }) => !after.has(key)).map((part) => disappeared(part, surroundings));
  return [...items, ...gone] as readonly DiffItem[];
}

// For each part that the old view lacks in its list, or has at another place there: its place in the list.
function placesOf(from: readonly Part[], to: readonly Part[]): ReadonlyMap<string, number> {
  const before = Map.groupBy(from, listOf);
  const keysOf = (parts: readonly Part[]) => parts.map(({ key }) => key);
  return new Map(
    [...Map.groupBy(to, listOf)].flatMap(([list, parts]) => {
      const keys = keysOf(parts);
      return align(keysOf(before.get(list) ?? []), keys).put.map((at) => [keys[at] as string, at] as const);
    }),
  );
}

function appeared(part: AnyPart, at: number | null, surroundings: Around) {
  const statement = statementOf(part);
  return {
    ...headOf(part),
    title: statement.title,
    what: 'appeared' as const,
    means: part.part === 'entry' ? [...part.value.effects] : meaningsOfNew(statement, surroundings),
    was: null,
    is: statement.standing,
    changes: [],
    value: part.value,
    at,
  };
}

function headOf({ part, key, of }: AnyPart): Head {
  return { part, key, of };
}

type Head = Pick<DiffItem, 'part' | 'key' | 'of'>;

function changed(before: AnyPart, after: AnyPart, at: number | null, surroundings: Around) {
  const changes = changesBetween(before.value, after.value);
  if (changes.length === 0 && at === null) return null;
  const [old, now] = [statementOf(before), statementOf(after)];
  const means =
    before.part === 'entry' && after.part === 'entry'
      ? meaningsOfEntry(before.value, after.value, surroundings)
      : meaningsOfChanged(old, now, surroundings);
  return {
    ...headOf(after),
    title: now.title,
    what: 'changed' as const,
    means,
    was: old.standing,
    is: now.standing,
    changes: [...changes],
    value: null,
    at,
  };
}

function disappeared(part: AnyPart, surroundings: Around) {
  const statement = statementOf(part);
  return {
    ...headOf(part),
    title: statement.title,
    what: 'disappeared' as const,
    means: meaningsOfGone(statement, surroundings),
    was: statement.standing,
    is: null,
    changes: [],
    value: part.value,
    at: null,
  };
}

/** What differs between two views of a partnership of which one clock moved from one to the other. */
export function diffAnswer(clock: MovingClock, from: Question, to: Question): DiffAnswer {
  const diff = diffOf(readModelsOf(from.view, from.names), readModelsOf(to.view, to.names));
  const [before, cut] = [from, to].map(({ view }) => cutOf(view.cut, view.last)) as [
    DiffAnswer['cut'],
    DiffAnswer['cut'],
  ];
  const notice = noticeOn({ clock, from, to }, diff);
  return {
    cut,
    ...(notice === undefined ? {} : { notice }),
    clock,
    from: { cut: before },
    to: { cut },
    counts: {
      timeline: countOf(diff.timeline),
      obligations: countOf(diff.obligations),
      rollout: countOf(diff.rollout),
      audit: countOf(diff.audit),
    },
    ...diff,
  };
}

export type DiffAnswer = z.infer<typeof diffAnswerShape>;

const countShape = z.object({
  appeared: z.int(),
  changed: z.int(),
  disappeared: z.int(),
  means: z.partialRecord(meaningShape, z.int()).describe('how many items mean what; an item may mean several things'),
  meaningless: z
    .int()
    .describe('how many of what changed mean nothing: another version, link or place in its list, no more'),
});

const sideShape = z.object({ cut: cutShape });

export const diffAnswerShape = answerShape
  .extend({
    cut: cutShape.describe('that of the new side'),
    clock: z.enum(movingClocks).describe('the clock that moved'),
    from: sideShape,
    to: sideShape,
    counts: z.object({ timeline: countShape, obligations: countShape, rollout: countShape, audit: countShape }),
    ...diffShape.shape,
  })
  .describe(
    'What differs between two cuts of a partnership: of each read model the parts that appeared, changed, disappeared',
  );

function noticeOn(sides: Sides, diff: Diff): Notice | undefined {
  const empty = noticeOf(sides.to);
  if (empty !== undefined) return nothingThere(sides, empty);
  if (Object.values(diff).every((items) => items.length === 0)) return same(sides);
  const isNew = sides.clock === 'recorded' && sides.from.view.ground.history.length === 0;
  return isNew ? allNew(sides) : undefined;
}

type Sides = { readonly clock: MovingClock; readonly from: Question; readonly to: Question };

function nothingThere({ clock, from, to }: Sides, notice: Notice): Notice {
  const instead = clock === 'recorded' ? 'reported' : clock;
  const start = { clock: instead, from: dayOf(clock, from.view.cut) };
  return {
    ...notice,
    try: query(notice.reason === 'recorded-later' ? { ...start, to: dayOf(clock, to.view.cut) } : start),
  };
}

// Where the moving clock stands on one side, as a date.
function dayOf(clock: MovingClock, { occurredAsOf, reportedAsOf }: Question['view']['cut']): string {
  return clock === 'reported' && reportedAsOf !== null ? reportedAsOf : occurredAsOf;
}

function query(parameters: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(parameters).toString()}`;
}

function same({ clock, from, to }: Sides): Notice {
  return {
    reason: 'no-difference',
    text: 'Nothing that is shown differs between the two sides. Set from earlier or to later, or let another clock move.',
    firstRecordedAt: to.firstRecordedAt,
    try: query({ clock: clock === 'occurred' ? 'reported' : 'occurred', from: dayOf(clock, from.view.cut) }),
  };
}

function allNew({ from, to }: Sides): Notice {
  const [start, end] = [from.view.cut.occurredAsOf, to.view.cut.occurredAsOf];
  const whole = { clock: 'reported', from: firstPublished(to) ?? start };
  return {
    reason: 'recorded-later',
    text:
      'At from, this ledger had recorded nothing on it, so that everything is new. To see what was new to a reader, let ' +
      'the reported clock move; to see what happened, the occurred one.',
    firstRecordedAt: to.firstRecordedAt,
    try: query(start < end ? { clock: 'reported', from: start, to: end } : whole),
  };
}

function firstPublished({ view }: Question): string | null {
  const published = view
    .facts()
    .facts.flatMap(({ evidence }) => evidence.map((one) => one.published?.earliest ?? null));
  return published.filter((day) => day !== null).toSorted()[0] ?? null;
}

function countOf(items: Diff[keyof Diff]): Count {
  const of = (what: 'appeared' | 'changed' | 'disappeared') => items.filter((item) => item.what === what).length;
  const means = Map.groupBy(
    items.flatMap((item) => item.means),
    (meaning) => meaning,
  );
  return {
    appeared: of('appeared'),
    changed: of('changed'),
    disappeared: of('disappeared'),
    means: Object.fromEntries(
      meaningShape.options.flatMap((meaning) => (means.has(meaning) ? [[meaning, means.get(meaning)?.length]] : [])),
    ),
    meaningless: items.filter((item) => item.what === 'changed' && item.means.length === 0).length,
  };
}

type Count = z.infer<typeof countShape>;
