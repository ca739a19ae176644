#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to run this file and say which Node it needs.
import module from 'node:module';

const neededMajor = 26;

async function main() {
  if (Number.parseInt(process.versions.node, 10) < neededMajor) return await runOnInstalledNode();
  // The cache lies beside its code, so only those who can write the code can write the cache. If the folder is
  // read-only, Node runs without a cache.
  module.enableCompileCache(`${import.meta.dirname}/../dist/compile-cache`);
  await import('../dist/cli.js');
}

async function runOnInstalledNode() {
  const { spawn } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const node = await installedNode();
  if (node === null) {
    console.error(
      `partnership-ledger needs Node ${neededMajor} or newer, and this is Node ${process.versions.node}.\n` +
        `Get it from https://nodejs.org/, or with a version manager ("nvm install ${neededMajor}"), or beside the project with "npm i node@${neededMajor}".`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes. The child decides how to end, and this process exits as the child did.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${node} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (status, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    process.exitCode = status ?? 1;
  });
}

/** The Node that came with the project, or null: the package `node` is optional and lacks some platforms. */
async function installedNode() {
  const { existsSync } = await import('node:fs');
  const { dirname, join } = await import('node:path');
  try {
    const folder = dirname(module.createRequire(import.meta.url).resolve('node/package.json'));
    const file = ['bin/node', 'bin/node.exe'].map((name) => join(folder, name)).find((name) => existsSync(name));
    return file ?? null;
  } catch {
    return null;
  }
}

await main();
