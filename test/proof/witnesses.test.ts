import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { bundleLines } from '../../src/proof/bundle-file.ts';
import {
  cosignersOf,
  keptCheckpoint,
  readCheckpoint,
  readVerifierKey,
  signCheckpoint,
  verifierKeyText,
} from '../../src/proof/checkpoint.ts';
import { publisherOf } from '../../src/proof/publish-checkpoint.ts';
import { checkBundle } from '../../src/proof/stand-alone/check-bundle.ts';
import { readKey } from '../../src/proof/stand-alone/notes.ts';
import { startWitnesses, type WitnessParts } from '../../src/proof/witnesses.ts';
import { run } from '../cli/run-command.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { startTestWitness, type TestWitness } from '../support/test-witness.ts';

const names = ['one.example/w', 'two.example/w', 'three.example/w'] as const;

// Polls until it holds; the bound is a safety net.
const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it never held');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const begun = async (t: Test, app: TestApp) => {
  const folder = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
  const { key } = app.proof;
  const origin = key.name;
  const all = await Promise.all(names.map((name) => startTestWitness(name, [key], () => 1_700_000_000)));
  const [one, two, three] = all as [TestWitness, TestWitness, TestWitness];
  const reports: string[] = [];
  const parts: WitnessParts = {
    proof: app.proof,
    head: app.ledger.feed.position,
    witnesses: all.map(({ verifierKey, url }) => ({ key: readVerifierKey(verifierKey, 'witness'), url })),
    publish: [publisherOf(join(folder, 'published'))],
    kept: keptCheckpoint(join(folder, 'witnessed')),
    quorum: 1,
    pauseMs: 5,
    retryMs: 20,
    report: (message) => reports.push(message),
  };
  const started = startWitnesses(parts);
  t.teardown(async () => {
    await started.stop();
    await Promise.all(all.map(async ({ stop }) => await stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    origin,
    one,
    two,
    three,
    keys: parts.witnesses.map((witness) => witness.key),
    reports,
    started,
    parts,
  };
};

t.test('every witness cosigns what is recorded, one after an absence that held up no write', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  const { folder, origin, one, two, three, keys, reports, started } = await begun(t, app);
  await three.stop();
  t.equal((await app.post(articleText({ article: 'a1' }))).status, 201);
  const head = () => app.ledger.feed.position();
  await until(() => one.latest(origin)?.size === head() && two.latest(origin)?.size === head());
  await until(() => started.states()[2]?.state === 'away');
  t.match(reports.join('\n'), /Witness three\.example\/w is away: /);
  t.equal((await app.post(articleText({ article: 'a2' }))).status, 201);
  await three.startAgain();
  await until(() => started.states().every(({ state, size }) => state === 'cosigned' && size === head()));
  t.match(reports.at(-1), /three\.example\/w cosigns again/);

  await until(
    () => cosignersOf(readCheckpoint(readFileSync(join(folder, 'published'), 'utf8')).note, keys).length === 3,
  );
  const text = (await started.checkpoint()) ?? '';
  t.equal(readCheckpoint(text).size, head());
  const cosigners = cosignersOf(readCheckpoint(text).note, keys);
  t.same(
    cosigners.map(({ name, seconds }) => [name, seconds]),
    names.map((name) => [name, 1_700_000_000]),
  );
  t.notMatch(text, 'another.example', 'what others signed is left out');
  t.ok(
    one.requests.some((body) => /^old [1-9]\d*\n[A-Za-z0-9+/=]{44}\n/.test(body)),
    'growth is proved',
  );
});

t.test('a server that forgot what a witness has asks once more from there', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  const first = await begun(t, app);
  await until(() => first.started.states().every(({ state }) => state === 'cosigned'));
  await first.started.stop();
  await app.post(articleText({ article: 'a1' }));
  const again = startWitnesses(first.parts);
  t.teardown(again.stop);
  await until(() =>
    again.states().every(({ state, size }) => state === 'cosigned' && size === app.ledger.feed.position()),
  );
  t.same(first.reports, []);
});

