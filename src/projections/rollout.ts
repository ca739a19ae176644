import * as z from 'zod';
import { isGuess } from '../domain/facts/fact.ts';
import type { FactsInView, ViewFact } from '../domain/facts/facts-at.ts';
import { countOfTurn } from '../domain/facts/turns.ts';
import { asText } from '../domain/vocabulary/event-type.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, beginAnswer, type Question } from './answer.ts';
import {
  alternativesShape,
  flagShape,
  nameOf,
  occurredShape,
  plannedShape,
  sourcesShape,
  timingShape,
  valueShape,
} from './shapes.ts';
import { alternativesOf, type Shown, sourcesOf } from './sources.ts';
import { entryShape, factLink, flagsShown, inOrderOfTime, occurredOf, statusShape, summaryOf } from './timeline.ts';

/** The marketing rollout: campaigns with what belongs to them, joint activations, storefronts. */
export function rollout(view: FactsInView, partnership: string, names: SubjectNames, shown?: Shown): Rollout {
  const byKind = Map.groupBy(view.facts.toSorted(inOrderOfTime), ({ type }) => type.kind);
  const rolled: RolloutFacts = { partnership, names, shown, ofKind: (kind) => byKind.get(kind) ?? [] };
  const { ofKind } = rolled;
  const parts = ['phase', 'creative', 'market', 'activation'].flatMap(ofKind);
  const campaigns = distinct([
    ...ofKind('campaign').map(({ subject }) => subject),
    ...parts.map((fact) => fact.campaign),
  ]);
  const partners = distinct(ofKind('co-activation').map(({ subject }) => subject));
  const storefronts = distinct(ofKind('storefront').map(storefrontId));
  return {
    campaigns: campaigns.map((slug) => campaign(slug, rolled)),
    activations: activationsOf(null, rolled),
    coActivations: partners.map((partner) => coActivation(partner, rolled)),
    storefronts: storefronts.map((id) => storefront(id, rolled)),
  };
}

type RolloutFacts = {
  readonly partnership: string;
  readonly names: SubjectNames;
  /** How many sources and contested values each list shows. */
  readonly shown: Shown | undefined;
  readonly ofKind: (kind: string) => readonly ViewFact[];
};

export type Rollout = z.infer<typeof rolloutShape>;

const stepShape = z.object({
  fact: z.string(),
  status: statusShape,
  timing: timingShape,
  guess: entryShape.shape.guess,
  planned: plannedShape.nullable(),
  occurred: occurredShape.nullable(),
  summary: z.string(),
  contested: z.boolean(),
  reopened: z.boolean(),
  ...alternativesShape,
  flags: z.array(flagShape),
  games: z.array(z.string()),
  ...sourcesShape,
});

export type Step = z.infer<typeof stepShape>;

const turnShape = stepShape.extend({
  turn: z.string().describe('the milestone, such as reopened'),
  name: z.string().describe('of what'),
});

const activationShape = stepShape.extend({ activation: z.string(), name: z.string(), campaign: z.string().nullable() });

const campaignShape = z.object({
  campaign: z.string(),
  name: z.string(),
  announcement: stepShape.nullable(),
  launch: stepShape.nullable(),
  end: stepShape.nullable(),
  cancellation: stepShape.nullable(),
  creatives: z.object({
    stated: z
      .object({
        value: valueShape,
        contested: z.boolean(),
        ...alternativesShape,
        flags: z.array(flagShape),
        ...sourcesShape,
      })
      .nullable(),
    named: z.array(stepShape.extend({ creative: z.string(), name: z.string() })),
    unidentified: z.int().nullable().describe('stated less named; null if no number is stated'),
  }),
  markets: z.array(stepShape.extend({ market: z.string().describe('ISO 3166-1 alpha-2') })),
  phases: z.array(stepShape.extend({ phase: z.string(), name: z.string() })),
  turns: z
    .array(turnShape)
    .describe('postponements, pauses and resumptions, also of one market or activation; markets left, phases ended'),
  activations: z.array(activationShape),
});

