import * as fc from 'fast-check';
import type { Command, PartnershipState } from '../../../src/domain/decisions/decide.ts';
import { withdrawalProblem } from '../../../src/domain/decisions/steward.ts';
import { mergedInto, mergesIn } from '../../../src/domain/facts/what-counts.ts';
import { modalities } from '../../../src/domain/vocabulary/event-data.ts';
import type { FieldValue } from '../../../src/domain/vocabulary/event-type.ts';
import type { ReportEvent } from '../../../src/domain/vocabulary/events.ts';
import { anyPublication } from './random-dates.ts';
import { valuesOf } from './random-reports.ts';

const bases = ['misread', 'publisher-corrected', 'better-evidence'] as const;

/** What a steward is about to do, told without knowing what will be recorded by then. */
export type Intent = {
  readonly kind: 'retract' | 'correct' | 'resolve' | 'merge' | 'undo-merge' | 'retract-article';
  /** Which of the facts, reports, fields or articles that are there by then. */
  readonly pick: number;
  readonly field: number;
  readonly reports: 'one' | 'some' | 'all';
  readonly basis: (typeof bases)[number];
  readonly published: string;
  readonly value: number;
  /** When the publisher withdrew what is retracted (EDTF); null: it counts for no reader. */
  readonly withdrawnOn: string | null;
};

export const anyIntent: fc.Arbitrary<Intent> = fc.record({
  kind: fc.constantFrom('resolve', 'resolve', 'correct', 'retract', 'merge', 'undo-merge', 'retract-article'),
  pick: fc.nat(1000),
  field: fc.nat(20),
  reports: fc.constantFrom('one', 'some', 'all'),
  basis: fc.constantFrom(...bases),
  published: anyPublication,
  value: fc.nat(20),
  withdrawnOn: fc.option(
    anyPublication.filter((text) => withdrawalProblem(text) === null),
    { nil: null },
  ),
});

const among = <T>(items: readonly T[], pick: number): T => items[pick % items.length] as T;

const valueFor = ({ type }: ReportEvent, field: string, value: number): FieldValue =>
  among<FieldValue>(field === 'modality' ? modalities : valuesOf(type, field), value);

type Decided = { readonly actor: string; readonly reason: string; readonly key: string; readonly fact: string };

const withdrawn = (withdrawnOn: string | null) => (withdrawnOn === null ? {} : { withdrawnOn });

const commandOn = (
  { kind, pick, field: picked, reports: which, basis, published, value, withdrawnOn }: Intent,
  ofFact: readonly ReportEvent[],
  all: readonly ReportEvent[],
  decided: Decided,
): Command => {
  const one = among(ofFact, pick);
  if (kind === 'merge' || kind === 'undo-merge') {
    const others = all.filter(({ fact }) => fact !== one.fact);
    const alike = others.filter(({ type }) => type === one.type);
    const from = among([alike, others, all].find(({ length }) => length > 0) ?? all, value).fact;
    return { type: 'MergeFacts', from, ...decided };
  }
  const some = { one: [one], some: ofFact.filter((_, i) => i % 2 === 0), all: [] }[which];
  const judging = { ...decided, reports: some.map(({ id }) => id) };
  if (kind === 'retract') return { type: 'RetractFact', ...judging, ...withdrawn(withdrawnOn) };
  const given = ofFact.flatMap(({ fields }) => Object.keys(fields).filter((name) => name in one.type.fields));
  const field = among(['date', ...given, ...(kind === 'resolve' ? ['modality'] : [])], picked);
  const type = kind === 'correct' ? ('CorrectFact' as const) : ('ResolveContest' as const);
  const reference = basis === 'misread' && value % 2 === 0 ? null : { title: 'A register', published };
  return { type, field, value: valueFor(one, field, value), basis, reference, ...judging };
};

/** The command that an intent comes to in the state of the moment; null where nothing is recorded that it could judge. */
export const commandOf = (intent: Intent, { history }: PartnershipState): Command | null => {
  const { kind, pick } = intent;
  const reports = history.filter((event) => event.kind === 'report');
  const readings = history.filter((event) => event.kind === 'reading');
  if (reports.length === 0 || readings.length === 0) return null;
  const one = among(reports, pick);
  const decided = { actor: 'steward', reason: 'looked again', key: JSON.stringify(intent) };
  if (kind === 'retract-article') {
    const { article, revision } = among(readings, pick).read;
    return { type: 'RetractArticle', article, revision, ...decided, ...withdrawn(intent.withdrawnOn) };
  }
  // A merge is undone as often as there is one; before that it is made.
  if (kind === 'merge' || kind === 'undo-merge') {
    const merges = mergesIn(history);
    const merged = [...merges.keys()];
    if (merged.length > 0) {
      const from = among(merged, pick);
      return { type: 'UndoMerge', ...decided, fact: mergedInto(from, merges), from };
    }
    const alike = [...Map.groupBy(reports, ({ type, games }) => `${type.type} ${games.join()}`).values()]
      .map((same) => [...new Set(same.map(({ fact }) => fact))])
      .filter(({ length }) => length > 1);
    const [fact, from] = alike.length === 0 ? [] : among(alike, pick);
    if (fact !== undefined && from !== undefined) return { type: 'MergeFacts', ...decided, fact, from };
  }
  // Facts with several reports are the interesting ones to decide on.
  const told = Map.groupBy(reports, ({ fact }) => fact);
  const several = [...told.values()].filter(({ length }) => length > 1);
  const ofFact = several.length === 0 ? (told.get(one.fact) ?? [one]) : among(several, pick);
  return commandOn(intent, ofFact, reports, { ...decided, fact: ofFact[0]?.fact ?? one.fact });
};
