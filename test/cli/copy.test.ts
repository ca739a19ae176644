import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { openStore } from '../../src/event-store/open-store.ts';
import { openLedger } from '../../src/open-ledger.ts';
import { collect, someEvents } from '../event-store/made-up-events.ts';
import { startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';
import { program } from './program.ts';
import { run } from './run-command.ts';

const secret = 'changeit';

/** An embedded ledger with some made-up events in streams that take turns, and how many it has in all. */
const madeUpIn = async (dataDir: string): Promise<number> => {
  const { store, close } = await openLedger({ dataDir });
  for (const name of ['x.y', 'x.z', 'y.y', 'y.z', 'z.y', 'z.z']) {
    await store.append(`partnership-${name}`, 'no_stream', someEvents(3));
  }
  const { position } = await store.head();
  await close();
  return position;
};

t.test('a ledger moves from folder to server and back', async (t) => {
  const server = await startEventStoreDb({ secure: true });
  t.teardown(server.stop);
  const folder = t.testdir({ a: {} });
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const length = await madeUpIn(a);
  const { connectionString: esdb } = server;
  t.match(esdb, secret);

  const there = await run(a, ['copy', '--from', `sqlite:${a}`, '--to', esdb]);
  t.equal(there.code, 0, there.messages);
  t.match(there.out, new RegExp(`^${length} events copied, and all compared with the original\\.$`, 'm'));
  t.match(there.out, `from    sqlite:${a}`);
  t.match(there.out, `to      esdb://${server.address}`);
  t.match(there.out, /SHA-256 [0-9a-f]{64}$/m);
  t.match(there.messages, new RegExp(`^copying, position 1 to ${length}\nverifying, position 1 to ${length}\n$`));

  const again = await run(a, ['copy', '--from', 'sqlite', '--to', esdb]);
  t.match(again, { code: 0, out: /\(0 events now, the others before\)/ }, '"sqlite" is the ledger of DATA_DIR');

  const back = await run(a, ['copy', `--from=${esdb}`, '--fromPrefix=ledger_', '--to', join(b, 'ledger.sqlite')]);
  t.match(back, { code: 0, out: `${length + 1} events copied` }, 'its file names a ledger too');
  const opened = await openLedger({ dataDir: b });
  t.equal((await opened.views.head()).position, length + 2);
  await opened.close();

  const other = await run(a, ['copy', '--from=env:LEDGER_THERE', '--to', a], { environment: { LEDGER_THERE: esdb } });
  t.match(other, { code: 1, out: '', messages: /error: .*must be empty/ }, 'a store may be named by a variable');
  const named = await run(a, ['copy', '--from', 'sqlite', '--to', 'env:THERE'], { environment: { THERE: esdb } });
  t.match(named, { code: 0, out: `to      esdb://${server.address}` });
  for (const { out, messages } of [there, again, back, other, named]) t.notMatch(out + messages, secret);
});

t.test('a prefix keeps ledgers on one server apart', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(server.stop);
  const folder = t.testdir({ a: {} });
  const a = join(folder, 'a');
  const length = await madeUpIn(a);
  for (const prefix of ['one_', 'two_']) {
    const { code, out } = await run(a, ['copy', '--from', a, '--to', server.connectionString, '--to-prefix', prefix]);
    t.equal(code, 0);
    t.match(out, `(${prefix}*)`);
  }
  const prefixes = ['--from-prefix', 'two_', '--to-prefix', 'three_'];
  const within = ['copy', '--from', server.connectionString, '--to', server.connectionString, ...prefixes];
  t.match(await run(a, within), { code: 0, out: `${length + 1} events copied` });
  t.match(await run(a, within.slice(0, 5)), { code: 2, messages: 'are the same store' });
});

t.test('copy reports all wrong arguments together, repeats no secret, and creates nothing', async (t) => {
  const folder = t.testdir();
  const none = join(folder, 'none');
  const wrong: Record<string, readonly [readonly string[], readonly (RegExp | string)[]]> = {
    nothing: [[], ['--from is missing', '--to is missing']],
    'a value that is missing': [['--from', none, '--to'], [/^error: --to needs a value: --to <store>\n[^:]*$/]],
    'an unknown kind of store': [
      ['--from', `htp://admin:${secret}@db`, '--to', `admin:${secret}@db`],
      [/--from: there is no such store.*sqlite:<folder>/, /--to: there is no such store/],
    ],
    'no option': [[`esdb://admin:${secret}@db`], ['copy takes options only', '--from is missing']],
    'an option that is mistyped': [[`--form=esdb://admin:${secret}@db`, '--to', none], ['did you mean --from?']],
    'options given twice': [['--from', none, '--to', none, '--to', none], ['--to is given more than once']],
    'a prefix of a folder': [
      ['--from', none, '--from-prefix', 'a_', '--to', none, '--to-prefix', 'b'],
      ['--from: an embedded ledger has no stream prefix', '--to-prefix ends in an underscore'],
    ],
    'credentials that cannot be read': [
      ['--from', none, '--to', `esdb://${secret}@db:2113`],
      ['--to: the credentials of the connection string are user:password'],
    ],
    'variables that say nothing': [
      ['--from', 'env:NOT_SET', '--to', 'env:'],
      ['--from: the environment variable NOT_SET is not set', '--to: there is no such store'],
    ],
    'a variable that is no store': [['--from', none, '--to', 'env:WRONG'], ['--to: WRONG: there is no such store']],
    'a variable that names another one': [
      ['--from', none, '--to', 'env:AGAIN'],
      ['--to: AGAIN: there is no such store'],
    ],
    'an empty folder name': [['--from', 'sqlite:', '--to', none], ['--from: the folder is missing']],
  };
  const environment = { WRONG: `htp://admin:${secret}@db`, AGAIN: 'env:WRONG' };
  for (const [what, [given, messages]] of Object.entries(wrong)) {
    const outcome = await run(folder, ['copy', ...given], { environment });
    t.equal(outcome.code, 2, what);
    for (const message of messages) t.match(outcome.messages, message, what);
    t.notMatch(outcome.messages, secret, what);
    t.equal(outcome.out, '');
  }
  t.notOk(existsSync(none));
});

