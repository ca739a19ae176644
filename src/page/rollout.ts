import { type ComponentChild, h } from 'preact';
import type { RolloutAnswer, Step } from '../projections/rollout.ts';
import { addressOf, type Clocks, factPath } from './address.ts';
import { type Axis, axisDays, foldedAxis } from './axis.ts';
import { AxisLine } from './axis-labels.ts';
import { ContestedTag, eventSign, Glyph, type Sign } from './glyphs.ts';
import { type Mark, markOf, Plot } from './marks.ts';
import { Sheet } from './sheet.ts';
import { capitalise, counted, dateWords, marketName, plannedWords, valueWords } from './words.ts';

/** The marketing of a partnership: each campaign from unveiling to end, its parts, and the stores. */
export function rolloutView(answer: RolloutAnswer, { partnership, clocks, names }: RolloutInput): RolloutView {
  const place: Place = { partnership, clocks, day: answer.cut.occurredAsOf };
  const campaigns = answer.campaigns.map((campaign): CampaignModel => {
    const { name, announcement, launch, end, cancellation, creatives, markets, phases, activations } = campaign;
    const games = [...new Set([announcement, launch].flatMap((step) => step?.games ?? []))].map(
      (edition) => names.get(edition) ?? edition,
    );
    const ending = cancellation ?? end;
    return {
      name,
      intro: games.length === 0 ? '' : `Campaign for ${games.join(' and ')}.`,
      steps: [
        stage('Unveiled', announcement, 'no article tells of it', place),
        stage('Launched', launch, 'no article tells of a launch', place),
        ...phases.map((phase) => stage(phase.name, phase, '', place)),
        stage(cancellation === null ? 'Ended' : 'Called off', ending, 'no article speaks of its end', place),
      ],
      columns: [
        {
          title: 'Creatives',
          tag:
            creatives.stated?.contested === true
              ? creatives.stated.alternatives.map(({ value }) => valueWords(value)).join(' or ')
              : null,
          lines: [
            ...creatives.named.map((one) => line(one.name, one, place)),
            ...((creatives.unidentified ?? 0) > 0 ? [unnamed(creatives.unidentified ?? 0)] : []),
          ],
        },
        { title: 'Markets', tag: null, lines: markets.map((one) => line(marketName(one.market), one, place)) },
        { title: 'On the ground', tag: null, lines: activations.map((one) => line(one.name, one, place)) },
      ].filter(({ lines }) => lines.length > 0),
    };
  });
  const others = [
    { title: 'Other activations', tag: null, lines: answer.activations.map((one) => line(one.name, one, place)) },
    {
      title: 'With other sponsors',
      tag: null,
      lines: answer.coActivations.map((one) =>
        line(
          `${capitalise(one.status)} with ${one.name}`,
          { ...one, status: isEvent(one.status) ? one.status : 'happened' },
          place,
        ),
      ),
    },
    {
      title: 'Stores',
      tag: null,
      lines: answer.storefronts.flatMap(({ name, platform, games, opening, suspension, closing }) =>
        [
          { word: 'opened', step: opening },
          { word: 'closed for a time', step: suspension },
          { word: 'closed for good', step: closing },
        ].flatMap(({ word, step }) =>
          step === null
            ? []
            : [
                line(
                  `${name} ${word}`,
                  step,
                  place,
                  [platform, ...games.map((one) => names.get(one) ?? one)].filter(Boolean).join(', '),
                ),
              ],
        ),
      ),
    },
  ].filter(({ lines }) => lines.length > 0);
  return { kind: 'rollout', campaigns, others, plans: planRows(answer, place) };
}

type RolloutInput = {
  readonly partnership: string;
  readonly clocks: Clocks;
  readonly names: ReadonlyMap<string, string>;
};

type Place = { readonly partnership: string; readonly clocks: Clocks; readonly day: string };

export type RolloutView = {
  readonly kind: 'rollout';
  readonly campaigns: readonly CampaignModel[];
  readonly others: readonly Column[];
  readonly plans: PlanRows | null;
};

type CampaignModel = {
  readonly name: string;
  readonly intro: string;
  readonly steps: readonly Stage[];
  readonly columns: readonly Column[];
};

type Stage = {
  readonly name: string;
  readonly sign: Sign;
  readonly word: string;
  readonly when: string;
  readonly href: string | null;
};

type Column = { readonly title: string; readonly tag: string | null; readonly lines: readonly Line[] };

type Line = {
  readonly text: string;
  readonly note: string;
  readonly sign: Sign;
  readonly when: string;
  readonly href: string | null;
};

type Told = Pick<Step, 'fact' | 'timing' | 'planned' | 'occurred'> & { readonly status: string };

function isEvent(status: string): boolean {
  return !['discussed', 'agreed'].includes(status);
}

function stage(name: string, step: Told | null, nothing: string, { partnership, clocks }: Place): Stage {
  if (step === null)
    return {
      name,
      sign: { glyph: 'none', word: 'nothing told', tone: 'mute' },
      word: 'Nothing told',
      when: nothing,
      href: null,
    };
  const sign = eventSign(step);
  const when =
    step.status === 'happened'
      ? dateWords(step.occurred)
      : step.planned === null
        ? 'no day told'
        : plannedWords(step.planned);
  const word = step.status === 'overdue-unconfirmed' ? 'Overdue, unconfirmed' : capitalise(sign.word);
  return { name, sign, word, when, href: addressOf(factPath(partnership, step.fact), clocks) };
}

function line(text: string, step: Told, { partnership, clocks }: Place, note = ''): Line {
  const sign = eventSign(step);
  const date = step.status === 'happened' ? step.occurred : step.planned;
  const word = step.status === 'happened' && step.timing === 'certain' ? '' : `${sign.word}, `;
  return {
    text,
    note,
    sign,
    when: `${word}${dateWords(date)}`,
    href: addressOf(factPath(partnership, step.fact), clocks),
  };
}