export const rolloutShape = z.object({
  campaigns: z.array(campaignShape),
  activations: z.array(activationShape).describe('activations that no report links to a campaign'),
  coActivations: z.array(
    stepShape.omit({ status: true }).extend({
      with: z.string(),
      name: z.string(),
      status: z.string().meta({
        enum: ['discussed', 'agreed', ...statusShape.options],
        description: 'discussed, agreed, or the status of the milestone if it is not done',
      }),
    }),
  ),
  storefronts: z.array(
    z.object({
      storefront: z.string(),
      name: z.string(),
      platform: z.string().nullable(),
      games: z.array(z.string()),
      opening: stepShape.nullable(),
      suspension: stepShape.nullable(),
      closing: stepShape.nullable(),
      turns: z.array(turnShape).describe('reopenings, and what was suspended or closed again'),
    }),
  ),
});

function distinct(slugs: readonly (string | null)[]): readonly string[] {
  return [...new Set(slugs)].filter((slug) => slug !== null).toSorted();
}

function storefrontId({ key }: ViewFact): string {
  return key.split('/')[1] as string;
}

function campaign(slug: string, rolled: RolloutFacts): Rollout['campaigns'][number] {
  const { names, ofKind } = rolled;
  const facts = ofKind('campaign').filter(({ subject }) => subject === slug);
  const partsOf = (kind: string) => ofKind(kind).filter((fact) => fact.campaign === slug);
  const startsOf = (kind: string) => partsOf(kind).filter((fact) => !isTurn(fact));
  const stepTo = (type: string) => stepTowards(type, facts, rolled);
  const stated = statedCreatives(facts, rolled);
  const creatives = partsOf('creative').map((fact) => ({ ...namedStep(fact, rolled), creative: fact.subject ?? '' }));
  return {
    campaign: slug,
    name: nameOf(names, 'campaign', slug),
    announcement: stepTo('CampaignAnnounced'),
    launch: stepTo('CampaignLaunched'),
    end: stepTo('CampaignEnded'),
    cancellation: stepTo('CampaignCancelled'),
    creatives: {
      stated,
      named: creatives,
      unidentified: typeof stated?.value === 'number' ? Math.max(0, stated.value - creatives.length) : null,
    },
    markets: startsOf('market').map((fact) => ({ ...step(fact, rolled), market: (fact.subject ?? '').toUpperCase() })),
    phases: startsOf('phase').map((fact) => ({ ...namedStep(fact, rolled), phase: fact.subject ?? '' })),
    activations: activationsOf(slug, rolled),
    turns: turnsAmong(
      [...facts, ...['phase', 'market', 'activation'].flatMap(partsOf)].toSorted(inOrderOfTime),
      rolled,
    ),
  };
}

function stepTowards(type: string, facts: readonly ViewFact[], rolled: RolloutFacts): Step | null {
  const fact = facts.find((candidate) => candidate.type.type === type);
  return fact === undefined ? null : step(fact, rolled);
}

function step(fact: ViewFact, { partnership, names, shown }: RolloutFacts): Step {
  const link = factLink(partnership, fact.key);
  return {
    fact: fact.key,
    status: fact.status,
    timing: fact.timing,
    guess: isGuess(fact),
    planned: fact.plannedFor,
    occurred: occurredOf(fact),
    summary: summaryOf(fact, names),
    contested: fact.contested,
    reopened: fact.reopened,
    ...alternativesOf(fact.contests, [link], shown),
    flags: flagsShown(fact),
    games: [...fact.games],
    ...sourcesOf(fact.evidence, [link], shown),
  };
}

