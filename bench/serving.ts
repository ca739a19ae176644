import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { loadServer, repeat, requestText } from './load.ts';
import { deadlineMs, type Measured } from './measured.ts';
import { random } from './random.ts';
import { median } from './rounds.ts';
import { bySize, ledgerFolder, startedLedger } from './stores.ts';
import { OutOfTime, type Subject, startSubject } from './subject.ts';
import { writeToken } from './write-token.ts';

/** Cached answers, as a part of the rate of a Fastify that sends the same bytes and headers from a buffer. */
export async function cachedAnswers(): Promise<Measured> {
  return await besideBare(false);
}

/** The same of answers without a body, to clients that have them already. */
export async function notModified(): Promise<Measured> {
  return await besideBare(true);
}

// By the processor time of the server: the rates themselves depend on the client as much.
async function besideBare(isKnown: boolean): Promise<Measured> {
  const [own, bare] = [startSubject(), startSubject()];
  try {
    await own.ask('open', { folder: await ledgerFolder('sizes') });
    const url = `/api/partnerships/${bySize.hundred.id}/timeline?limit=20`;
    const { port, answer } = await own.ask('listen', { url });
    // What the server does once it listens is not what is measured.
    await untilIdle(own);
    const ports = { own: port, bare: await bare.ask('listenBare', { url, answer, isKnown }) };
    const tag = String(answer.headers['etag']);
    const request = requestText('GET', url, isKnown ? { 'if-none-match': tag } : {});
    const costs = { own: [] as number[], bare: [] as number[] };
    const subjects = { own, bare };
    const names = ['own', 'bare'] as const;
    for (let round = 0; round <= 10; round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const before = await subjects[name].ask('cost', undefined);
        const statuses = await loadServer(ports[name], 16, repeat(request, requestsARound));
        const cost = (await subjects[name].ask('cost', undefined)) - before;
        if (statuses[isKnown ? 304 : 200] !== requestsARound) throw new Error(`statuses ${JSON.stringify(statuses)}`);
        if (round > 0) costs[name].push((1000 * cost) / requestsARound);
      }
    }
    const [ownUs, bareUs] = [median(costs.own), median(costs.bare)];
    const bytes = Number(answer.headers['content-length']);
    return { value: bareUs / ownUs, detail: { url, bytes, ownMicroseconds: ownUs, bareMicroseconds: bareUs } };
  } finally {
    await Promise.all([own.stop(), bare.stop()]);
  }
}

const requestsARound = 2_000;

async function untilIdle(subject: Subject): Promise<void> {
  let spent = Number.POSITIVE_INFINITY;
  while (spent > 20) {
    const before = await subject.ask('cost', undefined);
    await wait(500);
    spent = (await subject.ask('cost', undefined)) - before;
  }
}

/** The longest that the main thread computes between two turns of its loop, while clients ask for all that is expensive. */
export async function worstTurn(): Promise<Measured> {
  const subject = startSubject();
  try {
    await subject.ask('open', { folder: await ledgerFolder('sizes'), hasReaders: true });
    const { port } = await subject.ask('listen', { url: '/api' });
    await subject.ask('watch', undefined);
    const loading = loadServer(port, 16, expensiveReads());
    const statuses = await Promise.race([
      loading.catch(String),
      wait(deadlineMs, 'not answered in time', { ref: false }),
    ]);
    const { worst, isOutOfTime } = await subject.ask('worst', undefined, deadlineMs / 2).then(
      (ms) => ({ worst: ms, isOutOfTime: false }),
      (error: unknown) => {
        if (error instanceof OutOfTime) return { worst: error.deadlineMs, isOutOfTime: true };
        throw error;
      },
    );
    return { value: worst, detail: { statuses, reports: bySize.hundredThousand.reports, isOutOfTime } };
  } finally {
    await subject.stop();
  }
}

function expensiveReads(): () => string | null {
  const { id } = bySize.hundredThousand;
  const of = `/api/partnerships/${id}`;
  const draw = random('days');
  const day = () => `20${16 + draw.below(10)}-0${1 + draw.below(9)}-1${draw.below(9)}`;
  const urls = [
    ...[
      'timeline?limit=20&',
      'audit?limit=20&',
      'obligations?',
      'rollout?',
      'drift?limit=20&',
      'silence?limit=20&',
    ].flatMap((path) => [1, 2].map(() => `${of}/${path}reportedAsOf=${day()}`)),
    `${of}/diff?clock=reported&from=${day()}&to=2026-06-01`,
    `${of}/moments?limit=20`,
    '/api/partnerships?limit=20',
    '/api/articles?limit=20',
    '/api/games/2028S/obligations',
    '/api/audit?limit=20',
    '/api/timemap/partnerships',
    '/api/search?q=paris',
  ];
  random('order').shuffle(urls);
  const queue = urls.map((url) => requestText('GET', url, {}));
  return () => queue.pop() ?? null;
}

/** Processor time of a process up to its first answer on a large ledger, for each time as of the least server. */
export async function start(): Promise<Measured> {
  const folder = await startedLedger();
  const root = join(import.meta.dirname, '..');
  const own = async () =>
    await costOfStart(['--enable-source-maps', join(root, 'dist', 'main.js')], {
      DATA_DIR: folder,
      PORT: '0',
      SEEDS_DIR: join(root, 'seeds'),
      LOG_LEVEL: 'warn',
      WRITE_TOKEN: writeToken,
    });
  const bare = async () =>
    await costOfStart([join(import.meta.dirname, 'bare-server.ts'), join(folder, 'ledger.sqlite')], {});
  const costs = { own: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= 5; round++) {
    const [ownMs, bareMs] = [await own(), await bare()];
    if (round > 0) costs.own.push(ownMs);
    if (round > 0) costs.bare.push(bareMs);
  }
  const [ownMs, bareMs] = [median(costs.own), median(costs.bare)];
  return { value: ownMs / bareMs, detail: { ownMs, bareMs } };
}

async function costOfStart(words: readonly string[], settings: Readonly<Record<string, string>>): Promise<number> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let output = '';
    const exited = once(child, 'exit');
    for (;;) {
      const port = /serves on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined) {
        await loadServer(Number(port), 1, repeat(requestText('GET', '/api', {}), 1));
        return processorMsOf(child.pid ?? 0);
      }
      const [chunk] = (await Promise.race([once(child.stdout, 'data'), exited])) as [unknown];
      if (!Buffer.isBuffer(chunk)) throw new Error(`the server ended: ${output}`);
      output += chunk.toString();
    }
  } finally {
    child.kill('SIGKILL');
  }
}

// User and system time, in clock ticks of 10 ms, as Linux counts them.
function processorMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
