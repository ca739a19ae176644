import { isFirsthand } from '../../../src/domain/facts/evidence.ts';
import { isGuess, isHearsay } from '../../../src/domain/facts/fact.ts';
import { factsInView, type ViewFact } from '../../../src/domain/facts/facts-at.ts';
import { acme } from '../../support/given.ts';
import { groundOf } from '../../support/ground.ts';
import { anyCut, anyLedger } from '../../support/histories.ts';
import { law } from '../../support/law.ts';
import type { MadeLedger } from '../../support/random/made-ledger.ts';
import { anyWorldDay } from '../../support/random/random-dates.ts';

type Clocks = { readonly occurredAsOf: string; readonly reportedAsOf: string | null };

type Seen = ReadonlyMap<string, ViewFact>;

const seen = (ledger: MadeLedger, clocks: Clocks, timing: 'any' | 'certain'): Seen => {
  const ground = groundOf(ledger.understood, acme, clocks);
  const { facts } = factsInView(ground, { ...clocks, position: ledger.events.length }, timing);
  return new Map(facts.map((fact) => [fact.key, fact]));
};

const wrongMark = (any: Seen, certain: Seen): string | null => {
  for (const { key, status, timing } of any.values()) {
    const sure = certain.get(key)?.status;
    if ((sure === status) !== (timing === 'certain')) return `${key} is ${status}, ${timing}, and certainly ${sure}`;
  }
  const [other] = [...certain.values()].filter(({ timing }) => timing !== 'certain');
  return other === undefined ? null : `${other.key} is ${other.timing} in the certain answer`;
};

const steps = ['planned', 'due', 'overdue-unconfirmed'];

// Why a fact that is there on one day is not as it was on a later one; null where nothing is wrong with that.
const wentBack = (was: ViewFact, is: ViewFact | undefined): string | null => {
  if (is === undefined) return 'is gone';
  // A guess that it happened yields to whoever plans or denies it later.
  if (isGuess(was)) return null;
  // Hearsay that it happened yields to a plan that is told at first hand.
  if (isHearsay(was) && is.evidence.some((one) => one.report.modality === 'planned' && isFirsthand(one))) return null;
  const denied = is.evidence.some(({ report }) => report.modality === 'denied');
  if (was.status === 'happened' && is.status !== 'happened' && !denied) return `had happened, and is ${is.status}`;
  const [before, after] = [was, is].map(({ status }) => steps.indexOf(status)) as [number, number];
  const [plan, later] = [was.plannedFor, is.plannedFor];
  const samePlan = plan?.edtf === later?.edtf && plan?.basis === later?.basis;
  return samePlan && after >= 0 && before > after ? `was ${was.status}, and is ${is.status}` : null;
};

const firstBack = (was: Seen, is: Seen): string | null => {
  for (const fact of was.values()) {
    const back = wentBack(fact, is.get(fact.key));
    if (back !== null) return `${fact.key} ${back}`;
  }
  return null;
};

law<[MadeLedger, Clocks, string]>(
  'the certain answer holds what the possible one marks certain, and a later occurredAsOf drops no fact',
  [anyLedger, anyCut, anyWorldDay],
  (ledger, { occurredAsOf, reportedAsOf }, other) => {
    const [day, later] = [occurredAsOf, other].toSorted() as [string, string];
    const [was, is] = (['any', 'certain'] as const).map((timing) =>
      seen(ledger, { occurredAsOf: day, reportedAsOf }, timing),
    ) as [Seen, Seen];
    const then = (timing: 'any' | 'certain') => seen(ledger, { occurredAsOf: later, reportedAsOf }, timing);
    return wrongMark(was, is) ?? firstBack(was, then('any')) ?? firstBack(is, then('certain'));
  },
  0.5,
);
