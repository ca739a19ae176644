import { decide } from '../domain/decisions/decide.ts';
import type { Outcome, Rejection } from '../domain/decisions/rejection.ts';
import { findRecordedDecision, type StewardCommand } from '../domain/decisions/steward.ts';
import { versionIn, versionOfArticle, versionsOf } from '../domain/facts/facts-at.ts';
import { noRules, type PolicyContext } from '../domain/facts/rules.ts';
import { mergedInto, mergesIn } from '../domain/facts/what-counts.ts';
import {
  articleNamed,
  checkEvents,
  type DecisionEvent,
  decode,
  type LedgerEvent,
  partnershipStream,
  type RetractionEvent,
} from '../domain/vocabulary/events.ts';
import { touching } from '../projections/audit.ts';
import {
  type ChangeShape,
  changesBy,
  type IngestResult,
  ingestResult,
  joinResults,
  policyContextAt,
  resultOf,
} from '../projections/live/ingest-result.ts';
import { type History, isOfFrame, relevantHistory } from '../projections/relevant-history.ts';
import { decideOnFacts } from './decide-on-facts.ts';
import { appendDecided, type StreamWriter, type WritableLedger } from './record-article.ts';

/**
 * Records a steward's decision, and returns its effects on facts and the business rules that they break. Of two decisions
 * on the same version of a fact, the second is stale; decisions on different facts never conflict. A repeated request
 * gets the first answer, whatever has been recorded since. Throws what the store throws.
 */
export async function recordDecision(request: DecisionRequest, ledger: WritableLedger): Promise<RecordedDecision> {
  const { views, recorder } = ledger;
  const { partnership } = request;
  const rules = async () => await policyContextAt(ledger, partnership, (await views.head()).position);
  const outcome = await appendDecision(request, { ...recorder, rules });
  if (!('event' in outcome)) return outcome;
  return { ...outcome, result: await ingestResult(partnership, outcome.event.position, ledger) };
}

/** What would come of a decision if it were recorded now. Records nothing. */
export async function rehearseDecision(request: DecisionRequest, ledger: WritableLedger): Promise<RehearsedDecision> {
  const { views, recorder } = ledger;
  const { partnership } = request;
  const stream = partnershipStream(partnership);
  const known = await recorder.read(stream);
  const { events, relevant: soFar, revision } = known;
  const { position } = await views.head();
  const context = await policyContextAt(ledger, partnership, position);
  const decided = await decideOn(request, known, async () => context);
  if (!decided.accepted) return notRecorded(decided);
  checkEvents(decided.events);
  const [event] = decided.events.flatMap(
    (one) => decode({ ...one, stream, revision: revision + 1, position: position + 1, recordedAt: '' }) ?? [],
  ) as [DecisionEvent | RetractionEvent];
  const touched = soFar.touchedBy([event]);
  // The frame bears on every fact.
  const part = [...touched].some(isOfFrame) ? events : soFar.about(soFar.linked(touched));
  const history = [...part, event];
  const relevant = relevantHistory(history);
  const result = resultOf({ events: history, relevant }, event.position, context);
  return { outcome: 'rehearsed', event, result, changes: changesBy(event, relevant) };
}

/** What would become of a decision, and how the facts would look that it touches. */
export type RehearsedDecision =
  | {
      readonly outcome: 'rehearsed';
      readonly event: DecisionEvent | RetractionEvent;
      readonly result: IngestResult;
      readonly changes: readonly ChangeShape[];
    }
  | NotRecorded;

/**
 * Takes a decision on an article to the stream of each of its partnerships, one append each, and joins what comes of it.
 * What is retracted in one of them already is left there. The steward saw one version of the whole; each stream is
 * compared with its own part of it. If something fails in between, the same request carries out the rest.
 */
export async function onEachPartnership<Done extends RecordedDecision | RehearsedDecision>(
  decideOne: (request: DecisionRequest, ledger: WritableLedger) => Promise<Done>,
  partnerships: readonly string[],
  { command, seen }: Pick<DecisionRequest, 'command' | 'seen'>,
  ledger: WritableLedger,
): Promise<Done> {
  const [only = ''] = partnerships;
  if (partnerships.length === 1) return await decideOne({ partnership: only, command, seen }, ledger);
  const versions = new Map<string, number>();
  for (const partnership of partnerships) {
    const { events } = await ledger.recorder.read(partnershipStream(partnership));
    const recorded = findRecordedDecision(command, partnership, events);
    const before = events.filter((event) => event !== recorded);
    versions.set(partnership, Math.max(0, ...seen.map(({ id }) => versionOfArticle(before, id) ?? 0)));
  }
  const whole = Math.max(...versions.values());
  const outcomes: Done[] = [];
  // The last part first: if the version is stale, nothing is recorded.
  for (const partnership of partnerships.toSorted((a, b) => (versions.get(b) ?? 0) - (versions.get(a) ?? 0))) {
    const own = seen.map((one) => (one.version === whole ? { ...one, version: versions.get(partnership) ?? 0 } : one));
    const outcome = await decideOne({ partnership, command, seen: own }, ledger);
    if (outcome.outcome === 'stale') return outcome;
    outcomes.push(outcome);
  }
  const done = outcomes.filter((outcome) => outcome.outcome !== 'refused');
  const last = done.at(-1);
  if (last === undefined) return outcomes[0] as Done;
  const result = joinResults(done.flatMap((outcome) => ('result' in outcome ? [outcome.result] : [])));
  const changes = done.flatMap((outcome) => ('changes' in outcome ? outcome.changes : []));
  return { ...last, result, ...('changes' in last ? { changes } : {}) };
}

