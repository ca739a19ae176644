import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { FastifyInstance } from 'fastify';
import { readSeeds, type Seeds } from './articles/seeds.ts';
import { formatProblems } from './articles/source.ts';
import { type Config, ConfigError, readServerConfig } from './config.ts';
import type { ViewFact } from './domain/facts/facts-at.ts';
import { compareEditions } from './domain/vocabulary/games-editions.ts';
import { DamagedEvent, isStoreError } from './event-store/event-store.ts';
import { buildApp } from './http/app.ts';
import { type Ledger, openLedger, openProof } from './open-ledger.ts';
import type { LedgerViews } from './projections/live/views.ts';
import type { CheckState, LedgerProof } from './proof/ledger-proof.ts';
import { replaySeeds } from './recording/record-article.ts';
import { type WriteToken, writeTokenIn } from './secrets.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

function say(text: string): boolean {
  return process.stdout.write(`${text}\n`);
}

function complain(text: string): boolean {
  return process.stderr.write(`${text}\n`);
}

/** Nothing can be served; the message says why and what to do. */
class CannotStart extends Error {
  override readonly name = 'CannotStart';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

function configured(): Config {
  try {
    return readServerConfig();
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotStart(error.message, 2);
    throw error;
  }
}

// What the system or the store refuses is told in a line; anything else is a mistake of ours, and its stack is needed.
function isForeseen(error: unknown): error is Error {
  return isStoreError(error) || (error instanceof Error && 'code' in error);
}

async function unless<T>(work: Promise<T>, cannot: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isForeseen(error) ? new CannotStart(`${cannot}: ${error.message}`, 1) : error;
  }
}

async function checkedSeeds(folder: string): Promise<Seeds> {
  const seeds = await unless(readSeeds(folder), `The seeds in SEEDS_DIR (${folder}) cannot be read`);
  if (seeds.warnings.length > 0) complain(`Doubts about the seeds:\n${formatProblems(seeds.warnings)}`);
  if (seeds.problems.length === 0) return seeds;
  throw new CannotStart(`The seeds cannot be replayed:\n${formatProblems(seeds.problems)}`, 2);
}

async function replay(seeds: Seeds, { recorder, views }: Ledger): Promise<void> {
  const terminal = process.stdout.isTTY;
  const { position } = await views.head();
  const known = new Set(views.catalogue.articles(position).map(({ id }) => id));
  const { events, recorded, refused } = await replaySeeds(seeds, recorder, ({ done, total, article }) => {
    if (known.has(article)) return;
    const line = `Replaying seeds, ${done}/${total}: article ${article}`;
    process.stdout.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
  });
  if (terminal) process.stdout.write('\r\u001b[K');
  const from = recorded.length === 0 ? 'references' : `articles ${recorded.join(', ')}`;
  say(events === 0 ? 'Seeds: nothing new' : `Seeds: ${events} events recorded, from ${from}`);
  for (const { article, message } of refused) complain(`Seeds: article ${article} was not recorded: ${message}`);
}

function listeningProblem(error: NodeJS.ErrnoException, { HOST, PORT }: Config): CannotStart {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${PORT} on ${HOST} is taken. Stop what listens there, or set PORT to another one; 0 takes any free one.`;
    return new CannotStart(message, 1);
  }
  return new CannotStart(`Cannot listen on ${HOST}, port ${PORT}: ${error.message}`, 1);
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    throw listeningProblem(error as NodeJS.ErrnoException, config);
  }
  const { address, port } = app.server.address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function refuseSameToken(kept: WriteToken | null, { WRITE_TOKENS: named = [] }: Config): void {
  if (kept === null || !named.some(({ token }) => token === kept.token)) return;
  throw new CannotStart(`WRITE_TOKENS has the token that is kept in ${kept.file}: give the person another one`, 2);
}

function sayToken({ file, token }: WriteToken): boolean {
  return say(`The token for writes, kept in ${file} and shown this once: ${token}\n`);
}

function introduce(origin: string, addresses: readonly string[], token: WriteToken | null): void {
  const bearer = token === null ? '$WRITE_TOKEN' : `$(cat ${token.file})`;
  say(`\nPartnership Ledger ${version} serves on ${origin}. Try:\n`);
  for (const address of addresses) say(`  curl '${origin}${address}'`);
  say('\nTo record an article (its format: seeds/README.md):\n');
  say(`  curl -H "Authorization: Bearer ${bearer}" -H 'Content-Type: application/yaml' \\`);
  say(`    --data-binary @article.yaml ${origin}/api/articles\n`);
  if (token?.made) sayToken(token);
}

// How long requests that are under way may take to end, in milliseconds.
const patience = 5_000;

function stopOn(signals: readonly NodeJS.Signals[], close: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`${signal}: closing`);
    setTimeout(() => {
      complain(`not closed within ${patience / 1000} seconds; what was acknowledged is stored`);
      process.exit(1);
    }, patience).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(`closing failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, stop);
}

