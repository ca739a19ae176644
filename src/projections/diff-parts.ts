import * as z from 'zod';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { wholeList } from './answer.ts';
import { changeShape } from './diff-changes.ts';
import { type AuditEntry, auditEntryShape, effects } from './effects.ts';
import { cellShape, type Obligations, obligations, obligationsShape, type Row, rowShape } from './obligations.ts';
import { namesFor, type PartnershipView } from './partnership-view.ts';
import { type Rollout, rollout, rolloutShape, type Step } from './rollout.ts';
import { occurredShape, plannedShape, timingShape } from './shapes.ts';
import { type Entry, entryShape, timeline } from './timeline.ts';

/** Takes each read model apart into the parts that a difference compares, in the order of its answer. */
export function partsOf(models: ReadModels): Parts {
  return {
    timeline: models.timeline.map((value) => ({ part: 'fact', key: value.fact, of: null, value })),
    obligations: obligationParts(models.obligations),
    rollout: rolloutParts(models.rollout),
    audit: models.audit.map((value) => ({ part: 'entry', key: String(value.position), of: null, value })),
  };
}

/** All that is shown of a partnership at a cut. */
export type ReadModels = {
  readonly timeline: readonly Entry[];
  readonly obligations: Obligations;
  readonly rollout: Rollout;
  readonly audit: readonly AuditEntry[];
};

/** The parts of each read model. Those of the same name and owner form a list, in the order of the answer. */
type Parts = { readonly [Model in keyof Diff]: readonly PartOf<Diff[Model][number]>[] };

/** A part of any read model: its name, a key unique in its read model, and the key of its owner, if it has one. */
export type AnyPart = Parts[keyof Parts][number];

type PartOf<Item extends DiffItem> = Item extends DiffItem
  ? Readonly<Pick<Item, 'part' | 'key' | 'of'>> & { readonly value: NonNullable<Item['value']> }
  : never;

// Columns are no parts: they follow from the cells.
function obligationParts({ rows, programme }: Obligations): Parts['obligations'] {
  return [
    ...rows.flatMap(({ cells, ...value }): Parts['obligations'] => [
      { part: 'row', key: value.edition, of: null, value },
      ...cellsOf(value.edition, cells),
    ]),
    { part: 'programme', key: 'programme', of: null, value: { qualifications: programme.qualifications } },
    ...cellsOf('programme', programme.cells),
  ];
}

function cellsOf(of: string, cells: Row['cells']): Parts['obligations'] {
  return Object.values(cells).map((value) => ({ part: 'cell', key: `${of}/${value.obligation}`, of, value }));
}

function rolloutParts({ campaigns, activations, coActivations, storefronts }: Rollout): Parts['rollout'] {
  return [
    ...campaigns.flatMap(campaignParts),
    ...factParts('activation', null, activations),
    ...coActivations.map(
      (value) => ({ part: 'co-activation', key: `co-activation/${value.with}`, of: null, value }) as const,
    ),
    ...storefronts.flatMap(storefrontParts),
  ];
}

function campaignParts({ campaign, name, creatives, ...owned }: Rollout['campaigns'][number]): Parts['rollout'] {
  const key = `campaign/${campaign}`;
  const { named, ...stated } = creatives;
  return [
    { part: 'campaign', key, of: null, value: { campaign, name, creatives: stated } },
    ...stepParts(campaignSteps, key, owned),
    ...factParts('creative', key, named),
    ...factParts('market', key, owned.markets),
    ...factParts('phase', key, owned.phases),
    ...factParts('activation', key, owned.activations),
    ...factParts('turn', key, owned.turns),
  ];
}

const campaignSteps = ['announcement', 'launch', 'end', 'cancellation'] as const;

const storefrontSteps = ['opening', 'suspension', 'closing'] as const;

function stepParts<Name extends StepName>(
  names: readonly Name[],
  of: string,
  steps: Readonly<Record<Name, Step | null>>,
): Parts['rollout'] {
  return names.flatMap((name) => {
    const step = steps[name];
    return step === null ? [] : factParts<StepName, Step>(name, of, [step]);
  });
}

type StepName = (typeof campaignSteps)[number] | (typeof storefrontSteps)[number];

// A part that is one fact has the key of that fact, which no campaign or storefront has.
function factParts<Name extends string, Value extends { readonly fact: string }>(
  part: Name,
  of: string | null,
  values: readonly Value[],
) {
  return values.map((value) => ({ part, key: value.fact, of, value }));
}