/** A steward's command, and what the steward had seen when they decided. */
export type DecisionRequest = {
  readonly partnership: string;
  readonly command: StewardCommand;
  readonly seen: readonly Seen[];
};

/** The version of a fact or an article that a steward saw, and the part of the request that says so. */
export type Seen = {
  readonly what: 'fact' | 'article';
  readonly id: string;
  readonly version: number;
  readonly from: 'if-match' | 'fromVersion';
};

/** What became of a decision, and its effects on facts. */
export type RecordedDecision =
  | (Extract<AppendedDecision, { event: unknown }> & { readonly result: IngestResult })
  | NotRecorded;

/** Records a steward's decision without working out its effects. */
export async function appendDecision(request: DecisionRequest, recorder: DecisionRecorder): Promise<AppendedDecision> {
  const { partnership, command } = request;
  const stream = partnershipStream(partnership);
  const decideNow = async (known: Decidable) => await decideOn(request, known, recorder.rules);
  const first = await appendDecided(stream, recorder, decideNow);
  if (!first.accepted) return notRecorded(first);
  // The store takes any append with the same ids for a retry, so the answer comes from what the stream holds now.
  const known = await recorder.read(stream);
  const { events } = known;
  const second = await decideNow(known);
  if (!second.accepted) return notRecorded(second);
  const event = findRecordedDecision(command, partnership, events);
  if (event === undefined) throw new Error(`a decision on ${partnership} was recorded, and its event is missing`);
  return { outcome: first.appended === null ? 'repeated' : 'recorded', event };
}

async function decideOn(
  { partnership, command, seen }: DecisionRequest,
  known: Decidable,
  rules: DecisionRecorder['rules'],
): Promise<Outcome | { readonly accepted: false; readonly stale: Stale }> {
  const { events: history } = known;
  const isRepeated = findRecordedDecision(command, partnership, history) !== undefined;
  const stale = isRepeated ? null : findStale(known, seen);
  if (stale !== null) return { accepted: false, stale };
  // The key tells whether it is the same request, whatever facts it names.
  if (isRepeated) return decide(command, { partnership, history }, noRules);
  return decideOnFacts(command, partnership, known, await rules());
}

type Decidable = Pick<History, 'events' | 'relevant' | 'revision'>;

/** The part of a ledger that appending a decision uses. */
export type DecisionRecorder = StreamWriter<Decidable> & {
  /** What the business rules need to know beside the partnership, as it is now. */
  readonly rules: () => Promise<PolicyContext>;
};

/** What became of a decision: recorded now, recorded before by the same request, based on a stale version, or refused. */
type AppendedDecision =
  | { readonly outcome: 'recorded' | 'repeated'; readonly event: DecisionEvent | RetractionEvent }
  | NotRecorded;

type NotRecorded =
  | { readonly outcome: 'stale'; readonly stale: Stale }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

/** A version that is out of date: the version now, and the events that touched the fact or article since. */
export type Stale = { readonly seen: Seen; readonly version: number; readonly since: readonly LedgerEvent[] };

function notRecorded(refused: { readonly stale: Stale } | { readonly rejection: Rejection }): NotRecorded {
  return 'stale' in refused
    ? { outcome: 'stale', stale: refused.stale }
    : { outcome: 'refused', rejection: refused.rejection };
}

// Skips unknown and merged facts: the decision itself is refused then.
function findStale({ events: history, relevant }: Decidable, seen: readonly Seen[]): Stale | null {
  const onFacts = relevant.about(relevant.sharing(seen.flatMap(({ what, id }) => (what === 'fact' ? [id] : []))));
  const facts = versionsOf(onFacts);
  const merges = mergesIn(onFacts);
  for (const one of seen) {
    const isMerged = one.what === 'fact' && mergedInto(one.id, merges) !== one.id;
    const version = (one.what === 'fact' ? versionIn(facts, one.id) : versionOfArticle(history, one.id)) || null;
    if (version === null || isMerged || version === one.version) continue;
    const since = eventsOn(history, one).filter(({ position }) => position > one.version);
    return { seen: one, version, since };
  }
  return null;
}

function eventsOn(history: readonly LedgerEvent[], { what, id }: Seen): readonly LedgerEvent[] {
  if (what === 'article') return history.filter((event) => event.kind !== 'report' && articleNamed(event) === id);
  const positions = touching(id, history);
  return history.filter(({ position }) => positions.has(position));
}
