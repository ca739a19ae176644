import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import tap from 'tap';
import { openAccess } from '../../src/access/access.ts';
import type { IdentityProvider } from '../../src/access/identity-provider.ts';
import type { TokenFile } from '../../src/access/tokens.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import type { AdmissionLimits } from '../../src/http/admission.ts';
import { buildApp } from '../../src/http/app.ts';
import type { StreamLimits } from '../../src/http/event-stream.ts';
import type { Door } from '../../src/http/guard.ts';
import { readAssets, readExamples, readVerifier } from '../../src/http/page-assets.ts';
import type { ProblemDetails } from '../../src/http/problems.ts';
import { type Ledger, openProof } from '../../src/open-ledger.ts';
import type { LedgerProof } from '../../src/proof/ledger-proof.ts';
import type { CheckState } from '../../src/proof/watch-log.ts';
import { replaySeeds } from '../../src/recording/record-article.ts';
import type { WebhookParts, Webhooks } from '../../src/webhooks/webhooks.ts';
import { watchAnswers } from './described.ts';
import {
  openLedgerAt,
  type Place,
  placeOf,
  signingKeyOfTests,
  tokenOfTests,
  unlessClockCanBeSet,
} from './open-test-ledger.ts';
import { projectSeeds } from './seeds.ts';

/** The write token of tests. */
export const testToken = tokenOfTests;

/** The tokens of two stewards. */
export const stewardTokens = { anna: 'token-of-anna-the-steward', ben: 'token-of-ben-the-steward' } as const;

/** The part of a tap test that a test app needs: a clean-up hook. */
type Testing = { readonly teardown: (after: () => Promise<void>) => void };

/** An answer: its JSON as any client would parse it, and its text. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests say which members they expect
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
  readonly text: string;
};

/** An app on its own ledger, with a clock that stands still until `later` moves it. */
export type TestApp = {
  readonly app: FastifyInstance;
  readonly tokens: TokenFile;
  readonly ledger: Ledger;
  readonly proof: LedgerProof;
  readonly get: (url: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Sends an article as YAML with the token, unless the headers say otherwise. */
  readonly post: (text: string, headers?: Readonly<Record<string, string>>, url?: string) => Promise<Answer>;
  readonly send: (
    method: 'HEAD' | 'OPTIONS' | 'PUT' | 'PATCH' | 'DELETE' | 'POST',
    url: string,
    headers?: Readonly<Record<string, string>>,
    payload?: string,
  ) => Promise<Answer>;
  /** Moves the clock forward by some milliseconds. */
  readonly later: (milliseconds: number) => void;
};

/** A day, in milliseconds. */
export const oneDay = 86_400_000;

type Options = {
  /** Whether to replay the project's seeds. Without them the ledger holds only its opening event. */
  readonly seeds?: boolean;
  /** Where the ledger is. By default it is a new one on the store that the tests run on. */
  readonly place?: Place;
  /** Receives the lines of the log. */
  readonly log?: (line: string) => void;
  /** Receives what the check of the log found. */
  readonly report?: (state: CheckState) => void;
  /** What the server takes on at once. */
  readonly limits?: Partial<AdmissionLimits>;
  /** Limits of the streams of events. */
  readonly events?: StreamLimits;
  /** The sites that may frame a timeline. */
  readonly embedHosts?: readonly string[];
  /** Opens the webhooks of the ledger, whose file is in a folder of the test. */
  readonly webhooks?: (parts: Pick<WebhookParts, 'file' | 'ledger' | 'now'>) => Webhooks;
  /** How the server stands in its network. */
  readonly door?: Door;
  readonly provider?: IdentityProvider | null;
};

const parsed = (text: string, type: string): unknown => (text !== '' && /json/.test(type) ? JSON.parse(text) : null);

/** When test apps open, in milliseconds: 2026-11-22 at nine, or now if the store has a clock of its own. */
export const startOfApps: number = unlessClockCanBeSet ? Date.now() : Date.UTC(2026, 10, 22, 9);

/** The UTC day of `startOfApps`. */
export const startDay: string = new Date(startOfApps).toISOString().slice(0, 10);

let projectSeedsRead: ReturnType<typeof projectSeeds> | undefined;

const seedsOnce = (): ReturnType<typeof projectSeeds> => {
  projectSeedsRead ??= projectSeeds();
  return projectSeedsRead;
};

let seeded: Promise<string> | undefined;

// Replaying the seeds costs more than opening a ledger, so each process replays them once and copies the folder. The
// folder holds neither a tree nor a key: each app makes its own.
const seededFolder = (): Promise<string> => {
  seeded ??= (async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
    tap.teardown(() => rmSync(dataDir, { recursive: true }));
    const ledger = await openLedgerAt({ dataDir }, () => startOfApps);
    await replaySeeds(await seedsOnce(), ledger.recorder);
    await ledger.close();
    return dataDir;
  })();
  return seeded;
};

