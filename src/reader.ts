import process from 'node:process';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FastifyInstance } from 'fastify';
import { mergeRegistries, type RegisteredNames, toRegistry } from './articles/registry.ts';
import { buildReader } from './http/app.ts';
import type { AnsweredRead, AskedRead } from './http/context.ts';
import { readAssets } from './http/page-assets.ts';
import { type Ledger, type LedgerOptions, openLedger } from './open-ledger.ts';

/**
 * Answers the reads that a thread is asked for. It opens the ledger as a further server on the same folder would, so that
 * what holds between servers holds between threads; it records nothing.
 */
async function answerReads(settings: ReaderSettings, port: MessagePort): Promise<void> {
  const { ledger: options, names, version, embedHosts, logLevel } = settings;
  const ledger = await openLedger(options);
  const app = buildReader({
    ledger,
    subjects: mergeRegistries(names.map(toRegistry)),
    version,
    assets: readAssets(new URL('../dist/page/', import.meta.url)),
    ...(embedHosts === undefined ? {} : { embedHosts }),
    now: Date.now,
    // The server reads the file too.
    alterationFound: (fault) => ledger.fault.keep({ foundAt: new Date().toISOString(), fault, expected: null }),
    logger: { level: logLevel, stream: process.stderr },
  });
  const reply = async (question: Question): Promise<void> => {
    const answered = await answer(question, ledger, app);
    port.postMessage(answered, 'body' in answered ? [answered.body.buffer] : []);
  };
  port.on('message', (question: Question) => void reply(question));
}

/** What a thread needs to answer as the server does, as data that can be handed to it. */
export type ReaderSettings = {
  readonly ledger: Pick<LedgerOptions, 'dataDir' | 'eventStore' | 'streamPrefix'>;
  /** The registers of the seeds, in their order. */
  readonly names: readonly RegisteredNames[];
  readonly version: string;
  readonly embedHosts?: readonly string[] | undefined;
  readonly logLevel: string;
};

/** What a thread is asked. */
export type Question = { readonly id: number; readonly read: AskedRead };

/** What it answers; or why it cannot, be it that it has not seen the position that was asked for. */
export type Reply = { readonly id: number } & (AnsweredRead | { readonly problem: string });

async function answer({ id, read }: Question, { views }: Ledger, app: FastifyInstance): Promise<Reply> {
  const { url, headers, atLeast } = read;
  try {
    await views.arrived({ atLeast: String(atLeast) });
    const { statusCode: status, headers: all, rawPayload } = await app.inject({ method: 'GET', url, headers });
    const sent = Object.entries(all).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name)
        ? []
        : [[name, Array.isArray(value) ? value : String(value)] as const],
    );
    return { id, status, headers: Object.fromEntries(sent), body: new Uint8Array(rawPayload) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

// The server sets its own.
const ofConnection: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

if (parentPort !== null) await answerReads(workerData as ReaderSettings, parentPort);
