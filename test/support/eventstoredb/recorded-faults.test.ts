import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ChannelCredentials, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import { eachEvent, fillProposed, streamIdentifier } from '../../fixtures/wire/wire-message.ts';
import { readRequest } from '../../fixtures/wire/wire-requests.ts';
import { wireTarget } from '../../fixtures/wire/wire-target.ts';
import { startCluster } from './cluster.ts';
import { startEventStoreDb } from './event-store-db.ts';
import { testCertificateFile } from './tls/test-credentials.ts';

type Outcome = {
  readonly ok?: true;
  readonly messages?: number;
  readonly code?: string;
  readonly details?: string;
  readonly metadata?: Readonly<Record<string, string>>;
};
type Phase = Outcome & { readonly from: string; readonly note?: string };
type Recorded = { readonly server: string; readonly call: string; readonly outcome: Outcome | readonly Phase[] };

const file = new URL('../../fixtures/wire/faults.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[];
const of = (server: string): readonly Recorded[] => recorded.filter((entry) => entry.server === server);

const failed = (error: ServiceError): Outcome => {
  const known = ['exception', 'leader-endpoint-host', 'leader-endpoint-port'];
  const entries = known.map((key) => [key, error.metadata.get(key)[0]]).filter(([, value]) => value !== undefined);
  // The details of a failed connection say when and why, which differs.
  const details = error.details.replace(/^(No connection established).*/s, '$1…');
  return { code: status[error.code], details, metadata: Object.fromEntries(entries) };
};

type Caller = {
  readonly append: (stream: string) => Promise<Outcome>;
  readonly read: (stream?: string) => Promise<Outcome>;
};

// Calls a server as the recordings did: with these headers, and one event in each append.
const caller = (
  t: Test,
  address: string,
  headers: Record<string, string> = {},
  channel?: ChannelCredentials,
): Caller => {
  const target = wireTarget(address, channel);
  t.teardown(target.close);
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  const deadline = () => ({ deadline: Date.now() + 5_000 });
  let n = 0;
  return {
    append: (stream) =>
      new Promise((resolve) => {
        const call = target.streams.append(metadata, deadline(), (error) =>
          resolve(error ? failed(error) : { ok: true }),
        );
        call.on('error', () => undefined);
        const options = new streams.AppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
        call.write(new streams.AppendReq().setOptions(options.setAny(new shared.Empty())));
        n += 1;
        for (const event of eachEvent([{ id: `${address}-${n}` }])) {
          const message = fillProposed(new streams.AppendReq.ProposedMessage(), event);
          call.write(new streams.AppendReq().setProposedMessage(message));
        }
        call.end();
      }),
    read: (stream) =>
      new Promise((resolve) => {
        let messages = 0;
        const none = (): never => {
          throw new Error('no position is asked for');
        };
        const step = { verb: 'read', ...(stream === undefined ? {} : { stream }) } as const;
        const call = target.streams.read(readRequest(step, none), metadata, deadline());
        call.on('data', () => {
          messages += 1;
        });
        call.on('error', (error: ServiceError) => resolve({ messages, ...failed(error) }));
        call.on('end', () => resolve({ messages }));
      }),
  };
};

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const leaderOnly = { 'requires-leader': 'true' };
const anyNode = { 'requires-leader': 'false' };

// How many messages a read had depends on what was in that server; that it had any does not.
const comparable = ({ messages, ...rest }: Outcome, marks: Readonly<Record<string, string>> = {}): unknown => ({
  ...rest,
  ...(messages === undefined ? {} : { hasMessages: messages > 0 }),
  ...(rest.metadata === undefined
    ? {}
    : {
        metadata: Object.fromEntries(Object.entries(rest.metadata).map(([key, value]) => [key, marks[value] ?? value])),
      }),
});

t.test('three test nodes answer as three recorded nodes did', async (t) => {
  const cluster = await startCluster();
  t.teardown(cluster.stop);
  const [follower] = cluster.followers();
  const [led, leader] = [follower?.address ?? '', cluster.leader()];
  const marks = { [String(leader.endpoint.port)]: "<the leader's port>" };
  const calls: Record<string, () => Promise<Outcome>> = {
    'append a follower requires-leader true': () => caller(t, led, leaderOnly).append('some'),
    'append a follower requires-leader false': () => caller(t, led, anyNode).append('some'),
    'read a follower requires-leader true': () => caller(t, led, leaderOnly).read('some'),
    'append the leader requires-leader true': () => caller(t, leader.address, leaderOnly).append('some'),
    'append the leader requires-leader false': () => caller(t, leader.address, anyNode).append('some'),
    'read the leader requires-leader true': () => caller(t, leader.address, leaderOnly).read('some'),
  };
  t.strictSame(
    of('three nodes').map(({ call }) => call),
    Object.keys(calls),
  );
  for (const { call, outcome } of of('three nodes')) {
    t.strictSame(comparable((await calls[call]?.()) ?? {}, marks), comparable(outcome as Outcome), call);
  }
});

t.test('a secure test node answers as a recorded one did', async (t) => {
  const server = await startEventStoreDb({ secure: true });
  t.teardown(server.stop);
  const channel = credentials.createSsl(readFileSync(testCertificateFile));
  const as = (headers?: Record<string, string>): Caller => caller(t, server.address, headers, channel);
  const calls: Record<string, () => Promise<Outcome>> = {
    'append, no credentials': () => as().append('some'),
    'append, wrong password': () => as(basic('admin', 'guessed')).append('some'),
    'append, admin': () => as(basic('admin', 'changeit')).append('some'),
    'append system stream, ops': () => as(basic('ops', 'changeit')).append('$some'),
    'read stream, no credentials': () => as().read('some'),
    'read $all, no credentials': () => as().read(),
    'read $all, wrong password': () => as(basic('admin', 'guessed')).read(),
    'read $all, admin': () => as(basic('admin', 'changeit')).read(),
    'append, no TLS': () => caller(t, server.address, basic('admin', 'changeit')).append('some'),
  };
  t.strictSame(
    of('one secure node').map(({ call }) => call),
    Object.keys(calls),
  );
  for (const { call, outcome } of of('one secure node')) {
    t.strictSame(comparable((await calls[call]?.()) ?? {}), comparable(outcome as Outcome), call);
  }
});

t.test('test nodes whose leader is killed answer as recorded nodes did', async (t) => {
  const [toSurvivor, toKilled] = of('three nodes, the leader killed');
  const phases = toSurvivor?.outcome as readonly Phase[];
  const cluster = await startCluster();
  t.teardown(cluster.stop);
  const before = cluster.leader();
  const marks = { [String(before.endpoint.port)]: "<still the killed leader's>" };
  const survivors = cluster.followers().map((node) => caller(t, node.address, leaderOnly));
  const killed = caller(t, before.address, leaderOnly);

  const elected = cluster.killLeader({ noticedAfter: 3_000, electedAfter: 9_000 });
  while (before.isRunning()) await sleep(5);
  t.strictSame(comparable(await killed.append('some')), comparable(toKilled?.outcome as Outcome));
  for (const survivor of survivors) {
    const { from: _, ...outcome } = phases[0] as Phase;
    t.strictSame(comparable(await survivor.append('some'), marks), outcome);
  }
  const { from: _from, ...unnoticed } = phases[0] as Phase;
  const isNoticed = async () =>
    !isDeepStrictEqual(comparable((await survivors[0]?.append('some')) as Outcome, marks), unnoticed);
  while (!(await isNoticed())) await sleep(20);
  for (const survivor of survivors) {
    const { from: _, ...outcome } = phases[1] as Phase;
    t.strictSame(comparable(await survivor.append('some'), marks), outcome);
  }
  const after = await elected;
  t.not(after.address, before.address);
  t.strictSame(await caller(t, after.address, leaderOnly).append('some'), { ok: true });
  const [other] = cluster.followers();
  t.match(await caller(t, other?.address ?? '', leaderOnly).append('some'), {
    code: 'NOT_FOUND',
    metadata: { 'leader-endpoint-port': String(after.endpoint.port) },
  });
});
