import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import * as fc from 'fast-check';
import t from 'tap';
import { openTestApp, type TestApp, testToken } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { type FuzzedRequest, mutated, requestsOf } from './requests.ts';

// `npm run test:fuzz` asks for all of them; every run of the tests tries some. The seeds are kept, so that a failure can be
// repeated; FUZZ_SEED tries others.
const { FUZZ = 'short', FUZZ_SEED = '20261201' } = process.env;
const [requests, articles] = FUZZ === 'long' ? [22_000, 6_000] : [250, 60];
const seed = Number(FUZZ_SEED);
// A safety net: the long form takes minutes on a free machine.
const options = { timeout: 3_000_000 } as const;
t.setTimeout(2 * options.timeout);

// What a request comes to. Nothing may be stored by what was refused or only tried.
const send = async ({ app, ledger }: TestApp, request: FuzzedRequest): Promise<string | null> => {
  const before = (await ledger.store.head()).position;
  const { statusCode, body } = await app.inject({ ...request });
  if (statusCode >= 500) return `${statusCode} ${body.slice(0, 300)}`;
  const { position } = await ledger.store.head();
  const mayRecord = request.method === 'POST' && statusCode < 300 && !/[?&]dryRun=true/.test(request.url);
  return position === before || mayRecord ? null : `${statusCode}, yet ${position - before} events were recorded`;
};

const sendAll = async (app: TestApp, all: readonly FuzzedRequest[]): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const [number, request] of all.entries()) {
    const wrong = await send(app, request);
    const { method, url, headers, payload = '' } = request;
    if (wrong !== null) {
      found.push(
        `${number}: ${method} ${url} ${JSON.stringify(headers)} ${JSON.stringify(payload.slice(0, 400))}: ${wrong}`,
      );
    }
  }
  return found;
};

const files = readdirSync('seeds').filter((name) => /^\d+.*\.yaml$/.test(name));
const seeds = files.map((name) => readFileSync(join('seeds', name), 'utf8'));

t.test(
  `${requests} requests made from the OpenAPI document bring no 5xx, and what is refused stores nothing`,
  async (t) => {
    const app = await openTestApp(t);
    const { body: document } = await app.get('/openapi.json');
    const bodies = [
      ...seeds,
      articleText({ article: 'fuzzed' }),
      '{"fact":"partnership/alibaba.ioc/term-agreed","reason":"a test"}',
      '{"fact":"partnership/alibaba.ioc/term-agreed","field":"years","value":12,"reason":"a test"}',
      '{"from":"campaign/x/launched","into":"campaign/y/launched","reason":"a test"}',
    ];
    const all = fc.sample(requestsOf(document, bodies), { seed, numRuns: requests });
    t.same(await sendAll(app, all), []);
  },
);

t.test(`${articles} changed article files bring no 5xx, and what is refused stores nothing`, options, async (t) => {
  const app = await openTestApp(t);
  const files = fc.tuple(fc.constantFrom(...seeds).chain(mutated), fc.constantFrom('', '&dryRun=true'));
  const all = fc.sample(files, { seed, numRuns: articles }).map(
    ([payload, dryRun]): FuzzedRequest => ({
      method: 'POST',
      url: `/api/articles?newPartnership=true${dryRun}`,
      headers: { authorization: `Bearer ${testToken}`, 'content-type': 'application/yaml' },
      payload,
    }),
  );
  t.same(await sendAll(app, all), []);
});
