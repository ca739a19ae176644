import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { unlessEmbedded } from '../support/open-test-ledger.ts';

// A disk of its own takes the rights to mount one.
const mounted = (folder: string): boolean =>
  process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).status === 0;

t.test('a disk that was full for a moment needs no hand', { skip: unlessEmbedded('its disk is filled') }, async (t) => {
  // Not a folder of the test: that would be removed while it is mounted.
  const disk = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
  if (!mounted(disk)) {
    t.comment('skipped: nothing can be mounted here');
    return;
  }
  t.teardown(() => {
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });
  const data = join(disk, 'data');
  const ending: (() => Promise<void>)[] = [];
  const app = await openTestApp({ teardown: (end) => ending.push(end) }, { seeds: false, place: { dataDir: data } });
  const article = (id: string) =>
    articleText({ article: id, reports: `  - { PriorityStated: aim-${id}, p: 1, note: An aim }` });
  t.equal((await app.post(article('a0'))).status, 201);
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));

  const acknowledged = ['a0'];
  let refused = await app.post(article('b0'));
  for (let n = 1; n < 2_000 && refused.status === 201; n += 1) {
    acknowledged.push(`b${n - 1}`);
    refused = await app.post(article(`b${n}`));
  }
  t.match(refused, problem('disk-full', 507));
  t.match(await app.get('/health/ready'), {
    status: 507,
    body: { type: '/problems/disk-full', detail: /disk is full/ },
  });
  t.equal((await app.get('/api/articles/a0')).status, 200, 'what is recorded is served');

  rmSync(join(disk, 'filler'));
  // The feed and the tree come back within a second each.
  let ready = await app.get('/health/ready');
  for (let n = 0; n < 600 && ready.status !== 200; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    ready = await app.get('/health/ready');
  }
  t.match(ready, { status: 200 });
  const after = await app.post(article('c0'));
  t.equal(after.status, 201);
  for (const id of [...acknowledged, 'c0']) t.equal((await app.get(`/api/articles/${id}`)).status, 200, id);
  t.match(await app.get(`/api/audit/proofs/inclusion?position=${after.body.position}`), { status: 200 });
  t.notOk(existsSync(join(data, 'fault.json')), 'a full disk is no alteration');
  for (const end of ending) await end();
});