function unnamed(count: number): Line {
  const text =
    count === 1 ? 'One more, not named' : `${capitalise(counted(count, 'more'))}, not named`.replace('mores', 'more');
  return {
    text,
    note: '',
    sign: { glyph: 'guess', word: 'nothing told', tone: 'mute' },
    when: 'nothing told',
    href: null,
  };
}

type PlanRows = {
  readonly ticks: Axis['ticks'];
  readonly rows: readonly { readonly name: string; readonly tone: Sign['tone']; readonly marks: readonly Mark[] }[];
};

// Plans against what happened, on one scale.
function planRows({ campaigns, storefronts, activations }: RolloutAnswer, { day }: Place): PlanRows | null {
  const steps = [
    ...campaigns.flatMap(({ announcement, launch, end, creatives, activations: own }) => [
      { name: 'Unveiled', step: announcement },
      { name: 'Launched', step: launch },
      ...creatives.named.map((step) => ({ name: step.name, step })),
      ...own.map((step) => ({ name: step.name, step })),
      { name: 'Ended', step: end },
    ]),
    ...activations.map((step) => ({ name: step.name, step })),
    ...storefronts.map(({ name, opening }) => ({ name, step: opening })),
  ].flatMap(({ name, step }) =>
    step !== null && (step.planned !== null || step.occurred !== null) ? [{ name, step }] : [],
  );
  const { days, reach } = axisDays(steps.flatMap(({ step }) => [step.planned, step.occurred]));
  if (days.length + reach.length === 0) return null;
  const last = [...days, ...reach].toSorted().at(-1) ?? day;
  const axis = foldedAxis({ days, reach, games: [], chosen: last });
  return {
    ticks: axis.ticks,
    rows: steps.map(({ name, step }) => ({
      name,
      tone: eventSign(step).tone,
      marks: [
        ...(step.planned === null
          ? []
          : [markOf(step.planned, axis, { hollow: true, ...(step.occurred === null ? {} : { below: -4.5 }) })]),
        ...(step.occurred === null
          ? []
          : [markOf(step.occurred, axis, { hollow: false, ...(step.planned === null ? {} : { below: 4.5 }) })]),
      ],
    })),
  };
}

/** The page of the rollout. */
export function Rollout({ view: { campaigns, others, plans } }: { readonly view: RolloutView }): ComponentChild {
  return h(
    Sheet,
    { title: 'Marketing rollout' },
    campaigns.length + others.length === 0
      ? h('p', { class: 'lede' }, 'No article tells of a campaign, an activation or a store by this day.')
      : null,
    campaigns.map((campaign) => h(CampaignView, { campaign, key: campaign.name })),
    others.length === 0
      ? null
      : h(
          'div',
          { class: 'cols3' },
          others.map((column) => h(ColumnView, { column, key: column.title })),
        ),
    plans === null ? null : h(PlanFigure, { plans }),
  );
}

function CampaignView({
  campaign: { name, intro, steps, columns },
}: {
  readonly campaign: CampaignModel;
}): ComponentChild {
  return h(
    'article',
    { class: 'campaign' },
    h('h2', { class: 'light' }, name),
    intro === '' ? null : h('p', { class: 'lede' }, intro),
    h(
      'ol',
      { class: 'steps' },
      steps.map((one) => h(StageView, { one, key: one.name })),
    ),
    columns.length === 0
      ? null
      : h(
          'div',
          { class: 'cols3' },
          columns.map((column) => h(ColumnView, { column, key: column.title })),
        ),
  );
}

function StageView({ one: { name, sign, word, when, href } }: { readonly one: Stage }): ComponentChild {
  return h(
    'li',
    { class: `step c-${sign.tone}${sign.glyph === 'happened' ? ' solid' : ''}` },
    h('span', { class: 'sn' }, href === null ? name : h('a', { href }, name)),
    h('span', { class: 'ln' }, h(Glyph, { name: sign.glyph, big: true })),
    h('b', null, word),
    h('span', null, when),
  );
}

function ColumnView({ column: { title, tag, lines } }: { readonly column: Column }): ComponentChild {
  return h(
    'section',
    null,
    h('h3', { class: 'h4 ruled' }, title, tag === null ? null : [' ', h(ContestedTag, { key: 'tag' }, tag)]),
    h(
      'ul',
      { class: 'rl' },
      lines.map(({ text, note, sign, when, href }) =>
        h(
          'li',
          { class: `c-${sign.tone}`, key: text + when },
          h('span', { class: 'sign' }, h(Glyph, { name: sign.glyph }), h('span', { class: 'vh' }, `${sign.word}: `)),
          h(
            'span',
            { class: 'rt' },
            href === null ? text : h('a', { href }, text),
            note === '' ? null : h('span', { class: 'n' }, ` ${note}`),
          ),
          h('span', { class: 'rw' }, when),
        ),
      ),
    ),
  );
}

function PlanFigure({ plans: { ticks, rows } }: { readonly plans: PlanRows }): ComponentChild {
  return h(
    'figure',
    { class: 'plans' },
    h(
      'figcaption',
      { class: 'h4' },
      'Plan and outcome on one scale',
      h('span', { class: 'n' }, ' hollow: planned; full: happened'),
    ),
    rows.map(({ name, tone, marks }) =>
      h('div', { class: `plan two-cells c-${tone}`, key: name }, h('span', null, name), h(Plot, { marks })),
    ),
    h('div', { class: 'plan two-cells ends' }, h('span', null), h(AxisLine, { ticks })),
  );
}
