import type { NewEvent } from '../../event-store/event-store.ts';
import { saidOf } from '../facts/evidence.ts';
import type { FieldValue } from '../vocabulary/event-type.ts';
import {
  type DecisionEvent,
  idOf,
  type LedgerEvent,
  partnershipStream,
  type RetractionEvent,
} from '../vocabulary/events.ts';
import {
  type Judged,
  judgedReports,
  type Outcome,
  referenceProblem,
  refuseChange,
  refuseCorrection,
  refuseFact,
  refuseMerge,
  refuseResolution,
  rejected,
  reportsOf,
} from './steward-refusals.ts';

/** The event of a command that was carried out before, or of another one by the same actor under the same key. */
export function carriedOut(
  command: StewardCommand,
  partnership: string,
  history: readonly LedgerEvent[],
): DecisionEvent | RetractionEvent | undefined {
  const id = idOfCommand(partnership, command);
  return history.find(
    (one): one is DecisionEvent | RetractionEvent =>
      one.id === id && (one.kind === 'decision' || one.kind === 'retraction'),
  );
}

/** What a steward may decide; an article without a revision is retracted up to the highest that is recorded. */
export type StewardCommand =
  | ({ readonly type: 'CorrectFact' } & Valued)
  | ({ readonly type: 'ResolveContest' } & Valued)
  | ({ readonly type: 'RetractFact' } & Judgement)
  | ({ readonly type: 'MergeFacts'; readonly fact: string; readonly from: string } & Decided)
  | ({ readonly type: 'RetractArticle'; readonly article: string; readonly revision: number | null } & Decided);

type Valued = Judgement & {
  readonly field: string;
  readonly value: FieldValue;
  readonly basis: Basis;
  readonly reference: Reference | null;
};

type Judgement = Decided & {
  readonly fact: string;
  /** The reports that are judged; an empty list stands for every report of the fact so far. */
  readonly reports: readonly string[];
};

/** Who decides, why, and a key that makes a repeated command the same command. */
type Decided = {
  readonly actor: string;
  readonly reason: string;
  readonly key: string;
  /** SHA-256 of what was asked, which tells whether a key that was used before is used for the same. */
  readonly request?: string;
};

type Basis = 'misread' | 'publisher-corrected' | 'better-evidence';

type Reference = { readonly title: string; readonly published: string };

function idOfCommand(partnership: string, { actor, key }: StewardCommand): string {
  return idOf('decision', partnershipStream(partnership), actor, key);
}

/**
 * The events of a steward's command, none if it was carried out before; or why it judges what is not there, or changes
 * nothing. Business rules are not asked here.
 */
export function decideSteward(command: StewardCommand, partnership: string, history: readonly LedgerEvent[]): Outcome {
  const accept = (type: string, data: NewEvent['data']) => accepted(event(partnership, command, type, data));
  const before = carriedOut(command, partnership, history);
  if (before !== undefined) {
    if (before.request === (command.request ?? null)) return accepted();
    const message = `the key ${command.key} stands for another decision of ${command.actor}, at position ${before.position}`;
    return rejected('key-taken', message);
  }
  if (command.reason.trim() === '') {
    return rejected('missing-reason', 'a decision is read later: say why it was made', { at: ['reason'] });
  }
  if (command.type === 'RetractArticle') return retractArticle(command, history, accept);
  if (command.type === 'MergeFacts') return mergeFacts(command, history, accept);
  const judged = judgedReports(history, command.fact, command.reports);
  if ('accepted' in judged) return judged;
  if (command.type !== 'RetractFact') return decideValue(command, judged, history, accept);
  const { fact, reason } = command;
  return accept('FactRetracted', { fact, reports: judged.reports.map(({ id }) => id), whole: judged.whole, reason });
}

function accepted(...events: readonly NewEvent[]): Outcome {
  return { accepted: true, events };
}

