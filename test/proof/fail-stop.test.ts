import { copyFileSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t, { type Test } from 'tap';
import { openLedger } from '../../src/open-ledger.ts';
import { run } from '../cli/run-command.ts';
import { openTestApp, problem, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { unlessEmbedded } from '../support/open-test-ledger.ts';

t.test(
  'a ledger that is not what was recorded',
  { skip: unlessEmbedded('the file of a ledger is changed') },
  async (t) => {
    /** A folder with a ledger of some articles, whose last checkpoint is of all its events. */
    const folderOf = async (t: Test): Promise<string> => {
      const data = join(t.testdir({ data: {} }), 'data');
      await serving(data, async ({ post }) => {
        for (const id of ['a1', 'a2', 'a3']) t.equal((await post(article(id))).status, 201);
      });
      return data;
    };

    t.test('takes no writes, also after a restart and without its proof, until it is what it was again', async (t) => {
      const data = await folderOf(t);
      copyFileSync(join(data, 'ledger.sqlite'), join(data, 'backup'));
      change(data, `UPDATE events SET data = replace(data, 'An aim', 'No aim') WHERE position = 2`);
      await serving(data, async (app) => await isStopped(t, app, /position 2/));
      for (const name of ['proof.sqlite', 'checkpoint', 'catalogue.sqlite']) remove(data, name);
      await serving(data, async (app) => await isStopped(t, app, /positions 1 to/));

      remove(data, 'ledger.sqlite');
      copyFileSync(join(data, 'backup'), join(data, 'ledger.sqlite'));
      await serving(data, async ({ get, post }) => {
        t.match(await get('/health/ready'), { status: 200 });
        t.equal((await post(article('a4'))).status, 201);
      });
    });

    t.test('is noticed by a write, by a read and by a proof while a server runs', async (t) => {
      const data = await folderOf(t);
      await serving(data, async (app) => {
        change(data, 'DELETE FROM events WHERE position > 3');
        t.match(await app.post(article('b1')), problem('ledger-altered', 503));
        await isStopped(t, app, /had reached position/);
      });

      const other = await folderOf(t);
      await serving(other, async (app) => {
        t.match(await app.get('/health/ready'), { status: 200 });
        change(other, `UPDATE events SET data = 'x' WHERE position = 3`);
        t.match(await app.get('/api/audit/proofs/inclusion?position=3'), problem('ledger-altered', 503));
        await isStopped(t, app, /position 3/);
      });
    });

    t.test('is also one whose text is written otherwise, or whose triggers are gone', async (t) => {
      const data = await folderOf(t);
      change(data, `UPDATE events SET data = '{"article":"x",' || substr(data, 2) WHERE position = 3`);
      await serving(
        data,
        async (app) => await isStopped(t, app, /the text of its data is not what its value prints as/),
      );

      const other = await folderOf(t);
      const shell = new DatabaseSync(join(other, 'ledger.sqlite'));
      shell.exec('DROP TRIGGER events_stay');
      shell.close();
      await serving(other, async (app) => await isStopped(t, app, /trigger events_stay of the ledger file is gone/));
    });

    t.test('goes on once somebody accepts it, and records that', async (t) => {
      const data = await folderOf(t);
      change(
        data,
        `UPDATE events SET data = replace(data, 'An aim', 'No aim') WHERE position = 2; DROP TRIGGER events_stay`,
      );
      const none = await run(data, ['accept', '--reason', 'nothing', '--yes']);
      t.match(none, { code: 1, messages: /no fault is known/ }, 'what nobody has found cannot be accepted');
      t.match(await run(data, ['verify']), { code: 1, messages: /position 2/ });
      t.match(await run(data, ['accept', '--yes']), { code: 2, messages: /--reason is missing/ });
      const accepted = await run(data, ['accept', '--reason', 'The backup has the same', '--yes']);
      t.match(
        accepted,
        { code: 0, out: /^Accepted \d+ events as they are, recorded at position \d+/ },
        accepted.messages,
      );
      t.equal(readdirSync(data).filter((name) => name.startsWith('set-aside-')).length, 1);
      await serving(data, async ({ get, post }) => {
        t.match(await get('/health/ready'), { status: 200, body: { log: { state: 'good' } } });
        t.equal((await post(article('a4'))).status, 201);
        const { body } = await get('/api/audit?type=AlterationAccepted');
        t.match(body.entries, [{ asserted: { reason: 'The backup has the same', fault: /position 2/ } }]);
      });
    });

    t.test('and is missing beside its proof, its checkpoint or its index starts nothing', async (t) => {
      const data = await folderOf(t);
      remove(data, 'ledger.sqlite');
      for (const name of ['checkpoint', 'proof.sqlite', 'catalogue.sqlite']) {
        await t.rejects(openLedger({ dataDir: data }), { name: 'LedgerMissing', message: new RegExp(name) });
        writeFileSync(join(data, 'ledger.sqlite'), '');
        await t.rejects(openLedger({ dataDir: data }), { name: 'LedgerMissing', message: new RegExp(name) });
        remove(data, 'ledger.sqlite');
        t.notOk(existsSync(join(data, 'ledger.sqlite')));
        remove(data, name);
      }
      await (await openLedger({ dataDir: data })).close();
    });

    t.test('is not meant by a damaged tree or index, which are set aside and made anew', async (t) => {
      const data = await folderOf(t);
      for (const [name, damage] of [
        ['proof.sqlite', 'UPDATE subtree SET hash = zeroblob(32) WHERE level = 0 AND number = 2'],
        ['proof.sqlite', 'DELETE FROM subtree WHERE level = 1'],
      ] as const) {
        const shell = new DatabaseSync(join(data, name));
        shell.exec(damage);
        shell.close();
        await serving(data, async ({ get, proof }) => {
          t.match(await get('/health/ready'), {
            status: 200,
            body: { warnings: [{ message: /the kept tree is damaged/ }] },
          });
          t.match(proof.check.state(), { state: 'good', fault: null });
          t.match(await get('/api/audit/proofs/inclusion?position=3'), { status: 200 });
        });
        remove(data, 'proof.sqlite.damaged');
      }
      for (const name of ['catalogue.sqlite', 'proof.sqlite']) {
        garble(join(data, name));
        await serving(data, async ({ get, post }) => {
          t.equal((await post(article(`after-${name.slice(0, 5)}`))).status, 201, name);
          t.match(await get('/api/articles'), { status: 200, body: { total: name.startsWith('c') ? 4 : 5 } });
          t.match(await get('/health/ready'), { status: 200 });
        });
        t.ok(existsSync(join(data, `${name}.damaged`)), name);
      }
    });
  },
);

function article(id: string): string {
  return articleText({ article: id, reports: `  - { PriorityStated: aim-${id}, p: 1, note: An aim }` });
}

/** A server on a folder, for as long as some work takes. */
async function serving(data: string, work: (app: TestApp) => Promise<void>): Promise<void> {
  const ending: (() => Promise<void>)[] = [];
  const app = await openTestApp(
    { teardown: (after) => ending.push(after) },
    { seeds: false, place: { dataDir: data } },
  );
  try {
    await work(app);
  } finally {
    for (const end of ending) await end();
  }
}

async function isStopped(t: Test, { get, post }: TestApp, why: RegExp): Promise<void> {
  t.match(await get('/health/ready'), { status: 503, body: { type: '/problems/ledger-altered', detail: why } });
  t.match(await post(article('z1')), problem('ledger-altered', 503), 'nothing is recorded');
  t.match(await get('/health/live'), { status: 200 });
}

// Changes rows behind the back of the ledger, and puts its triggers back as they were.
function change(data: string, sql: string): void {
  const shell = new DatabaseSync(join(data, 'ledger.sqlite'));
  const triggers = shell.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) shell.exec(`DROP TRIGGER ${String(name)}`);
  for (const trigger of triggers)
    if (sql.includes(`DROP TRIGGER ${String(trigger['name'])}`)) trigger['sql'] = 'SELECT 1';
  shell.exec(sql.replace(/; DROP TRIGGER .*/, ''));
  for (const { sql: made } of triggers) shell.exec(String(made));
  shell.close();
}

// Overwrites all but the first page of a SQLite file.
function garble(file: string): void {
  for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
  truncateSync(file, 4_096);
  writeFileSync(file, Buffer.alloc(64 * 1_024, 'garbled '), { flag: 'a' });
}

function remove(data: string, name: string): void {
  for (const part of ['', '-wal', '-shm']) rmSync(join(data, `${name}${part}`), { force: true });
}
