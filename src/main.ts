import { readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { openAccess } from './access/access.ts';
import { identityProvider } from './access/identity-provider.ts';
import { openTokenFile, type TokenFile, tokenFileIn } from './access/tokens.ts';
import { readSeeds, type Seeds } from './articles/seeds.ts';
import { formatProblems } from './articles/source.ts';
import { type Config, ConfigError, isLoopback, readServerConfig } from './config.ts';
import { compareEditions } from './domain/vocabulary/games-editions.ts';
import { DamagedEvent, isStoreError } from './event-store/event-store.ts';
import { buildApp } from './http/app.ts';
import type { ReaderThreads } from './http/context.ts';
import type { Door } from './http/guard.ts';
import { readAssets, readExamples, readVerifier } from './http/page-assets.ts';
import { type Ledger, openLedger, openProof, proofFiles } from './open-ledger.ts';
import type { LedgerViews } from './projections/live/views.ts';
import { keptCheckpoint, MalformedNote, readVerifierKey } from './proof/checkpoint.ts';
import type { LedgerProof } from './proof/ledger-proof.ts';
import { publisherOf } from './proof/publish-checkpoint.ts';
import type { CheckState } from './proof/watch-log.ts';
import { startWitnesses, type Witnesses } from './proof/witnesses.ts';
import { readerThreads } from './reader-threads.ts';
import { replaySeeds } from './recording/record-article.ts';
import { loadSigningSeed, loadWriteToken, type WriteToken } from './secrets.ts';
import { systemProblem } from './system-errors.ts';
import { type Metrics, openMetrics } from './telemetry/metrics.ts';
import type { Traces } from './telemetry/traces.ts';
import { openWebhooks, type Webhooks } from './webhooks/webhooks.ts';

/**
 * Starts a server as the environment sets it up: opens the ledger and its proof, replays the seeds, and serves until a
 * signal ends the process. Says why it cannot start, and returns the exit code then; null once it serves.
 */
export async function serve(given: readonly string[]): Promise<number | null> {
  try {
    await start(given);
    return null;
  } catch (error) {
    const isForeseen = error instanceof CannotStart;
    complain(isForeseen ? error.message : `Cannot start: ${error instanceof Error ? error.stack : String(error)}`);
    return isForeseen ? error.exitCode : 1;
  }
}

async function start(given: readonly string[]): Promise<void> {
  const further = readArguments(given);
  const config = readSettings();
  const seeds = await readValidSeeds(config.SEEDS_DIR, further);
  const { DATA_DIR: dataDir, EVENT_STORE: eventStore, STREAM_PREFIX: streamPrefix } = config;
  const telemetry = await openTelemetry(config);
  const { aroundAppend } = telemetry;
  const opening = openLedger({ dataDir, eventStore, streamPrefix, onSlowOpen: say, aroundAppend });
  const setting = eventStore === 'sqlite' ? `DATA_DIR is ${dataDir}` : 'see EVENT_STORE';
  const ledger = await orCannotStart(opening, `The ledger cannot be opened (${setting})`);
  let proof: LedgerProof | null = null;
  try {
    for (const { message } of (await ledger.store.health()).problems) complain(`Event store: ${message}`);
    const token = await readToken(config);
    const proving = openProof(ledger, { dataDir, signingKey: config.SIGNING_KEY, report: reportCheck });
    proof = await orCannotStart(proving, 'The proof of the ledger cannot be kept');
    await listenAndServe({ config, seeds, ledger, proof, token, telemetry });
  } catch (error) {
    await proof?.stop();
    await ledger.close();
    throw error;
  }
}

// The folders of seeds to replay beside those of SEEDS_DIR.
function readArguments(given: readonly string[]): readonly string[] {
  const usage = 'usage: npm start -- [--with <folder of articles>]…';
  try {
    const { values } = parseArgs({ args: [...given], options: { with: { type: 'string', multiple: true } } });
    const folders = values.with ?? [];
    const missing = folders.filter((folder) => !statSync(folder, { throwIfNoEntry: false })?.isDirectory());
    if (missing.length === 0) return folders;
    throw new CannotStart(`--with ${missing.join(', ')}: there is no such folder; ${usage}`, 2);
  } catch (error) {
    if (error instanceof CannotStart) throw error;
    throw new CannotStart(`${(error as Error).message}; ${usage}`, 2);
  }
}

function readSettings(): Config {
  try {
    return readServerConfig();
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotStart(error.message, 2);
    throw error;
  }
}

/** The server cannot start; the message says why and what to do. */
class CannotStart extends Error {
  override readonly name = 'CannotStart';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

async function readValidSeeds(folder: string, further: readonly string[]): Promise<Seeds> {
  const where = [`SEEDS_DIR (${folder})`, ...further].join(' and ');
  const seeds = await orCannotStart(readSeeds(folder, ...further), `The seeds in ${where} cannot be read`);
  if (seeds.warnings.length > 0) complain(`Warnings about the seeds:\n${formatProblems(seeds.warnings)}`);
  if (seeds.problems.length === 0) return seeds;
  throw new CannotStart(`The seeds cannot be replayed:\n${formatProblems(seeds.problems)}`, 2);
}

// An error of the system or of the store gets one line. Any other error is our bug and needs its stack.
async function orCannotStart<T>(work: Promise<T>, problem: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isStoreError(error) || (error instanceof Error && 'code' in error)) {
      throw new CannotStart(`${problem}: ${systemProblem(error)}`, 1);
    }
    throw error;
  }
}

