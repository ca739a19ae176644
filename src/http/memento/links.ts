import type { Change } from '../../projections/changes.ts';
import { httpDate } from './http-date.ts';
import type { MementoAddress } from './memento-address.ts';

type Attributes = Readonly<Record<string, string>>;

/** A link as a Link header (RFC 8288) and a TimeMap (RFC 6690) write it. */
export function link(target: string, attributes: Attributes): string {
  return [`<${target}>`, ...Object.entries(attributes).map(([name, value]) => `${name}="${value}"`)].join('; ');
}

/** The media type of a TimeMap. */
export const linkFormat = 'application/link-format';

/** The links of every answer that has a past: the resource itself, its TimeGate, and its TimeMap. */
export function mainLinks({ original, timemap, kind }: MementoAddress): readonly string[] {
  return [
    // RFC 5829: what is asked about the past has a present.
    link(original, { rel: kind === 'memento' ? 'original timegate latest-version' : 'original timegate' }),
    link(timemap, { rel: 'timemap', type: linkFormat }),
  ];
}

/** The links to mementos, in the order of the changes; `rels` says more of some, by position. */
export function mementoLinks(
  { at }: MementoAddress,
  changes: readonly Change[],
  rels: ReadonlyMap<number, readonly string[]>,
): readonly string[] {
  return changes.map(({ position, recordedAt }) => {
    const rel = [...(rels.get(position) ?? []), 'memento'].join(' ');
    return link(at(position), { rel, datetime: httpDate(recordedAt) });
  });
}

/** The first, the last and the neighbouring changes of a position, each there once, and what they are to it. */
export function around(
  all: readonly Change[],
  position: number,
): { readonly changes: readonly Change[]; readonly rels: ReadonlyMap<number, readonly string[]> } {
  const places: readonly (readonly [string, Change | undefined])[] = [
    ['first', all[0]],
    ['prev', all.findLast((change) => change.position < position)],
    ['next', all.find((change) => change.position > position)],
    ['last', all.at(-1)],
  ];
  const rels = new Map<number, string[]>();
  for (const [rel, change] of places) {
    if (change !== undefined) rels.set(change.position, [...(rels.get(change.position) ?? []), rel]);
  }
  return { rels, changes: all.filter((change) => rels.has(change.position) || change.position === position) };
}
