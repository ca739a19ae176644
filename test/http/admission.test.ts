import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { openTestApp, problem, testToken } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

t.test('a server takes on so much at once, and says so about the rest', async (t) => {
  const { app, ledger, get, post } = await openTestApp(t, {
    seeds: false,
    limits: { mostRequests: 4, mostWaits: 2, mostBodyBytes: 4_000 },
  });
  const { position } = await ledger.store.head();
  const waits = [1, 2, 3].map(async () => await get(`/api/partnerships?atLeast=${position + 1}`));
  const refused = await Promise.race(waits);
  t.match(refused, problem('busy', 503));
  t.match(refused.body.detail, /2 requests wait/);
  t.match(refused.headers['retry-after'], /^\d+$/);
  t.match(await post(articleText({ article: 'long' }) + '#'.repeat(4_000)), problem('busy', 503));
  t.equal((await get('/health/live')).status, 200, 'health is always answered');
  t.equal((await post(articleText())).status, 201, 'and so is what there is room for');
  t.equal((await Promise.all(waits)).filter(({ status }) => status === 200).length, 2, 'who waited got it');

  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const headers = { authorization: `Bearer ${testToken}`, 'content-type': 'application/yaml' };
  const large = 'x'.repeat(8 * 1024 * 1024);
  for (const body of [large, new Blob([large]).stream()]) {
    const answer = await fetch(`${origin}/api/articles`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    t.ok([413, 503].includes(answer.status), 'the answer to what is too large reaches who is still sending it');
  }
  const unexpected = request(`${origin}/api`, { headers: { expect: 'a miracle' } }).end();
  const [response] = await once(unexpected, 'response');
  t.equal(response.statusCode, 417);
  t.match(JSON.parse(await text(response)), { type: '/problems/expectation-failed', status: 417 });
});

t.test('a server that is closed ends waits and bodies that are still on their way', async (t) => {
  const { app, ledger, get } = await openTestApp(t, { seeds: false });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  const socket = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const head = ['POST /api/articles HTTP/1.1', 'Host: 127.0.0.1', `Authorization: Bearer ${testToken}`];
  const closed = once(socket, 'close');
  socket.write(`${[...head, 'Content-Type: application/yaml', 'Content-Length: 1000'].join('\r\n')}\r\n\r\narticle:`);
  await once(app.server, 'request');
  const { position } = await ledger.store.head();
  const waiting = get(`/api/partnerships?atLeast=${position + 1}`);
  await new Promise((resolve) => setImmediate(resolve));
  await app.close();
  t.match(await waiting, problem('store-unavailable', 503));
  await closed;
});