/** Opens a ledger, by default in a folder of the test, and an app on it. Its clock stands at `startOfApps`. */
export const openTestApp = async (
  t: Testing,
  {
    seeds = true,
    place,
    log,
    report = () => undefined,
    limits = {},
    events = {},
    embedHosts,
    webhooks: openWith,
    door,
    provider = null,
  }: Options = {},
): Promise<TestApp> => {
  let milliseconds = startOfApps;
  const now = (): number => milliseconds;
  // Not in the folder of the test: a further app in the same test would clear it.
  const folder = place === undefined ? mkdtempSync(join(tmpdir(), 'partnership-ledger-')) : null;
  const at = place ?? (await placeOf(join(folder ?? '', 'data')));
  const isNewFile = place === undefined && at.eventStore === undefined;
  if (seeds && isNewFile) cpSync(await seededFolder(), at.dataDir, { recursive: true });
  const ledger = await openLedgerAt(at, now);
  const read = seeds ? await seedsOnce() : null;
  if (read !== null && !isNewFile) await replaySeeds(read, ledger.recorder);
  const proof = await openProof(ledger, { dataDir: at.dataDir, report, share: 1 });
  // Now its files are written, and not later while the test's folder is being removed.
  await proof.check.ended;
  const webhooks = openWith?.({ file: join(at.dataDir, 'webhooks.sqlite'), ledger, now }) ?? null;
  const access = openAccess({
    writeToken: testToken,
    writeTokens: Object.entries(stewardTokens).map(([name, token]) => ({ name, token })),
    provider,
    seed: Buffer.from(signingKeyOfTests, 'base64'),
    now,
  });
  const app = buildApp({
    ledger,
    proof,
    webhooks,
    subjects: read?.subjects ?? emptyRegistry,
    access,
    door: { hosts: ['ledger.example'], ...door },
    version: '0.0.0-test',
    assets: readAssets(new URL('../../dist/page/', import.meta.url)),
    examples: readExamples(new URL('../../dist/openapi-examples.json', import.meta.url)),
    verifier: readVerifier(new URL('../../dist/verify.mjs', import.meta.url)),
    now,
    limits,
    events,
    checksAnswers: true,
    ...(embedHosts === undefined ? {} : { embedHosts }),
    logger: log === undefined ? false : { level: 'trace', stream: { write: log } },
  });
  const checkDescribed = watchAnswers(app);
  t.teardown(async () => {
    await app.close();
    await webhooks?.close();
    await proof.stop();
    access.tokens.close();
    await ledger.close();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    checkDescribed();
  });
  const send = async (
    method: 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'PATCH' | 'DELETE' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>> = {},
    payload?: string,
  ): Promise<Answer> => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await app.inject({ method, url, headers, ...(payload && { payload }) });
    const own = Object.fromEntries(
      Object.entries(answered).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
    );
    let json: unknown;
    return {
      status: statusCode,
      headers: own,
      // Most answers are compared as text alone.
      get body() {
        json ??= parsed(body, own['content-type'] ?? '');
        return json;
      },
      text: body,
    };
  };
  return {
    app,
    tokens: access.tokens,
    ledger,
    proof,
    send,
    get: async (url, headers) => await send('GET', url, headers),
    post: async (text, headers = {}, url = '/api/articles?newPartnership=true') =>
      await send(
        'POST',
        url,
        { authorization: `Bearer ${testToken}`, 'content-type': 'application/yaml', ...headers },
        text,
      ),
    later: (more) => {
      milliseconds += more;
    },
  };
};

/** The expected form of a problem; every error has it. */
export const problem = (name: string, status: number, rest: Partial<ProblemDetails> = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `/problems/${name}`, status, title: String, detail: String, ...rest },
});

/** The address of the next page in a Link header, or null. */
export const nextIn = (link: string | undefined): string | null =>
  /<([^>]*)>; rel="next"/.exec(link ?? '')?.[1] ?? null;

/** The permanent address (cite-as) in a Link header, or null. */
export const citationIn = (link: string | undefined): string | null =>
  /<([^>]*)>; rel="cite-as"/.exec(link ?? '')?.[1] ?? null;
