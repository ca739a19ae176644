import type { Certainty } from '../../src/domain/facts/evidence.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { openReadSide, type Question, type ReadSide } from '../support/read-side.ts';
import { asLedger, isBetweenTexts, visibleEvents } from '../support/visible-events.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };
/** A cut to ask for; without a position it is at the head. */
type Asked = Omit<Cut, 'position'> & { readonly position: number | null };

const questions: readonly Question[] = [
  { operation: 'getTimeline', params: { id: acme } },
  { operation: 'getObligations', params: { id: acme } },
  { operation: 'getRollout', params: { id: acme } },
  { operation: 'getPartnership', params: { id: acme } },
  { operation: 'listGames', params: {} },
  { operation: 'listArticles', params: {} },
  { operation: 'getPartnershipAudit', params: { id: acme } },
];

// The clock itself, and why nothing is shown. What an ingest did, and whether it was late, the trail tells through no
// other clock than the recorded one.
const ofTheClock = new Set([
  'reportedAsOf',
  'notice',
  'effects',
  'alsoTouched',
  'late',
  'supersedes',
  'supersededBy',
  'revision',
]);
// A certain answer names the last event that a reader could possibly know of.
const ofPossible = new Set(['timing']);
const ofCertain = new Set(['cut', 'version', 'timing']);

const parsed = ({ body }: { readonly body: string }, left: ReadonlySet<string>): Record<string, unknown> =>
  JSON.parse(body, (key, value) => (ofTheClock.has(key) || left.has(key) ? undefined : value));

type Answers = Readonly<Record<string, Record<string, unknown> | null>>;

const seen = async (
  side: ReadSide,
  { occurredAsOf, reportedAsOf, position }: Asked,
  certainty: Certainty,
): Promise<Answers> => {
  const clocks = {
    occurredAsOf,
    ...(reportedAsOf === null ? {} : { reportedAsOf }),
    ...(position === null ? {} : { atPosition: String(position) }),
    timing: certainty === 'certain' ? 'certain' : 'any',
  };
  const answers: Record<string, Record<string, unknown> | null> = {};
  for (const question of questions) {
    const answer = await side.ask(question, clocks);
    answers[question.operation] = answer && parsed(answer, certainty === 'certain' ? ofCertain : ofPossible);
  }
  return answers;
};

const sideOf = (events: readonly RecordedEvent[]): ReadSide => {
  const side = openReadSide();
  side.take(events);
  return side;
};

law<[MadeLedger, Cut]>(
  'the API answers at a cut as if the ledger held only the visible events',
  [anyLedger, anyCut],
  async (ledger, random) => {
    const head = ledger.events.length;
    const cut = { ...random, position: random.position % (head + 1) };
    const whole = sideOf(ledger.events);
    try {
      for (const certainty of ['certain', 'possible'] as const) {
        const difference = await differenceAt(whole, ledger, cut, certainty);
        if (difference !== null) return difference;
      }
      return null;
    } finally {
      whole.close();
    }
  },
  0.2,
);

async function differenceAt(
  whole: ReadSide,
  { events }: MadeLedger,
  cut: Cut,
  certainty: Certainty,
): Promise<string | null> {
  // While a republished text is only possibly out, both count: that is no cut of events, so its clock stays.
  const upTo = events.filter(({ position }) => position <= cut.position);
  const between = certainty === 'possible' && isBetweenTexts(upTo, cut.reportedAsOf);
  const there = await seen(whole, { ...cut, position: cut.position < events.length ? cut.position : null }, certainty);
  const visible = sideOf(asLedger(visibleEvents(events, cut, certainty)));
  const alone = await seen(
    visible,
    { ...cut, reportedAsOf: between ? cut.reportedAsOf : null, position: null },
    certainty,
  );
  visible.close();
  // A partnership of which nothing is visible is unknown to a ledger of that alone.
  const nothing = Object.values(alone).includes(null) ? await seen(whole, { ...cut, position: 0 }, certainty) : {};
  const expected = Object.entries(alone).map(([name, answer]) => [name, answer ?? nothing[name]]);
  return firstDifference(there, Object.fromEntries(expected), certainty);
}
