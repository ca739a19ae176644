import {
  type Command,
  decide,
  evolve,
  nothingRecorded,
  type PartnershipState,
} from '../../src/domain/decisions/decide.ts';
import type { ReadingDraft } from '../../src/domain/decisions/reading.ts';
import type { StewardCommand } from '../../src/domain/decisions/steward.ts';
import { type LedgerEvent, partnershipStream, type ReportEvent } from '../../src/domain/vocabulary/events.ts';
import { acme, recorded } from './given.ts';

/** A step in the life of a ledger: an article is read, or a steward decides on what is recorded so far. */
export type Step = ReadingDraft | ((state: PartnershipState) => Command);

type Judging = {
  /** The articles whose reports are judged; all reports of the fact so far, if none are named. */
  readonly of?: readonly string[];
  readonly basis?: 'misread' | 'publisher-corrected' | 'better-evidence';
  /** When the reference became public (EDTF). */
  readonly reference?: string;
  readonly key?: string;
};

/** The recorded reports of a fact, or those of them that certain articles make. */
export const reportsOn = (
  { history }: Pick<PartnershipState, 'history'>,
  fact: string,
  articles?: readonly string[],
): readonly ReportEvent[] =>
  history.filter(
    (event): event is ReportEvent =>
      event.kind === 'report' && event.fact === fact && (articles?.includes(event.metadata.article) ?? true),
  );

const decided = (key: string) => ({ actor: 'steward', reason: 'looked again', key });

const judged = (state: PartnershipState, fact: string, of?: readonly string[]): readonly string[] =>
  of === undefined ? [] : reportsOn(state, fact, of).map(({ id }) => id);

const valued =
  (type: 'CorrectFact' | 'ResolveContest') =>
  (fact: string, field: string, value: string | number | readonly string[], judging: Judging = {}): Step =>
  (state) => ({
    type,
    fact,
    reports: judged(state, fact, judging.of),
    field,
    value,
    basis: judging.basis ?? 'misread',
    reference: judging.reference === undefined ? null : { title: 'A register', published: judging.reference },
    ...decided(judging.key ?? `${type} ${fact} ${field} ${JSON.stringify([value, judging.of])}`),
  });

/** A steward corrects a field or the date of reports. */
export const corrects = valued('CorrectFact');

/** A steward settles a contest. */
export const resolves = valued('ResolveContest');

/** A steward retracts reports of a fact. */
export const retracts =
  (fact: string, { of, key }: Judging = {}): Step =>
  (state) => ({
    type: 'RetractFact',
    fact,
    reports: judged(state, fact, of),
    ...decided(key ?? `retract ${fact} ${JSON.stringify(of)}`),
  });

/** A steward finds that two keys name one fact. */
export const merges =
  (fact: string, from: string): Step =>
  () => ({ type: 'MergeFacts', fact, from, ...decided(`merge ${fact} ${from}`) });

/** A steward finds that a merge was a mistake. */
export const undoes =
  (fact: string, from: string): Step =>
  () => ({ type: 'UndoMerge', fact, from, ...decided(`undo ${fact} ${from}`) });

/** A steward retracts an article up to a revision. */
export const retractsArticle =
  (article: string, revision = 1): Step =>
  () => ({ type: 'RetractArticle', article, revision, ...decided(`retract article ${article} ${revision}`) });

/** The rules know nothing besides the facts. */
export const noContext = { windows: new Map(), otherHoldings: [] };

/** What a partnership answers to a command. */
export const asked = (command: StewardCommand | Step, state: PartnershipState) => {
  const one = typeof command === 'function' ? command(state) : command;
  const whole: Command = 'type' in one ? one : { type: 'RecordArticle', reading: one, recordedBy: 'test' };
  return decide(whole, state, noContext);
};

/** "accepted", or the name of the rule by which a command is rejected. */
export const answerTo = (command: StewardCommand | Step, state: PartnershipState): string => {
  const outcome = asked(command, state);
  return outcome.accepted ? 'accepted' : outcome.rejection.rule;
};

const take = (state: PartnershipState, step: Step): PartnershipState => {
  const outcome = asked(step, state);
  if (!outcome.accepted) throw new Error(outcome.rejection.message);
  const last = state.history.at(-1)?.position ?? 0;
  return recorded(partnershipStream(acme), outcome.events, last).reduce(evolve, state);
};

/** The state of a partnership after these steps. Throws if a step is refused: the test is wrong. */
export const after = (...steps: readonly Step[]): PartnershipState => steps.reduce(take, nothingRecorded(acme));

/** The history of a partnership after these steps. */
export const historyAfter = (...steps: readonly Step[]): readonly LedgerEvent[] => after(...steps).history;
