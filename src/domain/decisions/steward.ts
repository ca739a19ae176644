import type { NewEvent } from '../../event-store/event-store.ts';
import { mergedInto, mergesIn, publicationsOf } from '../facts/what-counts.ts';
import { certainlyBefore, parseMilestoneDate, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import {
  type DecisionEvent,
  idOf,
  type LedgerEvent,
  partnershipStream,
  type ReadingEvent,
  type RetractionEvent,
} from '../vocabulary/events.ts';
import { nearest } from '../vocabulary/nearest.ts';
import { isProblem, type Problem } from '../vocabulary/problem.ts';
import { correctFact, type ValueDecision } from './correction.ts';
import { judgedReports, refuseFact, reportsOf } from './judged-reports.ts';
import { type Outcome, type Rejection, reject } from './rejection.ts';
import { resolveContest } from './resolution.ts';

/**
 * Decides a steward's command: its event, no event if it was carried out before, or a rejection if it judges something
 * that does not exist or changes nothing. Does not check the business rules.
 */
export function decideSteward(command: StewardCommand, partnership: string, history: readonly LedgerEvent[]): Outcome {
  const before = findRecordedDecision(command, partnership, history);
  if (before !== undefined && before.request === (command.request ?? null)) return { accepted: true, events: [] };
  const decided = refuseKey(command, before) ?? refuseReason(command) ?? carryOut(command, history);
  return 'rule' in decided
    ? { accepted: false, rejection: decided }
    : { accepted: true, events: [eventOf(command, partnership, decided)] };
}

/** What a steward may decide; an article without a revision is retracted up to the highest recorded one. */
export type StewardCommand =
  | ({ readonly type: 'CorrectFact' } & ValueDecision & Judgement)
  | ({ readonly type: 'ResolveContest' } & ValueDecision & Judgement)
  | ({ readonly type: 'RetractFact' } & Judgement & Withdrawal)
  | ({ readonly type: 'MergeFacts'; readonly fact: string; readonly from: string } & Grounds)
  | ({ readonly type: 'UndoMerge'; readonly fact: string; readonly from: string } & Grounds)
  | ({ readonly type: 'RetractArticle'; readonly article: string; readonly revision: number | null } & Grounds &
      Withdrawal);

/** When the publisher withdrew what is retracted (EDTF); absent: it counts for no reader. */
type Withdrawal = { readonly withdrawnOn?: string | undefined };

type Judgement = Grounds & {
  readonly fact: string;
  /** The ids of the judged reports; an empty list stands for every report of the fact so far. */
  readonly reports: readonly string[];
};

/** Who decides, why, and a key that makes a repeated command the same command. */
type Grounds = {
  readonly actor: string;
  readonly reason: string;
  readonly key: string;
  /** SHA-256 of the request: only the same request may use a key again. */
  readonly request?: string;
};

/** The event that an actor's key already stands for. */
export function findRecordedDecision(
  command: StewardCommand,
  partnership: string,
  history: readonly LedgerEvent[],
): DecisionEvent | RetractionEvent | undefined {
  const id = idOfCommand(command, partnership);
  return history.find(
    (event): event is DecisionEvent | RetractionEvent =>
      event.id === id && (event.kind === 'decision' || event.kind === 'retraction'),
  );
}

function idOfCommand({ actor, key }: StewardCommand, partnership: string): string {
  return idOf('decision', partnershipStream(partnership), actor, key);
}

/** A key stands for one request of its actor. */
function refuseKey({ key, actor }: StewardCommand, before: LedgerEvent | undefined): Rejection | null {
  if (before === undefined) return null;
  return reject('key-taken', `the key ${key} stands for another decision of ${actor}, at position ${before.position}`);
}

/** Every decision says why. */
function refuseReason({ reason }: StewardCommand): Rejection | null {
  if (reason.trim() !== '') return null;
  return reject('missing-reason', 'a decision is read later: say why it was made', { at: ['reason'] });
}

function carryOut(command: StewardCommand, history: readonly LedgerEvent[]): Decided | Rejection {
  if (command.type === 'RetractArticle') return retractArticle(command, history);
  if (command.type === 'MergeFacts') return mergeFacts(command, history);
  if (command.type === 'UndoMerge') return undoMerge(command, history);
  const judged = judgedReports(history, command.fact, command.reports);
  if ('rule' in judged) return judged;
  if (command.type === 'CorrectFact') return correctFact(command, judged);
  if (command.type === 'ResolveContest') return resolveContest(command, judged, history);
  const { fact, withdrawnOn, reason } = command;
  const whole = judged.counting.length === judged.ofFact.length;
  const published = judged.counting.map((one) => one.published);
  return (
    refuseWithdrawal(withdrawnOn, published) ?? {
      type: 'FactRetracted',
      data: { fact, reports: judged.reports.map(({ id }) => id), whole, withdrawnOn, reason },
    }
  );
}

type Decided = Pick<NewEvent, 'type' | 'data'>;

/** Nothing is withdrawn before it was published. */
function refuseWithdrawal(
  withdrawnOn: string | undefined,
  published: readonly (UncertainDate | null)[],
): Rejection | null {
  if (withdrawnOn === undefined) return null;
  const rejectIt = (message: string, suggestion?: string) =>
    reject('wrong-withdrawal', `withdrawnOn: ${message}`, { at: ['withdrawnOn'], suggestion });
  const problem = withdrawalProblem(withdrawnOn);
  if (problem !== null) return rejectIt(problem.message, problem.suggestion);
  const date = uncertainDate(withdrawnOn);
  const later = published.find((one) => one !== null && certainlyBefore(date, one));
  return later == null ? null : rejectIt(`${date.edtf} is wholly before the publication (${later.edtf})`);
}

/** What is wrong with the date of a withdrawal, or null. It has a last day: from there nothing counts any more. */
export function withdrawalProblem(withdrawnOn: string): Pick<Problem, 'message' | 'suggestion'> | null {
  const date = parseMilestoneDate(withdrawnOn);
  if (isProblem(date)) return date;
  if (date.latest !== null) return null;
  return { message: `${date.edtf}: a withdrawal needs a day by which it was made, as in [a..b] or [..b]` };
}

function retractArticle(
  { article, revision: upTo, withdrawnOn, reason }: Extract<StewardCommand, { type: 'RetractArticle' }>,
  history: readonly LedgerEvent[],
): Decided | Rejection {
  const readings = history.filter(
    (event): event is ReadingEvent => event.kind === 'reading' && event.read.article === article,
  );
  const revisions = readings.map(({ read }) => read.revision);
  const revision = upTo ?? Math.max(1, ...revisions);
  if (!revisions.includes(revision)) {
    const recorded = revisions.toSorted((a, b) => a - b).join(', ') || 'none';
    const message = `revision ${revision} of article ${article} is not recorded; it has ${recorded}`;
    return reject('unknown-article', message, { at: ['revision'] });
  }
  const retraction = history.find(
    (event) =>
      event.kind === 'retraction' && event.retracted.article === article && event.retracted.revision >= revision,
  );
  if (retraction === undefined) {
    const published = publicationsOf(readings).map((one) => one.published);
    const data = { article, revision, withdrawnOn, reason };
    return refuseWithdrawal(withdrawnOn, published) ?? { type: 'ArticleRetracted', data };
  }
  const { recordedBy, position } = retraction;
  const message = `${recordedBy} retracted revision ${revision} of article ${article} at position ${position}`;
  return reject('already-retracted', message, { at: ['revision'] });
}

function mergeFacts(
  { fact, from, reason }: Extract<StewardCommand, { type: 'MergeFacts' }>,
  history: readonly LedgerEvent[],
): Decided | Rejection {
  if (fact === from) return reject('same-fact', `${fact} cannot be merged into itself`, { at: ['from'] });
  const [remaining, merged] = [reportsOf(history, fact), reportsOf(history, from)];
  const [one, other] = [remaining[0]?.type, merged[0]?.type];
  if (one === undefined) return refuseFact(history, fact, 'fact');
  if (other === undefined) return refuseFact(history, from, 'from');
  if (one.type !== other.type) {
    const message = `a ${other.type} is never the same fact as a ${one.type}: merge only keys of one kind and milestone`;
    return reject('different-kind', message, { at: ['from'] });
  }
  // If the Games are part of the key, facts about different Games differ; a fact without Games may be about any of them.
  const [games, others] = [remaining, merged].map((reports) =>
    [...new Set(reports.flatMap((report) => report.games))].toSorted().join(', '),
  );
  const areGamesInKey = one.edition === 'key' || one.edition === 'required';
  if (areGamesInKey && games !== '' && others !== '' && games !== others) {
    const message = `they are about different Games (${games}; ${others}), so they are not one fact`;
    return reject('different-games', message, { at: ['from'] });
  }
  return { type: 'FactsMerged', data: { fact, from, reason } };
}

/** What was merged away can be separated from the fact that remains, also where that was merged on since. */
function undoMerge(
  { fact, from, reason }: Extract<StewardCommand, { type: 'UndoMerge' }>,
  history: readonly LedgerEvent[],
): Decided | Rejection {
  if (reportsOf(history, fact).length === 0) return refuseFact(history, fact, 'fact');
  const merges = mergesIn(history);
  const into = mergedInto(from, merges);
  if (into === fact && from !== fact) return { type: 'MergeUndone', data: { fact, from, reason } };
  const merged = [...merges.keys()].filter((key) => mergedInto(key, merges) === fact);
  const others = merged.length === 0 ? 'nothing is' : `${merged.join(', ')} ${merged.length === 1 ? 'is' : 'are'}`;
  const elsewhere = into === from ? '' : `; it is merged into ${into}`;
  const message = `${from} is not merged into ${fact}${elsewhere}; ${others}`;
  return reject('not-merged', message, { at: ['from'], suggestion: nearest(from, merged)[0] ?? merged[0] });
}

function eventOf(command: StewardCommand, partnership: string, { type, data }: Decided): NewEvent {
  const id = idOfCommand(command, partnership);
  const { actor: recordedBy, request } = command;
  const metadata = { recordedBy, correlationId: id, causationId: null, schema: 1 };
  return { id, type, data, metadata: request === undefined ? metadata : { ...metadata, request } };
}
