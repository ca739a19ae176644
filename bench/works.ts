import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import fastify, { type FastifyInstance } from 'fastify';
import { openAccess } from '../src/access/access.ts';
import { readArticle } from '../src/articles/read-article.ts';
import { emptyRegistry } from '../src/articles/registry.ts';
import { type ReadingDraft, readingEvents } from '../src/domain/decisions/reading.ts';
import { buildApp } from '../src/http/app.ts';
import type { ReaderThreads } from '../src/http/context.ts';
import { type Ledger, openLedger, openProof } from '../src/open-ledger.ts';
import type { LedgerProof } from '../src/proof/ledger-proof.ts';
import { readerThreads } from '../src/reader-threads.ts';
import { appendArticle, recordArticle } from '../src/recording/record-article.ts';
import { recordDecision } from '../src/recording/record-decision.ts';
import { furtherArticle } from './generate.ts';
import { writeToken } from './write-token.ts';

// What each side's process can do. Costs are in milliseconds of processor time, over all threads.

let open: { readonly ledger: Ledger; readonly app: FastifyInstance; readonly proof: LedgerProof | null } | null = null;

/** Every work, by the name under which it is asked for. */
export const works = {
  /** Opens a ledger and its app. The check of the log would run beside what is measured, so there is none by default. */
  open: async ({ folder, isProved = false, hasReaders = false }: Opening): Promise<{ cost: number }> => {
    const before = processorMs();
    const ledger = await openLedger({ dataDir: folder });
    const proof = isProved ? await openProof(ledger, { dataDir: folder, report: () => undefined }) : null;
    const app = buildApp({
      ledger,
      proof: proof ?? unproved,
      readers: hasReaders ? readersOf(folder) : null,
      subjects: emptyRegistry,
      access: openAccess({ writeToken, now: Date.now }),
      version: 'bench',
      now: Date.now,
      logger: false,
    });
    open = { ledger, app, proof };
    return { cost: processorMs() - before };
  },

  close: async (): Promise<void> => {
    const { ledger, app, proof } = opened();
    open = null;
    await app.close();
    await proof?.stop();
    await ledger.close();
  },

  head: async (): Promise<number> => (await opened().ledger.views.head()).position,

  /** Asks for addresses one after another; gives what each cost. */
  get: async ({ urls }: { urls: readonly string[] }): Promise<readonly Got[]> => {
    const got: Got[] = [];
    for (const url of urls) {
      const before = processorMs();
      const { statusCode, rawPayload } = await opened().app.inject({ method: 'GET', url });
      const cost = processorMs() - before;
      got.push({
        cost,
        status: statusCode,
        bytes: rawPayload.length,
        digest: createHash('sha256').update(rawPayload).digest('hex').slice(0, 16),
      });
    }
    return got;
  },

  /** Records further articles of 20 reports, and works out their effects; gives the cost of each. */
  ingest: async ({ partnership, serials }: { partnership: string; serials: readonly number[] }) => {
    const { ledger } = opened();
    const costs: number[] = [];
    for (const serial of serials) {
      const reading = furtherArticle(partnership, 20, serial);
      const before = processorMs();
      const { outcome } = await recordArticle(reading, { recordedBy: 'bench', isNewPartnership: true }, ledger);
      costs.push(processorMs() - before);
      if (outcome !== 'recorded') throw new Error(`${reading.article}: ${outcome}`);
    }
    return costs;
  },

  /** Records a further article, and retracts some of the facts that it reports; gives the cost of each retraction. */
  decide: async ({ partnership, serial }: { partnership: string; serial: number }) => {
    const { ledger } = opened();
    const reading = furtherArticle(partnership, 20, serial);
    await recordArticle(reading, { recordedBy: 'bench', isNewPartnership: true }, ledger);
    const costs: number[] = [];
    for (const { fact } of reading.reports.filter((one) => one.subject !== null).slice(-3)) {
      const command = { ...retraction, fact, key: `${serial} ${fact}` };
      const before = processorMs();
      const decided = await recordDecision({ partnership, command, seen: [] }, ledger);
      costs.push(processorMs() - before);
      if (decided.outcome !== 'recorded') throw new Error(`${fact}: ${JSON.stringify(decided)}`);
    }
    return costs;
  },

  /** Serves over HTTP on any port; gives the port, and the answer to an address. */
  listen: async ({ url }: { url: string }) => {
    const { app } = opened();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { statusCode, headers, payload } = await app.inject({ method: 'GET', url });
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`);
    return { port: portOf(app), answer: { headers: headers as Record<string, string>, payload } };
  },

  /** A Fastify that sends an answer from a buffer, or a 304 with the same headers. */
  listenBare: async ({ url, answer, isKnown }: { url: string; answer: Sent; isKnown: boolean }): Promise<number> => {
    const body = Buffer.from(answer.payload);
    const skipped = new Set([
      'date',
      'connection',
      'content-length',
      'keep-alive',
      ...(isKnown ? ['content-type'] : []),
    ]);
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !skipped.has(name)));
    const app = fastify();
    app.get(url.split('?')[0] ?? '', (_request, reply) => {
      reply.headers(headers);
      if (isKnown) reply.code(304).send();
      else reply.send(body);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return portOf(app);
  },

  /** Processor time of this process so far. */
  cost: async (): Promise<number> => processorMs(),

  /** Begins to watch how long the main thread computes between two turns of its loop. */
  watch: async (): Promise<void> => {
    let last = process.threadCpuUsage();
    const look = (): void => {
      const { user, system } = process.threadCpuUsage(last);
      worstTurnMs = Math.max(worstTurnMs, (user + system) / 1000);
      last = process.threadCpuUsage();
      setImmediate(look);
    };
    worstTurnMs = 0;
    setImmediate(look);
  },

  /** The longest such time so far. */
  worst: async (): Promise<number> => worstTurnMs,

  /** Records articles without working out their effects, until the tree has them too if there is one; gives the cost. */
  append: async ({ partnership, serials }: { partnership: string; serials: readonly number[] }): Promise<number> => {
    const { ledger, proof } = opened();
    const readings = serials.map((serial) => furtherArticle(partnership, 20, serial));
    const before = processorMs();
    for (const reading of readings) {
      await appendArticle(reading, { recordedBy: 'bench', isNewPartnership: true }, ledger.recorder);
    }
    const { position } = await ledger.views.head();
    await proof?.consistency(position, position);
    return processorMs() - before;
  },
  /**
   * Reads and records article files as their POST does, so many at once. Then appends the events of others like them
   * through the port. Gives how long both took.
   */
  recordFiles: async ({ files, atOnce }: { files: readonly string[]; atOnce: number }) => {
    const { ledger } = opened();
    const readings = files.map((text) => readOrThrow(text));
    const start = performance.now();
    await inWorkers(files, atOnce, async (text) => {
      await recordArticle(readOrThrow(text), { recordedBy: 'bench', isNewPartnership: true }, ledger);
    });
    const between = performance.now();
    await inWorkers(readings, atOnce, async (reading) => {
      const again = { ...reading, article: `${reading.article}-again` };
      await ledger.store.append(`partnership-${again.article}`, 'no_stream', readingEvents(again, 'bench'));
    });
    return { ledgerMs: between - start, portMs: performance.now() - between };
  },
} as const;

const retraction = { type: 'RetractFact', reports: [], actor: 'bench', reason: 'the paper took it back' } as const;

function readOrThrow(text: string): ReadingDraft {
  const { reading, problems } = readArticle(text, { file: 'posted', subjects: emptyRegistry });
  if (reading === null) throw new Error(problems.map(({ message }) => message).join('; '));
  return reading;
}

type Opening = {
  readonly folder: string;
  readonly isProved?: boolean;
  /** Whether threads answer the reads of much, as in a server. */
  readonly hasReaders?: boolean;
};

function readersOf(dataDir: string): ReaderThreads {
  const settings = { ledger: { dataDir }, names: [], version: 'bench', logLevel: 'warn' };
  return readerThreads(settings, { report: console.error });
}

async function inWorkers<Item>(items: readonly Item[], count: number, work: (item: Item) => Promise<void>) {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

let worstTurnMs = 0;

type Sent = { readonly headers: Readonly<Record<string, string>>; readonly payload: string };

function portOf(app: FastifyInstance): number {
  return (app.server.address() as AddressInfo).port;
}

/** What an answer cost, and enough to tell whether it is what it should be. */
export type Got = {
  readonly cost: number;
  readonly status: number;
  readonly bytes: number;
  readonly digest: string;
};

export type Work = keyof typeof works;

export type Given<Name extends Work> = Parameters<(typeof works)[Name]> extends [infer One] ? One : undefined;

function opened(): NonNullable<typeof open> {
  if (open === null) throw new Error('no ledger is open');
  return open;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

// Reads of partnerships and Games never ask for it.
const unproved = {
  check: { state: () => ({ fault: null, state: 'good', checked: 0 }), ended: Promise.resolve() },
} as unknown as LedgerProof;

process.on('message', ({ work, given }: { work: Work; given: never }) => {
  answer(work, given).then(
    (done) => process.send?.({ answer: done }),
    (error: unknown) => {
      process.send?.({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    },
  );
});

async function answer(work: Work, given: never): Promise<unknown> {
  return await works[work](given);
}
