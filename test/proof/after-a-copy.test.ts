import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { copyStores } from '../../src/event-store/copying/copy.ts';
import { type LedgerOptions, openLedger, openProof } from '../../src/open-ledger.ts';
import { readCheckpoint } from '../../src/proof/checkpoint.ts';
import { sameHash } from '../../src/proof/merkle-tree.ts';
import { replaySeeds } from '../../src/recording/record-article.ts';
import { placeOnEventStoreDb } from '../support/open-test-ledger.ts';
import { projectSeeds } from '../support/seeds.ts';
import { shellIn } from './tampering.ts';

const placeOf = ({ dataDir, eventStore, streamPrefix = '' }: LedgerOptions) =>
  eventStore === undefined
    ? ({ engine: 'sqlite', folder: dataDir } as const)
    : ({ engine: 'eventstoredb', connectionString: eventStore, streamPrefix } as const);

const copy = async (from: LedgerOptions, to: LedgerOptions): Promise<void> => {
  const options = { tell: () => undefined, signal: new AbortController().signal };
  const { outcome } = await copyStores({ from: placeOf(from), to: placeOf(to) }, options);
  t.equal(outcome, 'closed');
};

/** What the check of a start comes to, and the checkpoint of all that there is, if one is signed. */
const started = async (place: LedgerOptions, { seeds = false } = {}) => {
  const ledger = await openLedger(place);
  if (seeds) await replaySeeds(await projectSeeds(), ledger.recorder);
  const proof = await openProof(ledger, { dataDir: place.dataDir, report: () => undefined });
  await proof.check.ended;
  const { position } = await ledger.store.head();
  const state = proof.check.state();
  const text = state.fault === null ? await proof.checkpoint(position) : null;
  const earlierRoot = (size: number) => proof.rootAt(size);
  const found = { state, checkpoint: text === null ? null : readCheckpoint(text), earlierRoot };
  return {
    ...found,
    stop: async () => {
      await proof.stop();
      await ledger.close();
    },
  };
};

t.test('a ledger copied to another store continues its tree in the same folder', async (t) => {
  const folder = t.testdir();
  const dataDir = join(folder, 'data');
  const first = await started({ dataDir }, { seeds: true });
  const signed = first.checkpoint;
  t.ok(signed && signed.size > 100);
  await first.stop();

  const server = await placeOnEventStoreDb(dataDir);
  await copy({ dataDir }, server);
  const moved = await started(server);
  t.match(moved.state, { state: 'good', fault: null });
  t.equal(moved.checkpoint?.size, (signed?.size ?? 0) + 1, 'with the event that closes the copy');
  t.ok(signed && sameHash(moved.earlierRoot(signed.size), signed.root), 'the earlier checkpoint stays consistent');
  await moved.stop();

  const back = join(folder, 'back');
  await copy(server, { dataDir: back });
  const returned = await started({ dataDir: back });
  t.ok(signed && sameHash(returned.earlierRoot(signed.size), signed.root), 'and so it does on the way back');
  await returned.stop();
});

t.test('a changed event of a copied ledger is named although the copy is not trusted', async (t) => {
  const folder = t.testdir();
  const [source, target] = [join(folder, 'source'), join(folder, 'target')];
  mkdirSync(source);
  await (await started({ dataDir: source }, { seeds: true })).stop();
  await copy({ dataDir: source }, { dataDir: target });
  await (await started({ dataDir: target })).stop();
  const shell = shellIn(target);
  shell.exec(`UPDATE events SET data = json_set(data, '$.note', 'changed') WHERE position = 42`);
  shell.close();
  const remembered = await started({ dataDir: target });
  t.match(remembered.state, { state: 'altered', fault: { first: 42, last: 42 } });
  await remembered.stop();
  rmSync(join(target, 'checked.json'));
  const anew = await started({ dataDir: target });
  t.match(anew.state, { state: 'altered', fault: { first: 42, last: 42 } });
  await anew.stop();
});
