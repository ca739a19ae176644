import type { lookup } from 'node:dns';
import { statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';
import t from 'tap';
import { guardedLookup } from '../../src/webhooks/send-message.ts';
import { openWebhooks, type WebhookParts, type Webhooks } from '../../src/webhooks/webhooks.ts';
import { oneDay, openTestApp, problem, testToken } from '../support/app.ts';
import { madeUpNotice as article } from '../support/made-up-notice.ts';

type Got = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string };

// A receiver: answers as it is told, and keeps what it got until a test asks for it.
const listen = async () => {
  const got: Got[] = [];
  const waiting: ((one: Got) => void)[] = [];
  let status = 204;
  let headers: Readonly<Record<string, string>> = {};
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      // 0: it never answers.
      if (status > 0) response.writeHead(status, headers).end();
      const one = { headers: request.headers, body, path: request.url ?? '' };
      const next = waiting.shift();
      if (next === undefined) got.push(one);
      else next(one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/hook`,
    answer: (next: number, more: typeof headers = {}) => {
      status = next;
      headers = more;
    },
    next: async (): Promise<Got> => got.shift() ?? (await new Promise<Got>((resolve) => waiting.push(resolve))),
    left: () => got.splice(0),
  };
};

const receiver = await listen();
let opened: Parameters<typeof openAll>[0] | undefined;
const timers: { at: number; run: () => void }[] = [];
const reports: string[] = [];

const openAll = (parts: Pick<WebhookParts, 'file' | 'ledger' | 'now'>): Webhooks =>
  openWebhooks({
    ...parts,
    hosts: [receiver.host, 'hooks.example'],
    agent: 'partnership-ledger/test',
    report: (message) => reports.push(message),
    schedule: (run, milliseconds) => {
      const timer = { at: parts.now() + milliseconds, run };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  });

let webhooks: Webhooks | undefined;
const app = await openTestApp(t, {
  webhooks: (parts) => {
    opened = parts;
    webhooks = openAll(parts);
    return webhooks;
  },
});
const { get, post, send, later, ledger } = app;
const running = webhooks as Webhooks;
const parts = opened as NonNullable<typeof opened>;

const authorization = { authorization: `Bearer ${testToken}` };
const json = { ...authorization, 'content-type': 'application/json' };
const add = async (wanted: Readonly<Record<string, unknown>>) =>
  await send('POST', '/api/webhooks', json, JSON.stringify(wanted));
const show = async (id: string) => (await get(`/api/webhooks/${id}`, authorization)).body;
const remove = async (id: string) => await send('DELETE', `/api/webhooks/${id}`, authorization);

// Moves the clock, and lets what is due by then happen.
const wait = async (milliseconds: number): Promise<void> => {
  later(milliseconds);
  const due = timers.filter(({ at }) => at <= parts.now());
  for (const timer of due) {
    timers.splice(timers.indexOf(timer), 1);
    timer.run();
  }
};

const head = async (): Promise<number> => (await ledger.views.head()).position;

// Checks the signature as a receiver would, by the clock of the test. Throws unless it holds.
const verified = (secret: string, { headers, body }: Got): ReturnType<typeof JSON.parse> => {
  const realNow = Date.now;
  Date.now = parts.now;
  try {
    return new Verifier(secret).verify(body, headers as Record<string, string>);
  } finally {
    Date.now = realNow;
  }
};

t.test(
  'what is recorded arrives signed, as /api/changes gives it, and an altered message does not verify',
  async (t) => {
    const { status, headers, body } = await add({ url: receiver.url });
    t.match({ status, headers }, { status: 201, headers: { location: `/api/webhooks/${body.id}` } });
    const since = await head();
    await post(article('900'));
    const got = await receiver.next();
    const { type, timestamp, data } = verified(body.secret, got);
    const changes = (await get(`/api/changes?since=${since}`)).body;
    t.strictSame(data, { since, events: changes.events, next: changes.next });
    t.same([type, timestamp], ['ledger.recorded', changes.events.at(-1).recordedAt]);
    t.throws(() => verified(body.secret, { ...got, body: got.body.replace('900', '901') }), /signature/);
    t.throws(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, got), /signature/);
    await running.idle();
    const shown = await show(body.id);
    t.match(shown, { position: changes.next, failing: null, off: null, addedBy: 'api' });
    t.notOk('secret' in shown, 'the secret is shown once');
    t.equal(statSync(parts.file).mode & 0o777, 0o600);
    t.match(await remove(body.id), { status: 200, body: { id: body.id } });
    await post(article('901'));
    await running.idle();
    t.same(receiver.left(), [], 'nothing is sent to one that was removed');
  },
);

t.test('a webhook gets what it asks for: one partnership, some types, from a position on', async (t) => {
  const since = await head();
  await post(article('902', 'acme.ioc'));
  await post(article('903'));
  const wanted = { url: receiver.url, partnership: 'acme.ioc', types: ['ArticleRead'], since };
  const { body } = await add(wanted);
  const { data } = verified(body.secret, await receiver.next());
  t.match(data.events, [{ partnership: 'acme.ioc', kind: 'reading', article: '902' }]);
  t.equal(data.events.length, 1);
  await running.idle();
  t.equal((await show(body.id)).position, await head(), 'what it does not want holds nothing up');
  t.same(receiver.left(), []);
  await remove(body.id);
});

t.test('an attempt that fails is made again, later each time, with the same message and id', async (t) => {
  const { body } = await add({ url: receiver.url });
  receiver.answer(500);
  await post(article('904'));
  const first = await receiver.next();
  await running.idle();
  t.match((await show(body.id)).failing, { attempts: 1, failure: 'it answered 500' });
  // Recorded meanwhile: it must not slip into the message.
  await post(article('905'));
  await wait(4_999);
  await running.idle();
  t.same(receiver.left(), [], 'not before its time');
  receiver.answer(302, { location: `http://${receiver.host}/elsewhere` });
  await wait(1);
  const second = await receiver.next();
  t.same([second.body, second.headers['webhook-id']], [first.body, first.headers['webhook-id']]);
  t.not(second.headers['webhook-timestamp'], first.headers['webhook-timestamp'], 'signed anew');
  await running.idle();
  t.match((await show(body.id)).failing.failure, /302, and redirects are not followed/);
  t.same(receiver.left(), [], 'no redirect is followed');
  receiver.answer(101, { connection: 'upgrade', upgrade: 'other' });
  await wait(10_000);
  await receiver.next();
  await running.idle();
  t.match((await show(body.id)).failing.failure, /101/, 'another protocol is no answer');
  receiver.answer(503, { 'retry-after': '60' });
  await wait(20_000);
  await receiver.next();
  await running.idle();
  receiver.answer(204);
  await wait(59_999);
  await running.idle();
  t.same(receiver.left(), [], 'a receiver may ask for more time');
  await wait(1);
  t.equal((await receiver.next()).headers['webhook-id'], first.headers['webhook-id']);
  const next = await receiver.next();
  t.match(verified(body.secret, next).data.events, [{ article: '905' }, { article: '905' }]);
  t.not(next.headers['webhook-id'], first.headers['webhook-id']);
  await running.idle();
  t.equal((await show(body.id)).failing, null);
  await remove(body.id);
});