function event(partnership: string, command: StewardCommand, type: string, data: NewEvent['data']): NewEvent {
  const id = idOfCommand(partnership, command);
  const { actor, request } = command;
  const asked = request === undefined ? {} : { request };
  return { id, type, data, metadata: { recordedBy: actor, correlationId: id, causationId: null, schema: 1, ...asked } };
}

function retractArticle(
  command: Extract<StewardCommand, { type: 'RetractArticle' }>,
  history: readonly LedgerEvent[],
  accept: (type: string, data: NewEvent['data']) => Outcome,
): Outcome {
  const { article, reason } = command;
  const known = history.flatMap((one) =>
    one.kind === 'reading' && one.read.article === article ? [one.read.revision] : [],
  );
  const revision = command.revision ?? Math.max(1, ...known);
  if (!known.includes(revision)) {
    const message = `revision ${revision} of article ${article} is not recorded; it has ${known.toSorted((a, b) => a - b).join(', ') || 'none'}`;
    return rejected('unknown-article', message, { at: ['revision'] });
  }
  const judged = history.find(
    (one) => one.kind === 'retraction' && one.retracted.article === article && one.retracted.revision >= revision,
  );
  if (judged === undefined) return accept('ArticleRetracted', { article, revision, reason });
  const message = `revision ${revision} of article ${article} was retracted by ${judged.recordedBy}, at position ${judged.position}`;
  return rejected('already-retracted', message, { at: ['revision'] });
}

function mergeFacts(
  { fact, from, reason }: Extract<StewardCommand, { type: 'MergeFacts' }>,
  history: readonly LedgerEvent[],
  accept: (type: string, data: NewEvent['data']) => Outcome,
): Outcome {
  if (fact === from) return rejected('same-fact', `${fact} cannot be merged into itself`, { at: ['from'] });
  const [remaining, merged] = [reportsOf(history, fact), reportsOf(history, from)];
  if (remaining.length === 0) return refuseFact(history, fact, 'fact');
  if (merged.length === 0) return refuseFact(history, from, 'from');
  return refuseMerge(remaining, merged) ?? accept('FactsMerged', { fact, from, reason });
}

function decideValue(
  command: Extract<Judging, Valued>,
  judged: Judged,
  history: readonly LedgerEvent[],
  accept: (type: string, data: NewEvent['data']) => Outcome,
): Outcome {
  const isCorrection = command.type === 'CorrectFact';
  const refused = isCorrection
    ? (refuseCorrection(command, judged.reports) ?? refuseChange(command, judged.counting))
    : refuseResolution(command, judged, history);
  if (refused !== null) {
    const { rule, message, ...rest } = refused;
    return rejected(rule, message, rest);
  }
  const unfounded = refuseReference(command);
  if (unfounded !== null) return unfounded;
  const { fact, field, value, basis, reason, reference } = command;
  const reports = judged.reports.map(({ id }) => id);
  const decision = { fact, reports, field, value, basis, reason, reference };
  if (!isCorrection) return accept('ContestResolved', decision);
  return accept('FactCorrected', { ...decision, said: saidByAll(judged, field) });
}

type Judging = Exclude<StewardCommand, { type: 'MergeFacts' | 'RetractArticle' }>;

function refuseReference({ basis, reference }: Valued): Outcome | null {
  if (reference === null) {
    if (basis === 'misread') return null;
    const message = `"${basis}" rests on a published reference: give its title and date`;
    return rejected('missing-reference', message, { at: ['reference'] });
  }
  const problem = referenceProblem(reference.published);
  if (problem === null) return null;
  const { message, suggestion } = problem;
  return rejected('wrong-reference', `published: ${message}`, { at: ['reference/published'], suggestion });
}

// One value stands for what was said only where all who are judged say it; each report keeps its own.
function saidByAll({ counting }: Judged, field: string): FieldValue | null {
  const said = counting.map(({ report }) => saidOf(report, field));
  const [first = null] = said;
  return said.every((one) => JSON.stringify(one) === JSON.stringify(first)) ? first : null;
}
