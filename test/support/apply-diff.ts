import type { Change } from '../../src/projections/diff-changes.ts';
import { type Diff, type DiffItem, partsOf, type ReadModels } from '../../src/projections/diff-parts.ts';

/**
 * Makes the new view from the old one and the difference, as a client would. Throws a RangeError if a part that differs
 * is not in the old view: the difference is then that of other views.
 */
export function applyDiff(from: ReadModels, diff: Diff): ReadModels {
  const parts = partsOf(from);
  return {
    timeline: valuesIn(applyItems(parts.timeline, diff.timeline))('fact'),
    obligations: obligationsFrom(applyItems(parts.obligations, diff.obligations)),
    rollout: rolloutFrom(applyItems(parts.rollout, diff.rollout)),
    audit: valuesIn(applyItems(parts.audit, diff.audit))('entry'),
  };
}

type Part = Pick<DiffItem, 'part' | 'key' | 'of' | 'value'>;

function applyItems(parts: readonly Part[], items: readonly DiffItem[]): readonly Part[] {
  const old = new Map(parts.map((part) => [part.key, part]));
  const differing = new Map(items.map((item) => [item.key, item]));
  const strange = items.find(({ key, what }) => old.has(key) === (what === 'appeared'));
  if (strange !== undefined) {
    throw new RangeError(`${strange.part} ${strange.key} has not ${strange.what}: this is the diff of other views`);
  }
  const lists = Map.groupBy(
    parts.flatMap((part) => {
      const item = differing.get(part.key);
      if (item === undefined) return [part];
      return item.what === 'disappeared' || item.at !== null ? [] : [renew(item, part)];
    }),
    listOf,
  );
  const placed = items.filter(({ at }) => at !== null).toSorted((a, b) => (a.at as number) - (b.at as number));
  for (const item of placed) {
    const list = lists.get(listOf(item)) ?? [];
    lists.set(listOf(item), list);
    list.splice(item.at as number, 0, renew(item, old.get(item.key)));
  }
  return [...lists.values()].flat();
}

function listOf({ part, of }: Pick<Part, 'part' | 'of'>): string {
  return `${part} ${of ?? ''}`;
}

function renew({ part, key, of, what, value, changes }: DiffItem, old: Part | undefined): Part {
  return { part, key, of, value: what === 'appeared' ? value : applyChanges(old?.value ?? null, changes) };
}

/**
 * Makes the new value from the old one and its changes. What is gone is taken first, from the end, so that the other
 * paths still lead into the old value; then the paths into the new value are right one after the other. Throws a
 * RangeError if a path leads nowhere: the changes are those of another value.
 */
export function applyChanges<T>(value: T, changes: readonly Change[]): T {
  const root = { value: structuredClone(value) };
  const within = changes.map((change) => ({ ...change, path: `/value${change.path}` }));
  for (const { path, to } of within.toReversed()) {
    const [container, name] = to === undefined ? follow(root, path) : [];
    if (Array.isArray(container)) container.splice(Number(name), 1);
    else if (container !== undefined) delete container[name as string];
  }
  for (const { path, from, to } of within) {
    if (to === undefined) continue;
    const [container, name] = follow(root, path);
    if (Array.isArray(container)) container.splice(Number(name), from === undefined ? 0 : 1, to);
    else container[name] = to;
  }
  return root.value;
}

// Where a path leads: the container of its end, and the name or the index there.
function follow(root: unknown, path: string): readonly [Record<string, unknown> | unknown[], string] {
  const names = path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  let container = root as Record<string, unknown> | undefined;
  for (const name of names) container = container?.[name] as typeof container;
  if (last === undefined || typeof container !== 'object' || container === null) {
    throw new RangeError(`nothing to change at "${path}": these are changes of another value`);
  }
  return [container, last];
}

function valuesIn(parts: readonly Part[]) {
  const lists = Map.groupBy(parts, listOf);
  return <Value>(part: Part['part'], of: string | null = null) =>
    (lists.get(listOf({ part, of })) ?? []).map(({ value }) => value as Value);
}

type Obligations = ReadModels['obligations'];
type Row = Obligations['rows'][number];

function obligationsFrom(parts: readonly Part[]): Obligations {
  const valuesOf = valuesIn(parts);
  const cellsOf = (of: string): Row['cells'] =>
    Object.fromEntries(valuesOf<Row['cells'][string]>('cell', of).map((cell) => [cell.obligation, cell]));
  const rows = valuesOf<Row>('row').map((row) => ({ ...row, cells: cellsOf(row.edition) }));
  const [stated] = valuesOf<Obligations['programme']>('programme');
  if (stated === undefined) throw new RangeError('the programme is missing from the obligations');
  const programme = { ...stated, cells: cellsOf('programme') };
  const cells = [...rows, programme].flatMap((row) => Object.values(row.cells));
  const columns = new Map(cells.map(({ obligation, name }) => [obligation, { obligation, name }]));
  return {
    columns: [...columns.values()].toSorted((a, b) => (a.obligation < b.obligation ? -1 : 1)),
    rows,
    programme,
  };
}

type Rollout = ReadModels['rollout'];
type Campaign = Rollout['campaigns'][number];
type Storefront = Rollout['storefronts'][number];

function rolloutFrom(parts: readonly Part[]): Rollout {
  const valuesOf = valuesIn(parts);
  return {
    campaigns: valuesOf<Campaign>('campaign').map(({ campaign, name, creatives }) => {
      const of = `campaign/${campaign}`;
      const step = (part: 'announcement' | 'launch' | 'end' | 'cancellation') =>
        valuesOf<NonNullable<Campaign['launch']>>(part, of)[0] ?? null;
      return {
        campaign,
        name,
        announcement: step('announcement'),
        launch: step('launch'),
        end: step('end'),
        cancellation: step('cancellation'),
        creatives: { ...creatives, named: valuesOf('creative', of) },
        markets: valuesOf('market', of),
        phases: valuesOf('phase', of),
        activations: valuesOf('activation', of),
        turns: valuesOf('turn', of),
      };
    }),
    activations: valuesOf('activation'),
    coActivations: valuesOf('co-activation'),
    storefronts: valuesOf<Storefront>('storefront').map((storefront) => {
      const step = (part: 'opening' | 'suspension' | 'closing') =>
        valuesOf<NonNullable<Storefront['opening']>>(part, `storefront/${storefront.storefront}`)[0] ?? null;
      return {
        ...storefront,
        opening: step('opening'),
        suspension: step('suspension'),
        closing: step('closing'),
        turns: valuesOf('turn', `storefront/${storefront.storefront}`),
      };
    }),
  };
}
