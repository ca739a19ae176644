import type { Change } from './changes.ts';

type Container = Record<string, unknown> | unknown[];

function unescaped(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
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

function take(root: unknown, path: string): void {
  const [container, name] = follow(root, path);
  if (Array.isArray(container)) container.splice(Number(name), 1);
  else delete container[name];
}

function put(root: unknown, { path, from, to }: Change): void {
  const [container, name] = follow(root, path);
  if (!Array.isArray(container)) container[name] = to;
  else container.splice(Number(name), from === undefined ? 0 : 1, to);
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
