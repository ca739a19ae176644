import * as z from 'zod';
import type { FactsInView, ViewFact } from '../domain/facts/facts-at.ts';
import { asText } from '../domain/vocabulary/event-type.ts';
import { answerShape, beginAnswer, type Question } from './answer.ts';
import {
  alternativeShape,
  flagShape,
  nameOf,
  occurredShape,
  plannedShape,
  type SubjectNames,
  sourceShape,
  timingShape,
  valueShape,
} from './shapes.ts';
import { alternativesOf, flagsShown, inOrderOfTime, occurredOf, sourceOf, statusShape, summaryOf } from './timeline.ts';

/** The marketing rollout: campaigns with what belongs to them, joint activations, storefronts. */
export function rollout({ facts: inView }: FactsInView, names: SubjectNames): Rollout {
  const facts = inView.toSorted(inOrderOfTime);
  const ofKind = (...kinds: readonly string[]) => facts.filter(({ type }) => kinds.includes(type.kind));

  const step = (fact: ViewFact): Step => ({
    fact: fact.key,
    status: fact.status,
    timing: fact.timing,
    planned: fact.plannedFor,
    occurred: occurredOf(fact),
    summary: summaryOf(fact, names),
    contested: fact.contested,
    reopened: fact.reopened,
    alternatives: alternativesOf(fact.contests),
    flags: flagsShown(fact),
    games: [...fact.games],
    sources: fact.evidence.map(sourceOf),
  });
  const stepOf = (among: readonly ViewFact[], type: string): Step | null => {
    const fact = byType(among, type);
    return fact === undefined ? null : step(fact);
  };
  const named = (fact: ViewFact) => ({ ...step(fact), name: nameOf(names, fact.type.kind, fact.subject ?? fact.key) });

  const activations = ofKind('activation');
  const activation = (fact: ViewFact) => ({ ...named(fact), activation: fact.subject ?? '', campaign: fact.campaign });

  const statedCreatives = (own: readonly ViewFact[]): Campaign['creatives']['stated'] => {
    const fact = byType(own, 'CreativeCountStated');
    const count = fact?.fields['count'];
    if (fact === undefined || count === undefined) return null;
    return {
      value: count.value as number,
      contested: count.contested,
      alternatives: alternativesOf(fact.contests).filter(({ field }) => field === 'count'),
      sources: fact.evidence.map(sourceOf),
    };
  };

  const campaign = (slug: string): Campaign => {
    const own = ofKind('campaign').filter(({ subject }) => subject === slug);
    const parts = (kind: string) => ofKind(kind).filter((fact) => fact.campaign === slug);
    const stated = statedCreatives(own);
    const creatives = parts('creative').map((fact) => ({ ...named(fact), creative: fact.subject ?? '' }));
    return {
      campaign: slug,
      name: nameOf(names, 'campaign', slug),
      announcement: stepOf(own, 'CampaignAnnounced'),
      launch: stepOf(own, 'CampaignLaunched'),
      end: stepOf(own, 'CampaignEnded'),
      cancellation: stepOf(own, 'CampaignCancelled'),
      creatives: {
        stated,
        named: creatives,
        unidentified: typeof stated?.value === 'number' ? Math.max(0, stated.value - creatives.length) : null,
      },
      markets: parts('market').map((fact) => ({ ...step(fact), market: (fact.subject ?? '').toUpperCase() })),
      phases: parts('phase').map((fact) => ({ ...named(fact), phase: fact.subject ?? '' })),
      activations: activations.filter((fact) => fact.campaign === slug).map(activation),
    };
  };

  const coActivation = (partner: string): Rollout['coActivations'][number] => {
    const own = ofKind('co-activation').filter(({ subject }) => subject === partner);
    const reached = (type: string) => own.find((fact) => fact.type.type === type && fact.stage === 'happened');
    const [first] = own as [ViewFact];
    const fact = reached('CoActivationAgreed') ?? reached('CoActivationDiscussed') ?? first;
    const status = fact.stage === 'happened' ? fact.type.milestone : fact.status;
    const related = own.filter((one) => one !== fact).flatMap(({ evidence }) => evidence.map(sourceOf));
    return {
      ...step(fact),
      with: partner,
      name: nameOf(names, 'co-activation', partner),
      status,
      sources: [...fact.evidence.map(sourceOf), ...related],
    };
  };

  const storefront = (id: string): Storefront => {
    const own = ofKind('storefront').filter(({ key }) => key.split('/')[1] === id);
    const [first] = own as [ViewFact];
    const platform = own.map(({ fields }) => fields['platform']?.value).find((value) => value !== undefined);
    return {
      storefront: id,
      name: nameOf(names, 'storefront', first.subject ?? id),
      platform: platform === undefined ? null : asText(platform),
      games: [...new Set(own.flatMap(({ games }) => games))],
      opening: stepOf(own, 'StorefrontOpened'),
      suspension: stepOf(own, 'StorefrontSuspended'),
      closing: stepOf(own, 'StorefrontClosed'),
    };
  };

  const campaigns = slugs(ofKind('campaign', 'phase', 'creative', 'market', 'activation'), (fact) =>
    fact.type.kind === 'campaign' ? fact.subject : fact.campaign,
  );
  return {
    campaigns: campaigns.map(campaign),
    activations: activations.filter((fact) => fact.campaign === null).map(activation),
    coActivations: slugs(ofKind('co-activation'), ({ subject }) => subject).map(coActivation),
    storefronts: slugs(ofKind('storefront'), ({ key }) => key.split('/')[1]).map(storefront),
  };
}

