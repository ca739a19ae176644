import { checkEvents } from '../domain/check-events.ts';
import type { DecisionEvent, LedgerEvent, RetractionEvent } from '../domain/ledger-event.ts';
import type { Rejection } from '../domain/outcome.ts';
import { decide } from '../domain/partnership.ts';
import type { PolicyContext } from '../domain/policies/policy.ts';
import { carriedOut, decideSteward, type StewardCommand } from '../domain/steward.ts';
import { partnershipStream } from '../domain/streams.ts';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.ts';
import { type Seen, type Stale, staleness } from './staleness.ts';

/** What the recorder of decisions needs of the ledger. */
export type DecisionRecorder = {
  readonly store: Pick<EventStore, 'append'>;
  /** The stream as it is in the store now; `revision` is that of its last event. */
  readonly read: (stream: string) => Promise<{ readonly events: readonly LedgerEvent[]; readonly revision: number }>;
  /** What the business rules need to know beside the partnership, as it is now. */
  readonly rules: (partnership: string) => Promise<PolicyContext>;
};

/** A steward's command and what he had seen when he decided it. */
export type Request = {
  readonly partnership: string;
  readonly command: StewardCommand;
  readonly seen: readonly Seen[];
};

/** What became of a decision: recorded now, recorded before by the same request, made on what is no longer so, refused. */
export type Decided =
  | { readonly outcome: 'recorded' | 'repeated'; readonly event: DecisionEvent | RetractionEvent }
  | { readonly outcome: 'stale'; readonly stale: Stale }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

// What its key stands for already; null for a key that is new.
function before({ command, partnership }: Request, events: readonly LedgerEvent[]): Decided | null {
  const event = carriedOut(command, partnership, events);
  if (event === undefined) return null;
  const outcome = decideSteward(command, partnership, events);
  return outcome.accepted ? { outcome: 'repeated', event } : { outcome: 'refused', rejection: outcome.rejection };
}

// The store takes an append with the same ids for a retry, whatever it holds: what is recorded is the answer.
async function afterAppending(request: Request, { read }: DecisionRecorder): Promise<Decided> {
  const { events } = await read(partnershipStream(request.partnership));
  const decided = before(request, events);
  if (decided === null) throw new Error(`a decision on ${request.partnership} was recorded, and it is not there`);
  return decided.outcome === 'repeated' ? { ...decided, outcome: 'recorded' } : decided;
}

async function attempt(request: Request, recorder: DecisionRecorder): Promise<Decided> {
  const { partnership, command, seen } = request;
  const stream = partnershipStream(partnership);
  const rules = await recorder.rules(partnership);
  const { events, revision } = await recorder.read(stream);
  const repeated = before(request, events);
  if (repeated !== null) return repeated;
  const stale = staleness(events, seen);
  if (stale !== null) return { outcome: 'stale', stale };
  const outcome = decide(command, { partnership, history: events }, rules);
  if (!outcome.accepted) return { outcome: 'refused', rejection: outcome.rejection };
  checkEvents(outcome.events);
  await recorder.store.append(stream, revision, outcome.events);
  return await afterAppending(request, recorder);
}

// Each loser of a race has seen another writer win, so this many mean a writer that never gets its turn.
const mostAttempts = 100;

/**
 * Records a steward's decision: reads the stream, compares what the steward saw, decides, appends at the revision that
 * was read; on a conflict reads and decides again. So of two stewards who saw the same of one fact one is stale, and
 * two on different facts do not meet. The same request again is answered as the first time, whatever has been recorded
 * since. Throws what the store throws.
 */
export async function recordDecision(request: Request, recorder: DecisionRecorder): Promise<Decided> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(request, recorder);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision) || attempts >= mostAttempts) throw error;
    }
  }
}
