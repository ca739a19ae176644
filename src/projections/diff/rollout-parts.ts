import type { Rollout, Step } from '../shapes/rollout.ts';
import { type Part, valuesIn } from './part.ts';

type Campaign = Rollout['campaigns'][number];
type Creatives = Campaign['creatives'];
type Storefront = Rollout['storefronts'][number];

const campaignSteps = ['announcement', 'launch', 'end', 'cancellation'] as const;
const storefrontSteps = ['opening', 'suspension', 'closing'] as const;
type StepName = (typeof campaignSteps)[number] | (typeof storefrontSteps)[number];

/** What a campaign has beside its steps, markets, phases, activations and named creatives. */
export type CampaignValue = Pick<Campaign, 'campaign' | 'name'> & { readonly creatives: Omit<Creatives, 'named'> };
/** What a storefront has beside its steps. */
export type StorefrontValue = Pick<Storefront, 'storefront' | 'name' | 'platform' | 'games'>;

/** The parts of the rollout. */
export type RolloutPart =
  | Part<'campaign', CampaignValue>
  | Part<StepName, Step>
  | Part<'creative', Creatives['named'][number]>
  | Part<'market', Campaign['markets'][number]>
  | Part<'phase', Campaign['phases'][number]>
  | Part<'activation', Campaign['activations'][number]>
  | Part<'co-activation', Rollout['coActivations'][number]>
  | Part<'storefront', StorefrontValue>;

// Whatever is one fact has the key of that fact, which no campaign or storefront has.
function ofFacts<Name extends string, Value extends { readonly fact: string }>(
  part: Name,
  of: string | null,
  values: readonly Value[],
) {
  return values.map((value) => ({ part, key: value.fact, of, value }));
}

function stepsOf<Name extends StepName>(
  names: readonly Name[],
  of: string,
  steps: Readonly<Record<Name, Step | null>>,
): readonly RolloutPart[] {
  return names.flatMap((name) => {
    const step = steps[name];
    return step === null ? [] : ofFacts(name, of, [step]);
  });
}

function keyOf(kind: 'campaign' | 'storefront' | 'co-activation', slug: string): string {
  return `${kind}/${slug}`;
}

function campaignParts(whole: Campaign): readonly RolloutPart[] {
  const { campaign, name, creatives, markets, phases, activations } = whole;
  const key = keyOf('campaign', campaign);
  const { named, ...stated } = creatives;
  return [
    { part: 'campaign', key, of: null, value: { campaign, name, creatives: stated } },
    ...stepsOf(campaignSteps, key, whole),
    ...ofFacts('creative', key, named),
    ...ofFacts('market', key, markets),
    ...ofFacts('phase', key, phases),
    ...ofFacts('activation', key, activations),
  ];
}

function storefrontParts(whole: Storefront): readonly RolloutPart[] {
  const { storefront, name, platform, games } = whole;
  const key = keyOf('storefront', storefront);
  return [
    { part: 'storefront', key, of: null, value: { storefront, name, platform, games } },
    ...stepsOf(storefrontSteps, key, whole),
  ];
}

/** The rollout taken apart: every step is a part of its campaign or its storefront. */
export function rolloutParts(whole: Rollout): readonly RolloutPart[] {
  return [
    ...whole.campaigns.flatMap(campaignParts),
    ...ofFacts('activation', null, whole.activations),
    ...whole.coActivations.map(
      (value) => ({ part: 'co-activation', key: keyOf('co-activation', value.with), of: null, value }) as const,
    ),
    ...whole.storefronts.flatMap(storefrontParts),
  ];
}

/** The rollout put together from its parts. */
export function rolloutFrom(parts: readonly Part[]): Rollout {
  const valuesOf = valuesIn(parts);
  const steps = <Name extends StepName>(names: readonly Name[], of: string) =>
    Object.fromEntries(names.map((name) => [name, valuesOf<Step>(name, of)[0] ?? null])) as Record<Name, Step | null>;
  return {
    campaigns: valuesOf<CampaignValue>('campaign').map(({ creatives, ...head }) => {
      const of = keyOf('campaign', head.campaign);
      return {
        ...head,
        ...steps(campaignSteps, of),
        creatives: { ...creatives, named: [...valuesOf<Creatives['named'][number]>('creative', of)] },
        markets: [...valuesOf<Campaign['markets'][number]>('market', of)],
        phases: [...valuesOf<Campaign['phases'][number]>('phase', of)],
        activations: [...valuesOf<Campaign['activations'][number]>('activation', of)],
      };
    }),
    activations: [...valuesOf<Rollout['activations'][number]>('activation')],
    coActivations: [...valuesOf<Rollout['coActivations'][number]>('co-activation')],
    storefronts: valuesOf<StorefrontValue>('storefront').map((head) => ({
      ...head,
      ...steps(storefrontSteps, keyOf('storefront', head.storefront)),
    })),
  };
}
