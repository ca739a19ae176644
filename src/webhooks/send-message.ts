import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIPv4, isIPv6, type LookupFunction } from 'node:net';

/**
 * Sends a message to a webhook, signed as Standard Webhooks says, and tells what came of it. Follows no redirect, and
 * sends nothing to a host that the operator has not named.
 */
export async function sendMessage({ id, body }: Message, to: Receiver, parts: SendParts): Promise<Outcome> {
  const refusal = receiverProblem(to.url, parts.hosts);
  if (refusal !== null) return failure(refusal);
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  const timestamp = Math.floor(parts.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': parts.agent,
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature(to.secret, `${id}.${timestamp}.${body}`),
  };
  try {
    const signal = AbortSignal.any([parts.stop, timeout]);
    const { status, retryAfter } = await post(to.url, { headers, body, signal, hosts: parts.hosts });
    if (status >= 200 && status < 300) return { kind: 'delivered', status };
    if (status === 410) return { kind: 'gone', status, failure: 'it answered 410: it is gone' };
    const redirected = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
    return { ...failure(`it answered ${status}${redirected}`), status, waitMs: waitIn(retryAfter, parts.now()) };
  } catch (error) {
    if (parts.stop.aborted) return { kind: 'stopped' };
    if (timeout.aborted) return failure(`it did not answer within ${answerTimeoutMs / 1000} seconds`);
    return failure(error instanceof Error ? error.message || String(error) : String(error));
  }
}

/** A message; its id stays the same whenever it is sent again. */
export type Message = { readonly id: string; readonly body: string };

type Receiver = { readonly url: string; readonly secret: string };

type SendParts = {
  /** The hosts that the operator has named. */
  readonly hosts: readonly string[];
  readonly agent: string;
  readonly now: () => number;
  readonly stop: AbortSignal;
};

/** What came of an attempt; `waitMs` is how long the receiver asks to be left alone. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'gone'; readonly status: number; readonly failure: string }
  | { readonly kind: 'failed'; readonly status: number | null; readonly failure: string; readonly waitMs: number }
  | { readonly kind: 'stopped' };

function failure(text: string): Extract<Outcome, { kind: 'failed' }> {
  return { kind: 'failed', status: null, failure: text, waitMs: 0 };
}

/** Longer than this no attempt takes. */
export const answerTimeoutMs = 15_000;

/** What is wrong with the address of a receiver, and what to do instead; null if messages may be sent there. */
export function receiverProblem(text: string, hosts: readonly string[]): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'write an address, such as https://hooks.example/ledger';
  if (url.username !== '' || url.password !== '') return 'leave out the name and the password in front of the host';
  if (url.hash !== '') return 'leave out what follows #: it is never sent';
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return `write https: ${url.host} is another machine`;
  if (hosts.includes(url.host)) return null;
  const named = hosts.length === 0 ? 'none' : hosts.join(', ');
  return `${url.host} is not among the hosts that the operator has named in WEBHOOK_HOSTS (${named})`;
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIPv4(hostname) && hostname.startsWith('127.');
}

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

/** What the text of each secret begins with. */
export const secretPrefix = 'whsec_';

type Sent = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly hosts: readonly string[];
};

// The status alone counts: what else the receiver says is not read.
async function post(text: string, { headers, body, signal, hosts }: Sent): Promise<Answered> {
  const url = new URL(text);
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, { method: 'POST', headers, signal, agent: false, lookup: guardedLookup(hosts) });
  request.on('error', reject).on('response', (response) => {
    response.on('error', () => undefined).destroy();
    resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? '' });
  });
  // A receiver that wants another protocol gives no answer; without this the attempt would never end.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    resolve({ status: 101, retryAfter: '' });
  });
  request.on('close', () => reject(new Error('it closed the connection before it answered')));
  request.end(body);
  return await promise;
}

type Answered = { readonly status: number; readonly retryAfter: string };

/**
 * Looks up a host, and refuses it where it stands for a private address, today or after a change of its owner, that the
 * operator has not named too. An address in a URL is not looked up: it was named itself.
 */
export function guardedLookup(hosts: readonly string[], resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return answer(error, '', 0);
      const closed = addresses.find(({ address }) => hostname !== 'localhost' && !mayReach(address, hosts));
      if (closed !== undefined) {
        const why = `${hostname} stands for ${closed.address}, a private address: WEBHOOK_HOSTS has to name that too`;
        return answer(new Error(why), '', 0);
      }
      return options.all === true ? answer(null, addresses) : answer(null, first.address, first.family);
    });
  };
}

function mayReach(address: string, hosts: readonly string[]): boolean {
  if (!privateAddresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return true;
  return hosts.includes(isIPv6(address) ? `[${address}]` : address);
}

// Addresses that are not on the public internet (RFC 6890): a service there may trust whoever reaches it.
const privateAddresses = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateAddresses.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  privateAddresses.addSubnet(network, bits, 'ipv6');
}

// Retry-After is a number of seconds or an HTTP date.
function waitIn(header: string, now: number): number {
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
