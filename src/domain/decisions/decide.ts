import type { NewEvent, RecordedEvent } from '../../event-store/event-store.ts';
import { type FactState, factState, factsAt } from '../facts/fact.ts';
import { type FactFlag, flagsOf, type PolicyContext } from '../facts/rules.ts';
import { lastDay } from '../vocabulary/dates.ts';
import { decode, type LedgerEvent, partnershipStream } from '../vocabulary/events.ts';
import { type ReadingDraft, readingEvents } from './reading.ts';
import { type Outcome, reject } from './rejection.ts';
import { decideSteward, type StewardCommand } from './steward.ts';

/**
 * Decides a command. An article is always recorded: a report that breaks a business rule is kept, and every view flags
 * it. A steward's command is rejected if it would break a business rule, or judges something that does not exist.
 */
export function decide(command: Command, state: PartnershipState, context: PolicyContext): Outcome {
  if (command.type === 'RecordArticle') return recordArticle(command.reading, command.recordedBy, state);
  const outcome = decideSteward(command, state.partnership, state.history);
  if (!outcome.accepted || outcome.events.length === 0) return outcome;
  const flags = newFlags(state, outcome.events, context);
  if (flags[0] === undefined) return outcome;
  const message = flags.map(({ fact, detail }) => `${fact}: ${detail}`).join('; ');
  return { accepted: false, rejection: reject(flags[0].rule, message, { flags }) };
}

/** A command on a partnership: to record the reading of an article, or to carry out a steward's decision. */
export type Command =
  | { readonly type: 'RecordArticle'; readonly reading: ReadingDraft; readonly recordedBy: string }
  | StewardCommand;

/** Everything recorded about a partnership so far. */
export type PartnershipState = { readonly partnership: string; readonly history: readonly LedgerEvent[] };

/** A partnership about which nothing is recorded. */
export function nothingRecorded(partnership: string): PartnershipState {
  return { partnership, history: [] };
}

/** The state after one more event; an event that means nothing to the domain changes nothing. */
export function evolve(state: PartnershipState, event: RecordedEvent): PartnershipState {
  const decoded = decode(event);
  return decoded === null ? state : { ...state, history: [...state.history, decoded] };
}

/** One revision of an article has one content. */
function recordArticle(reading: ReadingDraft, recordedBy: string, { history }: PartnershipState): Outcome {
  const { article, revision, digest } = reading;
  const recorded = history.flatMap((event) =>
    event.kind === 'reading' && event.read.article === article ? [event.read] : [],
  );
  const twin = recorded.find((read) => read.revision === revision);
  if (twin === undefined) return { accepted: true, events: readingEvents(reading, recordedBy) };
  if (twin.digest === digest) return { accepted: true, events: [] };
  const message =
    `revision ${revision} of article ${article} is recorded with other content; ` +
    'raise `revision` and say `because: reread` or `because: republished`';
  const suggestion = String(Math.max(...recorded.map((read) => read.revision)) + 1);
  return { accepted: false, rejection: reject('revision-taken', message, { at: ['revision'], suggestion }) };
}

/** The business rules that a history breaks after further events and did not break before. */
function newFlags(state: PartnershipState, events: readonly NewEvent[], context: PolicyContext): readonly FactFlag[] {
  const stream = partnershipStream(state.partnership);
  const last = state.history.at(-1)?.position ?? 0;
  const after = events
    .map((event, i) => ({ ...event, stream, revision: last + 1 + i, position: last + 1 + i, recordedAt: '' }))
    .reduce(evolve, state);
  const before = flagsOf(statesOf(state.history), context);
  return [...flagsOf(statesOf(after.history), context)].flatMap(([fact, flags]) =>
    flags
      .filter(({ rule }) => !before.get(fact)?.some((flag) => flag.rule === rule))
      .map((flag) => ({ ...flag, fact })),
  );
}

// Everything that was reported, whenever it happens: a command is judged without clocks.
function statesOf(history: readonly LedgerEvent[]): readonly FactState[] {
  return factsAt(history, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
}