t.test('copy from a missing ledger or server says so and creates nothing', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(server.stop);
  const folder = t.testdir({ a: {} });
  const [a, none, target] = [join(folder, 'a'), join(folder, 'none'), join(folder, 'target')];
  t.match(await run(a, ['copy', '--from', none, '--to', target]), {
    code: 1,
    messages: `error: sqlite:${none}: there is no ledger`,
  });
  t.match(await run(a, ['copy', '--from', server.connectionString, '--to', target]), {
    code: 1,
    messages: /error: there is no ledger in the source/,
  });
  t.notOk(existsSync(none));

  await madeUpIn(a);
  symlinkSync(a, join(folder, 'link'));
  t.match(await run(a, ['copy', '--from', a, '--to', join(folder, 'link')]), { code: 2, messages: 'the same store' });

  server.faults.refuse('unauthenticated');
  const refused = await run(a, ['copy', '--from', a, '--to', server.connectionString]);
  t.match(refused, {
    code: 1,
    messages: new RegExp(`error: esdb://${server.address}.*does not accept the credentials`),
  });
});

t.test('a stopped copy continues when it is run again', async (t) => {
  const folder = t.testdir({ a: {} });
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const length = await madeUpIn(a);
  const stopped = await run(a, ['copy', '--from', a, '--to', b], { stopAt: 'verifying' });
  t.match(stopped, {
    code: 130,
    out: '',
    messages: `Stopped at position ${length} of ${length}. Run the same command`,
  });
  const shown = await program(['show', 'timeline'], { environment: { DATA_DIR: b, EVENT_STORE: '' } });
  t.match(shown, {
    code: 1,
    out: '',
    errors: /^error: a copy of a ledger reached position .* here and was not finished; run "partn/,
  });
  t.notMatch(shown.errors, / at .*\.ts:/, 'no stack trace');
  t.match(await run(a, ['copy', '--from', a, '--to', b]), { code: 0, out: '(0 events now, the others before)' });
});

t.test('a killed copy continues when it is run again and ends the same', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(server.stop);
  const folder = t.testdir({ a: {} });
  const a = join(folder, 'a');
  await madeUpIn(a);
  const source = await openStore({ engine: 'sqlite', folder: a });
  const events = await collect(source.readAll());
  await source.close();

  const given = ['copy', '--from', a, '--to', server.connectionString];
  server.faults.slow(100);
  const bin = join(import.meta.dirname, '../../bin/partnership-ledger.js');
  const child = spawn(process.execPath, [bin, ...given], { stdio: ['ignore', 'ignore', 'pipe'] });
  let isCopying = false;
  child.stderr.on('data', (text: Buffer) => {
    if (isCopying || !String(text).includes('copying')) return;
    isCopying = true;
    setTimeout(() => child.kill('SIGKILL'), 400);
  });
  t.equal((await once(child, 'exit'))[1], 'SIGKILL');
  server.faults.clear();

  const there = { dataDir: join(folder, 'c'), eventStore: server.connectionString };
  await t.rejects(openLedger(there), { name: 'CopyUnfinished', message: /run "partnership-ledger copy" again/ });

  const { code, out, messages } = await run(a, given);
  t.equal(code, 0, messages);
  t.match(messages, 'comparing what is there', 'something was there');
  const [, now] = /^\d+ events copied \((\d+) events? now/.exec(out) ?? [];
  t.ok(Number(now) > 0 && Number(now) < events.length, `${now} of ${events.length} events were left to copy`);
  const prefix = { connectionString: server.connectionString, streamPrefix: 'ledger_' };
  const target = await openStore({ engine: 'eventstoredb', ...prefix });
  t.same(
    (await collect(target.readAll({ limit: events.length }))).map(({ id, position }) => [position, id]),
    events.map(({ id, position }) => [position, id]),
  );
  await target.close();
});

t.test('copy reports what is odd about its source', async (t) => {
  const folder = t.testdir({ a: {} });
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const length = await madeUpIn(a);
  const source = await openStore({ engine: 'sqlite', folder: a });
  const [event] = someEvents(1);
  if (event === undefined) throw new Error('there is none');
  const metadata = { originalRecordedAt: '2020-01-01T00:00:00.000Z' };
  await source.append('partnership-x.y', 2, [{ ...event, metadata }]);
  await source.close();
  const { code, messages } = await run(a, ['copy', '--from', a, '--to', b]);
  t.equal(code, 0);
  t.match(messages, new RegExp(`warning: sqlite:${a}: events that were not copied .* position ${length + 1}\n`));
});