// The token from its file, unless WRITE_TOKEN is set.
async function readToken({ DATA_DIR, WRITE_TOKEN, WRITE_TOKENS = [] }: Config): Promise<WriteToken | null> {
  if (WRITE_TOKEN !== undefined) return null;
  const kept = await orCannotStart(loadWriteToken(DATA_DIR), 'The token for writes cannot be used');
  if (!WRITE_TOKENS.some(({ token }) => token === kept.token)) return kept;
  throw new CannotStart(`WRITE_TOKENS contains the token kept in ${kept.file}: give the person another one`, 2);
}

function reportCheck({ fault }: CheckState): void {
  if (fault === null) return;
  complain(
    `The ledger is not what was recorded. ${fault.message}. Nothing is recorded until that is settled: restore a backup, ` +
      'or accept what is there with "partnership-ledger accept" (docs/operations.md).',
  );
}

// What counts and, if somebody collects them, traces.
async function openTelemetry(config: Config): Promise<Telemetry> {
  const metrics = openMetrics({ ofProcess: true });
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return { metrics, traces: null, aroundAppend: metrics.timed };
  const { openTraces } = await import('./telemetry/traces.ts');
  const traces = openTraces(config.OTEL_SERVICE_NAME, version);
  return { metrics, traces, aroundAppend: (append) => metrics.timed(traces.traced(append)) };
}

type Telemetry = {
  readonly metrics: Metrics;
  readonly traces: Traces | null;
  readonly aroundAppend: Metrics['timed'];
};

type Parts = {
  readonly config: Config;
  readonly seeds: Seeds;
  readonly ledger: Ledger;
  readonly proof: LedgerProof;
  readonly token: WriteToken | null;
  readonly telemetry: Telemetry;
};

async function listenAndServe({ config, seeds, ledger, proof, token, telemetry }: Parts): Promise<void> {
  await unlessAltered(proof, () => complainOfClock(ledger.views), undefined);
  await unlessAltered(proof, () => replay(seeds, ledger), undefined);
  const addresses = await unlessAltered(proof, () => addressesToTry(ledger.views), ['/api', '/openapi.json']);
  const webhooks = startWebhooks(config, ledger);
  const tokens = openTokens(config);
  const seed = await loadSigningSeed(config.DATA_DIR, config.SIGNING_KEY);
  const door = doorOf(config);
  const witnesses = askWitnesses(config, ledger, proof);
  const app = buildApp({
    ledger,
    proof,
    webhooks,
    readers: startReaders(config, seeds),
    subjects: seeds.subjects,
    access: openAccess({
      writeToken: config.WRITE_TOKEN ?? token?.token ?? '',
      writeTokens: config.WRITE_TOKENS ?? [],
      tokens,
      provider: providerOf(config),
      seed,
      now: Date.now,
    }),
    door,
    ...(config.EMBED_HOSTS === undefined ? {} : { embedHosts: config.EMBED_HOSTS }),
    version,
    assets: readAssets(new URL('../dist/page/', import.meta.url)),
    examples: readExamples(new URL('../dist/openapi-examples.json', import.meta.url)),
    limits: { mostLoopDelayMs },
    metrics: telemetry.metrics,
    traces: telemetry.traces,
    witnesses,
    verifier: readVerifier(new URL('../dist/verify.mjs', import.meta.url)),
    now: Date.now,
    logger: { level: config.LOG_LEVEL, stream: process.stderr },
  });
  const origin = await listen(app, config);
  stopOn(['SIGINT', 'SIGTERM'], async () => {
    await Promise.race([app.close(), wait(closeTimeoutMs, undefined, { ref: false })]);
    app.server.closeAllConnections();
    // Whatever fails, the rest is closed too, the ledger last of what records.
    const parts = [
      async () => await webhooks?.close(),
      async () => await witnesses?.stop(),
      proof.stop,
      ledger.close,
      async () => await telemetry.traces?.close(),
    ];
    for (const close of parts) await close().catch((error: unknown) => complain(`Closing: ${String(error)}`));
    tokens.close();
  });
  introduce(origin, addresses, token);
  if (!door.publicReads) say('Reading needs a token here. In a browser, /sign-in takes it.\n');
  else if (!isLoopback(config.HOST)) say(`Reading needs no token: whoever reaches ${config.HOST} may read.\n`);
}

