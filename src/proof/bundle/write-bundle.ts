import type { EventStore } from '../../event-store/event-store.ts';
import { leafHashOf } from '../ledger-leaf.ts';
import { append, emptyFrontier, type Hash, rootOf, sameHash } from '../merkle-tree.ts';
import { type BundleHeader, endLine, eventLine, eventsPerBlock, hashesLine, headerLine } from './bundle-lines.ts';

/** What a bundle is made of: a store, what is said in front, the checkpoint of its size and the root that it signs. */
export type BundleParts = {
  readonly readAll: EventStore['readAll'];
  readonly header: BundleHeader;
  readonly checkpoint: string;
  readonly root: Hash;
  readonly tell?: (events: number, of: number) => void;
};

/** The events are not those of the checkpoint: they were changed while the bundle was written. */
export class NotAsSigned extends Error {
  override readonly name = 'NotAsSigned';
}

/** The lines of a bundle, without their line feeds, as they are read from the store. Throws NotAsSigned. */
export async function* bundleLines({ readAll, header, checkpoint, root, tell }: BundleParts): AsyncGenerator<string> {
  const { size, origin } = header;
  const blocks: Hash[] = [];
  let leaves: Hash[] = [];
  let block = emptyFrontier;
  let whole = emptyFrontier;
  yield headerLine(header);
  for await (const event of readAll({ limit: size })) {
    yield eventLine(event, origin);
    const leaf = leafHashOf(event);
    leaves.push(leaf);
    block = append(block, leaf).frontier;
    whole = append(whole, leaf).frontier;
    if (leaves.length < eventsPerBlock && whole.size < size) continue;
    yield hashesLine({ first: whole.size - leaves.length + 1, leaves });
    blocks.push(rootOf(block));
    [leaves, block] = [[], emptyFrontier];
    tell?.(whole.size, size);
  }
  if (whole.size !== size || !sameHash(rootOf(whole), root)) {
    throw new NotAsSigned('the events are not those of the checkpoint: they were changed while they were read');
  }
  yield endLine({ blocks, checkpoint });
}