export type Rollout = z.infer<typeof rolloutShape>;

const stepShape = z.object({
  fact: z.string(),
  status: statusShape,
  timing: timingShape,
  planned: plannedShape.nullable(),
  occurred: occurredShape.nullable(),
  summary: z.string(),
  contested: z.boolean(),
  reopened: z.boolean(),
  alternatives: z.array(alternativeShape),
  flags: z.array(flagShape),
  games: z.array(z.string()),
  sources: z.array(sourceShape),
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
        alternatives: z.array(alternativeShape),
        sources: z.array(sourceShape),
      })
      .nullable(),
    named: z.array(stepShape.extend({ creative: z.string(), name: z.string() })),
    unidentified: z.int().nullable().describe('stated less named; null where no number is stated'),
  }),
  markets: z.array(stepShape.extend({ market: z.string().describe('ISO 3166-1 alpha-2') })),
  phases: z.array(stepShape.extend({ phase: z.string(), name: z.string() })),
  activations: z.array(activationShape),
});

export const rolloutShape = z.object({
  campaigns: z.array(campaignShape),
  activations: z.array(activationShape).describe('activations that no report ties to a campaign'),
  coActivations: z.array(
    stepShape.omit({ status: true }).extend({
      with: z.string(),
      name: z.string(),
      status: z.string().describe('discussed, agreed, or the status of the milestone where it is not done'),
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
    }),
  ),
});

export type Step = z.infer<typeof stepShape>;

function byType(facts: readonly ViewFact[], type: string): ViewFact | undefined {
  return facts.find((fact) => fact.type.type === type);
}

type Campaign = Rollout['campaigns'][number];

type Storefront = Rollout['storefronts'][number];

function slugs(facts: readonly ViewFact[], slug: (fact: ViewFact) => string | null | undefined): readonly string[] {
  return [...new Set(facts.flatMap((fact) => slug(fact) ?? []))].toSorted();
}

/** The marketing rollout of a partnership through a cut. */
export function rolloutAnswer(asked: Question): RolloutAnswer {
  return {
    ...beginAnswer(asked),
    ...rollout(asked.view.facts(), asked.names),
  };
}

export type RolloutAnswer = z.infer<typeof rolloutAnswerShape>;

export const rolloutAnswerShape = answerShape
  .extend(rolloutShape.shape)
  .describe('The marketing rollout: campaigns with what belongs to them, joint activations, storefronts');
