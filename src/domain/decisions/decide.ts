import type { NewEvent, RecordedEvent } from '../../event-store/event-store.ts';
import { type FactState, factState, factsAt } from '../facts/fact.ts';
import { type Flag, flagsOf, type PolicyContext } from '../facts/rules.ts';
import { lastDay } from '../vocabulary/dates.ts';
import { decode, type LedgerEvent, partnershipStream } from '../vocabulary/events.ts';
import type { ReadingDraft } from './reading.ts';
import { readingEvents } from './report-events.ts';
import { decideSteward, type StewardCommand } from './steward.ts';
import { type Outcome, rejected } from './steward-refusals.ts';

/**
 * Decides a command. An article is always recorded: a report that breaks a business rule is kept and flagged when it
 * is read. A steward's command that would break one is rejected, and so is one that judges what is not there.
 */
export function decide(command: Command, state: PartnershipState, context: PolicyContext): Outcome {
  if (command.type === 'RecordArticle') return recordArticle(command.reading, command.recordedBy, state);
  const outcome = decideSteward(command, state.partnership, state.history);
  if (!outcome.accepted || outcome.events.length === 0) return outcome;
  const flags = newFlags(state, outcome.events, context);
  if (flags.length === 0) return outcome;
  const [first] = flags;
  return rejected(first?.rule ?? 'policy', flags.map(({ fact, detail }) => `${fact}: ${detail}`).join('; '), { flags });
}

/** What may be asked of a partnership: to record the reading of an article, or to carry out a steward's decision. */
export type Command =
  | { readonly type: 'RecordArticle'; readonly reading: ReadingDraft; readonly recordedBy: string }
  | StewardCommand;

/** Everything that was recorded about a partnership so far. */
export type PartnershipState = { readonly partnership: string; readonly history: readonly LedgerEvent[] };

function recordArticle(reading: ReadingDraft, recordedBy: string, { history }: PartnershipState): Outcome {
  const recorded = history.flatMap((event) =>
    event.kind === 'reading' && event.read.article === reading.article ? [event.read] : [],
  );
  const twin = recorded.find(({ revision }) => revision === reading.revision);
  if (twin === undefined) return { accepted: true, events: readingEvents(reading, recordedBy) };
  if (twin.digest === reading.digest) return { accepted: true, events: [] };
  const next = Math.max(...recorded.map(({ revision }) => revision)) + 1;
  return rejected(
    'revision-taken',
    `revision ${reading.revision} of article ${reading.article} is recorded with other content; ` +
      'raise `revision` and say `because: reread` or `because: republished`',
    { at: ['revision'], suggestion: String(next) },
  );
}

/** The rules that a history breaks after further events and did not break before. */
function newFlags(
  state: PartnershipState,
  events: readonly NewEvent[],
  context: PolicyContext,
): readonly (Flag & { readonly fact: string })[] {
  const stream = partnershipStream(state.partnership);
  const last = state.history.at(-1)?.position ?? 0;
  const after = events.reduce((s, event, i) => evolve(s, asRecorded(stream, last + 1 + i, event)), state);
  const known = flagsOf(statesOf(state.history), context);
  return [...flagsOf(statesOf(after.history), context)].flatMap(([fact, flags]) =>
    flags.filter(({ rule }) => !known.get(fact)?.some((flag) => flag.rule === rule)).map((flag) => ({ ...flag, fact })),
  );
}

/** The state after one more event; an event that means nothing to the domain changes nothing. */
export function evolve(state: PartnershipState, event: RecordedEvent): PartnershipState {
  const decoded = decode(event);
  return decoded === null ? state : { ...state, history: [...state.history, decoded] };
}

function asRecorded(stream: string, position: number, event: NewEvent): RecordedEvent {
  return {
    ...event,
    stream,
    revision: position,
    position,
    recordedAt: '',
  };
}

// Everything that has been reported, whenever it happens: a command is judged without clocks.
function statesOf(history: readonly LedgerEvent[]): readonly FactState[] {
  return factsAt(history, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
}

/** A partnership about which nothing is recorded. */
export function nothingRecorded(partnership: string): PartnershipState {
  return { partnership, history: [] };
}
