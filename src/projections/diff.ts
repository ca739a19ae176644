import * as z from 'zod';
import { bearing, certaintyOf, type ViewFact } from '../domain/facts/facts-at.ts';
import { addDays } from '../domain/vocabulary/dates.ts';
import { answerShape, cutOf, cutShape, type Notice, noticeOf, type Question } from './answer.ts';
import { align, changesBetween } from './diff-changes.ts';
import { meaningsOf, type Surroundings, statementOf, surroundingsOf } from './diff-meanings.ts';
import {
  type AnyPart,
  type Diff,
  type DiffItem,
  diffShape,
  meaningShape,
  partsOf,
  type ReadModels,
  readModelsOf,
} from './diff-parts.ts';
import { type MovingClock, movingClocks } from './live/clocks.ts';
import { moments } from './moments.ts';
import type { PartnershipView } from './partnership-view.ts';

/**
 * What differs between two views of a partnership, part by part: in the order of the new view, and at the end what is
 * gone. The old view and the difference together determine the new one.
 */
export function diffOf(from: ReadModels, to: ReadModels): Diff {
  const surroundings = surroundingsOf(from, to);
  const [before, after] = [partsOf(from), partsOf(to)];
  const itemsOf = (model: keyof Diff) => itemsBetween(before[model], after[model], surroundings);
  // Items of a read model are made of its own parts, which their union type does not say.
  return {
    timeline: itemsOf('timeline'),
    obligations: itemsOf('obligations'),
    rollout: itemsOf('rollout'),
    audit: itemsOf('audit'),
  } as unknown as Diff;
}

function itemsBetween(from: readonly AnyPart[], to: readonly AnyPart[], surroundings: Surroundings) {
  const before = new Map(from.map((part) => [part.key, part]));
  const after = new Set(to.map(({ key }) => key));
  const places = placesOf(from, to);
  return [
    ...to.flatMap((part) => itemOf(before.get(part.key), part, places.get(part.key) ?? null, surroundings)),
    ...from.filter(({ key }) => !after.has(key)).flatMap((part) => itemOf(part, undefined, null, surroundings)),
  ];
}

// The place in its list of each part that the old list lacks or has at another place.
function placesOf(from: readonly AnyPart[], to: readonly AnyPart[]): ReadonlyMap<string, number> {
  const listOf = ({ part, of }: AnyPart) => `${part} ${of ?? ''}`;
  const before = Map.groupBy(from, listOf);
  const keysOf = (parts: readonly AnyPart[] = []) => parts.map(({ key }) => key);
  return new Map(
    [...Map.groupBy(to, listOf)].flatMap(([list, parts]) => {
      const keys = keysOf(parts);
      return align(keysOf(before.get(list)), keys).put.map((index) => [keys[index] as string, index] as const);
    }),
  );
}

function itemOf(
  before: AnyPart | undefined,
  after: AnyPart | undefined,
  at: number | null,
  surroundings: Surroundings,
) {
  const { part, key, of, value } = (after ?? before) as AnyPart;
  const what = before === undefined ? 'appeared' : after === undefined ? 'disappeared' : 'changed';
  const changes = what === 'changed' ? changesBetween(before?.value, value) : [];
  if (what === 'changed' && changes.length === 0 && at === null) return [];
  const [old, now] = [before && statementOf(before), after && statementOf(after)];
  const [was, is] = [old?.standing ?? null, now?.standing ?? null];
  const means = meaningsOf(before, after, surroundings);
  const title = (now ?? old)?.title;
  return [{ part, key, of, title, what, means, was, is, changes, value: what === 'changed' ? null : value, at }];
}

/**
 * How many parts two views of a partnership differ in at least, counted before any is built: entries of their audit
 * trails and, unless these alone are more than `most`, facts.
 */
export function leastDifferences(from: PartnershipView, to: PartnershipView, most: number): number {
  const [before, after] = [visiblePositions(from), visiblePositions(to)];
  const entries = before.symmetricDifference(after).size;
  if (entries > most) return entries;
  // What a fact shows is another if any of these is.
  const standing = ({ status, timing, version }: ViewFact) => `${status} ${timing} ${version}`;
  const standingsIn = (view: PartnershipView) => new Map(view.facts().facts.map((fact) => [fact.key, standing(fact)]));
  const [was, is] = [standingsIn(from), standingsIn(to)];
  const keys = new Set([...was.keys(), ...is.keys()]);
  return entries + [...keys].filter((key) => was.get(key) !== is.get(key)).length;
}

// The audit trail has an entry for each event that a reader could know of.
function visiblePositions({ ground, cut }: PartnershipView): ReadonlySet<number> {
  const visible = bearing(ground.history, cut.reportedAsOf, certaintyOf(cut.timing));
  return new Set(visible.map(({ position }) => position));
}

