// Plain JavaScript, since it may run before a Node that strips types is installed.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** Builds tap's test class for the plugins in package.json; without tap (`npm ci --omit=dev`) there is nothing to do. */
function prepare() {
  try {
    createRequire(import.meta.url).resolve('tap/package.json');
  } catch {
    return 0;
  }
  return spawnSync('tap', ['build'], { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}

process.exitCode = prepare();
