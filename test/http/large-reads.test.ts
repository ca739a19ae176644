import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Worker } from 'node:worker_threads';
import type { FastifyInstance } from 'fastify';
import t, { type Test } from 'tap';
import { openAccess } from '../../src/access/access.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import { buildApp } from '../../src/http/app.ts';
import type { AskedRead, ReaderThreads } from '../../src/http/context.ts';
import { readAssets } from '../../src/http/page-assets.ts';
import { openProof } from '../../src/open-ledger.ts';
import { readerThreads } from '../../src/reader-threads.ts';
import { testToken } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { openLedgerAt, placeOf } from '../support/open-test-ledger.ts';

const large = '/api/partnerships/acme.federation';
const small = '/api/partnerships/small.federation';

/** Aims of an article, a report each. */
const aims = (from: number, count: number): string =>
  Array.from({ length: count }, (_, n) => `  - { PriorityStated: aim-${from + n}, p: 1, note: An aim }`).join('\n');

/**
 * A ledger with a partnership of many reports and one of few, an app that has its large reads answered by threads, and
 * one that answers everything itself.
 */
const openApps = async (t: Test) => {
  const folder = await mkdtemp(join(tmpdir(), 'partnership-ledger-'));
  const place = await placeOf(join(folder, 'data'));
  const ledger = await openLedgerAt(place);
  const proof = await openProof(ledger, { dataDir: place.dataDir, report: () => undefined });
  await proof.check.ended;
  const { clock: _clock, ...at } = place;
  const ended: string[] = [];
  const threads = readerThreads(
    { ledger: at, names: [], version: '0.0.0-test', logLevel: 'warn' },
    { report: (message) => ended.push(message) },
  );
  const asked: AskedRead[] = [];
  const readers: ReaderThreads = {
    ask: async (read, signal) => {
      asked.push(read);
      return await threads.ask(read, signal);
    },
    close: threads.close,
  };
  const assets = readAssets(new URL('../../dist/page/', import.meta.url));
  const parts = {
    ledger,
    proof,
    subjects: emptyRegistry,
    assets,
    access: openAccess({ writeToken: testToken, now: Date.now }),
    version: '0.0.0-test',
  };
  const [app, alone] = [readers, null].map((of) =>
    buildApp({ ...parts, readers: of, now: Date.now, logger: false }),
  ) as [FastifyInstance, FastifyInstance];
  t.teardown(async () => {
    await Promise.all([app.close(), alone.close()]);
    await proof.stop();
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const record = async (article: string, partnership: string, reports: string) => {
    const { statusCode, json } = await app.inject({
      method: 'POST',
      url: '/api/articles?newPartnership=true',
      headers: { authorization: `Bearer ${testToken}`, 'content-type': 'application/yaml' },
      payload: articleText({ article, partnership, published: '2020-05-02', reports }),
    });
    if (statusCode !== 201) throw new Error(`${article}: ${statusCode} ${JSON.stringify(json())}`);
    return json() as { readonly position: number };
  };
  await record('many', 'acme.federation', aims(0, 300));
  await record('few', 'small.federation', aims(0, 1));
  return { app, alone, asked, ended, record };
};

const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));

t.test('threads answer the reads of much', async (t) => {
  const { app, alone, asked, ended, record } = await openApps(t);
  const answer = async (of: FastifyInstance, url: string, headers = {}, method: 'GET' | 'HEAD' = 'GET') => {
    const { statusCode, headers: sent, payload } = await of.inject({ method, url, headers });
    const { date: _date, 'x-request-id': _id, ...others } = sent;
    return { status: statusCode, headers: others, text: payload };
  };

  // On a busy machine a thread may start for longer than a request waits.
  const answerAtLast = async (url: string) => {
    let last = await answer(app, url);
    while (last.status === 503) last = await answer(app, url);
    return last;
  };
  await answerAtLast(large);
  asked.splice(0);

  await t.test('with the same bytes and headers as this one', async (t) => {
    const html = { accept: 'text/html' };
    const { etag } = (await answer(alone, `${large}/timeline`)).headers;
    for (const [url, headers, method] of [
      [`${large}/timeline?limit=2`],
      [`${large}/timeline?limit=2&atPosition=200`],
      [`${large}/timeline`, { 'if-none-match': etag }],
      [`${large}/timeline`, {}, 'HEAD'],
      [`${large}/timeline`, { 'accept-datetime': new Date().toUTCString() }],
      [`${large}/timeline.csv?limit=2`],
      [`${large}/facts/priority/aim-7/stated`],
      [`${large}/timeline?limit=0`],
      [`/api/timemap/partnerships/acme.federation/obligations`],
      ['/api/articles/many'],
      ['/partnerships/acme.federation', html],
      ['/partnerships/acme.federation/facts/none/none/none', html],
    ] as const) {
      t.same(await answer(app, url, headers, method), await answer(alone, url, headers, method), url);
    }
    // Those of the past and the TimeMap depend on the whole ledger, which is small.
    t.equal(asked.length, 9);
  });

  await t.test('and none of the others', async (t) => {
    const before = asked.length;
    for (const url of [`${small}/timeline`, '/api', '/api/partnerships', '/health/live', '/openapi.json']) {
      t.equal((await answer(app, url)).status, 200, url);
    }
    t.equal(asked.length, before);
  });

  await t.test('with what this one has just recorded', async (t) => {
    for (let n = 300; n < 305; n++) {
      await record(`more-${n}`, 'acme.federation', aims(n, 1));
      const { text } = await answer(app, `${large}/timeline?limit=1`);
      t.equal(JSON.parse(text).total, n + 1);
    }
  });

  await t.test('while this one answers others', async (t) => {
    const reading = answer(app, `${large}/audit?limit=1`).then(() => 'the read');
    const living = answer(app, '/health/live').then(() => 'health');
    t.equal(await Promise.race([reading, living]), 'health');
    await reading;
  });

  await t.test('and once for all who ask for the same meanwhile', async (t) => {
    const asking = Array.from({ length: 200 }, () => answer(app, `${large}/rollout`));
    t.same(new Set((await Promise.all(asking)).map(({ status }) => status)), new Set([200]));
  });

  await t.test('and one that dies is replaced', async (t) => {
    const before = asked.length;
    const reading = answer(app, `${large}/drift`);
    while (asked.length === before) await living(app);
    await workers.at(-1)?.terminate();
    const { status, headers, text } = await reading;
    t.match({ status, type: JSON.parse(text).type }, { status: 503, type: '/problems/busy' });
    t.ok(headers['retry-after']);
    t.equal(ended.length, 1);
    t.equal((await answerAtLast(`${large}/drift`)).status, 200);
    t.equal(workers.length, 2);
  });

  await t.test('until the server is closed, whatever they do', async (t) => {
    const before = asked.length;
    const reading = Array.from({ length: 12 }, (_, n) => answer(app, `${large}/audit?reportedAsOf=2020-06-${10 + n}`));
    while (asked.length < before + reading.length) await living(app);
    await app.close();
    const statuses = (await Promise.all(reading)).map(({ status }) => status);
    t.same(new Set([...statuses, 503]), new Set(statuses), 'what was not answered yet');
    t.same(
      statuses.filter((status) => status !== 200 && status !== 503),
      [],
    );
  });
});

const living = async (app: FastifyInstance) => await app.inject({ method: 'GET', url: '/health/live' });