// What was changed behind the application's back keeps nobody from reading the rest: /health/ready tells of it.
async function unlessAltered<T>(proof: LedgerProof, work: () => Promise<T>, otherwise: T): Promise<T> {
  if (proof.check.state().fault !== null) return otherwise;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DamagedEvent)) {
      if (isStoreError(error)) throw error;
      await proof.check.ended;
      if (proof.check.state().fault === null) throw error;
    }
    complain(String(error));
    return otherwise;
  }
}

function reportCheck({ fault }: CheckState): void {
  if (fault === null) return;
  complain(`The ledger is not what was recorded. ${fault.message}. "partnership-ledger verify" tells the same.`);
}

type Serving = { readonly config: Config; readonly seeds: Seeds; readonly ledger: Ledger; readonly proof: LedgerProof };

async function serve({ config, seeds, ledger, proof }: Serving, kept: WriteToken | null): Promise<void> {
  await unlessAltered(proof, () => replay(seeds, ledger), undefined);
  const addresses = await unlessAltered(proof, () => addressesToTry(ledger.views), ['/api', '/openapi.json']);
  const app = buildApp({
    ledger,
    proof,
    subjects: seeds.subjects,
    writeToken: config.WRITE_TOKEN ?? kept?.token ?? '',
    writeTokens: config.WRITE_TOKENS ?? [],
    version,
    now: Date.now,
    logger: { level: config.LOG_LEVEL, stream: process.stderr },
  });
  const origin = await listen(app, config);
  stopOn(['SIGINT', 'SIGTERM'], async () => {
    await app.close();
    await proof.stop();
    await ledger.close();
  });
  introduce(origin, addresses, kept);
}

async function start(): Promise<void> {
  const config = configured();
  const seeds = await checkedSeeds(config.SEEDS_DIR);
  const { DATA_DIR: dataDir, EVENT_STORE: eventStore, STREAM_PREFIX: streamPrefix } = config;
  const opening = openLedger({ dataDir, eventStore, streamPrefix, waiting: say });
  const setting = eventStore === 'sqlite' ? `DATA_DIR is ${dataDir}` : 'see EVENT_STORE';
  const ledger = await unless(opening, `The ledger cannot be opened (${setting})`);
  for (const { message } of (await ledger.store.health()).problems) complain(`Event store: ${message}`);
  let proof: LedgerProof | null = null;
  try {
    const making = config.WRITE_TOKEN === undefined ? writeTokenIn(dataDir) : Promise.resolve(null);
    const token = await unless(making, 'The token for writes cannot be used');
    refuseSameToken(token, config);
    const proving = openProof(ledger, { dataDir, signingKey: config.SIGNING_KEY, report: reportCheck });
    proof = await unless(proving, 'The proof of the ledger cannot be kept');
    await serve({ config, seeds, ledger, proof }, token);
  } catch (error) {
    await proof?.stop();
    await ledger.close();
    throw error;
  }
}

try {
  await start();
} catch (error) {
  complain(
    error instanceof CannotStart
      ? error.message
      : `Cannot start: ${error instanceof Error ? error.stack : String(error)}`,
  );
  process.exitCode = error instanceof CannotStart ? error.exitCode : 1;
}

function planned(facts: readonly ViewFact[]): string | undefined {
  return facts.flatMap(({ plannedFor, type }) => (type.kind === 'campaign' ? (plannedFor?.latest ?? []) : []))[0];
}

/** Addresses that show something of what the ledger holds, to begin with: of the first partnership, if there is one. */
export async function addressesToTry(views: LedgerViews): Promise<readonly string[]> {
  const { cut } = await views.resolve({});
  const [id] = cut === null ? [] : views.catalogue.partnerships(cut.position);
  if (cut === null || id === undefined) return ['/api', '/openapi.json'];
  const view = await views.partnership(id, cut);
  const { facts } = view.facts();
  const day = planned(facts);
  const edition = facts
    .flatMap(({ type, games }) => (type.kind === 'obligation' ? games : []))
    .toSorted(compareEditions)[0];
  const contested = facts.find((fact) => fact.contested) ?? facts[0];
  const [article] = views.catalogue.articles(cut.position);
  const partnership = `/api/partnerships/${id}`;
  return [
    '/api',
    `${partnership}/timeline`,
    ...(day === undefined ? [] : [`${partnership}/timeline?occurredAsOf=${day}&status=due`]),
    `${partnership}/obligations`,
    `${partnership}/rollout`,
    ...(edition === undefined ? [] : [`/api/games/${edition}/obligations`]),
    ...(contested === undefined ? [] : [`${partnership}/facts/${contested.key}`]),
    ...(article === undefined ? [] : [`/api/articles/${article.id}`]),
    '/openapi.json',
  ];
}
