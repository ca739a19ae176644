import type { ReadModels } from '../read-models.ts';
import type { Diff, DiffItem } from '../shapes/diff.ts';
import { applyChanges } from './apply-changes.ts';
import { listOf, type Part } from './part.ts';
import { type Parts, partsOf, readModelsFrom } from './parts.ts';

function renewed(item: DiffItem, old: Part | undefined): Part {
  const { part, key, of, what, value, changes } = item;
  return { part, key, of, value: what === 'appeared' ? value : applyChanges(old?.value, changes) };
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
