import type { NewEvent, RecordedEvent } from '../../event-store/event-store.ts';
import { type FactState, factState, factsAt } from '../facts/fact.ts';
import { type FactFlag, flagsOf, isForbidding, type PolicyContext } from '../facts/rules.ts';
import { lastDay } from '../vocabulary/dates.ts';
import { decode, type LedgerEvent, partnershipStream } from '../vocabulary/events.ts';
import { type ArticleIndex, indexOf, isRecorded, refuseSecond } from './admission.ts';
import { type ReadingDraft, readingEvents } from './reading.ts';
import { type Outcome, reject } from './rejection.ts';
import { decideSteward, type StewardCommand } from './steward.ts';

/**
 * Decides a command. An article is always recorded: a report that breaks a business rule is kept, and every view flags
 * it. A steward's command is rejected if it judges something that does not exist, or if the value that it states makes
 * its own fact break a rule. What it makes another fact look like is a flag there, and refuses nothing.
 */
export function decide(command: Command, state: PartnershipState, context: PolicyContext): Outcome {
  if (command.type === 'RecordArticle') return recordArticle(command.reading, command.recordedBy, state);
  const outcome = decideSteward(command, state.partnership, state.history);
  if (!outcome.accepted || outcome.events.length === 0) return outcome;
  const after = outcome.events.map(asRecorded(state)).reduce(evolve, state);
  const states = () => ({ before: statesOf(state.history), after: statesOf(after.history) });
  return refuseBreach(command, states, context) ?? outcome;
}

/** Refuses a value that makes the fact on which a steward decides break a rule that it did not break before. */
export function refuseBreach(
  command: StewardCommand,
  states: () => { readonly before: readonly FactState[]; readonly after: readonly FactState[] },
  context: PolicyContext,
): Extract<Outcome, { accepted: false }> | null {
  if (command.type !== 'CorrectFact' && command.type !== 'ResolveContest') return null;
  const { before, after } = states();
  const flags = newFlags(before, after, context).filter((flag) => flag.fact === command.fact && isForbidding(flag));
  if (flags[0] === undefined) return null;
  const message = flags.map(({ fact, detail }) => `${fact}: ${detail}`).join('; ');
  return { accepted: false, rejection: reject(flags[0].rule, message, { flags }) };
}

/** A command on a partnership: to record the reading of an article, or to carry out a steward's decision. */
export type Command =
  | { readonly type: 'RecordArticle'; readonly reading: ReadingDraft; readonly recordedBy: string }
  | StewardCommand;

/** Everything recorded about a partnership so far. */
export type PartnershipState = {
  readonly partnership: string;
  readonly history: readonly LedgerEvent[];
  /** The index of the articles in the history, if it is kept; else it is made. */
  readonly articles?: ArticleIndex | undefined;
};

/** A partnership about which nothing is recorded. */
export function nothingRecorded(partnership: string): PartnershipState {
  return { partnership, history: [] };
}

/** The state after one more event; an event that means nothing to the domain changes nothing. */
export function evolve(state: PartnershipState, event: RecordedEvent): PartnershipState {
  const decoded = decode(event);
  if (decoded === null) return state;
  return { partnership: state.partnership, history: [...state.history, decoded] };
}

// Another writer may have been first in this stream since the door was passed.
function recordArticle(reading: ReadingDraft, recordedBy: string, { history, articles }: PartnershipState): Outcome {
  const index = articles ?? indexOf(history);
  const rejection = refuseSecond(reading, index);
  if (rejection !== null) return { accepted: false, rejection };
  return { accepted: true, events: isRecorded(reading, index) ? [] : readingEvents(reading, recordedBy) };
}

/** Events as the store would record them next. */
export function asRecorded({ partnership, history }: PartnershipState): (event: NewEvent, i: number) => RecordedEvent {
  const next = (history.at(-1)?.position ?? 0) + 1;
  const stream = partnershipStream(partnership);
  return (event, i) => ({ ...event, stream, revision: next + i, position: next + i, recordedAt: '' });
}

/** The business rules that facts break after further events and did not break before. */
export function newFlags(
  before: readonly FactState[],
  after: readonly FactState[],
  context: PolicyContext,
): readonly FactFlag[] {
  const broken = flagsOf(before, context);
  return [...flagsOf(after, context)].flatMap(([fact, flags]) =>
    flags
      .filter(({ rule }) => !broken.get(fact)?.some((flag) => flag.rule === rule))
      .map((flag) => ({ ...flag, fact })),
  );
}

/** The states of the facts of a history, whenever they were published or happened: a command is judged without clocks. */
export function statesOf(history: readonly LedgerEvent[]): readonly FactState[] {
  return factsAt(history, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
}
