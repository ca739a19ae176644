import { type Evidence, saidOf } from '../facts/evidence.ts';
import { factState, mergeFacts } from '../facts/fact.ts';
import { contradicts } from '../facts/merge.ts';
import { mergedInto, mergesIn } from '../facts/what-counts.ts';
import { isShownWhole, isWholeValue, partsOf } from '../facts/wholes.ts';
import { lastDay } from '../vocabulary/dates.ts';
import { asText, type Measure, type Money, measure, mergeOf, money, type Whole } from '../vocabulary/event-type.ts';
import type { LedgerEvent, ReportEvent } from '../vocabulary/events.ts';
import {
  isSameDecision,
  kindOf,
  refuseField,
  refuseReference,
  refuseValue,
  rejectField,
  rejectValue,
  type ValueDecision,
} from './correction.ts';
import type { Judged } from './judged-reports.ts';
import { type Rejection, reject } from './rejection.ts';

/** Decides a steward's resolution of a contest: the data of its event, or why it settles nothing. */
export function resolveContest(
  resolution: ValueDecision,
  judged: Judged,
  history: readonly LedgerEvent[],
): ResolvedContest | Rejection {
  const { fact, field, value, basis, reason, reference } = resolution;
  const reports = judged.reports.map(({ id }) => id);
  return (
    refuseForm(resolution, judged.reports) ??
    refuseUncontested(field, judged.ofFact) ??
    refuseUnsaid(resolution, judged.ofFact) ??
    refuseRepeated(resolution, judged, history) ??
    refuseReference(resolution) ?? {
      type: 'ContestResolved',
      data: { fact, reports, field, value, basis, reason, reference },
    }
  );
}

type ResolvedContest = {
  readonly type: 'ContestResolved';
  readonly data: ValueDecision & { readonly reports: readonly string[] };
};

function refuseForm(resolution: ValueDecision, reports: readonly ReportEvent[]): Rejection | null {
  const { field, value } = resolution;
  if (field === 'modality') return refuseModality(resolution, reports);
  const whole = wholeOf(field, reports);
  if (whole !== undefined && (isWholeValue(value) || kindOf(field, reports) === undefined)) {
    return refuseWhole(whole, resolution, reports);
  }
  return refuseUncontestable(field, reports) ?? refuseField(field, reports) ?? refuseValue(resolution, reports);
}

function wholeOf(field: string, reports: readonly ReportEvent[]): Whole | undefined {
  const whole = reports[0]?.type.wholes[field];
  return whole !== undefined && isShownWhole(whole) ? whole : undefined;
}

/** Each part of money or of a measure has the form of its field. */
function refuseWhole(whole: Whole, decision: ValueDecision, reports: readonly ReportEvent[]): Rejection | null {
  const { field, value } = decision;
  const form = whole.kind === 'money' ? money : measure;
  if (!isWholeValue(value) || !form.safeParse(value).success) {
    const keys = Object.keys(form.shape).join(', ');
    return rejectValue(`${field} takes one value with ${keys}, as a report gives it`);
  }
  const refusals = Object.entries(partsOf(whole, value)).map(([part, of]) =>
    refuseValue({ ...decision, field: part, value: of }, reports),
  );
  return refusals.find((refusal) => refusal !== null) ?? null;
}

/** The modality is one that a report of the fact has. */
function refuseModality({ value }: ValueDecision, reports: readonly ReportEvent[]): Rejection | null {
  const reported: ReadonlySet<unknown> = new Set(reports.map((report) => report.modality));
  return reported.has(value)
    ? null
    : rejectValue(`modality takes what a report of the fact says: ${[...reported].join(', ')}`);
}

