import type { Rollout } from '../../projections/shapes/rollout.ts';
import type { Canvas, Line } from '../draw-table.ts';
import { plainText } from '../plain-text.ts';
import { articlesOf, contestLines } from './statement-lines.ts';
import { type StepRow, stepRow, stepTable } from './step-row.ts';
import { valueText } from './value-text.ts';

type Campaign = Rollout['campaigns'][number];

function numberOfCreatives({ stated, named, unidentified }: Campaign['creatives']): readonly StepRow[] {
  if (stated === null) return [];
  const known = `${named.length} named${unidentified === null ? '' : `, ${unidentified} not identified`}`;
  const says: readonly Line[] = [{ text: known, format: 'dim' }, ...contestLines(stated.alternatives)];
  const name = `${valueText(stated.value)} stated`;
  return [{ part: 'Creatives', name, status: { text: '' }, when: [], says, articles: articlesOf(stated.sources) }];
}

// Markets that stand alike share a row.
function marketRows(markets: Campaign['markets']): readonly StepRow[] {
  const rows = markets.flatMap((market) => stepRow('Markets', market.market, market));
  const alike = Map.groupBy(rows, ({ name: _name, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, name: [first, ...others].map(({ name }) => name).join(' ') }],
  );
}

function campaignSection(campaign: Campaign, canvas: Canvas): string {
  const { announcement, launch, end, cancellation, creatives, markets, phases, activations } = campaign;
  const rows = [
    ...stepRow('Announced', '', announcement),
    ...stepRow('Launch', '', launch),
    ...phases.flatMap((phase) => stepRow('Phases', phase.name, phase)),
    ...numberOfCreatives(creatives),
    ...creatives.named.flatMap((creative) => stepRow('Creatives', creative.name, creative)),
    ...marketRows(markets),
    ...activations.flatMap((activation) => stepRow('Activations', activation.name, activation)),
    ...stepRow('End', '', end),
    ...stepRow('Cancelled', '', cancellation),
  ];
  return stepTable(plainText(`Campaign: ${campaign.name} (${campaign.campaign})`), rows, canvas);
}

function storefrontSection(storefronts: Rollout['storefronts'], canvas: Canvas): string {
  const rows = storefronts.flatMap(({ name, platform, games, opening, suspension, closing }) => {
    const which = [name, platform === null ? '' : `on ${platform}`, games.join(' ')].filter(Boolean).join(', ');
    return [
      ...stepRow('Opening', which, opening),
      ...stepRow('Suspension', which, suspension),
      ...stepRow('Closing', which, closing),
    ];
  });
  return stepTable('Storefronts', rows, canvas);
}

/** The marketing rollout in sections: each campaign, other activations, joint activations, storefronts. */
export function rolloutTable(answer: Rollout, canvas: Canvas): string {
  const activations = answer.activations.flatMap((one) => stepRow('Activation', one.name, one));
  const joint = answer.coActivations.flatMap((one) => stepRow('With', one.name, one));
  return [
    ...answer.campaigns.map((campaign) => campaignSection(campaign, canvas)),
    stepTable('Activations of no campaign', activations, canvas),
    stepTable('Joint activations', joint, canvas),
    storefrontSection(answer.storefronts, canvas),
  ]
    .filter(Boolean)
    .join('\n');
}
