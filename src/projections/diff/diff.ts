import type { ReadModels } from '../read-models.ts';
import type { Diff, DiffItem } from '../shapes/diff.ts';
import { align } from './align.ts';
import { changesBetween } from './changes.ts';
import { type Around, around, meaningsOfChanged, meaningsOfEntry, meaningsOfGone, meaningsOfNew } from './meanings.ts';
import { listOf, type Part } from './part.ts';
import { type Parts, partsOf } from './parts.ts';
import { type AnyPart, statementOf } from './statement.ts';

// For each part that the old view lacks in its list, or has at another place there: its place in the list.
function placesOf(from: readonly Part[], to: readonly Part[]): ReadonlyMap<string, number> {
  const before = Map.groupBy(from, listOf);
  const keysOf = (parts: readonly Part[]) => parts.map(({ key }) => key);
  return new Map(
    [...Map.groupBy(to, listOf)].flatMap(([list, parts]) => {
      const keys = keysOf(parts);
      return align(keysOf(before.get(list) ?? []), keys).put.map((at) => [keys[at] as string, at] as const);
    }),
  );
}

type Head = Pick<DiffItem, 'part' | 'key' | 'of'>;

function headOf({ part, key, of }: AnyPart): Head {
  return { part, key, of };
}

function appeared(part: AnyPart, at: number | null, surroundings: Around) {
  const statement = statementOf(part);
  return {
    ...headOf(part),
    title: statement.title,
    what: 'appeared' as const,
    means: part.part === 'entry' ? [...part.value.effects] : meaningsOfNew(statement, surroundings),
    was: null,
    is: statement.standing,
    changes: [],
    value: part.value,
    at,
  };
}

function disappeared(part: AnyPart, surroundings: Around) {
  const statement = statementOf(part);
  return {
    ...headOf(part),
    title: statement.title,
    what: 'disappeared' as const,
    means: meaningsOfGone(statement, surroundings),
    was: statement.standing,
    is: null,
    changes: [],
    value: part.value,
    at: null,
  };
}

function changed(before: AnyPart, after: AnyPart, at: number | null, surroundings: Around) {
  const changes = changesBetween(before.value, after.value);
  if (changes.length === 0 && at === null) return null;
  const [old, now] = [statementOf(before), statementOf(after)];
  const means =
    before.part === 'entry' && after.part === 'entry'
      ? meaningsOfEntry(before.value, after.value, surroundings)
      : meaningsOfChanged(old, now, surroundings);
  return {
    ...headOf(after),
    title: now.title,
    what: 'changed' as const,
    means,
    was: old.standing,
    is: now.standing,
    changes: [...changes],
    value: null,
    at,
  };
}

function itemsBetween(from: readonly AnyPart[], to: readonly AnyPart[], surroundings: Around): readonly DiffItem[] {
  const before = new Map(from.map((part) => [part.key, part]));
  const after = new Set(to.map(({ key }) => key));
  const places = placesOf(from, to);
  const items = to.flatMap((part) => {
    const old = before.get(part.key);
    const at = places.get(part.key) ?? null;
    return (old === undefined ? appeared(part, at, surroundings) : changed(old, part, at, surroundings)) ?? [];
  });
  const gone = from.filter(({ key }) => !after.has(key)).map((part) => disappeared(part, surroundings));
  return [...items, ...gone] as readonly DiffItem[];
}

/**
 * What differs between two views of a partnership, part by part: in the order of the new view, and at the end what is
 * gone. `applyDiff` makes the new view of the old one with it.
 */
export function diffOf(from: ReadModels, to: ReadModels): Diff {
  const surroundings = around(from, to);
  const [before, after] = [partsOf(from), partsOf(to)];
  const between = (name: keyof Parts) => itemsBetween(before[name], after[name], surroundings);
  // The parts of each read model are those of its own items.
  return {
    timeline: between('timeline'),
    obligations: between('obligations'),
    rollout: between('rollout'),
    audit: between('audit'),
  } as unknown as Diff;
}
