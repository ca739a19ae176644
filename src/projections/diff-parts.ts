import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type AuditEntry, auditEntryShape, effects } from './effects.ts';
import {
  type Cell,
  cellShape,
  type Obligations,
  obligations,
  obligationsShape,
  type Row,
  rowShape,
} from './obligations.ts';
import type { PartnershipView } from './partnership-view.ts';
import { type Rollout, rollout, rolloutShape, type Step } from './rollout.ts';
import { occurredShape, plannedShape, type SubjectNames, timingShape } from './shapes.ts';
import { type Entry, entryShape, timeline } from './timeline.ts';

/** The list that a part stands in. */
export function listOf({ part, of }: Pick<Part, 'part' | 'of'>): string {
  return `${part} ${of ?? ''}`;
}

/**
 * A part of a read model that is compared by itself: what it is, its key, unique in its read model, and what it belongs
 * to. Parts that are the same and belong to the same thing stand in a list, in the order of the answer.
 */
export type Part<Name extends string = string, Value = unknown> = {
  readonly part: Name;
  readonly key: string;
  readonly of: string | null;
  readonly value: Value;
};

/** The values of the parts in each list, in order; who asks knows of which type they are. */
export function valuesIn(parts: readonly Part[]) {
  const lists = Map.groupBy(parts, listOf);
  return <Value>(part: string, of: string | null = null) =>
    (lists.get(listOf({ part, of })) ?? []).map(({ value }) => value as Value);
}

/** Takes the read models apart. */
export function partsOf({ timeline, obligations, rollout, audit }: ReadModels): Parts {
  return {
    timeline: timeline.map((value) => ({ part: 'fact', key: value.fact, of: null, value })),
    obligations: obligationParts(obligations),
    rollout: rolloutParts(rollout),
    audit: audit.map((value) => ({ part: 'entry', key: String(value.position), of: null, value })),
  };
}

/** All that is shown of a partnership at a cut. */
export type ReadModels = {
  readonly timeline: readonly Entry[];
  readonly obligations: Obligations;
  readonly rollout: Rollout;
  readonly audit: readonly AuditEntry[];
};

/** The read models of a partnership, each taken apart. */
export type Parts = {
  readonly timeline: readonly Part<'fact', Entry>[];
  readonly obligations: readonly ObligationPart[];
  readonly rollout: readonly RolloutPart[];
  readonly audit: readonly Part<'entry', AuditEntry>[];
};

/** The parts of the obligations. */
export type ObligationPart = Part<'row', RowValue> | Part<'programme', ProgrammeValue> | Part<'cell', Cell>;

/** A row without its cells, which are parts of their own. */
export type RowValue = Omit<Row, 'cells'>;

/** What is said of the whole programme, without its cells. */
export type ProgrammeValue = Omit<Obligations['programme'], 'cells'>;

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

/** What a campaign has beside its steps, markets, phases, activations and named creatives. */
export type CampaignValue = Pick<Campaign, 'campaign' | 'name'> & { readonly creatives: Omit<Creatives, 'named'> };

type Campaign = Rollout['campaigns'][number];

type Creatives = Campaign['creatives'];

type StepName = (typeof campaignSteps)[number] | (typeof storefrontSteps)[number];

const campaignSteps = ['announcement', 'launch', 'end', 'cancellation'] as const;

const storefrontSteps = ['opening', 'suspension', 'closing'] as const;

/** What a storefront has beside its steps. */
export type StorefrontValue = Pick<Storefront, 'storefront' | 'name' | 'platform' | 'games'>;

type Storefront = Rollout['storefronts'][number];

/** The obligations taken apart. The columns are what the cells are of, and no part of their own. */
export function obligationParts({ rows, programme: whole }: Obligations): readonly ObligationPart[] {
  return [
    ...rows.flatMap(({ cells, ...value }): readonly ObligationPart[] => [
      { part: 'row', key: value.edition, of: null, value },
      ...cellsOf(value.edition, cells),
    ]),
    { part: 'programme', key: programme, of: null, value: { qualifications: whole.qualifications } },
    ...cellsOf(programme, whole.cells),
  ];
}

function cellsOf(of: string, cells: Row['cells']): readonly ObligationPart[] {
  return Object.values(cells).map((value) => ({ part: 'cell', key: `${of}/${value.obligation}`, of, value }));
}

const programme = 'programme';

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

const { campaigns, coActivations, storefronts } = rolloutShape.shape;

const campaign = campaigns.element.shape;

