import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCheckpoint } from './checkpoint.ts';

/** Publishes a signed checkpoint at one place. Rejects with why it could not. */
export type Publish = (checkpoint: string) => Promise<void>;

/**
 * How to publish at a place: `https://…` (PUT), `git:<folder>` (a commit of the file `checkpoint`, pushed where the branch
 * has an upstream), or a file, which is replaced.
 */
export function publisherOf(place: string): Publish {
  if (/^https?:\/\//.test(place)) return async (checkpoint) => await put(place, checkpoint);
  if (place.startsWith('git:')) return async (checkpoint) => await commit(place.slice('git:'.length), checkpoint);
  return async (checkpoint) => await replace(place, checkpoint);
}

async function put(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  const signal = AbortSignal.timeout(timeoutMs);
  const { ok, status } = await fetch(url, { method: 'PUT', headers, body, redirect: 'error', signal });
  if (!ok) throw new Error(`${url} answers ${status}`);
}

const timeoutMs = 30_000;

async function commit(folder: string, checkpoint: string): Promise<void> {
  const git = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await run('git', ['-C', folder, ...words], { timeout: timeoutMs });
    return stdout.trim();
  };
  await replace(join(folder, 'checkpoint'), checkpoint);
  await git('add', '--', 'checkpoint');
  const changed = await git('status', '--porcelain', '--', 'checkpoint');
  const { size, origin } = readCheckpoint(checkpoint);
  if (changed !== '') await git('commit', '--quiet', '-m', `${size} events of ${origin}`, '--', 'checkpoint');
  const upstream = await git('for-each-ref', '--format=%(upstream:short)', await git('symbolic-ref', 'HEAD'));
  if (upstream !== '') await git('push', '--quiet');
}

const run = promisify(execFile);

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { flush: true });
  await rename(draft, file);
}
