import type { ChangesPage } from '../../projections/ledger-changes.ts';
import { httpDate } from './http-date.ts';
import { link, linkFormat, mementoLinks } from './links.ts';
import type { MementoAddress } from './memento-address.ts';

/** Which page of a TimeMap: the changes before a position; null for the newest. */
export type TimeMapPage = ChangesPage & { readonly before: number | null };

function pageAt(timemap: string, before: number | null): string {
  return before === null ? timemap : `${timemap}${timemap.includes('?') ? '&' : '?'}before=${before}`;
}

function spanOf({ changes }: ChangesPage): Readonly<Record<string, string>> {
  const [oldest, newest] = [changes[0], changes.at(-1)];
  if (oldest === undefined || newest === undefined) return {};
  return { from: httpDate(oldest.recordedAt), until: httpDate(newest.recordedAt) };
}

/** A TimeMap (RFC 7089) as links (RFC 6690): the resource, this page, the one before it, and the mementos in order. */
export function timeMap(address: MementoAddress, page: TimeMapPage): string {
  const { changes, older, before } = page;
  const [oldest, newest] = [changes[0], changes.at(-1)];
  const ends = [
    ...(oldest === undefined || older ? [] : [['first', oldest] as const]),
    ...(newest === undefined || before !== null ? [] : [['last', newest] as const]),
  ];
  const rels = new Map<number, string[]>();
  for (const [rel, { position }] of ends) rels.set(position, [...(rels.get(position) ?? []), rel]);
  const links = [
    link(address.original, { rel: 'original timegate' }),
    link(pageAt(address.timemap, before), { rel: 'self timemap', type: linkFormat, ...spanOf(page) }),
    ...(oldest === undefined || !older
      ? []
      : [link(pageAt(address.timemap, oldest.position), { rel: 'timemap', type: linkFormat })]),
    ...mementoLinks(address, changes, rels),
  ];
  return `${links.join(',\n')}\n`;
}
