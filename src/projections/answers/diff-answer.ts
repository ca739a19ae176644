import * as z from 'zod';
import { type MovingClock, movingClocks } from '../diff/comparison.ts';
import { diffOf } from '../diff/diff.ts';
import { readModelsOf } from '../read-models.ts';
import { answerShape, cutShape, type Notice } from '../shapes/cut.ts';
import { type Diff, diffShape, meaningShape } from '../shapes/diff.ts';
import type { Asked } from './asked.ts';
import { cutOf, noticeOf } from './cut-and-notice.ts';

const countShape = z.object({
  appeared: z.int(),
  changed: z.int(),
  disappeared: z.int(),
  means: z.partialRecord(meaningShape, z.int()).describe('how many items mean what; an item may mean several things'),
  meaningless: z
    .int()
    .describe('how many of what changed mean nothing: another version, link or place in its list, no more'),
});
type Count = z.infer<typeof countShape>;

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
export type DiffAnswer = z.infer<typeof diffAnswerShape>;

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

type Sides = { readonly clock: MovingClock; readonly from: Asked; readonly to: Asked };

function query(parameters: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(parameters).toString()}`;
}

// Where the moving clock stands on one side, as a date.
function dayOf(clock: MovingClock, { occurredAsOf, reportedAsOf }: Asked['view']['cut']): string {
  return clock === 'reported' && reportedAsOf !== null ? reportedAsOf : occurredAsOf;
}

function same({ clock, from, to }: Sides): Notice {
  return {
    reason: 'no-difference',
    text: 'Nothing that is shown differs between the two sides. Set from earlier or to later, or let another clock move.',
    firstRecordedAt: to.firstRecordedAt,
    try: query({ clock: clock === 'occurred' ? 'reported' : 'occurred', from: dayOf(clock, from.view.cut) }),
  };
}

function firstPublished({ view }: Asked): string | null {
  const published = view
    .facts()
    .facts.flatMap(({ evidence }) => evidence.map((one) => one.published?.earliest ?? null));
  return published.filter((day) => day !== null).toSorted()[0] ?? null;
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

function nothingThere({ clock, from, to }: Sides, notice: Notice): Notice {
  const instead = clock === 'recorded' ? 'reported' : clock;
  const start = { clock: instead, from: dayOf(clock, from.view.cut) };
  return {
    ...notice,
    try: query(notice.reason === 'recorded-later' ? { ...start, to: dayOf(clock, to.view.cut) } : start),
  };
}

function noticeOn(sides: Sides, diff: Diff): Notice | undefined {
  const empty = noticeOf(sides.to);
  if (empty !== undefined) return nothingThere(sides, empty);
  if (Object.values(diff).every((items) => items.length === 0)) return same(sides);
  const isNew = sides.clock === 'recorded' && sides.from.view.ground.history.length === 0;
  return isNew ? allNew(sides) : undefined;
}

/** What differs between two views of a partnership of which one clock moved from one to the other. */
export function diffAnswer(clock: MovingClock, from: Asked, to: Asked): DiffAnswer {
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
