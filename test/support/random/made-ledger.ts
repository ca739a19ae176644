import * as fc from 'fast-check';
import { type Command, decide, type PartnershipState } from '../../../src/domain/decisions/decide.ts';
import type { ReadingDraft } from '../../../src/domain/decisions/reading.ts';
import {
  decode,
  gamesStream,
  idOf,
  type LedgerEvent,
  ledgerStream,
  partnershipOfStream,
  partnershipStream,
} from '../../../src/domain/vocabulary/events.ts';
import type { NewEvent, RecordedEvent } from '../../../src/event-store/event-store.ts';
import { type GamesStatement, gamesEvent } from '../games.ts';
import { commandOf, type Intent } from './random-decisions.ts';
import { told } from './told.ts';

/** A step in a ledger: an article is read, a steward decides on what is recorded by then, or a reference is recorded. */
export type Step = (
  | { readonly reading: ReadingDraft }
  | { readonly intent: Intent; readonly partnership: string }
  | { readonly reference: GamesStatement }
) & {
  /** How long after the step before, in milliseconds; 0: in the same instant. */
  readonly wait: number;
};

/** A ledger as a store holds it: every event of every stream, in order of position. Failing laws print it in words. */
export type MadeLedger = {
  readonly events: readonly RecordedEvent[];
  /** The same as the domain reads them, those that mean nothing to it left out. */
  readonly understood: readonly LedgerEvent[];
};

// A failing law prints it in words.
const ledgerOf = (events: readonly RecordedEvent[], understood: readonly LedgerEvent[]): MadeLedger =>
  Object.defineProperty({ events, understood }, fc.toStringMethod, { value: () => told(events).join('\n') });

const begin = Date.UTC(2026, 0, 1, 9);

const openedId = idOf('LedgerOpened', 'made up');
const opened: NewEvent = {
  id: openedId,
  type: 'LedgerOpened',
  data: { ledger: openedId },
  metadata: { recordedBy: 'ledger', correlationId: openedId, causationId: null, schema: 1 },
};

type Making = {
  readonly events: RecordedEvent[];
  readonly understood: LedgerEvent[];
  readonly revisions: Map<string, number>;
  now: number;
};

const append = ({ events, understood, revisions, now }: Making, stream: string, written: readonly NewEvent[]) => {
  for (const event of written) {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const recordedAt = new Date(now).toISOString();
    const recorded = { ...event, stream, revision, position: events.length + 1, recordedAt };
    events.push(recorded);
    understood.push(...[decode(recorded) ?? []].flat());
  }
};

// The rules are asked of the facts alone: what they say of Games and of other partners is tested elsewhere.
const noContext = { windows: new Map(), otherHoldings: [] };

const carryOut = (making: Making, partnership: string, command: (state: PartnershipState) => Command | null) => {
  const stream = partnershipStream(partnership);
  const state = { partnership, history: making.understood.filter((event) => event.stream === stream) };
  const asked = command(state);
  const outcome = asked === null ? null : decide(asked, state, noContext);
  if (outcome?.accepted) append(making, stream, outcome.events);
};

/** The ledger after these steps, each carried out by the decider; what it refuses leaves nothing behind. */
export const ledgerAfter = (steps: readonly Step[]): MadeLedger => {
  const making: Making = { events: [], understood: [], revisions: new Map(), now: begin };
  append(making, ledgerStream, [opened]);
  for (const step of steps) {
    making.now += step.wait;
    if ('reference' in step) append(making, gamesStream(step.reference[1]), [gamesEvent(step.reference)]);
    else if ('reading' in step) {
      const { reading } = step;
      carryOut(making, reading.partnership, () => ({ type: 'RecordArticle', reading, recordedBy: 'test' }));
    } else carryOut(making, step.partnership, (state) => commandOf(step.intent, state));
  }
  return ledgerOf(making.events, making.understood);
};

/** The partnerships that some events are about. */
export const partnershipsOf = (events: readonly RecordedEvent[]): readonly string[] =>
  [...new Set(events.flatMap(({ stream }) => partnershipOfStream(stream) ?? []))].toSorted();