function openTokens({ ACCESS_DIR, DATA_DIR }: Config): TokenFile {
  const folder = ACCESS_DIR ?? DATA_DIR;
  try {
    return openTokenFile(tokenFileIn(folder));
  } catch (error) {
    throw new CannotStart(`The tokens in ${folder} cannot be used: ${systemProblem(error)}`, 1);
  }
}

function providerOf({ JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_KEYS: keys, ...config }: Config) {
  if (issuer === undefined || audience === undefined || keys === undefined) return null;
  return identityProvider({ issuer, audience, keys: new URL(keys), roleClaim: config.JWT_ROLE_CLAIM, now: Date.now });
}

// Whoever names further hosts, or listens on more than this machine, opens the server to a network.
function doorOf(config: Config): Door & { readonly publicReads: boolean } {
  const { HOST, ALLOWED_HOSTS, PUBLIC_READS } = config;
  const isOfThisMachine = isLoopback(HOST);
  const isWildcard = HOST === '0.0.0.0' || HOST === '::';
  const own = isWildcard ? [] : [HOST.includes(':') ? `[${HOST}]` : HOST];
  return {
    publicReads: PUBLIC_READS ?? (isOfThisMachine && ALLOWED_HOSTS === undefined),
    hosts: [...own, ...(ALLOWED_HOSTS ?? [])],
    trustedProxies: config.TRUSTED_PROXIES ?? [],
    corsOrigins: config.CORS_ORIGINS ?? [],
    requestsAMinute: isOfThisMachine && config.TRUSTED_PROXIES === undefined ? 0 : config.RATE_LIMIT,
  };
}

// Null where the operator wants none.
function startReaders(config: Config, { names }: Seeds): ReaderThreads | null {
  const { READ_THREADS: most, EMBED_HOSTS: embedHosts, LOG_LEVEL } = config;
  if (most === 0) return null;
  const ledger = { dataDir: config.DATA_DIR, eventStore: config.EVENT_STORE, streamPrefix: config.STREAM_PREFIX };
  // The server has a line for each answer already.
  const logLevel = ['info', 'debug', 'trace'].includes(LOG_LEVEL) ? 'warn' : LOG_LEVEL;
  return readerThreads({ ledger, names, version, embedHosts, logLevel }, { most, report: complain });
}

// Null where the operator has named neither a witness nor a place to publish at.
function askWitnesses(config: Config, { feed }: Ledger, proof: LedgerProof): Witnesses | null {
  const { DATA_DIR, WITNESSES = [], WITNESS_QUORUM: quorum, PUBLISH_CHECKPOINTS = [] } = config;
  if (WITNESSES.length === 0 && PUBLISH_CHECKPOINTS.length === 0) return null;
  try {
    return startWitnesses({
      proof,
      head: feed.position,
      witnesses: WITNESSES.map(({ key, url }) => ({ key: readVerifierKey(key, 'witness'), url })),
      publish: PUBLISH_CHECKPOINTS.map(publisherOf),
      kept: keptCheckpoint(proofFiles(DATA_DIR).witnessed),
      quorum,
      report: complain,
    });
  } catch (error) {
    if (error instanceof MalformedNote) throw new CannotStart(`WITNESSES: ${error.message}`, 2);
    throw error;
  }
}

// Null where the operator has named no host for them.
function startWebhooks({ DATA_DIR, WEBHOOK_HOSTS }: Config, ledger: Ledger): Webhooks | null {
  if (WEBHOOK_HOSTS === undefined) return null;
  try {
    return openWebhooks({
      file: join(DATA_DIR, 'webhooks.sqlite'),
      hosts: WEBHOOK_HOSTS,
      ledger,
      agent: `partnership-ledger/${version}`,
      now: Date.now,
      report: complain,
    });
  } catch (error) {
    throw new CannotStart(`The webhooks in ${DATA_DIR} cannot be used: ${systemProblem(error)}`, 1);
  }
}

// An altered ledger still serves what can be read: /health/ready reports the fault.
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

