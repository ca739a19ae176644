import type { FastifyInstance } from 'fastify';
import { type ApiDocument, renderReference } from '../../page/reference.ts';
import { etagOf, sendTagged } from '../answers.ts';
import type { Context } from '../context.ts';
import { noAssets } from '../page-assets.ts';
import { explorerHeaders, pageHeaders } from '../safe-headers.ts';

/**
 * GET /docs: the reference of the API, which needs no script. GET /docs/explorer: the same, drawn in the browser from
 * /openapi.json, with requests to send.
 */
export function docsRoute(app: FastifyInstance, { assets = noAssets }: Context): void {
  const explorer = assets.reference.length === 0 ? null : '/docs/explorer';
  let reference: Buffer | null = null;
  app.get('/docs', { schema: { hide: true }, config: { role: null } }, async (request, reply) => {
    reference ??= Buffer.from(renderReference(app.swagger() as unknown as ApiDocument, explorer, assets));
    reply.headers(pageHeaders);
    return sendTagged(request, reply, etagOf(reference.toString()), htmlType, reference);
  });
  const html = Buffer.from(explorerPage(assets.reference, assets.icon));
  app.get('/docs/explorer', { schema: { hide: true }, config: { role: null } }, async (request, reply) => {
    reply.headers(explorerHeaders);
    return sendTagged(request, reply, etagOf(html.toString()), htmlType, html);
  });
}

const htmlType = 'text/html; charset=utf-8';

function explorerPage(scripts: readonly string[], icon: string | null): string {
  const head = [
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><title>The API: explorer · Partnership Ledger</title>',
    ...(icon === null ? [] : [`<link rel="icon" href="${icon}">`]),
  ];
  const elsewhere =
    '<p>The API is described in <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). ' +
    'Its problems are explained at <a href="/problems">/problems</a>. <a href="/docs">The reference</a> needs no script..</p>';
  const missing = '<p>Its explorer is not built: run <code>npm run build</code>.</p>';
  const body =
    scripts.length === 0
      ? `${missing}${elsewhere}`
      : `<div id="reference"></div><noscript><p>The explorer needs a script.</p>${elsewhere}</noscript>` +
        scripts.map((src) => `<script src="${src}"></script>`).join('');
  return `<!doctype html><html lang="en"><head>${head.join('')}</head><body>${body}</body></html>\n`;
}
