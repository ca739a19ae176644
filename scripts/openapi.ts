import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import openapiTypes, { astToString } from 'openapi-typescript';
import typescript from 'typescript';
import { openAccess } from '../src/access/access.ts';
import { readSeeds } from '../src/articles/seeds.ts';
import { buildApp } from '../src/http/app.ts';
import type { Examples } from '../src/http/openapi-document.ts';
import { openLedger, openProof } from '../src/open-ledger.ts';
import { replaySeeds } from '../src/recording/record-article.ts';
import { exampleTokens, takeExamples } from './openapi-examples.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/**
 * Writes what describes the API into dist/: the OpenAPI document, the examples in it, which are the answers of a server that
 * serves the seeds and listens nowhere, and the types of the client.
 */
async function describe(): Promise<void> {
  const { plain, document, examples } = await openApiDocument();
  writeFileSync(join(dist, 'openapi.json'), JSON.stringify(document));
  writeFileSync(join(dist, 'openapi-examples.json'), JSON.stringify(examples));
  mkdirSync(join(dist, 'client'), { recursive: true });
  const types = astToString(await openapiTypes(plain as Parameters<typeof openapiTypes>[0]));
  writeFileSync(join(dist, 'client', 'api.d.ts'), types);
  declareClient();
}

async function openApiDocument() {
  const dataDir = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
  let milliseconds = Date.UTC(2026, 10, 22, 9);
  const now = () => milliseconds++;
  const ledger = await openLedger({ dataDir, now });
  const seeds = await readSeeds(join(root, 'seeds'));
  await replaySeeds(seeds, ledger.recorder);
  const proof = await openProof(ledger, { dataDir, report: () => undefined });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const access = openAccess({ ...exampleTokens, now });
  const parts = { ledger, proof, subjects: seeds.subjects, access, version, now, logger: false as const };
  const documentOf = async (examples: Examples) => {
    const app = buildApp({ ...parts, examples });
    await app.ready();
    return { app, document: app.swagger() };
  };
  try {
    const plain = await documentOf({});
    const examples = await takeExamples(plain.app, plain.document, join(root, 'seeds'));
    return { plain: plain.document, examples, document: (await documentOf(examples)).document };
  } finally {
    await proof.stop();
    await ledger.close();
    rmSync(dataDir, { recursive: true });
  }
}

// The declarations of the client, with those of the package that is bundled into it beside them.
function declareClient(): void {
  const folder = join(dist, 'client');
  const fileName = join(root, 'src', 'client', 'client.ts');
  const compilerOptions = { isolatedDeclarations: true, verbatimModuleSyntax: true };
  const { outputText, diagnostics = [] } = typescript.transpileDeclaration(readFileSync(fileName, 'utf8'), {
    fileName,
    compilerOptions,
  });
  for (const { messageText } of diagnostics) throw new Error(`src/client/client.ts: ${JSON.stringify(messageText)}`);
  const declared = outputText
    .replace("'../../dist/client/api.d.ts'", "'./api.js'")
    .replace("'openapi-fetch'", "'./openapi-fetch.js'");
  writeFileSync(join(folder, 'client.d.ts'), declared);
  const { resolve } = createRequire(import.meta.url);
  const types = readFileSync(resolve('openapi-fetch/dist/index.d.mts'), 'utf8');
  writeFileSync(
    join(folder, 'openapi-fetch.d.ts'),
    types.replace("'openapi-typescript-helpers'", "'./openapi-typescript-helpers.js'"),
  );
  const helpers = createRequire(resolve('openapi-fetch')).resolve('openapi-typescript-helpers');
  cpSync(helpers.replace(/\.cjs$/, '.d.ts'), join(folder, 'openapi-typescript-helpers.d.ts'));
}

await describe();
// A connection that a package keeps open would keep the build waiting.
process.exit();
