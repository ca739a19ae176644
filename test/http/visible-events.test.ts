import type { Certainty } from '../../src/domain/facts/evidence.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { openReadSide, type Question } from '../support/read-side.ts';
import { asLedger, isBetweenTexts, visibleEvents } from '../support/visible-events.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };

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
  events: readonly RecordedEvent[],
  { occurredAsOf, reportedAsOf, position }: Cut,
  certainty: Certainty,
): Promise<Answers> => {
  const side = openReadSide();
  side.take(events);
  const clocks = {
    occurredAsOf,
    ...(reportedAsOf === null ? {} : { reportedAsOf }),
    ...(position < (events.at(-1)?.position ?? 0) ? { atPosition: String(position) } : {}),
    timing: certainty === 'certain' ? 'certain' : 'any',
  };
  const answers: Record<string, Record<string, unknown> | null> = {};
  for (const question of questions) {
    const answer = await side.ask(question, clocks);
    answers[question.operation] = answer && parsed(answer, certainty === 'certain' ? ofCertain : ofPossible);
  }
  side.close();
  return answers;
};

law<[MadeLedger, Cut]>(
  'what the API answers at a cut is what it answers of a ledger that holds only what is visible there',
  [anyLedger, anyCut],
  async (ledger, random) => {
    const cut = { ...random, position: random.position % (ledger.events.length + 1) };
    for (const certainty of ['certain', 'possible'] as const) {
      const visible = visibleEvents(ledger.events, cut, certainty);
      // While a republished text is only possibly out, both count: that is no cut of events, so its clock stays.
      const upTo = ledger.events.filter(({ position }) => position <= cut.position);
      const between = certainty === 'possible' && isBetweenTexts(upTo, cut.reportedAsOf);
      const fresh = { ...cut, reportedAsOf: between ? cut.reportedAsOf : null };
      const there = await seen(ledger.events, cut, certainty);
      const alone = await seen(asLedger(visible), fresh, certainty);
      // A partnership of which nothing is visible is unknown to a ledger of that alone.
      const nothing = Object.values(alone).includes(null)
        ? await seen(ledger.events, { ...cut, position: 0 }, certainty)
        : {};
      const expected = Object.entries(alone).map(([name, answer]) => [name, answer ?? nothing[name]]);
      const difference = firstDifference(there, Object.fromEntries(expected), certainty);
      if (difference !== null) return difference;
    }
    return null;
  },
  0.2,
);
