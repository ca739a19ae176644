import * as fc from 'fast-check';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import type { ClockTexts } from '../../src/projections/live/clocks.ts';
import { firstDifference } from '../support/first-difference.ts';
import { anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import { anyAsking, questionIn } from '../support/questions.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { anyReaderDay, anyWorldDay } from '../support/random/random-dates.ts';
import { openReadSide, type Told } from '../support/read-side.ts';

const anyReading = fc.record({
  asking: anyAsking,
  // Which event is the last, and how it is named.
  at: fc.nat(1000),
  by: fc.constantFrom('position', 'instant', 'just before it', 'day', 'head'),
  occurredAsOf: fc.option(anyWorldDay, { nil: undefined }),
  reportedAsOf: anyReaderDay,
  timing: fc.constantFrom('any', 'certain'),
});
type Reading = typeof anyReading extends fc.Arbitrary<infer One> ? One : never;

const justBefore = (instant: string): string => new Date(Date.parse(instant) - 1).toISOString();

// The recorded clock: only what the ledger has certainly left behind, which is every position that it has come to, and
// every instant before that of its last event.
const recordedClock = (known: readonly RecordedEvent[], { at, by }: Reading): ClockTexts | null => {
  const last = known.at(-1);
  const event = known[at % Math.max(1, known.length)];
  if (last === undefined || event === undefined) return by === 'head' || by === 'position' ? { atPosition: '0' } : null;
  if (by === 'position') return { atPosition: String(at % (known.length + 1)) };
  if (by === 'head') return { atPosition: String(last.position) };
  const instant = by === 'just before it' ? justBefore(event.recordedAt) : event.recordedAt;
  const [text, end] =
    by === 'day' ? [instant.slice(0, 10), `${instant.slice(0, 10)}T23:59:59.999Z`] : [instant, instant];
  return end < last.recordedAt ? { recordedAsOf: text } : null;
};

// Where nothing that is recorded bears on an answer, it says what was recorded since.
const settled = (told: Told): { readonly body: string; readonly etag: string | null } | null => {
  if (told === null) return null;
  const { notice: _notice, ...answer } = JSON.parse(told.body);
  return answer.cut.position === 0 ? { body: JSON.stringify(answer), etag: null } : told;
};

law<[MadeLedger, number, Reading[]]>(
  'no later event changes an answer at a position or at a past instant',
  [anyLedger, fc.nat(1000), fc.array(anyReading, { minLength: 1, maxLength: 3 })],
  async (ledger, random, readings) => {
    const { events } = ledger;
    const [known, later] = [events.slice(0, random % (events.length + 1)), events.slice(random % (events.length + 1))];
    const [growing, rebuilt] = [openReadSide(), openReadSide()];
    growing.take(known);
    rebuilt.take(events);
    const asked = readings.flatMap((reading) => {
      const { asking, at: _at, by: _by, reportedAsOf, ...clocks } = reading;
      const question = questionIn(known, asking);
      const recorded = recordedClock(known, reading);
      if (question === null || recorded === null) return [];
      return [
        { question, by: reading.by, clocks: { ...clocks, ...recorded, reportedAsOf: reportedAsOf ?? undefined } },
      ];
    });
    const first: Told[] = [];
    for (const { question, by, clocks } of asked) {
      const { atPosition: _atPosition, ...present } = clocks;
      first.push(await growing.ask(question, by === 'head' && clocks.occurredAsOf !== undefined ? present : clocks));
    }
    for (const event of later) growing.take([event]);
    const bodies = new Map<string, string>();
    try {
      for (const [i, { question, clocks }] of asked.entries()) {
        const was = settled(first[i] ?? null);
        for (const side of [growing, rebuilt]) {
          const told = await side.ask(question, clocks);
          const is = settled(told);
          if (told !== null && (bodies.get(told.etag) ?? told.body) !== told.body)
            return `two answers have the tag ${told.etag}`;
          if (told !== null) bodies.set(told.etag, told.body);
          const where = `${question.operation} ${side === growing ? 'once more is recorded' : 'from zero'}`;
          if (was !== null && is?.body !== was.body)
            return `${where}: ${firstDifference(JSON.parse(was.body), JSON.parse(is?.body ?? 'null'))}`;
          if (was !== null && is?.etag !== was.etag) return `${where}: its tag changed`;
        }
      }
      return null;
    } finally {
      growing.close();
      rebuilt.close();
    }
  },
  0.6,
);
