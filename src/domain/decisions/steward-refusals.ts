import type { NewEvent } from '../../event-store/event-store.ts';
import { type Evidence, saidOf } from '../facts/evidence.ts';
import { factState, mergeFacts } from '../facts/fact.ts';
import { contradicts } from '../facts/merge.ts';
import type { Flag } from '../facts/rules.ts';
import { evidenceAt, mergedInto, mergesIn } from '../facts/what-counts.ts';
import { certainlyBefore, lastDay, parseMilestoneDate, parsePeriod, uncertainDate } from '../vocabulary/dates.ts';
import {
  asText,
  type FieldKind,
  type FieldValue,
  mergeOf,
  modality,
  type Quantity,
  storedValue,
} from '../vocabulary/event-type.ts';
import type { Decision, LedgerEvent, ReportEvent } from '../vocabulary/events.ts';
import { nearest } from '../vocabulary/nearest.ts';
import { isProblem, type Problem } from '../vocabulary/problem.ts';

/** The reports of a fact with those of the facts that were merged into it; none for a key that stands for another. */
export function reportsOf(history: readonly LedgerEvent[], fact: string): readonly ReportEvent[] {
  const merges = mergesIn(history);
  return history.filter((one): one is ReportEvent => one.kind === 'report' && mergedInto(one.fact, merges) === fact);
}

/** Refuses a key of which nothing is reported, naming the nearest ones, or one that was merged into another fact. */
export function refuseFact(history: readonly LedgerEvent[], fact: string, at: 'fact' | 'from'): Outcome {
  const merges = mergesIn(history);
  const remains = mergedInto(fact, merges);
  if (remains !== fact) {
    const message = `${fact} was merged into ${remains}: name that`;
    return rejected('fact-merged', message, { at: [at], suggestion: remains });
  }
  const known = new Set(history.flatMap((one) => (one.kind === 'report' ? [mergedInto(one.fact, merges)] : [])));
  const near = nearest(fact, known);
  const otherwise = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return rejected('unknown-fact', `no report on ${fact} is recorded${otherwise}`, { at: [at], suggestion: near[0] });
}

/** What a command leads to: events to append, none if it was carried out before; or a rejection. */
export type Outcome =
  | { readonly accepted: true; readonly events: readonly NewEvent[] }
  | { readonly accepted: false; readonly rejection: Rejection };

/** Why a command is refused. `rule` is stable; `message` says what is wrong and what to do instead. */
export type Rejection = {
  readonly rule: string;
  readonly message: string;
  readonly flags: readonly Flag[];
  /** The members of the command that are wrong, as in `value` or `reports/1`. */
  readonly at?: readonly string[];
  /** What was probably meant by the first of them. */
  readonly suggestion?: string | undefined;
};

/** Refuses a command under a rule's name. */
export function rejected(
  rule: string,
  message: string,
  { flags = [], ...rest }: Partial<Omit<Rejection, 'rule' | 'message'>> = {},
): Outcome {
  return { accepted: false, rejection: { rule, message, flags, ...rest } };
}

/** The reports of a fact that a decision judges, an empty list of ids standing for all; or why it cannot judge them. */
export function judgedReports(history: readonly LedgerEvent[], fact: string, ids: readonly string[]): Judged | Outcome {
  const ofFact = reportsOf(history, fact);
  if (ofFact.length === 0) return refuseFact(history, fact, 'fact');
  const known = new Set(ofFact.map(({ id }) => id));
  const at = ids.flatMap((id, i) => (known.has(id) ? [] : [`reports/${i}`]));
  if (at.length > 0) {
    const unknown = ids.filter((id) => !known.has(id)).join(', ');
    return rejected('unknown-report', `${fact} has no report ${unknown}; GET the fact, which names its reports`, {
      at,
    });
  }
  const reports = ids.length === 0 ? ofFact : ofFact.filter(({ id }) => ids.includes(id));
  const judged = new Set(reports.map(({ id }) => id));
  const { evidence } = evidenceAt(history, { reportedAsOf: null }, 'possible');
  const ofItAll = evidence.filter(({ report }) => known.has(report.id));
  const counting = ofItAll.filter(({ report }) => judged.has(report.id));
  if (counting.length > 0) return { reports, counting, ofFact: ofItAll, whole: counting.length === ofItAll.length };
  const message = `none of these reports of ${fact} counts any more, so there is nothing to decide`;
  return rejected('nothing-counts', message, { at: [ids.length === 0 ? 'fact' : 'reports'] });
}

