import type { FastifyInstance } from 'fastify';
import { etagOf, sendTagged } from '../answers.ts';
import type { Context } from '../context.ts';
import { noAssets } from '../page-assets.ts';

/** GET /docs: the reference of the API, drawn in the browser from /openapi.json; without its script, where to read it. */
export function docsRoute(app: FastifyInstance, { assets = noAssets }: Context): void {
  const html = Buffer.from(referencePage(assets.reference, assets.icon));
  app.get('/docs', { schema: { hide: true } }, async (request, reply) => {
    reply.headers({ 'content-security-policy': contentPolicy, 'referrer-policy': 'same-origin' });
    return sendTagged(request, reply, etagOf(html.toString()), 'text/html; charset=utf-8', html);
  });
}

// No request to another host. The script of the reference styles what it draws inline.
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function referencePage(scripts: readonly string[], icon: string | null): string {
  const head = [
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><title>The API · Partnership Ledger</title>',
    ...(icon === null ? [] : [`<link rel="icon" href="${icon}">`]),
  ];
  const elsewhere =
    '<p>The API is described in <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). ' +
    'Its problems are explained at <a href="/problems">/problems</a>. <a href="/">The pages</a>.</p>';
  const missing = '<p>Its reference is not built: run <code>npm run build</code>.</p>';
  const body =
    scripts.length === 0
      ? `${missing}${elsewhere}`
      : `<div id="reference"></div><noscript><p>The reference needs a script.</p>${elsewhere}</noscript>` +
        scripts.map((src) => `<script src="${src}"></script>`).join('');
  return `<!doctype html><html lang="en"><head>${head.join('')}</head><body>${body}</body></html>\n`;
}
