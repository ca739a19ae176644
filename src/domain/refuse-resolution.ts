import { contradicts } from './contradicts.ts';
import { lastDay } from './day.ts';
import {
  type Founded,
  isSameDecision,
  kindOf,
  type Refusal,
  refuseCorrection,
  wrongField,
  wrongValue,
} from './decided-value.ts';
import { asText, type FieldValue, mergeOf } from './events/field.ts';
import { modality } from './events/metadata.ts';
import type { Evidence } from './evidence.ts';
import { mergedInto, mergesIn } from './evidence-at.ts';
import { mergeFacts } from './fact.ts';
import { factState } from './fact-state.ts';
import type { Judged } from './judged-reports.ts';
import type { Decision, LedgerEvent, ReportEvent } from './ledger-event.ts';
import { saidOf } from './said.ts';

function refuseModality({ value }: Founded, reports: readonly ReportEvent[]): Refusal | null {
  const told: readonly unknown[] = [...new Set(reports.map((report) => report.modality))];
  if (modality.safeParse(value).success && told.includes(value)) return null;
  return wrongValue(`modality takes what a report of the fact says: ${told.join(', ')}`);
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

// As if nothing had been resolved: a contest that is settled can be settled otherwise.
function isContestedIn(evidence: readonly Evidence[], field: string): boolean {
  return mergeFacts({ evidence, resolutions: () => undefined })
    .flatMap((fact) => factState(fact, lastDay, 'possible')?.contests ?? [])
    .some((one) => one.field === field && one.contested);
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

type ResolvedContest = Extract<Decision, { type: 'ContestResolved' }>;

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