/** The reports that a decision judges: those that it names, or all of the fact so far. */
export type Judged = {
  readonly reports: readonly ReportEvent[];
  /** Those of them that count, whenever they were published. */
  readonly counting: readonly Evidence[];
  /** Every report of the fact that counts, judged or not. */
  readonly ofFact: readonly Evidence[];
  /** No other report of the fact counts. */
  readonly whole: boolean;
};

/**
 * Why the reports of two facts cannot be about one; null where they can. Only milestones of one kind can be the same,
 * and not those of different Games where the Games are part of what a fact is; one that names none may be any.
 */
export function refuseMerge(remaining: readonly ReportEvent[], merged: readonly ReportEvent[]): Outcome | null {
  const [one, other] = [remaining[0]?.type, merged[0]?.type];
  if (one === undefined || other === undefined || one.type !== other.type) {
    const message = `a ${other?.type} is never the same fact as a ${one?.type}: only keys of one kind and milestone are merged`;
    return rejected('different-kind', message, { at: ['from'] });
  }
  const [games, others] = [gamesOf(remaining), gamesOf(merged)];
  const isKey = one.edition === 'key' || one.edition === 'required';
  if (!isKey || games.length === 0 || others.length === 0 || games.join() === others.join()) return null;
  const message = `they are about different Games (${games.join(', ')}; ${others.join(', ')}), so they are not one fact`;
  return rejected('different-games', message, { at: ['from'] });
}

function gamesOf(reports: readonly ReportEvent[]): readonly string[] {
  return [...new Set(reports.flatMap(({ games }) => games))].toSorted();
}

/**
 * Why a date cannot be that of a published reference, null where it can: it is the date of one publication (EDTF, no
 * slash) and has a last day, since the decision holds from there.
 */
export function referenceProblem(published: string): Pick<Problem, 'message' | 'suggestion'> | null {
  const date = parseMilestoneDate(published);
  if (isProblem(date)) return date;
  if (date.latest !== null) return null;
  return { message: `${date.edtf}: a publication needs a day by which it was published, as in [a..b] or [..b]` };
}

/** The refusal of a value that cannot be what is right. */
export function wrongValue(message: string, suggestion?: string): Refusal {
  return {
    rule: 'wrong-value',
    message,
    at: ['value'],
    suggestion,
  };
}

/** Why a value is refused; it breaks no business rule, so it has no flags. */
export type Refusal = Omit<Rejection, 'flags'>;

/** The refusal of a field on which nothing can be decided so. */
export function wrongField(rule: string, message: string, suggestion?: string): Refusal {
  return {
    rule,
    message,
    at: ['field'],
    suggestion,
  };
}

/** The kind of a field (or of `date`) of the fact that the reports are of; undefined where it has none of the name. */
export function kindOf(field: string, reports: readonly ReportEvent[]): FieldKind | undefined {
  return field === 'date' ? 'date' : reports[0]?.type.fields[field]?.kind;
}

/** Why a value cannot be put in the place of what reports say; null where it can. */
export function refuseCorrection(decided: DecidedValue, reports: readonly ReportEvent[]): Refusal | null {
  const { field } = decided;
  const kind = kindOf(field, reports);
  if (kind !== undefined) return refuseValue(kind, decided);
  const [first] = reports;
  const known = ['date', ...Object.keys(first?.type.fields ?? {})];
  const message = `${first?.type.type} has no field ${field}; it has ${known.join(', ')}`;
  return wrongField('unknown-field', message, nearest(field, known)[0]);
}

/** What a steward says of a field (or of `date`, or of `modality`) of a fact. */
export type DecidedValue = { readonly field: string; readonly value: unknown };