/** Plans, free texts and the completeness of a list are never contested. */
function refuseUncontestable(field: string, reports: readonly ReportEvent[]): Rejection | null {
  const kind = kindOf(field, reports);
  if (field === 'date' && !reports.some((report) => report.modality === 'happened')) {
    return rejectField('not-contestable', 'plans drift: a later plan replaces an earlier one, and does not contest it');
  }
  if (kind !== undefined && mergeOf(kind) === 'text') {
    return rejectField('not-contestable', `${field} is free text, on which reports never contest each other`);
  }
  if (kind !== undefined && field === 'complete') {
    const message = 'each list says for itself whether it is complete: correct the reports instead';
    return rejectField('not-contestable', message);
  }
  return null;
}

/** Reports disagree on the field. What was contested before it happened can still be settled for that time. */
function refuseUncontested(field: string, evidence: readonly Evidence[]): Rejection | null {
  const before = evidence.filter(({ report }) => report.modality !== 'happened');
  if (isContested(evidence, field) || isContested(before, field)) return null;
  const message = `reports do not disagree on ${field}, so there is nothing to settle: correct those that are wrong`;
  return rejectField('not-contested', message);
}

// Ignores earlier resolutions: a settled contest can be settled again, with another value. Parts of a contested whole are.
function isContested(evidence: readonly Evidence[], field: string): boolean {
  return mergeFacts({ evidence, resolutions: () => undefined }).some((fact) => {
    const state = factState(fact, lastDay, 'possible');
    const contests = [...(state?.contests ?? []), ...(state?.states ?? []).flatMap((one) => one.contests)];
    const isOn = (name: string) => name === field || fact.type.wholes[name]?.parts.includes(field);
    return contests.some((contest) => isOn(contest.field) && contest.contested);
  });
}

/** A resolution chooses among the values of reports, or within one of them; any other value is a correction. */
function refuseUnsaid({ field, value }: ValueDecision, evidence: readonly Evidence[]): Rejection | null {
  if (field === 'modality') return null;
  if (isWholeValue(value)) return refuseUnsaidWhole(field, value, evidence);
  const said = evidence.flatMap((one) => {
    const given = saidOf(one, field);
    return given === null ? [] : [{ type: one.report.type, given }];
  });
  const names = new Set(said.flatMap(({ given }) => (Array.isArray(given) ? (given as readonly string[]) : [])));
  const isSaid = Array.isArray(value)
    ? (value as readonly string[]).every((name) => names.has(name))
    : said.some(({ type, given }) => !contradicts(type, field, value, given));
  if (isSaid) return null;
  const values = [...new Set(said.map(({ given }) => asText(given)))].join('; ');
  return rejectValue(
    `no report that counts says that ${field} is ${asText(value)}, but ${values}: correct them instead`,
  );
}

/** Each part of a whole is said by one and the same report. */
function refuseUnsaidWhole(field: string, value: Money | Measure, evidence: readonly Evidence[]): Rejection | null {
  const isSaid = evidence.some(({ report: { type }, fields }) => {
    const whole = type.wholes[field];
    if (whole === undefined) return false;
    return Object.entries(partsOf(whole, value)).every(([part, right]) => {
      const given = fields[part];
      return given !== undefined && !contradicts(type, part, right, given);
    });
  });
  if (isSaid) return null;
  return rejectValue(`no report that counts says that ${field} is ${asText(value)}: correct the reports instead`);
}

/** A resolution is not repeated for the same reports on the same grounds. */
function refuseRepeated(
  resolution: ValueDecision,
  { reports }: Judged,
  history: readonly LedgerEvent[],
): Rejection | null {
  const { fact, field } = resolution;
  const merges = mergesIn(history);
  const [last] = history
    .flatMap(({ position, ...event }) =>
      event.kind === 'decision' && event.decision.type === 'ContestResolved' ? [{ ...event.decision, position }] : [],
    )
    .filter((one) => one.field === field && mergedInto(one.fact, merges) === fact)
    .slice(-1);
  if (last === undefined || !isSameDecision(last, resolution)) return null;
  const judged = new Set(last.reports);
  if (judged.size !== reports.length || !reports.every(({ id }) => judged.has(id))) return null;
  const message = `position ${last.position} already settles ${field} with this value, for the same reports and on the same grounds`;
  return reject('no-change', message, { at: ['value'] });
}
