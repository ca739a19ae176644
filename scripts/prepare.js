// Plain JavaScript: this may run on a Node that strips no types.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';
import { build } from './build.js';

/**
 * Builds `dist/`, and tap's test class for the plugins in package.json. Does nothing without those tools
 * (`npm ci --omit=dev`).
 */
async function prepare() {
  await build();
  if (!isInstalled('tap')) return 0;
  return spawnSync('tap', ['build'], { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}

function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

process.exitCode = await prepare();
