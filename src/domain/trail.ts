import type { Evidence } from './evidence.ts';

/** The rules of the ranking, in the order in which they eliminate (docs/adr/0007). */
export const rankRules = [
  'attribution',
  'independent-articles',
  'later-publication',
  'narrower-publication',
  'smallest-id',
] as const;
export type RankRule = (typeof rankRules)[number];

/** A place that something lost in the ranking: by which rule, to what took the place, and against what survived there. */
export type Loss<G> = { readonly rule: RankRule; readonly to: G; readonly against: readonly G[] };

/** What became of the value of some reports when a value of a fact was chosen. */
export const outcomes = [
  'leads',
  'agrees',
  'narrows',
  'adds',
  'too-weak',
  'apart',
  'covered',
  'covered-apart',
  'not-shown',
  'replaced',
  'restates',
  'guess',
  'undated',
  'bounds',
  'yields',
  'not-yet',
] as const;
export type Outcome = (typeof outcomes)[number];

/** One step of a choice: reports with the value that they give, what became of it, and which places it lost. */
export type Step<V = unknown> = {
  readonly value: V | null;
  readonly evidence: readonly Evidence[];
  readonly outcome: Outcome;
  readonly lost: readonly Loss<readonly Evidence[]>[];
};

/** Is told the steps of a choice by the very function that chooses. Without one, nothing is noted: views pay nothing. */
export type Tell<V = unknown> = (step: Step<V>) => void;

/** Is told the steps of every choice that a fact is made of; `about` is `modality`, `date`, `plan`, `note` or `data.` and a field. */
export type TellOf = (about: string, step: Step) => void;

/** What is told of one of the choices; undefined where nobody listens. */
export function tellAbout(tell: TellOf | undefined, about: string): Tell | undefined {
  return tell && ((step) => tell(about, step));
}