t.test('a receiver that is gone is switched off at once, one that fails for five days then', async (t) => {
  const { body } = await add({ url: receiver.url });
  receiver.answer(410);
  await post(article('906'));
  await receiver.next();
  await running.idle();
  t.match((await show(body.id)).off, { reason: 'gone', failure: /410/ });
  await remove(body.id);
  const other = await add({ url: receiver.url });
  receiver.answer(500);
  await post(article('907'));
  const began = parts.now();
  const pauses: number[] = [];
  for (;;) {
    await receiver.next();
    await running.idle();
    const [timer] = timers;
    if (timer === undefined) break;
    pauses.push(timer.at - parts.now());
    await wait(timer.at - parts.now());
  }
  const pauseMs = Math.max(...pauses);
  t.equal(pauseMs, 3_600_000, 'an hour is the longest pause');
  t.ok(parts.now() - began >= 5 * oneDay && parts.now() - began < 5 * oneDay + 2 * pauseMs, `${pauses.length} pauses`);
  t.match((await show(other.body.id)).off, { reason: 'failing', failure: 'it answered 500' });
  t.match(reports.splice(0), [/is switched off: it answered 410/, /is switched off: it answered 500/]);
  receiver.answer(204);
  await post(article('908'));
  await running.idle();
  t.same(receiver.left(), []);
  const { position: since } = await show(other.body.id);
  await remove(other.body.id);
  const again = await add({ url: receiver.url, since });
  t.match(verified(again.body.secret, await receiver.next()).data.events[0], { article: '907' }, 'nothing is lost');
  await running.idle();
  await remove(again.body.id);
});

t.test('a test message says what came of it, and is no event', async (t) => {
  const { body } = await add({ url: receiver.url });
  const path = `/api/webhooks/${body.id}/test`;
  const good = await send('POST', path, authorization);
  t.match(good, { status: 200, body: { delivered: true, status: 204, failure: null } });
  t.match(verified(body.secret, await receiver.next()), { type: 'webhook.test', data: { events: [] } });
  receiver.answer(404);
  t.match((await send('POST', path, authorization)).body, {
    delivered: false,
    status: 404,
    failure: 'it answered 404',
  });
  receiver.answer(204);
  t.equal((await show(body.id)).failing, null);
  receiver.left();
  await remove(body.id);
});