function statedCreatives(
  facts: readonly ViewFact[],
  { partnership, shown }: RolloutFacts,
): Rollout['campaigns'][number]['creatives']['stated'] {
  const fact = facts.find(({ type }) => type.type === 'CreativeCountStated');
  const count = fact?.fields['count'];
  if (fact === undefined || count === undefined) return null;
  const link = factLink(partnership, fact.key);
  return {
    value: count.value as number,
    contested: count.contested,
    ...alternativesOf(
      fact.contests.filter(({ field }) => field === 'count'),
      [link],
      shown,
    ),
    flags: flagsShown(fact),
    ...sourcesOf(fact.evidence, [link], shown),
  };
}

function namedStep(fact: ViewFact, rolled: RolloutFacts): Step & { readonly name: string } {
  return { ...step(fact, rolled), name: nameOf(rolled.names, fact.type.kind, fact.subject ?? fact.key) };
}

function activationsOf(campaign: string | null, rolled: RolloutFacts): Rollout['activations'] {
  return rolled
    .ofKind('activation')
    .filter((fact) => fact.campaign === campaign && !isTurn(fact))
    .map((fact) => ({ ...namedStep(fact, rolled), activation: fact.subject ?? '', campaign }));
}

function coActivation(partner: string, rolled: RolloutFacts): Rollout['coActivations'][number] {
  const { partnership, names, shown, ofKind } = rolled;
  const facts = ofKind('co-activation').filter(({ subject }) => subject === partner);
  const findReached = (type: string) => facts.find((fact) => fact.type.type === type && fact.stage === 'happened');
  const [first] = facts as [ViewFact];
  const main = findReached('CoActivationAgreed') ?? findReached('CoActivationDiscussed') ?? first;
  const told = [main, ...facts.filter((fact) => fact !== main)];
  return {
    ...step(main, rolled),
    with: partner,
    name: nameOf(names, 'co-activation', partner),
    status: main.stage === 'happened' ? main.type.milestone : main.status,
    ...sourcesOf(
      told.flatMap(({ evidence }) => evidence),
      told.map(({ key }) => factLink(partnership, key)),
      shown,
    ),
  };
}

function storefront(id: string, rolled: RolloutFacts): Rollout['storefronts'][number] {
  const { names, ofKind } = rolled;
  const facts = ofKind('storefront').filter((fact) => storefrontId(fact) === id);
  const platform = facts.map(({ fields }) => fields['platform']?.value).find((value) => value !== undefined);
  return {
    storefront: id,
    name: nameOf(names, 'storefront', facts[0]?.subject ?? id),
    platform: platform === undefined ? null : asText(platform),
    games: [...new Set(facts.flatMap(({ games }) => games))],
    opening: stepTowards('StorefrontOpened', facts, rolled),
    suspension: stepTowards('StorefrontSuspended', facts, rolled),
    closing: stepTowards('StorefrontClosed', facts, rolled),
    turns: turnsAmong(facts, rolled),
  };
}

// What stops, starts again or is put off, in order of time.
function turnsAmong(facts: readonly ViewFact[], rolled: RolloutFacts): Rollout['campaigns'][number]['turns'] {
  return facts.filter(isTurn).map((fact) => ({ ...namedStep(fact, rolled), turn: fact.type.milestone }));
}

// The first suspension and the first closing of a store are steps of their own.
function isTurn({ type, key }: ViewFact): boolean {
  return turnMilestones.has(`${type.kind}/${type.milestone}`) || type.milestone === 'postponed' || countOfTurn(key) > 1;
}

const turnMilestones: ReadonlySet<string> = new Set([
  'campaign/paused',
  'campaign/resumed',
  'market/left',
  'market/paused',
  'market/resumed',
  'phase/ended',
  'storefront/reopened',
]);

/** The marketing rollout of a partnership through a cut. */
export function rolloutAnswer(question: Question): RolloutAnswer {
  return { ...beginAnswer(question), ...rollout(question.view.facts(), question.view.partnership, question.names) };
}

export type RolloutAnswer = z.infer<typeof rolloutAnswerShape>;

export const rolloutAnswerShape = answerShape
  .extend(rolloutShape.shape)
  .describe('The marketing rollout: campaigns with what belongs to them, joint activations, storefronts');