function keyOf(kind: 'campaign' | 'storefront' | 'co-activation', slug: string): string {
  return `${kind}/${slug}`;
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

const steps = ['announcement', 'launch', 'end', 'cancellation', 'opening', 'suspension', 'closing'] as const;

// Whatever is one fact has the key of that fact, which no campaign or storefront has.
function ofFacts<Name extends string, Value extends { readonly fact: string }>(
  part: Name,
  of: string | null,
  values: readonly Value[],
) {
  return values.map((value) => ({ part, key: value.fact, of, value }));
}

function storefrontParts(whole: Storefront): readonly RolloutPart[] {
  const { storefront, name, platform, games } = whole;
  const key = keyOf('storefront', storefront);
  return [
    { part: 'storefront', key, of: null, value: { storefront, name, platform, games } },
    ...stepsOf(storefrontSteps, key, whole),
  ];
}

/** Puts the read models together from their parts. */
export function readModelsFrom(parts: Readonly<Record<keyof Parts, readonly Part[]>>): ReadModels {
  return {
    timeline: valuesIn(parts.timeline)<Entry>('fact'),
    obligations: obligationsFrom(parts.obligations),
    rollout: rolloutFrom(parts.rollout),
    audit: valuesIn(parts.audit)<AuditEntry>('entry'),
  };
}

/** The obligations put together from their parts. */
export function obligationsFrom(parts: readonly Part[]): Obligations {
  const valuesOf = valuesIn(parts);
  const cellsAt = (of: string): Row['cells'] =>
    Object.fromEntries(valuesOf<Cell>('cell', of).map((cell) => [cell.obligation, cell]));
  const rows = valuesOf<RowValue>('row').map((row) => ({ ...row, cells: cellsAt(row.edition) }));
  const [whole] = valuesOf<ProgrammeValue>(programme).map((value) => ({ ...value, cells: cellsAt(programme) }));
  if (whole === undefined) throw new RangeError('obligations without what is said of the programme');
  const cells = [...rows, whole].flatMap((row) => Object.values(row.cells));
  const columns = new Map(cells.map(({ obligation, name }) => [obligation, { obligation, name }]));
  return {
    columns: [...columns.values()].toSorted((a, b) => (a.obligation < b.obligation ? -1 : 1)),
    rows,
    programme: whole,
  };
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

/** Aligns two lists of keys so that as much as possible stays where it is. */
export function align(from: readonly string[], to: readonly string[]): Alignment {
  const places = new Map(from.map((key, index) => [key, index]));
  const common = to.flatMap((key, index): Pair[] => {
    const place = places.get(key);
    return place === undefined ? [] : [[place, index]];
  });
  const kept = longestAscending(common);
  const [stays, holds] = [new Set(kept.map(([index]) => index)), new Set(kept.map(([, index]) => index))];
  const others = (list: readonly string[], known: ReadonlySet<number>) =>
    list.flatMap((_key, index) => (known.has(index) ? [] : [index]));
  return { taken: others(from, stays), put: others(to, holds), kept };
}

/** How two lists of keys go with each other; in each list a key stands once. Numbers are indexes. */
export type Alignment = {
  /** In the first list: what the second lacks or has at another place among the rest. */
  readonly taken: readonly number[];
  /** In the second list: what the first lacks or has at another place among the rest. */
  readonly put: readonly number[];
  /** In both, in the same order: the index in the first list and in the second. */
  readonly kept: readonly (readonly [number, number])[];
};

type Pair = readonly [number, number];

// The longest run of pairs whose first numbers ascend (patience sorting); the second ones do already.
function longestAscending(pairs: readonly Pair[]): readonly Pair[] {
  const ends: number[] = [];
  const before = new Map<number, number>();
  pairs.forEach(([index], at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[ends[middle] as number] as Pair)[0] < index) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before.set(at, ends[low - 1] as number);
    ends[low] = at;
  });
  const run: Pair[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before.get(at)) run.push(pairs[at] as Pair);
  return run.toReversed();
}

/** A field name as a segment of a JSON pointer. */
export function segment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * What differs between two values of an answer, field by field. Dates, quantities and spans are compared whole; members
 * of a list are told apart by what they are about, so that a source that joins is one change wherever it stands.
 */
export function changesBetween(from: unknown, to: unknown): readonly Change[] {
  return between(from, to, { from: '', to: '' });
}

/**
 * One field that is another than it was, its path as a JSON pointer (RFC 6901). Without `from` it was not there, without
 * `to` it is gone. A path of what is gone leads into the old value, every other one into the new value.
 */
export type Change = { readonly path: string; readonly from?: unknown; readonly to?: unknown };