t.test('a witness that knows another history refuses, and that is an alarm', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  const { one, reports, started, origin } = await begun(t, app);
  await until(() => started.states().every(({ state }) => state === 'cosigned'));
  await started.stop();
  // The same key signs another history, of more events than this ledger has, and another of as many.
  const size = app.ledger.feed.position();
  const submit = async (other: number): Promise<number> => {
    one.forget();
    const text = signCheckpoint({ origin, size: other, root: Buffer.alloc(32, 7) }, app.proof.key);
    const { status } = await fetch(`${one.url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${text}` });
    return status;
  };
  for (const [other, message] of [
    [size, /ALARM: witness one\.example\/w refuses .*do not continue/],
    [size + 5, /ALARM: witness one\.example\/w refuses .*its last events are gone/],
  ] as const) {
    t.equal(await submit(other), 200);
    const parts = {
      ...(await begun(t, app)).parts,
      witnesses: [{ key: readVerifierKey(one.verifierKey, 'witness'), url: one.url }],
    };
    const found: string[] = [];
    const again = startWitnesses({ ...parts, report: (line) => found.push(line) });
    await until(() => again.states()[0]?.state === 'refused');
    await again.stop();
    t.match(found.join('\n'), message);
  }
  t.same(reports, []);
});

t.test('verify wants as many witnesses as it is told, in both programs', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  const { one, two, three, folder, started, origin } = await begun(t, app);
  await until(() => started.states().every(({ state }) => state === 'cosigned'));
  await until(async () => (await started.checkpoint()) !== null);
  const cosigned = (await started.checkpoint()) ?? '';
  const { size, root } = readCheckpoint(cosigned);
  const verifierKey = verifierKeyText(app.proof.key);
  const bundleWith = async (checkpoint: string): Promise<readonly string[]> =>
    await Array.fromAsync(
      bundleLines({
        readAll: app.ledger.readAsCopied,
        header: { bundle: 'partnership-ledger', format: 1, ledger: app.ledger.id, origin, size, verifierKey },
        checkpoint,
        root,
      }),
    );
  const lines = cosigned.split('\n');
  const byTwo = lines.filter((line) => !line.startsWith('— three.example')).join('\n');
  const wrong = lines
    .map((line) => (line.startsWith('— one.example') ? line.replace(/.{8}$/, 'AAAAAAA=') : line))
    .join('\n');
  const witnesses = [one, two, three].map((witness) => witness.verifierKey);
  const file = join(folder, 'bundle.ndjson');
  for (const [checkpoint, quorum, exit] of [
    [cosigned, null, 0],
    [byTwo, '2', 0],
    [byTwo, '3', 1],
    [byTwo, null, 1],
    [wrong, '2', 1],
    [await app.proof.checkpoint(size), '1', 1],
  ] as const) {
    const bundle = await bundleWith(checkpoint);
    writeFileSync(file, `${bundle.join('\n')}\n`);
    const options = [
      ...witnesses.flatMap((key) => ['--witness', key]),
      ...(quorum === null ? [] : ['--quorum', quorum]),
    ];
    const { code, out, messages } = await run(folder, ['verify', file, '--key', verifierKey, ...options]);
    t.equal(code, exit, `${out}${messages}`);
    if (exit === 0) t.match(out, `two.example/w cosigned ${size} event`);
    const { fault } = await checkBundle(bytesOf(bundle), {
      key: readKey(verifierKey, 'signer'),
      earlier: [],
      witnesses: witnesses.map((key) => readKey(key, 'witness')),
      quorum: Number(quorum ?? witnesses.length),
    });
    t.equal(fault === null ? 0 : 1, exit, fault?.message ?? 'no fault');
  }
  const twice = ['--witness', one.verifierKey, '--witness', one.verifierKey];
  t.match(await run(folder, ['verify', file, ...twice]), { code: 2, messages: /names a witness twice/ });
  t.match(await run(folder, ['verify', file, '--witness', verifierKey]), {
    code: 2,
    messages: /key of a witness: 0x04/,
  });
});

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(line);
}

t.test('a checkpoint is committed to a git folder, and once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...words: string[]) => spawnSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).stdout;
  git('init', '--quiet');
  git('config', 'user.name', 'a test');
  git('config', 'user.email', 'test@example.org');
  const app = await openTestApp(t, { seeds: false });
  const publish = publisherOf(`git:${folder}`);
  const text = await app.proof.checkpoint(1);
  await publish(text);
  await publish(text);
  t.match(git('log', '--format=%s'), /^1 events of partnership-ledger\/\S+\n$/);
  t.equal(git('show', 'HEAD:checkpoint'), text);
  await t.rejects(publisherOf('git:/nowhere')(text));
});
