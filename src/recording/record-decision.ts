import { decide } from '../domain/decisions/decide.ts';
import { carriedOut, decideSteward, type StewardCommand } from '../domain/decisions/steward.ts';
import type { Rejection } from '../domain/decisions/steward-refusals.ts';
import { versionOfArticle, versionsOf } from '../domain/facts/facts-at.ts';
import type { PolicyContext } from '../domain/facts/rules.ts';
import { mergedInto, mergesIn } from '../domain/facts/what-counts.ts';
import {
  checkEvents,
  type DecisionEvent,
  type LedgerEvent,
  partnershipStream,
  type RetractionEvent,
} from '../domain/vocabulary/events.ts';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.ts';
import { touching } from '../projections/audit.ts';

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

/** A steward's command and what he had seen when he decided it. */
export type Request = {
  readonly partnership: string;
  readonly command: StewardCommand;
  readonly seen: readonly Seen[];
};

/** What a steward saw: a fact or an article, and its version then, with where in the request that stands. */
export type Seen = {
  readonly what: 'fact' | 'article';
  readonly id: string;
  readonly version: number;
  readonly from: 'if-match' | 'fromVersion';
};

/** What the recorder of decisions needs of the ledger. */
export type DecisionRecorder = {
  readonly store: Pick<EventStore, 'append'>;
  /** The stream as it is in the store now; `revision` is that of its last event. */
  readonly read: (stream: string) => Promise<{ readonly events: readonly LedgerEvent[]; readonly revision: number }>;
  /** What the business rules need to know beside the partnership, as it is now. */
  readonly rules: (partnership: string) => Promise<PolicyContext>;
};

/** What became of a decision: recorded now, recorded before by the same request, made on what is no longer so, refused. */
export type Decided =
  | { readonly outcome: 'recorded' | 'repeated'; readonly event: DecisionEvent | RetractionEvent }
  | { readonly outcome: 'stale'; readonly stale: Stale }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

/** What is no longer as it was seen: its version now, and the events that touched it since. */
export type Stale = { readonly seen: Seen; readonly version: number; readonly since: readonly LedgerEvent[] };

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

// What its key stands for already; null for a key that is new.
function before({ command, partnership }: Request, events: readonly LedgerEvent[]): Decided | null {
  const event = carriedOut(command, partnership, events);
  if (event === undefined) return null;
  const outcome = decideSteward(command, partnership, events);
  return outcome.accepted ? { outcome: 'repeated', event } : { outcome: 'refused', rejection: outcome.rejection };
}

/**
 * The first thing that is no longer as it was seen, null where all is. What is not there, or is another fact by now, is
 * no matter of versions: the decision itself is refused then.
 */
export function staleness(history: readonly LedgerEvent[], seen: readonly Seen[]): Stale | null {
  const facts = versionsOf(history);
  const merges = mergesIn(history);
  for (const one of seen) {
    const isAnother = one.what === 'fact' && mergedInto(one.id, merges) !== one.id;
    const version = (one.what === 'fact' ? facts.get(one.id) : versionOfArticle(history, one.id)) ?? null;
    if (version === null || isAnother || version === one.version) continue;
    const since = eventsOn(history, one).filter(({ position }) => position > one.version);
    return { seen: one, version, since };
  }
  return null;
}

function eventsOn(history: readonly LedgerEvent[], { what, id }: Seen): readonly LedgerEvent[] {
  if (what === 'article') return history.filter((event) => isOfArticle(event, id));
  const positions = touching(id, history);
  return history.filter(({ position }) => positions.has(position));
}

function isOfArticle(event: LedgerEvent, article: string): boolean {
  return (
    (event.kind === 'reading' && event.read.article === article) ||
    (event.kind === 'retraction' && event.retracted.article === article)
  );
}

// The store takes an append with the same ids for a retry, whatever it holds: what is recorded is the answer.
async function afterAppending(request: Request, { read }: DecisionRecorder): Promise<Decided> {
  const { events } = await read(partnershipStream(request.partnership));
  const decided = before(request, events);
  if (decided === null) throw new Error(`a decision on ${request.partnership} was recorded, and it is not there`);
  return decided.outcome === 'repeated' ? { ...decided, outcome: 'recorded' } : decided;
}

// Each loser of a race has seen another writer win, so this many mean a writer that never gets its turn.
const mostAttempts = 100;