function storefrontParts({ storefront, name, platform, games, turns, ...steps }: Rollout['storefronts'][number]) {
  const key = `storefront/${storefront}`;
  return [
    { part: 'storefront', key, of: null, value: { storefront, name, platform, games } } as const,
    ...stepParts(storefrontSteps, key, steps),
    ...factParts('turn', key, turns),
  ];
}

/** The read models of a partnership at a cut, whole: with every source, so that nothing is missed that differs. */
export function readModelsOf(view: PartnershipView, register: SubjectNames): ReadModels {
  const names = namesFor(view, register);
  return {
    timeline: timeline(view.facts().facts, view.partnership, names, wholeList),
    obligations: obligations(view.facts(), view.cut, view.partnership, names, wholeList),
    rollout: rollout(view.facts(), view.partnership, names, wholeList),
    audit: view.audit(),
  };
}

export type Meaning = z.infer<typeof meaningShape>;

export const meaningShape = z
  .enum([
    ...effects,
    'settled',
    'reopened',
    'became-certain',
    'became-uncertain',
    'closed',
    'flagged',
    'cleared',
    'merged',
    'redated',
  ])
  .describe(
    'as in the audit trail; besides: settled: no longer contested; reopened: ' +
      'a report goes against what a steward decided; became-certain, became-uncertain: the same status is, ' +
      'or is no more, certain; closed: the Games have closed without a report of delivery; flagged, cleared: a flag ' +
      'is new, or is gone; merged: its reports are now, or were, those of another fact; separated: a merge was undone; redated: its reports now tell of a later ' +
      'day than the clocks show',
  );

export type Standing = z.infer<typeof standingShape>;

export const standingShape = z
  .object({
    status: z.string().nullable(),
    timing: timingShape,
    occurred: occurredShape.nullable(),
    planned: plannedShape.nullable(),
  })
  .describe('Where something stands');

const { campaigns, coActivations, storefronts } = rolloutShape.shape;

const campaign = campaigns.element.shape;

export type Diff = z.infer<typeof diffShape>;

/** One part of a read model that differs. */
export type DiffItem = Diff[keyof Diff][number];

/** What differs between two views of a partnership, in each of its read models. */
export const diffShape = z.object({
  timeline: z.array(itemShape(['fact'], entryShape)),
  obligations: z.array(
    z.discriminatedUnion('part', [
      itemShape(['row'], rowShape.omit({ cells: true })),
      itemShape(['programme'], obligationsShape.shape.programme.omit({ cells: true })),
      itemShape(['cell'], cellShape),
    ]),
  ),
  rollout: z.array(
    z.discriminatedUnion('part', [
      itemShape(
        ['campaign'],
        campaigns.element
          .pick({ campaign: true, name: true })
          .extend({ creatives: campaign.creatives.omit({ named: true }) }),
      ),
      itemShape([...campaignSteps, ...storefrontSteps], campaign.launch.unwrap()),
      itemShape(['turn'], storefronts.element.shape.turns.element),
      itemShape(['creative'], campaign.creatives.shape.named.element),
      itemShape(['market'], campaign.markets.element),
      itemShape(['phase'], campaign.phases.element),
      itemShape(['activation'], campaign.activations.element),
      itemShape(['co-activation'], coActivations.element),
      itemShape(
        ['storefront'],
        storefronts.element.pick({ storefront: true, name: true, platform: true, games: true }),
      ),
    ]),
  ),
  audit: z.array(itemShape(['entry'], auditEntryShape)),
});

function itemShape<Name extends string, Value extends z.ZodType>(part: readonly [Name, ...Name[]], value: Value) {
  return z.object({
    part: z.enum(part).describe('what it is'),
    key: z.string().describe('unique in its read model'),
    of: z.string().nullable().describe('the key of what it belongs to'),
    title: z.string(),
    what: z.enum(['appeared', 'changed', 'disappeared']),
    means: z.array(meaningShape),
    was: standingShape.nullable().describe('null where it was not there, or has no status'),
    is: standingShape.nullable().describe('null where it is gone, or has no status'),
    changes: z.array(changeShape).describe('of what changed: field by field'),
    value: value.nullable().describe('of what appeared or disappeared: all of it'),
    at: z.int().nullable().describe('its place, from 0, in the new list of such parts; null where it stays in order'),
  });
}
