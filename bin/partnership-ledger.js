#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to read this file and say what it needs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 26;

/** The Node that is installed with the project, or null (its package is optional and has no build for some platforms). */
function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const file = ['bin/node', 'bin/node.exe'].map((name) => join(folder, name)).find((name) => existsSync(name));
    return file ?? null;
  } catch {
    return null;
  }
}

async function main() {
  if (Number.parseInt(process.versions.node, 10) >= needed) {
    await import('../src/cli.ts');
    return;
  }
  const node = bundledNode();
  if (node === null) {
    console.error(
      `partnership-ledger needs Node ${needed} or newer, and this is Node ${process.versions.node}.\n` +
        `Get it from https://nodejs.org/, or with a version manager ("nvm install ${needed}"), or beside the project with "npm i node@${needed}".`,
    );
    process.exitCode = 1;
    return;
  }
  const cli = fileURLToPath(import.meta.url);
  const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both: the child ends in its own way, and this process answers as it did.
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

await main();
