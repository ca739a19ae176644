import type { Rollout, Step } from '../../projections/rollout.ts';
import { type Canvas, drawTable, type Line, plainText } from '../print.ts';
import { articlesOf, contestLines, dateText, flagLines, statusLine, valueText } from '../words.ts';

/** The marketing rollout in sections: each campaign, other activations, joint activations, storefronts. */
export function rolloutTable(answer: Rollout, canvas: Canvas): string {
  const activations = answer.activations.flatMap((step) => stepRow('Activation', step.name, step));
  const joint = answer.coActivations.flatMap((step) => stepRow('With', step.name, step));
  return [
    ...answer.campaigns.map((campaign) => campaignSection(campaign, canvas)),
    stepTable('Activations of no campaign', activations, canvas),
    stepTable('Joint activations', joint, canvas),
    storefrontSection(answer.storefronts, canvas),
  ]
    .filter(Boolean)
    .join('\n');
}

function stepRow(part: string, name: string, step: ShownStep | null): readonly StepRow[] {
  if (step === null) return [];
  const { status, timing, guess, summary, flags } = step;
  return [
    {
      part,
      name,
      status: statusLine(guess ? 'guess' : status, timing),
      when: whenOf(step),
      says: [{ text: summary, format: 'dim' }, ...contestLines(step), ...flagLines(flags)],
      articles: articlesOf(step),
    },
  ];
}

/** A joint activation has statuses of its own. */
type ShownStep = Omit<Step, 'status'> & { readonly status: string };

type StepRow = {
  readonly part: string;
  readonly name: string;
  readonly status: Line;
  readonly when: readonly Line[];
  readonly says: readonly Line[];
  readonly articles: string;
};

function whenOf({ planned, occurred }: ShownStep): readonly Line[] {
  if (occurred !== null) {
    const plan = planned === null ? [] : [{ text: `planned for ${dateText(planned)}`, format: 'dim' } as const];
    return [{ text: dateText(occurred) }, ...plan];
  }
  if (planned === null) return [{ text: 'no date', format: 'dim' }];
  const atGames = planned.basis === 'games' ? [{ text: 'at the Games', format: 'dim' } as const] : [];
  return [{ text: dateText(planned) }, ...atGames];
}

function campaignSection(campaign: Campaign, canvas: Canvas): string {
  const { announcement, launch, end, cancellation, creatives, markets, phases, activations, turns } = campaign;
  const rows = [
    ...stepRow('Announced', '', announcement),
    ...stepRow('Launch', '', launch),
    ...phases.flatMap((phase) => stepRow('Phases', phase.name, phase)),
    ...numberOfCreatives(creatives),
    ...creatives.named.flatMap((creative) => stepRow('Creatives', creative.name, creative)),
    ...marketRows(markets),
    ...activations.flatMap((activation) => stepRow('Activations', activation.name, activation)),
    ...turns.flatMap((turn) => turnRow(turn, turn.fact.startsWith('campaign/') ? '' : turn.name)),
    ...stepRow('End', '', end),
    ...stepRow('Cancelled', '', cancellation),
  ];
  return stepTable(plainText(`Campaign: ${campaign.name} (${campaign.campaign})`), rows, canvas);
}

type Campaign = Rollout['campaigns'][number];

function numberOfCreatives({ stated, named, unidentified }: Campaign['creatives']): readonly StepRow[] {
  if (stated === null) return [];
  const account = `${named.length} named${unidentified === null ? '' : `, ${unidentified} not identified`}`;
  const says: readonly Line[] = [{ text: account, format: 'dim' }, ...contestLines(stated), ...flagLines(stated.flags)];
  const name = `${valueText(stated.value)} stated`;
  return [{ part: 'Creatives', name, status: { text: '' }, when: [], says, articles: articlesOf(stated) }];
}

// Markets in the same state share a row.
function marketRows(markets: Campaign['markets']): readonly StepRow[] {
  const rows = markets.flatMap((market) => stepRow('Markets', market.market, market));
  const alike = Map.groupBy(rows, ({ name: _name, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, name: [first, ...others].map(({ name }) => name).join(' ') }],
  );
}

// Rows under a title. Returns '' without rows.
function stepTable(title: string, rows: readonly StepRow[], canvas: Canvas): string {
  if (rows.length === 0) return '';
  const drawn = drawTable(
    {
      columns: [
        { head: 'Step', least: 11, most: 15 },
        { head: 'What', least: 20, most: 80 },
        { head: 'Status', least: 10, most: 16 },
        { head: 'When', least: 13, most: canvas.width < 130 ? 13 : 26 },
        { head: 'Articles', least: 8, most: canvas.width < 130 ? 11 : 24 },
      ],
      rows: rows.map(({ part, name, status, when, says, articles }, index) => [
        [{ text: rows[index - 1]?.part === part ? '' : part }],
        [...(name === '' ? [] : [{ text: name }]), ...says],
        [status],
        when,
        [{ text: articles, format: 'dim' }],
      ]),
    },
    canvas,
  );
  return `${canvas.paint('bold', title)}\n${drawn}`;
}

function storefrontSection(storefronts: Rollout['storefronts'], canvas: Canvas): string {
  const rows = storefronts.flatMap(({ name, platform, games, opening, suspension, closing, turns }) => {
    const which = [name, platform === null ? '' : `on ${platform}`, games.join(' ')].filter(Boolean).join(', ');
    return [
      ...stepRow('Opening', which, opening),
      ...stepRow('Suspension', which, suspension),
      ...stepRow('Closing', which, closing),
      ...turns.flatMap((turn) => turnRow(turn, which)),
    ];
  });
  return stepTable('Storefronts', rows, canvas);
}

function turnRow(turn: Turn, which: string): readonly StepRow[] {
  return stepRow(`${turn.turn.charAt(0).toUpperCase()}${turn.turn.slice(1)}`, which, turn);
}

type Turn = Rollout['storefronts'][number]['turns'][number];