t.test('a restart loses nothing and skips nothing: what may have arrived comes again with its id', async (t) => {
  const { webhook, secret } = running.add({ url: receiver.url, partnership: null, types: [], addedBy: 'anna' });
  receiver.answer(0);
  await post(article('909'));
  const first = await receiver.next();
  // Another process on the same file, as after a crash: it waits until the first can no longer be sending.
  const second = openAll(parts);
  await second.idle();
  t.same(receiver.left(), [], 'two processes do not send the same message');
  await post(article('910'));
  receiver.answer(204);
  await wait(29_999);
  await second.idle();
  t.same(receiver.left(), []);
  await wait(1);
  const again = await receiver.next();
  t.same([again.body, again.headers['webhook-id']], [first.body, first.headers['webhook-id']]);
  t.match(verified(secret, await receiver.next()).data.events, [{ article: '910' }, { article: '910' }]);
  await running.close();
  await second.idle();
  t.equal(second.get(webhook.id)?.position, await head());
  await second.close();
  const third = openAll(parts);
  await third.idle();
  t.same(receiver.left(), [], 'what has arrived does not come again');
  const another = openAll({ ...parts, ledger: { ...ledger, id: 'another' } });
  t.same([another.all().length, third.all().length], [0, 1], 'a webhook belongs to its ledger');
  await Promise.all([third.close(), another.close()]);
});

t.test('every mistake in a webhook is told at its place, and nobody sees or adds one without a token', async (t) => {
  const app = await openTestApp(t, { webhooks: openAll });
  const addTo = async (body: string, headers: Readonly<Record<string, string>> = json) =>
    await app.send('POST', '/api/webhooks', headers, body);
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['https://elsewhere.example/hook', /elsewhere\.example is not among the hosts .* WEBHOOK_HOSTS/],
    ['https://hooks.example:8443/', /hooks\.example:8443 is not among/],
    ['http://hooks.example/', /write https/],
    ['http://127.0.0.1:1/', /127\.0\.0\.1:1 is not among/],
    ['http://0x7f.1:1/', /127\.0\.0\.1:1 is not among/],
    ['https://169.254.169.254/latest', /169\.254\.169\.254 is not among/],
    ['https://anna:secret@hooks.example/', /leave out the name and the password/],
    ['ftp://hooks.example/', /write an address/],
    ['hooks.example', /write an address/],
  ];
  for (const [url, message] of wrong) {
    const { status, body } = await addTo(JSON.stringify({ url }));
    t.match({ status, error: body.errors[0] }, { status: 422, error: { path: '/url', message } }, url);
  }
  const all = { url: receiver.url, partnership: 'alibaba.iok', types: ['CampainLaunched'], since: 100_000 };
  const { body } = await addTo(JSON.stringify(all));
  t.match(
    body.errors.map(({ path, suggestion }: Record<string, string>) => [path, suggestion]),
    [
      ['/types/0', 'CampaignLaunched'],
      ['/since', String],
      ['/partnership', 'alibaba.ioc'],
    ],
  );
  t.match(await addTo('{"url": 1, "events": []}'), problem('invalid-webhook', 422));
  t.match(await addTo('{'), problem('malformed-body', 400));
  t.match(await addTo('{}', { 'content-type': 'application/json' }), problem('token-missing', 401));
  t.match(await app.get('/api/webhooks'), problem('token-missing', 401));
  t.match(await app.get('/api/webhooks/none', authorization), problem('unknown-webhook', 404));
  t.match((await app.get('/api/webhooks', authorization)).body, {
    webhooks: [],
    hosts: [receiver.host, 'hooks.example'],
  });
});

t.test('a named host that stands for a private address is refused, unless that address is named too', async (t) => {
  const lookUp = async (address: string, hosts: readonly string[]) =>
    await new Promise<string>((resolve) => {
      const answers = ((_name: string, _options: object, answer: (error: null, all: readonly object[]) => void) =>
        answer(null, [{ address, family: address.includes(':') ? 6 : 4 }])) as unknown as typeof lookup;
      guardedLookup(hosts, answers)('hooks.example', {}, (error, found) =>
        resolve(error?.message ?? (typeof found === 'string' ? found : '')),
      );
    });
  const hosts = ['hooks.example'];
  for (const address of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.1.2.3']) {
    t.match(await lookUp(address, hosts), `hooks.example stands for ${address}, a private address`);
  }
  for (const address of ['93.184.215.14', '2606:2800::1']) t.equal(await lookUp(address, hosts), address);
  t.equal(await lookUp('10.1.2.3', [...hosts, '10.1.2.3']), '10.1.2.3');
  t.equal(await lookUp('fd00::1', [...hosts, '[fd00::1]']), 'fd00::1');
});
