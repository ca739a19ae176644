import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { articleText } from './support/article-text.ts';
import { environmentOf, placeOf, unlessEmbedded } from './support/open-test-ledger.ts';
import { examplesFolder } from './support/seeds.ts';
import { type ServerProcess, startServerProcess } from './support/server-process.ts';

const recordFile = join(import.meta.dirname, 'support/record-file.ts');

// Passes on no setting of this process except the store that the tests run on.
const run = async (
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
  given: readonly string[] = [],
): Promise<ServerProcess> => {
  const { DATA_DIR: _usual, ...store } = environmentOf(await placeOf(join(cwd, 'data')));
  return startServerProcess(cwd, { ...store, ...environment }, given);
};

const json = async (url: string) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, { position: number } & Record<string, unknown>>;
};

t.test('the first start replays the seeds and prints what to try, and the second continues', async (t) => {
  const folder = t.testdir();
  const first = await run(folder);
  const origin = await first.origin();
  await first.until(/--data-binary .*\n/);
  t.match(first.output(), /^Replaying seeds, 5\/5: article /m);
  for (const [, address = ''] of first.output().matchAll(/curl '(\S+)'/g)) {
    t.equal((await fetch(address)).status, 200, address);
  }
  t.ok([...first.output().matchAll(/curl '/g)].length >= 5, 'a handful of addresses');
  const { ledger } = await json(`${origin}/api`);
  const position = ledger?.position;

  t.equal(await first.stop('SIGTERM'), 0);
  t.equal(await first.errors, '', 'nothing to complain about');

  const second = await run(folder);
  const again = await second.origin();
  t.equal((await json(`${again}/api`)).ledger?.position, position, 'a second start appends nothing');
  t.match(second.output(), 'Seeds: nothing new');

  const beside = join(folder, 'beside.yaml');
  writeFileSync(beside, articleText({ article: 'beside' }));
  const env = { ...process.env, ...environmentOf(await placeOf(join(folder, 'data'))) };
  const recorder = spawn(process.execPath, [recordFile, beside], { env });
  t.equal((await once(recorder, 'exit'))[0], 0);
  const { article } = await json(`${again}/api/articles/beside`);
  t.equal(article?.id, 'beside', 'what another process records beside it is there at once');
  t.equal(await second.stop('SIGINT'), 0);
});

t.test('--with replays a further folder beside the seeds, whose answers stay as they are', async (t) => {
  const folder = t.testdir({
    further: {
      'x.yaml': articleText({ article: 'x', partnership: 'zebra.fifa' }),
      reference: { 'subjects.yaml': 'organisations: { zebra: Zebra Bank, fifa: FIFA }\n' },
    },
  });
  const server = await run(folder, {}, ['--with', join(folder, 'further'), '--with', examplesFolder]);
  const origin = await server.origin();
  const club = `${origin}/api/partnerships/three.chelsea?occurredAsOf=`;
  t.equal((await json(`${club}2022-04-01`))['status'], 'suspended', 'the examples are there');
  t.equal((await json(`${club}2022-07-01`))['status'], 'signed', 'after the suspension stands what stood before');
  t.equal((await json(`${club}2024-01-01`))['status'], 'expired');
  const carmaker = await json(`${origin}/api/partnerships/toyota.ioc?occurredAsOf=2026-11-22`);
  t.match(
    carmaker,
    { status: 'signed', termOver: { since: '2024-12-31' } },
    'nobody reports the end, but the term is over',
  );
  const { article } = await json(`${origin}/api/articles/x`);
  t.match(article, { id: 'x', partnerships: ['zebra.fifa'] });
  const { partner } = await json(`${origin}/api/partnerships/zebra.fifa`);
  t.equal(partner?.['name'], 'Zebra Bank', 'its register names its parties');
  const seeds = await answersOfSeeds(origin);
  t.equal(await server.stop('SIGTERM'), 0);
  const alone = await run(t.testdir({ alone: {} }).concat('/alone'));
  t.same(seeds, await answersOfSeeds(await alone.origin()));
  t.equal(await alone.stop('SIGTERM'), 0);
});

// What the seeds alone answer; the cut of each answer names the position in the ledger, which other articles move.
const answersOfSeeds = async (origin: string) => {
  const answers = ['', '/timeline', '/obligations', '/rollout'].map(async (view) => {
    const { cut: _, ...answer } = await json(`${origin}/api/partnerships/alibaba.ioc${view}`);
    return answer;
  });
  return await Promise.all(answers);
};

t.test('a folder for --with that does not exist, and an unknown argument, are errors of one line', async (t) => {
  for (const given of [['--with', 'nowhere'], ['--wiht', 'further'], ['further']]) {
    const { code, errors } = await (await run(t.testdir(), {}, given)).ended();
    t.equal(code, 2);
    t.match(errors, /^[^\n]+usage: npm start -- \[--with <folder of articles>\]…\n$/);
  }
});

const withItsOwnToken = { skip: unlessEmbedded('with EventStoreDB the token has to be set: none is made') };

t.test('the first start makes a token and keeps it', withItsOwnToken, async (t) => {
  const folder = t.testdir();
  const first = await run(folder, { SEEDS_DIR: '.' });
  const token = await first.until(/shown this once: (\S+)\n/);
  const file = join(folder, 'data', 'write-token');
  t.equal(readFileSync(file, 'utf8').trim(), token);
  if (process.platform !== 'win32') t.equal(statSync(file).mode & 0o777, 0o600, 'readable for its owner alone');
  t.equal(await first.stop('SIGTERM'), 0);

  const second = await run(folder, { SEEDS_DIR: '.' });
  const origin = await second.origin();
  t.notMatch(second.output(), token, 'it is not shown again');
  const answer = await fetch(`${origin}/api/articles`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/yaml' },
    body: articleText(),
  });
  t.equal(answer.status, 201, 'it is the same');
  t.equal(await second.stop('SIGTERM'), 0);
});

t.test('a token file without a token is reported in one line', withItsOwnToken, async (t) => {
  for (const kept of ['short\n', 'not one word, but long enough\n']) {
    const folder = t.testdir({ data: { 'write-token': kept } });
    const { code, errors } = await (await run(folder, { SEEDS_DIR: '.' })).ended();
    t.equal(code, 1);
    t.match(
      errors,
      /^The token for writes cannot be used: .*write-token does not hold a token of 16 .*; delete it.*\n$/,
    );
  }
});

t.test('a token file that others can read is refused', withItsOwnToken, async (t) => {
  const folder = t.testdir({ data: { 'write-token': 'a-token-that-others-may-have-read\n' } });
  chmodSync(join(folder, 'data', 'write-token'), 0o644);
  const { code, errors } = await (await run(folder, { SEEDS_DIR: '.' })).ended();
  t.equal(code, 1);
  t.match(errors, /^The token for writes cannot be used: .*write-token can be read by others: "chmod 600 /);
  t.notMatch(errors, 'a-token-that');
});

t.test('a configured token is used, and none is kept', async (t) => {
  const folder = t.testdir();
  const started = await run(folder, { WRITE_TOKEN: 'a-token-of-our-own', SEEDS_DIR: '.' });
  const origin = await started.origin();
  const post = async (token: string) =>
    (
      await fetch(`${origin}/api/articles`, {
        method: 'POST',
        body: articleText(),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'text/yaml' },
      })
    ).status;
  t.equal(await post('a-token-of-another'), 401);
  t.equal(await post('a-token-of-our-own'), 201);
  t.notMatch(started.output(), 'a-token-of-our-own');
  t.equal(await started.stop('SIGTERM'), 0);
  t.throws(() => statSync(join(folder, 'data', 'write-token')));
});

t.test('requests and their appends are counted, and traced to a collector', async (t) => {
  const collected: { readonly path: string | undefined; readonly body: string }[] = [];
  const collect = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    collected.push({ path: request.url, body: await text(request) });
    response.end('{}');
  };
  const collector = createHttpServer((request, response) => void collect(request, response));
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => collector.close());
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, WRITE_TOKEN: 'a-token-of-our-own', LOG_LEVEL: 'info' };
  const started = await run(t.testdir(), { ...settings, SEEDS_DIR: '.' });
  const origin = await started.origin();
  const [traceId, parentId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const { status } = await fetch(`${origin}/api/articles`, {
    method: 'POST',
    body: articleText(),
    headers: {
      authorization: 'Bearer a-token-of-our-own',
      'content-type': 'text/yaml',
      traceparent: `00-${traceId}-${parentId}-01`,
    },
  });
  t.equal(status, 201);
  const figures = await (await fetch(`${origin}/metrics`)).text();
  t.match(figures, /^http_request_duration_seconds_count\{method="POST",route="\/api\/articles",status="201"\} 1$/m);
  t.match(figures, /^ledger_append_duration_seconds_count\{result="written"\} [1-9]/m);
  t.match(figures, /^ledger_feed_lag_events 0$/m);
  t.match(figures, /^process_cpu_seconds_total /m);
  t.equal(await started.stop('SIGTERM'), 0);
  t.match(await started.errors, `"traceId":"${traceId}"`, 'the line of the request names its trace');
  t.ok(collected.every(({ path }) => path === '/v1/traces'));
  const spans = collected.flatMap(({ body }) => spansOf(JSON.parse(body))).filter((span) => span.traceId === traceId);
  const request = spans.find(({ name }) => name === 'POST /api/articles');
  t.equal(request?.parentSpanId, parentId, 'it continues the trace of the client');
  t.ok(spans.some(({ name, parentSpanId }) => name === 'append' && parentSpanId === request?.spanId));
});

type OtlpSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
};

// As OTLP nests them.
const spansOf = (sent: {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}): readonly OtlpSpan[] => sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

t.test('the server names all unusable settings', async (t) => {
  const { code, errors } = await (
    await run(t.testdir(), { PORT: 'many', LOG_LEVEL: 'loud', WRITE_TOKEN: 'short' })
  ).ended();
  t.equal(code, 2);
  for (const name of ['PORT', 'LOG_LEVEL', 'WRITE_TOKEN']) t.match(errors, name);
});

t.test('mistakes in the seeds are all named, with file and line', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'seeds'));
  writeFileSync(
    join(folder, 'seeds', 'a.yaml'),
    articleText({ reports: '  - { CampaignLaunchd: x, happened: ~, p: 1 }' }),
  );
  writeFileSync(join(folder, 'seeds', 'b.yaml'), articleText({ published: '2018/2019' }));
  const { code, errors } = await (await run(folder, { SEEDS_DIR: 'seeds' })).ended();
  t.equal(code, 2);
  t.match(errors, /a\.yaml:\d+:\d+.*CampaignLaunched/);
  t.match(errors, /b\.yaml:\d+:\d+/);
});

t.test('a start on a taken port names the port and the way out', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port } = other.address() as { port: number };
  const folder = t.testdir();
  const { code, errors, output } = await (await run(folder, { PORT: String(port), SEEDS_DIR: '.' })).ended();
  t.equal(code, 1);
  t.notMatch(output, /token/i, 'where nothing is served, nothing is said of a token for it');
  t.match(errors, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken.*PORT`));
  t.notMatch(errors, / at .*\.ts:/, 'no stack trace');
});

const ofTheFile = { skip: unlessEmbedded('with EventStoreDB its server tells the time of recording') };

t.test('a server whose clock is behind the last event says so before it records', ofTheFile, async (t) => {
  const folder = t.testdir();
  const ahead = 'data:text/javascript,const%20now=Date.now;Date.now=()=>now()%2B400*864e5';
  const first = await run(folder, { NODE_OPTIONS: `--import ${ahead}`, SEEDS_DIR: '.' });
  await first.origin();
  t.equal(await first.stop('SIGTERM'), 0);
  const second = await run(folder, { SEEDS_DIR: '.' });
  await second.origin();
  t.equal(await second.stop('SIGTERM'), 0);
  t.match(await second.errors, /^Clock: The last event of this ledger was recorded at .* still to come/);
});