// Before anything is recorded: what is recorded by a wrong clock stays.
async function complainOfClock({ clockDoubt, head }: LedgerViews): Promise<void> {
  const doubt = clockDoubt(await head());
  if (doubt !== null) complain(`Clock: ${doubt.text} This clock says ${new Date().toISOString()}.`);
}

async function replay(seeds: Seeds, { recorder, views }: Ledger): Promise<void> {
  const isTerminal = process.stdout.isTTY;
  const { position } = await views.head();
  const catalogued = new Set(views.catalogue.articles(position));
  const { events, recorded, refused } = await replaySeeds(seeds, recorder, ({ done, total, article }) => {
    if (catalogued.has(article)) return;
    const line = `Replaying seeds, ${done}/${total}: article ${article}`;
    process.stdout.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  });
  if (isTerminal) process.stdout.write('\r\u001b[K');
  const sources = recorded.length === 0 ? 'references' : `articles ${recorded.join(', ')}`;
  say(events === 0 ? 'Seeds: nothing new' : `Seeds: ${events} events recorded, from ${sources}`);
  for (const { article, message } of refused) complain(`Seeds: article ${article} was not recorded: ${message}`);
}

// The addresses that the start prints: those of the first partnership, if there is one. A large partnership gets a short
// list, because the full one would need its facts.
async function addressesToTry(views: LedgerViews): Promise<readonly string[]> {
  const { cut } = await views.resolve({});
  const [id] = cut === null ? [] : views.catalogue.partnerships(cut.position);
  if (cut === null || id === undefined) return ['/api', '/openapi.json'];
  const { events = 0 } = views.catalogue.partnership(id) ?? {};
  const facts = events > mostEventsShown ? [] : (await views.partnership(id, cut)).facts().facts;
  const [dueDay] = facts.flatMap(({ plannedFor, type }) =>
    type.kind === 'campaign' ? (plannedFor?.latest ?? []) : [],
  );
  const editions = facts.flatMap(({ type, games }) => (type.kind === 'obligation' ? games : []));
  const [edition] = editions.toSorted(compareEditions);
  const contested = facts.find((fact) => fact.contested) ?? facts[0];
  const [article] = views.catalogue.articles(cut.position);
  const partnership = `/api/partnerships/${id}`;
  return [
    '/api',
    `${partnership}/timeline`,
    ...(dueDay === undefined ? [] : [`${partnership}/timeline?occurredAsOf=${dueDay}&status=due`]),
    `${partnership}/obligations`,
    `${partnership}/rollout`,
    ...(edition === undefined ? [] : [`/api/games/${edition}/obligations`]),
    ...(contested === undefined ? [] : [`${partnership}/facts/${contested.key}`]),
    ...(article === undefined ? [] : [`/api/articles/${article}`]),
    '/openapi.json',
  ];
}

const mostEventsShown = 250;

async function listen(app: FastifyInstance, { HOST, PORT }: Config): Promise<string> {
  try {
    await app.listen({ host: HOST, port: PORT });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === 'EADDRINUSE'
        ? `Port ${PORT} on ${HOST} is taken. Stop the program that listens there, or set PORT to another port; 0 takes any free one.`
        : `Cannot listen on ${HOST}, port ${PORT}: ${message}`;
    throw new CannotStart(problem, 1);
  }
  const { address, port } = app.server.address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function stopOn(signals: readonly NodeJS.Signals[], close: () => Promise<void>): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say(`${signal}: closing`);
    setTimeout(() => {
      complain(`Not closed within ${giveUpMs / 1000} seconds; everything acknowledged is stored`);
      process.exit(1);
    }, giveUpMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(`Closing failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, stop);
}

// Who waits longer than that for the event loop is better served by another server, or later.
const mostLoopDelayMs = 2_000;

// How long running requests may take to finish.
const closeTimeoutMs = 5_000;

// And all of it, with appends that wait for another process.
const giveUpMs = 20_000;

function introduce(origin: string, addresses: readonly string[], token: WriteToken | null): void {
  const bearer = token === null ? '$WRITE_TOKEN' : `$(cat ${token.file})`;
  say(`\nPartnership Ledger ${version} serves on ${origin}. Open it in a browser, or try:\n`);
  for (const address of addresses) say(`  curl '${origin}${address}'`);
  say('\nTo record an article (its format: docs/writing-an-article.md):\n');
  say(`  curl -H "Authorization: Bearer ${bearer}" -H 'Content-Type: application/yaml' \\`);
  say(`    --data-binary @article.yaml ${origin}/api/articles\n`);
  if (token?.isNew) say(`The token for writes, kept in ${token.file} and shown this once: ${token.token}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

if (import.meta.main) process.exitCode = (await serve(process.argv.slice(2))) ?? undefined;
