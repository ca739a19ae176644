import { join } from 'node:path';
import t from 'tap';
import { stewardTokens } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { environmentOf, placeOf } from '../support/open-test-ledger.ts';
import { startServerProcess } from '../support/server-process.ts';

const acme = '/api/partnerships/acme.federation';
const fact = 'partnership/acme.federation/announced';

const decide = async (origin: string, day: string, version: number, key: string, by: keyof typeof stewardTokens) => {
  const response = await fetch(`${origin}${acme}/corrections`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stewardTokens[by]}`,
      'content-type': 'application/json',
      'if-match': `"${version}"`,
      'idempotency-key': key,
    },
    body: JSON.stringify({ fact, field: 'date', value: day, basis: 'misread', reason: 'read again' }),
  });
  // oxlint-disable-next-line typescript/no-unsafe-assignment
  return { status: response.status, body: (await response.json()) as { position: number; recordedBy: string } };
};

t.test('two processes on one ledger record one event for a key and let one decision win on a fact', async (t) => {
  const folder = t.testdir({ one: {}, other: {} });
  const place = await placeOf(join(folder, 'one', 'data'));
  const tokens = Object.entries(stewardTokens).map((entry) => entry.join(':'));
  const settings = { ...environmentOf(place), WRITE_TOKENS: tokens.join(','), SEEDS_DIR: '.' };
  // The embedded store is one file; servers on EventStoreDB share a log and have folders of their own.
  const dataDir = place.eventStore === undefined ? place.dataDir : join(folder, 'other', 'data');
  const first = startServerProcess(join(folder, 'one'), settings);
  t.teardown(() => first.stop('SIGTERM'));
  const one = await first.origin();
  const second = startServerProcess(join(folder, 'other'), { ...settings, DATA_DIR: dataDir });
  t.teardown(() => second.stop('SIGTERM'));
  const other = await second.origin();

  const headers = { authorization: `Bearer ${stewardTokens.ben}`, 'content-type': 'application/yaml' };
  const posted = await fetch(`${one}/api/articles`, { method: 'POST', headers, body: articleText() });
  const { position } = (await posted.json()) as { position: number };
  const get = async (origin: string) => {
    const response = await fetch(`${origin}${acme}/facts/${fact}?occurredAsOf=2031&atLeast=${position}`);
    return ((await response.json()) as { entry: { version: number } }).entry.version;
  };
  const version = await get(other);
  t.equal(await get(one), version);

  const same = await Promise.all(
    [one, other, one, other].map((to) => decide(to, '2030-04-30', version, 'same', 'anna')),
  );
  t.ok(same.every(({ status }) => status === 201 || status === 200));
  t.equal(new Set(same.map(({ body }) => JSON.stringify(body))).size, 1, 'all are told the same');
  t.equal(same[0]?.body.position, position + 1);

  const race = await Promise.all([
    decide(one, '2030-04-29', position + 1, 'race', 'anna'),
    decide(other, '2030-04-28', position + 1, 'race', 'ben'),
  ]);
  t.same(
    race.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 412],
  );
  t.notMatch(`${first.output()}${second.output()}`, stewardTokens.anna, 'no token is shown');
});
