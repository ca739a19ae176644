import type { NewEvent } from '../event-store/event-store.ts';
import { refuseCorrection, refuseResolution } from './decided-value.ts';
import type { FieldValue } from './events/field.ts';
import { mergedInto, mergesIn } from './evidence-at.ts';
import { idOf } from './identity.ts';
import type { LedgerEvent, ReportEvent } from './ledger-event.ts';
import { type Outcome, rejected } from './outcome.ts';
import { partnershipStream } from './streams.ts';
import { isDateProblem, parsePeriod } from './uncertain-date.ts';

type Reference = { readonly title: string; readonly published: string };
type Basis = 'misread' | 'publisher-corrected' | 'better-evidence';

/** Who decides, why, and a key that makes a repeated command the same command. */
type Decided = { readonly actor: string; readonly reason: string; readonly key: string };

type Judgement = Decided & {
  readonly fact: string;
  /** The reports that are judged; an empty list stands for every report of the fact so far. */
  readonly reports: readonly string[];
};

type Valued = Judgement & {
  readonly field: string;
  readonly value: FieldValue;
  readonly basis: Basis;
  readonly reference: Reference | null;
};

/** What a steward may decide. */
export type StewardCommand =
  | ({ readonly type: 'CorrectFact' } & Valued)
  | ({ readonly type: 'ResolveContest' } & Valued)
  | ({ readonly type: 'RetractFact' } & Judgement)
  | ({ readonly type: 'MergeFacts'; readonly fact: string; readonly from: string } & Decided)
  | ({ readonly type: 'RetractArticle'; readonly article: string; readonly revision: number } & Decided);

const idOfCommand = (partnership: string, { actor, key }: StewardCommand): string =>
  idOf('decision', partnershipStream(partnership), actor, key);

const event = (partnership: string, command: StewardCommand, type: string, data: NewEvent['data']): NewEvent => {
  const id = idOfCommand(partnership, command);
  return { id, type, data, metadata: { recordedBy: command.actor, correlationId: id, causationId: null, schema: 1 } };
};

const accepted = (...events: readonly NewEvent[]): Outcome => ({ accepted: true, events });

// The reports of a fact with those of the facts that were merged into it; none for a key that stands for another.
const reportsOf = (history: readonly LedgerEvent[], fact: string): readonly ReportEvent[] => {
  const merges = mergesIn(history);
  return history.filter((one): one is ReportEvent => one.kind === 'report' && mergedInto(one.fact, merges) === fact);
};

const unknownFact = (history: readonly LedgerEvent[], fact: string): Outcome => {
  const remains = mergedInto(fact, mergesIn(history));
  const message =
    remains === fact ? `no report on ${fact} is recorded` : `${fact} was merged into ${remains}: name that`;
  return rejected('unknown-fact', message);
};

type Judging = Exclude<StewardCommand, { type: 'MergeFacts' | 'RetractArticle' }>;

const refuseReference = ({ basis, reference }: Valued): Outcome | null => {
  if (reference === null) {
    if (basis === 'misread') return null;
    return rejected('missing-reference', `"${basis}" rests on a published reference: give its title and date`);
  }
  const published = parsePeriod(reference.published);
  return isDateProblem(published) ? rejected('wrong-reference', `published: ${published.message}`) : null;
};

const judge = (command: Judging, partnership: string, history: readonly LedgerEvent[]): Outcome => {
  const { fact, reason } = command;
  const ofFact = reportsOf(history, fact);
  if (ofFact.length === 0) return unknownFact(history, fact);
  const unknown = command.reports.filter((id) => !ofFact.some((report) => report.id === id));
  if (unknown.length > 0) return rejected('unknown-report', `${fact} has no report ${unknown.join(', ')}`);
  const judged = command.reports.length === 0 ? ofFact : ofFact.filter(({ id }) => command.reports.includes(id));
  const reports = judged.map(({ id }) => id);
  if (command.type === 'RetractFact') {
    return accepted(event(partnership, command, 'FactRetracted', { fact, reports, reason }));
  }
  const refused = (command.type === 'CorrectFact' ? refuseCorrection : refuseResolution)(command, judged);
  if (refused !== null) return rejected(refused.rule, refused.message);
  const unfounded = refuseReference(command);
  if (unfounded !== null) return unfounded;
  const { field, value, basis, reference } = command;
  const decision = { fact, reports, field, value, basis, reason, reference };
  if (command.type === 'ResolveContest') return accepted(event(partnership, command, 'ContestResolved', decision));
  const [first] = judged;
  const said = (field === 'date' ? first?.date?.edtf : first?.fields[field]) ?? null;
  return accepted(event(partnership, command, 'FactCorrected', { ...decision, said }));
};

/**
 * The events of a steward's command, none if it was carried out before; or why it judges what is not there. Business
 * rules are not asked here.
 */
export const decideSteward = (
  command: StewardCommand,
  partnership: string,
  history: readonly LedgerEvent[],
): Outcome => {
  if (history.some(({ id }) => id === idOfCommand(partnership, command))) return accepted();
  if (command.reason.trim() === '') return rejected('missing-reason', 'a decision is read later: say why it was made');
  if (command.type === 'RetractArticle') {
    const { article, revision, reason } = command;
    const known = history.some(
      (one) => one.kind === 'reading' && one.read.article === article && one.read.revision === revision,
    );
    if (!known) return rejected('unknown-article', `revision ${revision} of article ${article} is not recorded`);
    return accepted(event(partnership, command, 'ArticleRetracted', { article, revision, reason }));
  }
  if (command.type === 'MergeFacts') {
    const { fact, from, reason } = command;
    if (fact === from) return rejected('same-fact', `${fact} cannot be merged into itself`);
    const missing = [fact, from].find((key) => reportsOf(history, key).length === 0);
    if (missing !== undefined) return unknownFact(history, missing);
    return accepted(event(partnership, command, 'FactsMerged', { fact, from, reason }));
  }
  return judge(command, partnership, history);
};