function between(from: unknown, to: unknown, at: Paths): readonly Change[] {
  if (from === undefined && to === undefined) return [];
  if (from === undefined) return [{ path: at.to, to }];
  if (to === undefined) return [{ path: at.from, from }];
  if (isRecord(from) && isRecord(to)) return inFields(from, to, at);
  if (Array.isArray(from) && Array.isArray(to)) return inList(from, to, at);
  return isDeepStrictEqual(from, to) ? [] : [{ path: at.to, from, to }];
}

type Paths = { readonly from: string; readonly to: string };

function isRecord(value: unknown): value is Fields {
  return isFields(value) && !isOneValue(value);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// What is one value to a reader, though it has parts: a date with its bounds, a quantity, a span of days.
function isOneValue(value: Fields): boolean {
  return 'edtf' in value || 'min' in value || 'max' in value || 'about' in value;
}

function inFields(from: Fields, to: Fields, at: Paths): readonly Change[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.flatMap((name) =>
    between(from[name], to[name], { from: `${at.from}/${segment(name)}`, to: `${at.to}/${segment(name)}` }),
  );
}

function inList(from: readonly unknown[], to: readonly unknown[], at: Paths): readonly Change[] {
  const { taken, put, kept } = align(memberKeys(from), memberKeys(to));
  return [
    ...taken.map((index): Change => ({ path: `${at.from}/${index}`, from: from[index] })),
    ...put.map((index): Change => ({ path: `${at.to}/${index}`, to: to[index] })),
    ...kept.flatMap(([old, now]) => between(from[old], to[now], { from: `${at.from}/${old}`, to: `${at.to}/${now}` })),
  ];
}

function put(root: unknown, { path, from, to }: Change): void {
  const [container, name] = follow(root, path);
  if (!Array.isArray(container)) container[name] = to;
  else container.splice(Number(name), from === undefined ? 0 : 1, to);
}

// Where a path leads: what contains its end, and the name or the index of that.
function follow(root: unknown, path: string): readonly [Container, string] {
  const names = path.split('/').slice(1).map(unescaped);
  const last = names.pop();
  let container = root;
  for (const name of names) container = (container as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (last === undefined || typeof container !== 'object' || container === null) {
    throw new RangeError(`nothing to change at "${path}": these are changes of another value`);
  }
  return [container as Container, last];
}

type Container = Record<string, unknown> | unknown[];

function unescaped(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A key for each member of a list of an answer; of several with the same one, the later ones are numbered. */
export function memberKeys(members: Members): readonly string[] {
  const seen = new Map<string, number>();
  return members.map((member) => {
    const key = keyOfMemberKeys(member);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count === 0 ? key : `${key}\u0000${count}`;
  });
}

type Members = readonly unknown[];

// What tells the members of a list in an answer apart: a source by its report, a decision or a correction by its event, a
// milestone by its fact, a value on which reports disagree by its field. Everything else is what it says.
function keyOfMemberKeys(member: unknown): string {
  if (typeof member !== 'object' || member === null) return JSON.stringify(member);
  const { id, decision, fact, field, value, edtf } = member as Readonly<Record<string, unknown>>;
  if (typeof id === 'string') return id;
  if (typeof decision === 'string') return decision;
  if (typeof fact === 'string') return fact;
  if (typeof field === 'string') return JSON.stringify([field, value]);
  return typeof edtf === 'string' ? edtf : JSON.stringify(member);
}

/**
 * The new view, from the old one and what differs. Throws a RangeError where something that changed is not there: the
 * difference is that of other views.
 */
export function applyDiff(from: ReadModels, diff: Diff): ReadModels {
  const parts = partsOf(from);
  const apply = (name: keyof Parts) => applied(parts[name], diff[name]);
  return readModelsFrom({
    timeline: apply('timeline'),
    obligations: apply('obligations'),
    rollout: apply('rollout'),
    audit: apply('audit'),
  });
}

export type Diff = z.infer<typeof diffShape>;

/** What a difference means. The words of the audit trail mean here what they mean there. */
export const meanings = [
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
] as const;

export const meaningShape = z
  .enum(meanings)
  .describe(
    'as in the audit trail; besides: settled: no longer contested; reopened: ' +
      'a report goes against what a steward decided; became-certain, became-uncertain: the same status is, ' +
      'or is no more, certain; closed: the Games have closed without a report of delivery; flagged, cleared: a flag ' +
      'is new, or is gone; merged: its reports are now, or were, those of another fact; redated: its reports now tell of a later ' +
      'day than the clocks show',
  );

/** One field that is another than it was. */
export const changeShape = z
  .object({
    path: z.string().describe('JSON pointer (RFC 6901); into the new value, of what is gone into the old one'),
    from: z.unknown().optional().describe('left out: it was not there'),
    to: z.unknown().optional().describe('left out: it is gone'),
  })
  .describe('One field that is another than it was');

/** Where something stands on one side of a comparison. */
export const standingShape = z
  .object({
    status: z.string().nullable(),
    timing: timingShape,
    occurred: occurredShape.nullable(),
    planned: plannedShape.nullable(),
  })
  .describe('Where something stands');

const factItem = itemShape(['fact'], entryShape);

const obligationItem = z.discriminatedUnion('part', [
  itemShape(['row'], rowShape.omit({ cells: true })),
  itemShape(['programme'], obligationsShape.shape.programme.omit({ cells: true })),
  itemShape(['cell'], cellShape),
]);

const rolloutItem = z.discriminatedUnion('part', [
  itemShape(
    ['campaign'],
    campaigns.element
      .pick({ campaign: true, name: true })
      .extend({ creatives: campaign.creatives.omit({ named: true }) }),
  ),
  itemShape(steps, campaign.launch.unwrap()),
  itemShape(['creative'], campaign.creatives.shape.named.element),
  itemShape(['market'], campaign.markets.element),
  itemShape(['phase'], campaign.phases.element),
  itemShape(['activation'], campaign.activations.element),
  itemShape(['co-activation'], coActivations.element),
  itemShape(['storefront'], storefronts.element.pick({ storefront: true, name: true, platform: true, games: true })),
]);

const auditItem = itemShape(['entry'], auditEntryShape);

/** What differs between two views of a partnership, in each of its read models. */
export const diffShape = z.object({
  timeline: z.array(factItem),
  obligations: z.array(obligationItem),
  rollout: z.array(rolloutItem),
  audit: z.array(auditItem),
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

function applied(parts: readonly Part[], items: readonly DiffItem[]): readonly Part[] {
  const old = new Map(parts.map((part) => [part.key, part]));
  const differing = new Map(items.map((item) => [item.key, item]));
  const strange = items.find(({ key, what }) => old.has(key) === (what === 'appeared'));
  if (strange !== undefined) {
    throw new RangeError(
      `${strange.part} ${strange.key} cannot have ${strange.what}: this differs between other views`,
    );
  }
  const lists = Map.groupBy(
    parts.flatMap((part) => {
      const item = differing.get(part.key);
      if (item === undefined) return [part];
      return item.what === 'disappeared' || item.at !== null ? [] : [renewed(item, part)];
    }),
    listOf,
  );
  const placed = items.filter(({ at }) => at !== null).toSorted((a, b) => (a.at as number) - (b.at as number));
  for (const item of placed) {
    const list = lists.get(listOf(item)) ?? [];
    lists.set(listOf(item), list);
    list.splice(item.at as number, 0, renewed(item, old.get(item.key)));
  }
  return [...lists.values()].flat();
}

/** One part of a read model that differs. */
export type DiffItem = Diff['timeline' | 'obligations' | 'rollout' | 'audit'][number];

function renewed(item: DiffItem, old: Part | undefined): Part {
  const { part, key, of, what, value, changes } = item;
  return { part, key, of, value: what === 'appeared' ? value : applyChanges(old?.value, changes) };
}

/**
 * The new value, from the old one and what changed in it. What is gone is taken first, from the end, so that the paths of
 * the rest still lead into the old value; then the paths into the new value are right one after the other. Throws a
 * RangeError where a path leads nowhere: the changes are those of another value.
 */
export function applyChanges<T>(value: T, changes: readonly Change[]): T {
  const root = { value: structuredClone(value) };
  const within = ({ path, ...rest }: Change): Change => ({ path: `/value${path}`, ...rest });
  for (const { path, to } of changes.map(within).toReversed()) if (to === undefined) take(root, path);
  for (const change of changes.map(within)) if (change.to !== undefined) put(root, change);
  return root.value;
}

function take(root: unknown, path: string): void {
  const [container, name] = follow(root, path);
  if (Array.isArray(container)) container.splice(Number(name), 1);
  else delete container[name];
}

/** The read models of a partnership at a cut, whole. */
export function readModelsOf(view: PartnershipView, names: SubjectNames): ReadModels {
  return {
    timeline: timeline(view.facts().facts, view.partnership, names),
    obligations: obligations(view.facts(), view.cut, view.partnership, names),
    rollout: rollout(view.facts(), names),
    audit: view.audit(),
  };
}

export type Meaning = z.infer<typeof meaningShape>;

export type Standing = z.infer<typeof standingShape>;
