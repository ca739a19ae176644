import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { auditOf } from '../both-stores/audit-of.ts';
import { openTestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { randomFrom } from '../support/eventstoredb/random.ts';
import { environmentOf, placeOf, tokenOfTests } from '../support/open-test-ledger.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

// `npm run test:faults` runs the long form.
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 2);
const writers = 16;

const article = (id: string): string =>
  articleText({ article: id, reports: `  - { PriorityStated: aim-${id}, p: 1, note: An aim }` });

/** Posts an article; its position where that is answered, and null where the server is gone or busy. */
const post = async (origin: string, id: string, odd: string[]): Promise<number | null> => {
  const headers = { authorization: `Bearer ${tokenOfTests}`, 'content-type': 'application/yaml' };
  const url = `${origin}/api/articles?newPartnership=true`;
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: article(id) });
    const text = await answer.text();
    if (answer.status === 200 || answer.status === 201) return Number(JSON.parse(text).position);
    if (answer.status !== 503) odd.push(`${id}: ${answer.status} ${text}`);
  } catch {
    // It was killed: whether the article is recorded is unknown.
  }
  return null;
};

t.test(`${writers} writers lose nothing that was acknowledged in ${rounds} kills, nor 300 at once`, async (t) => {
  const folder = t.testdir();
  const place = await placeOf(join(folder, 'data'));
  const settings = { ...environmentOf(place), WRITE_TOKEN: tokenOfTests, SEEDS_DIR: '.', READ_THREADS: '0' };
  const start = (): ServerProcess => {
    const server = startServerProcess(folder, settings);
    t.teardown(() => server.stop('SIGKILL'));
    return server;
  };
  const random = randomFrom(7);
  const acknowledged = new Map<string, number>();
  const odd: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const server = start();
    const origin = await server.origin();
    const before = acknowledged.size;
    const killed = new AbortController();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; !killed.signal.aborted; n += 1) {
        const id = `r${round}w${writer}n${n}`;
        const position = await post(origin, id, odd);
        if (position === null) return;
        acknowledged.set(id, position);
      }
    };
    const writing = Promise.all(Array.from({ length: writers }, async (_, writer) => await write(writer)));
    const wanted = before + Math.floor(random() * 3 * writers);
    while (acknowledged.size <= wanted) await wait(1);
    await server.stop('SIGKILL');
    killed.abort();
    await writing;
  }

  const last = start();
  const origin = await last.origin();
  const waiting = new Set(Array.from({ length: 300 }, (_, n) => `at-once-${n}`));
  while (waiting.size > 0) {
    const sent = [...waiting].map(async (id) => {
      const position = await post(origin, id, odd);
      if (position === null) return;
      acknowledged.set(id, position);
      waiting.delete(id);
    });
    await Promise.all(sent);
  }
  t.same(odd, [], 'no error but 503');
  t.equal(await last.stop('SIGTERM'), 0);

  const app = await openTestApp(t, { seeds: false, place });
  t.match(app.proof.check.state(), { state: 'good' });
  const read = (await auditOf(app)).filter(({ event }) => event.type === 'ArticleRead');
  const recorded = new Map(read.map((entry) => [entry.article, entry.position]));
  t.equal(recorded.size, read.length, 'nothing is there twice');
  for (const [id, position] of acknowledged) if (recorded.get(id) !== position) t.fail(`${id} was lost`);
  t.comment(`${acknowledged.size} acknowledged articles in ${rounds} kills`);
});