/** What differs between two views of a partnership of which one clock moved from one to the other. */
export function diffAnswer(clock: MovingClock, from: Question, to: Question): DiffAnswer {
  const diff = diffOf(readModelsOf(from.view, from.names), readModelsOf(to.view, to.names));
  const cut = cutOf(to.view.cut, to.view.last);
  const notice = noticeOn({ clock, from, to }, diff);
  return {
    cut,
    ...(notice === undefined ? {} : { notice }),
    clock,
    from: { cut: cutOf(from.view.cut, from.view.last) },
    to: { cut },
    counts: {
      timeline: countsOf(diff.timeline),
      obligations: countsOf(diff.obligations),
      rollout: countsOf(diff.rollout),
      audit: countsOf(diff.audit),
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
  const { clock, from, to } = sides;
  const empty = noticeOf(to);
  if (empty !== undefined) return { ...empty, try: instead(sides, empty) };
  const { firstRecordedAt } = to;
  if (Object.values(diff).every((items) => items.length === 0)) {
    const { says, start } = lastChange(sides);
    return {
      reason: 'no-difference',
      text: `Nothing that is shown differs between the two sides. ${says} Set from earlier or to later, or let another clock move.`,
      firstRecordedAt,
      try: query(
        start === null
          ? { clock: clock === 'occurred' ? 'reported' : 'occurred', from: dayOf(clock, from) }
          : { clock, from: start },
      ),
    };
  }
  if (clock !== 'recorded' || from.view.ground.history.length > 0) return undefined;
  const [start, end] = [from.view.cut.occurredAsOf, to.view.cut.occurredAsOf];
  const days = start < end ? { from: start, to: end } : { from: firstPublished(to) ?? start };
  return {
    reason: 'recorded-later',
    text:
      'At from, this ledger had recorded nothing on it, so that everything is new. To see what was new to a reader, let ' +
      'the reported clock move; to see what happened, the occurred one.',
    firstRecordedAt,
    try: query({ clock: 'reported', ...days }),
  };
}

type Sides = { readonly clock: MovingClock; readonly from: Question; readonly to: Question };

// The last change before both sides, and where to start so that it shows; null where there is none.
function lastChange({ clock, from, to }: Sides): { readonly says: string; readonly start: string | null } {
  const follows = clock === 'reported' && from.view.cut.occurredAsOf < to.view.cut.occurredAsOf;
  const { counted, moments: steps } = moments(from, clock, follows);
  const last = steps.at(-1);
  if (last === undefined) return { says: 'Nothing changed before either.', start: null };
  if (clock === 'recorded') {
    const says = `What was recorded last before is event ${last.at}, on ${last.day}.`;
    return { says, start: `position:${Number(last.at) - 1}` };
  }
  // Of a large partnership only the days are known on which something may change.
  const says =
    counted === 'changes'
      ? 'The last change of a status before was'
      : 'The last day before on which something may have changed was';
  return { says: `${says} ${last.day}.`, start: addDays(last.day, -1) };
}

// What to ask where the new side is empty.
function instead({ clock, from, to }: Sides, { reason }: Notice): string {
  const start = { clock: clock === 'recorded' ? 'reported' : clock, from: dayOf(clock, from) };
  return query(reason === 'recorded-later' ? { ...start, to: dayOf(clock, to) } : start);
}

// Where the moving clock stands on one side, as a date.
function dayOf(clock: MovingClock, { view }: Question): string {
  const { occurredAsOf, reportedAsOf } = view.cut;
  return clock === 'reported' && reportedAsOf !== null ? reportedAsOf : occurredAsOf;
}

function query(parameters: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(parameters).toString()}`;
}

function firstPublished({ view }: Question): string | undefined {
  const evidence = view.facts().facts.flatMap((fact) => fact.evidence);
  return evidence.flatMap(({ published }) => published?.earliest ?? []).toSorted()[0];
}

function countsOf(items: readonly DiffItem[]): z.infer<typeof countShape> {
  const count = (isCounted: (item: DiffItem) => boolean) => items.filter(isCounted).length;
  return {
    appeared: count(({ what }) => what === 'appeared'),
    changed: count(({ what }) => what === 'changed'),
    disappeared: count(({ what }) => what === 'disappeared'),
    means: Object.fromEntries(
      meaningShape.options
        .map((meaning) => [meaning, count(({ means }) => means.includes(meaning))] as const)
        .filter(([, times]) => times > 0),
    ),
    meaningless: count(({ what, means }) => what === 'changed' && means.length === 0),
  };
}
