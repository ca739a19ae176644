import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { PageAssets } from '../page/page.ts';
import { problemAnswers } from './described-answers.ts';
import type { Examples } from './openapi-document.ts';
import { HttpProblem } from './problems.ts';

/**
 * The files of the page that the build made in `folder`: style, font and script. Their names hold a digest of what is in
 * them. Without a build there are none, and the pages are plain HTML.
 */
export function readAssets(folder: URL): AssetFiles {
  const path = fileURLToPath(folder);
  const files = new Map(namesIn(path).map((name) => [name, readFileSync(join(path, name))]));
  const find = (start: string): string | null => {
    const name = [...files.keys()].find((one) => one.startsWith(start));
    return name === undefined ? null : `/assets/${name}`;
  };
  // In the order in which they run.
  const reference = [find('scalar-'), find('reference-')].flatMap((script) => script ?? []);
  return {
    files,
    style: find('style-'),
    font: find('source-sans-3-'),
    script: find('client-'),
    icon: find('icon-'),
    reference: reference.length < 2 ? [] : reference,
  };
}

/** The files of a page that was not built. */
export const noAssets: AssetFiles = {
  files: new Map(),
  style: null,
  font: null,
  script: null,
  icon: null,
  reference: [],
};

export type AssetFiles = PageAssets & {
  readonly files: ReadonlyMap<string, Buffer>;
  /** The scripts of the reference of the API. */
  readonly reference: readonly string[];
};

/** The examples for the description of the API that the build made, or none. */
export function readExamples(file: URL): Examples {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Examples) : {};
}

/** The stand-alone verifier that the build made; null without a build. */
export function readVerifier(file: URL): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** GET /assets/{name}: a file of the page. It never changes under its name. */
export function assetRoutes(app: FastifyInstance, { files }: AssetFiles): void {
  const schema = { hide: true, params: z.object({ name: z.string() }), response: problemAnswers('unknown-address') };
  app.get('/assets/:name', { schema, logLevel: 'warn', config: { role: null } }, async (request, reply) => {
    const { name } = request.params as { name: string };
    const file = files.get(name);
    const type = mediaTypes[name.slice(name.lastIndexOf('.'))];
    if (file === undefined || type === undefined) {
      throw new HttpProblem('unknown-address', `there is no file ${name.slice(0, 80)}; start at /`);
    }
    return reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(file);
  });
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
