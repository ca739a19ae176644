import t from 'tap';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { eventStreams } from '../../src/http/event-stream.ts';
import { openTestApp, problem } from '../support/app.ts';
import { madeUpNotice as article } from '../support/made-up-notice.ts';

type InShort = {
  readonly position: number;
  readonly kind: string;
  readonly partnership: string | null;
  readonly edition: string | null;
};

const open = async () => {
  const opened = await openTestApp(t, { events: { maxClients: 2, heartbeatMs: 50 } });
  const origin = await opened.app.listen({ host: '127.0.0.1', port: 0 });
  const { position: head } = await opened.ledger.views.head();
  return { ...opened, origin, head };
};
const opening = open();

// A client of the stream: waits for as many events as a test needs.
const listen = async (query = '', headers: Readonly<Record<string, string>> = {}) => {
  const { origin } = await opening;
  const leaving = new AbortController();
  const answer = await fetch(`${origin}/api/events${query}`, { headers, signal: leaving.signal });
  const blocks: string[] = [];
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (matches: (block: string) => boolean): Promise<string | null> => {
    for (;;) {
      const block = blocks.shift();
      if (block !== undefined && matches(block)) return block;
      if (block !== undefined) continue;
      const { done = true, value = '' } = (await reader?.read()) ?? {};
      if (done) return null;
      const parts = (text + value).split('\n\n');
      text = parts.pop() ?? '';
      blocks.push(...parts);
    }
  };
  return {
    answer,
    event: async (): Promise<InShort | null> => {
      const block = await next((one) => one.includes('data: '));
      return block === null ? null : (JSON.parse(block.slice(block.indexOf('data: ') + 6)) as InShort);
    },
    heartbeat: async () => await next((one) => /^id: \d+$/.test(one)),
    leave: () => leaving.abort(),
  };
};

t.test('pages of changes hold every event once and in order, and say where to go on', async (t) => {
  const { get, head } = await opening;
  const positions: number[] = [];
  let page = (await get('/api/changes?since=0&limit=90')).body;
  for (; page.events.length > 0; page = (await get(`/api/changes?since=${page.next}&limit=90`)).body) {
    t.equal(page.more, page.next < head);
    positions.push(...page.events.map(({ position }: InShort) => position));
  }
  t.same(
    positions,
    Array.from({ length: head }, (_, i) => i + 1),
  );
  t.match(page, { events: [], next: head, more: false });
  const { body: audit } = await get(`/api/audit?limit=500`);
  const { body: all } = await get('/api/changes?since=0');
  for (const [i, { article: read, ...entry }] of audit.entries.entries()) {
    const { position, recordedAt, recordedBy, event, fact } = entry;
    t.match(all.events[i], { position, recordedAt, recordedBy, event, fact });
    if (all.events[i].kind !== 'decision') t.equal(all.events[i].article, read);
  }
});

t.test('changes of a partnership are its own events and those of the Games that its reports name', async (t) => {
  const { get, head } = await opening;
  const { body } = await get('/api/changes?partnership=alibaba.ioc');
  const kinds = Map.groupBy(body.events as InShort[], ({ kind }) => kind);
  t.ok(kinds.get('report')?.every(({ partnership }) => partnership === 'alibaba.ioc'));
  t.equal(kinds.get('reading')?.length, 5);
  t.equal(kinds.has('ledger'), false);
  t.equal(body.next, head, 'what does not concern it is looked at, too');
  t.match(await get('/api/changes?partnership=alibaba.iok'), problem('unknown-partnership', 404));
});

t.test('what cannot be a position is refused, with what to write instead', async (t) => {
  const { get } = await opening;
  t.match(await get('/api/changes?since=now&limit=0&after=1'), problem('unknown-parameter', 400));
  t.match((await get('/api/changes?since=now&limit=0')).body.errors, [{ path: 'since' }, { path: 'limit' }]);
  t.match(await get('/api/events', { 'last-event-id': '-1' }), problem('invalid-header', 400));
});

t.test('a client resumes after the last event that it had, and then hears what is recorded', async (t) => {
  const { head, post } = await opening;
  const client = await listen('', { 'last-event-id': String(head - 2) });
  t.match(client.answer.headers.get('content-type'), /^text\/event-stream/);
  t.equal((await client.event())?.position, head - 1);
  t.equal((await client.event())?.position, head);
  const { body } = await post(article('900'));
  t.match(await client.event(), { kind: 'report', partnership: 'alibaba.ioc' });
  t.match(await client.event(), { kind: 'reading', position: body.position });
  t.equal(await client.heartbeat(), `id: ${body.position}`);
  client.leave();
});

t.test('a client of one partnership hears nothing of another, and its place moves on all the same', async (t) => {
  const { post } = await opening;
  const client = await listen('?partnership=alibaba.ioc');
  const { body } = await post(article('901', 'acme.ioc'));
  for (let last = ''; last !== `id: ${body.position}`; ) last = (await client.heartbeat()) ?? '';
  const own = await post(article('902'));
  t.match(await client.event(), { position: own.body.position - 1 });
  client.leave();
});

t.test('beyond the limit a client is refused for now, and gets in once another has left', async (t) => {
  const { get } = await opening;
  const [first, second] = [await listen(), await listen()];
  const third = await get('/api/events');
  t.match(third, problem('too-many-listeners', 503));
  t.match(third.headers, { 'retry-after': /^\d+$/ });
  first.leave();
  let again = await listen();
  while (again.answer.status === 503) again = await listen();
  t.equal(again.answer.status, 200);
  second.leave();
  again.leave();
});

t.test('a client that does not read is dropped, and nobody else', async (t) => {
  let record: (events: readonly RecordedEvent[]) => void = () => undefined;
  const feed = { position: () => 0, listen: (listener: typeof record) => (record = listener) };
  const store = { readAll: async function* () {} };
  const streams = eventStreams({ store, feed }, () => 'x'.repeat(600), { maxWaitingBytes: 1_000 });
  const [slow, quick] = [streams.open(0, () => true), streams.open(0, () => true)];
  quick?.resume();
  await new Promise(setImmediate);
  for (const position of [1, 2, 3]) {
    record([{ position } as RecordedEvent]);
    await new Promise(setImmediate);
  }
  t.same([slow?.destroyed, quick?.destroyed], [true, false]);
  streams.close();
});

t.test('the streams end when the server closes', async (t) => {
  const { app } = await opening;
  const client = await listen();
  await app.close();
  t.equal(await client.event(), null);
});