function refuseValue(kind: FieldKind, { field, value }: DecidedValue): Refusal | null {
  if (!storedValue(kind).safeParse(value).success) return wrongValue(`${field} takes ${forms[kind]}`);
  if (kind === 'quantity') return refuseQuantity(field, value as Quantity);
  if (kind !== 'date' && kind !== 'period') return null;
  const date = (kind === 'date' ? parseMilestoneDate : parsePeriod)(String(value));
  return isProblem(date) ? wrongValue(`${field}: ${date.message}`, date.suggestion) : null;
}

const forms: Readonly<Record<FieldKind, string>> = {
  text: 'a text',
  word: 'a text',
  flag: 'true or false',
  quantity: 'a number, or { min }, { max } or { about }',
  date: 'a date (EDTF)',
  period: 'a period (EDTF)',
  names: 'a list of names',
};

function refuseQuantity(field: string, quantity: Quantity): Refusal | null {
  const bounds: { readonly min?: number | undefined; readonly max?: number | undefined } =
    typeof quantity === 'number' || 'about' in quantity ? {} : quantity;
  const numbers: readonly number[] =
    typeof quantity === 'number' ? [quantity] : Object.values(quantity).filter((one) => one !== undefined);
  if (numbers.length === 0) return wrongValue(`${field} takes ${forms.quantity}: a number is missing`);
  if (numbers.some((number) => number < 0)) return wrongValue(`${field} is a count or an amount, never below 0`);
  const { min, max } = bounds;
  return min !== undefined && max !== undefined && min > max
    ? wrongValue(`${field}: min ${min} is more than max ${max}`)
    : null;
}

/** Whether two decisions put the same value on the same grounds: on others it holds at other times. */
export function isSameDecision(a: Omit<Founded, 'field'>, b: Omit<Founded, 'field'>): boolean {
  return (
    canonical(a.value) === canonical(b.value) &&
    a.basis === b.basis &&
    JSON.stringify([a.reference?.title, a.reference?.published]) ===
      JSON.stringify([b.reference?.title, b.reference?.published])
  );
}

/** A value, and on what it rests. */
export type Founded = {
  readonly field: string;
  readonly value: FieldValue;
  readonly basis: string;
  readonly reference: { readonly title: string; readonly published: string } | null;
};

function canonical(value: FieldValue | null): string {
  return JSON.stringify(isList(value) ? value.toSorted() : value);
}

function isList(value: FieldValue | null): value is readonly string[] {
  return Array.isArray(value);
}

/**
 * Why a correction that could be made is not: every report that it judges says so already; or it has an article report
 * as happened what came after its publication.
 */
export function refuseChange(correction: Founded, counting: readonly Evidence[]): Refusal | null {
  const { field, value } = correction;
  if (counting.every((evidence) => isRightAlready(correction, evidence))) {
    const message = `${field} is ${asText(value)} already in every report that is judged, for the same reason: nothing to correct`;
    return { rule: 'no-change', message, at: ['value'] };
  }
  if (field !== 'date') return null;
  const date = uncertainDate(asText(value));
  const early = counting.find(
    ({ report, published }) => report.modality === 'happened' && published !== null && certainlyBefore(published, date),
  );
  if (early === undefined) return null;
  const { article } = early.report.metadata;
  return wrongValue(
    `${date.edtf} is wholly after the publication of article ${article} (${early.published?.edtf}), which reports it as ` +
      'happened: retract that report, or read the article anew',
  );
}

function isRightAlready(correction: Founded, { report, corrections }: Evidence): boolean {
  const { field, value } = correction;
  const last = corrections.findLast((one) => one.field === field);
  return last === undefined ? canonical(saidOf(report, field)) === canonical(value) : isSameDecision(last, correction);
}

/** Why a contest is not settled with a value: there is none, nobody says so, or it is settled so; null where it is. */
export function refuseResolution(
  resolution: Founded & { readonly fact: string },
  judged: Judged,
  history: readonly LedgerEvent[],
): Refusal | null {
  const { field } = resolution;
  const wrongForm = refuseForm(resolution, judged.reports);
  if (wrongForm !== null) return wrongForm;
  if (!isContested(judged.ofFact, field)) {
    const message = `reports do not disagree on ${field}, so there is nothing to settle: where they are wrong, correct them`;
    return wrongField('not-contested', message);
  }
  const unsaid = field === 'modality' ? null : refuseUnsaid(resolution, judged.ofFact);
  return unsaid ?? refuseRepeated(resolution, judged, history);
}

