import * as fc from 'fast-check';
import type { FieldValue } from '../../../src/domain/events/field.ts';
import { modalities } from '../../../src/domain/events/metadata.ts';
import type { ReportEvent } from '../../../src/domain/ledger-event.ts';
import type { Command, PartnershipState } from '../../../src/domain/partnership.ts';
import { anyPublication } from './random-dates.ts';
import { valuesOf } from './random-reports.ts';

const bases = ['misread', 'publisher-corrected', 'better-evidence'] as const;

/** What a steward is about to do, told without knowing what will be recorded by then. */
export type Intent = {
  readonly kind: 'retract' | 'correct' | 'resolve' | 'merge' | 'retract-article';
  /** Which of the facts, reports, fields or articles that are there by then. */
  readonly pick: number;
  readonly field: number;
  readonly reports: 'one' | 'some' | 'all';
  readonly basis: (typeof bases)[number];
  readonly published: string;
  readonly value: number;
};

export const anyIntent: fc.Arbitrary<Intent> = fc.record({
  kind: fc.constantFrom('resolve', 'resolve', 'correct', 'retract', 'merge', 'retract-article'),
  pick: fc.nat(1000),
  field: fc.nat(20),
  reports: fc.constantFrom('one', 'some', 'all'),
  basis: fc.constantFrom(...bases),
  published: anyPublication,
  value: fc.nat(20),
});

const among = <T>(items: readonly T[], pick: number): T => items[pick % items.length] as T;

const valueFor = ({ type }: ReportEvent, field: string, { value }: Intent): FieldValue =>
  among<FieldValue>(field === 'modality' ? modalities : valuesOf(type, field), value);

/** The command that an intent comes to in the state of the moment; null where nothing is recorded that it could judge. */
export const commandOf = (intent: Intent, { history }: PartnershipState): Command | null => {
  const { kind, pick, basis, published } = intent;
  const reports = history.filter((event) => event.kind === 'report');
  const readings = history.filter((event) => event.kind === 'reading');
  if (reports.length === 0 || readings.length === 0) return null;
  const one = among(reports, pick);
  const decided = { actor: 'steward', reason: 'looked again', key: JSON.stringify(intent) };
  if (kind === 'retract-article') {
    const { article, revision } = among(readings, pick).read;
    return { type: 'RetractArticle', article, revision, ...decided };
  }
  const { fact } = one;
  if (kind === 'merge') {
    const alike = reports.filter((report) => report.type === one.type && report.fact !== fact);
    const from = among(alike.length > 0 ? alike : reports, intent.value).fact;
    return { type: 'MergeFacts', fact, from, ...decided };
  }
  const ofFact = reports.filter((report) => report.fact === fact).map(({ id }) => id);
  const judged = { one: [one.id], some: ofFact.filter((_, i) => i % 2 === 0), all: [] }[intent.reports];
  if (kind === 'retract') return { type: 'RetractFact', fact, reports: judged, ...decided };
  const type = kind === 'correct' ? ('CorrectFact' as const) : ('ResolveContest' as const);
  const fields = ['date', ...Object.keys(one.type.fields), ...(kind === 'resolve' ? ['modality'] : [])];
  const field = among(fields, intent.field);
  const reference = basis === 'misread' && intent.value % 2 === 0 ? null : { title: 'A register', published };
  return { type, fact, reports: judged, field, value: valueFor(one, field, intent), basis, reference, ...decided };
};
