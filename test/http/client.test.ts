import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import t from 'tap';
import { createClient } from '../../src/client/client.ts';
import { openTestApp, stewardTokens } from '../support/app.ts';

const { app } = await openTestApp(t);
await app.listen({ host: '127.0.0.1', port: 0 });
const baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

t.test('the example of the client prints what its page says', async (t) => {
  const page = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8');
  const [, example = '', output] = /```ts\n(.*?)```.*?```\n(.*?)```/s.exec(page) ?? [];
  t.match(example, /http:\/\/127\.0\.0\.1:3000/);
  // Below this package, so that its name stands for it.
  const file = join(t.testdir(), 'example.ts');
  writeFileSync(file, example.replace('http://127.0.0.1:3000', baseUrl));
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  t.equal(stdout, output);
});

t.test('a client with a token decides, and sends the token with no read', async (t) => {
  const sent: (string | null)[] = [];
  const spy: typeof fetch = async (input, init) => {
    sent.push((input as Request).headers.get('authorization'));
    return await fetch(input, init);
  };
  const { GET, POST } = createClient({ baseUrl, token: stewardTokens.anna, fetch: spy });
  const path = {
    id: 'alibaba.ioc',
    kind: 'campaign',
    subject: 'greatness-of-small',
    milestone: 'creative-count-stated',
  };
  const { data } = await GET('/api/partnerships/{id}/facts/{kind}/{subject}/{milestone}', { params: { path } });
  const { fact = '', version = 0 } = data?.entry ?? {};
  const decided = await POST('/api/partnerships/{id}/resolutions', {
    params: { path: { id: path.id }, header: { 'if-match': `"${version}"`, 'idempotency-key': 'by-client' } },
    body: { fact, field: 'count', value: 3, basis: 'misread', reason: 'counted again' },
  });
  t.match(decided.data, { type: 'ContestResolved', recordedBy: 'anna' });
  const again = await POST('/api/partnerships/{id}/retractions', {
    params: { path: { id: path.id }, header: { 'if-match': `"${version}"`, 'idempotency-key': 'by-client-too' } },
    body: { fact, reason: 'nobody counted' },
  });
  t.match(again.error, { type: '/problems/version-stale', since: [{ type: 'ContestResolved' }] });
  t.same(sent, [null, `Bearer ${stewardTokens.anna}`, `Bearer ${stewardTokens.anna}`]);
});

t.test('the reference needs no script and no other host, and its links answer', async (t) => {
  const answer = await fetch(`${baseUrl}/docs`);
  t.match(answer.headers.get('content-security-policy'), /default-src 'none';.*script-src 'self';style-src 'self';/);
  const html = await answer.text();
  t.notMatch(html, /<script|(?:src|href)="(?![/#])/);
  const { paths } = await (await fetch(`${baseUrl}/openapi.json`)).json();
  for (const [path, methods] of Object.entries<Record<string, { operationId: string; tags: string[] }>>(paths)) {
    for (const { operationId, tags } of Object.values(methods)) {
      const isFile = tags.includes('export') || tags.includes('timemap');
      t.equal(html.includes(`<details id="${operationId}">`), !isFile, path);
    }
  }
  const tries = [...html.matchAll(/Try <a class="link" href="([^"]+)">/g)].map(([, href = '']) => href);
  t.ok(tries.includes('/api/partnerships/alibaba.ioc/timeline'), 'values of examples stand in the address');
  t.notMatch(tries.join(' '), /[{}]/);
});

t.test('the explorer needs no other host, and its scripts are there', async (t) => {
  const answer = await fetch(`${baseUrl}/docs/explorer`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  t.match(policy, /default-src 'none';.*script-src 'self';.*connect-src 'self'/);
  t.notMatch(policy, /http|\*/);
  const html = await answer.text();
  t.notMatch(html, /(?:src|href)="(?!\/)/);
  const scripts = [...html.matchAll(/<script src="([^"]+)">/g)].map(([, src = '']) => src);
  t.equal(scripts.length, 2);
  for (const src of scripts) t.equal((await fetch(`${baseUrl}${src}`)).status, 200, src);
});