function refuseForm(resolution: Founded, reports: readonly ReportEvent[]): Refusal | null {
  const { field } = resolution;
  if (field === 'modality') return refuseModality(resolution, reports);
  if (field === 'date' && !reports.some((report) => report.modality === 'happened')) {
    const message = 'plans drift: a later one replaces an earlier, they do not contest each other';
    return wrongField('not-contestable', message);
  }
  const kind = kindOf(field, reports);
  if (kind !== undefined && mergeOf(kind) === 'text') {
    return wrongField('not-contestable', `${field} is a free text, on which reports never contest each other`);
  }
  if (kind !== undefined && field === 'complete') {
    return wrongField(
      'not-contestable',
      'whether a list is complete is said of each list: correct the reports instead',
    );
  }
  return refuseCorrection(resolution, reports);
}

function refuseModality({ value }: Founded, reports: readonly ReportEvent[]): Refusal | null {
  const told: readonly unknown[] = [...new Set(reports.map((report) => report.modality))];
  if (modality.safeParse(value).success && told.includes(value)) return null;
  return wrongValue(`modality takes what a report of the fact says: ${told.join(', ')}`);
}

// What was contested before it happened is so for whoever looks from there.
function isContested(evidence: readonly Evidence[], field: string): boolean {
  return (
    isContestedIn(evidence, field) ||
    isContestedIn(
      evidence.filter(({ report }) => report.modality !== 'happened'),
      field,
    )
  );
}

// As if nothing had been resolved: a contest that is settled can be settled otherwise.
function isContestedIn(evidence: readonly Evidence[], field: string): boolean {
  return mergeFacts({ evidence, resolutions: () => undefined })
    .flatMap((fact) => factState(fact, lastDay, 'possible')?.contests ?? [])
    .some((one) => one.field === field && one.contested);
}

// A resolution chooses among what is said, or within it; what is right beside all of that is a correction.
function refuseUnsaid({ field, value }: Founded, evidence: readonly Evidence[]): Refusal | null {
  const said = evidence.flatMap(
    (one): readonly { readonly type: ReportEvent['type']; readonly given: FieldValue }[] => {
      const given = saidOf(one, field);
      return given === null ? [] : [{ type: one.report.type, given }];
    },
  );
  const named = new Set(said.flatMap(({ given }) => (Array.isArray(given) ? (given as readonly string[]) : [])));
  const isSaid = Array.isArray(value)
    ? (value as readonly string[]).every((name) => named.has(name))
    : said.some(({ type, given }) => !contradicts(type, field, value, given));
  if (isSaid) return null;
  const values = [...new Set(said.map(({ given }) => asText(given)))].join('; ');
  return wrongValue(
    `no report that counts says that ${field} is ${asText(value)}, but ${values}: correct them instead`,
  );
}

function refuseRepeated(
  resolution: Founded & { readonly fact: string },
  { reports }: Judged,
  history: readonly LedgerEvent[],
): Refusal | null {
  const { fact, field } = resolution;
  const last = lastResolution(history, fact, field);
  const judged = new Set(last?.decision.reports);
  const repeats =
    last !== undefined &&
    isSameDecision(last.decision, resolution) &&
    judged.size === reports.length &&
    reports.every(({ id }) => judged.has(id));
  if (!repeats) return null;
  const message = `the contest on ${field} was settled so for these reports, for the same reason, at position ${last.position}`;
  return { rule: 'no-change', message, at: ['value'] };
}

function lastResolution(
  history: readonly LedgerEvent[],
  fact: string,
  field: string,
): { readonly decision: ResolvedContest; readonly position: number } | undefined {
  const merges = mergesIn(history);
  return history
    .flatMap((event) =>
      event.kind === 'decision' && event.decision.type === 'ContestResolved' && event.decision.field === field
        ? [{ decision: event.decision, position: event.position }]
        : [],
    )
    .findLast(({ decision }) => mergedInto(decision.fact, merges) === fact);
}

type ResolvedContest = Extract<Decision, { type: 'ContestResolved' }>;
