import type { NewEvent } from '../event-store/event-store.ts';
import type { FieldValue } from './events/field.ts';
import { mergeOf } from './events/field.ts';
import { idOf } from './identity.ts';
import type { LedgerEvent, ReportEvent } from './ledger-event.ts';
import { type Outcome, rejected } from './outcome.ts';
import { partnershipStream } from './streams.ts';
import { isDateProblem, parseMilestoneDate, parsePeriod } from './uncertain-date.ts';

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

const event = (partnership: string, command: StewardCommand, type: string, data: NewEvent['data']): NewEvent => {
  const id = idOf('decision', partnershipStream(partnership), command.actor, command.key);
  return { id, type, data, metadata: { recordedBy: command.actor, correlationId: id, causationId: null, schema: 1 } };
};

const accepted = (...events: readonly NewEvent[]): Outcome => ({ accepted: true, events });

const reportsOf = (history: readonly LedgerEvent[], fact: string): readonly ReportEvent[] =>
  history.filter((one) => one.kind === 'report' && one.fact === fact) as readonly ReportEvent[];

const wrongValue = (reports: readonly ReportEvent[], { field, value }: Valued): string | null => {
  const kind = field === 'date' ? 'date' : reports[0]?.type.fields[field]?.kind;
  if (kind === undefined) {
    const known = ['date', ...Object.keys(reports[0]?.type.fields ?? {})].join(', ');
    return `${reports[0]?.type.type} has no field ${field}; it has ${known}`;
  }
  if (kind !== 'date' && kind !== 'period') return null;
  const date = (kind === 'date' ? parseMilestoneDate : parsePeriod)(String(value));
  return isDateProblem(date) ? date.message : null;
};

const judged = (command: Judgement, reports: readonly ReportEvent[]): readonly string[] =>
  command.reports.length > 0 ? command.reports : reports.map(({ id }) => id);

const judge = (command: Exclude<StewardCommand, { type: 'MergeFacts' | 'RetractArticle' }>, partnership: string, history: readonly LedgerEvent[]): Outcome => {
  const { fact, reason } = command;
  const reports = reportsOf(history, fact);
  if (reports.length === 0) return rejected('unknown-fact', `no report on ${fact} is recorded`);
  const unknown = command.reports.filter((id) => !reports.some((report) => report.id === id));
  if (unknown.length > 0) return rejected('unknown-report', `${fact} has no report ${unknown.join(', ')}`);
  const ids = judged(command, reports);
  if (command.type === 'RetractFact') {
    return accepted(event(partnership, command, 'FactRetracted', { fact, reports: ids, reason }));
  }
  const wrong = wrongValue(reports, command);
  if (wrong !== null) return rejected('wrong-value', wrong);
  const { field, value, basis, reference } = command;
  if (basis !== 'misread' && reference === null) {
    return rejected('missing-reference', `"${basis}" rests on a published reference: give its title and date`);
  }
  const decision = { fact, reports: ids, field, value, basis, reason, reference };
  if (command.type === 'ResolveContest') {
    const type = reports[0]?.type.fields[field];
    if (type !== undefined && mergeOf(type.kind) === 'text') {
      return rejected('not-contestable', `${field} is a free text, on which reports never contest each other`);
    }
    return accepted(event(partnership, command, 'ContestResolved', decision));
  }
  const [first] = reports.filter(({ id }) => ids.includes(id));
  const said = (field === 'date' ? first?.date?.edtf : first?.fields[field]) ?? null;
  return accepted(event(partnership, command, 'FactCorrected', { ...decision, said }));
};

/** The events of a steward's command, or why it judges what is not there; business rules are not asked here. */
export const decideSteward = (
  command: StewardCommand,
  partnership: string,
  history: readonly LedgerEvent[],
): Outcome => {
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
    const missing = [fact, from].filter((key) => reportsOf(history, key).length === 0);
    if (missing.length > 0) return rejected('unknown-fact', `no report on ${missing.join(', ')} is recorded`);
    if (fact === from) return rejected('same-fact', `${fact} cannot be merged into itself`);
    return accepted(event(partnership, command, 'FactsMerged', { fact, from, reason }));
  }
  return judge(command, partnership, history);
};
