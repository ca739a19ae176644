import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Access } from '../access/access.ts';
import { type Checked, type Principal, type Role, suffices } from '../access/roles.ts';
import { accessAnswers } from './described-answers.ts';
import { HttpProblem, prefersPage } from './problems.ts';

declare module 'fastify' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- an interface of Fastify is extended
  interface FastifyRequest {
    /** Whose token or session came with it; null where none came, or none is asked for. */
    principal: Principal | null;
  }
  // oxlint-disable-next-line typescript/consistent-type-definitions -- the same
  interface FastifyContextConfig {
    /** The role that an address needs; null: none. Reads need a reader, and whatever says nothing else an admin. */
    role?: Role | null;
    /** The headers that make a browser careful with its answers, where they are not those of data. */
    headers?: Readonly<Record<string, string>>;
  }
}

/**
 * Lets a request through to a route of the app only if its host is known, and whoever sent it may do what the route is
 * for. Describes the same in the schema of each route. Add it before any route.
 */
export function guardRoutes(app: FastifyInstance, { access, hosts, publicReads, cookie, guesses }: Guard): void {
  const isKnownHost = hostCheck(hosts);
  app.decorateRequest('principal', null);
  app.addHook('onRoute', describeAccess);

  const admit = (request: FastifyRequest, needed: Role, principal: Principal | null) => {
    if (principal === null) {
      if (needed === 'reader' && publicReads) return;
      const detail = `${needed === 'reader' ? 'reading' : 'this'} needs a token of this ledger: Authorization: Bearer <token>`;
      throw refused(request, new HttpProblem('token-missing', detail, bearer()));
    }
    if (!suffices(principal.role, needed)) {
      const detail = `this needs the role ${needed}, and ${principal.name} has the role ${principal.role}`;
      throw refused(
        request,
        new HttpProblem('role-insufficient', detail, bearer({ error: 'insufficient_scope', scope: needed })),
      );
    }
    request.principal = principal;
  };

  const principalIn = (request: FastifyRequest, checked: Checked): Principal => {
    if ('principal' in checked) return checked.principal;
    const { refusal, why } = checked;
    if (why === 'unavailable') {
      throw new HttpProblem('provider-unavailable', refusal, { headers: { 'retry-after': '10' } });
    }
    if (why === 'unknown') guesses.note(request.ip);
    const headers = bearer({ error: 'invalid_token', error_description: refusal });
    throw refused(request, new HttpProblem('token-wrong', refusal, headers));
  };

  const admitLater = async (
    request: FastifyRequest,
    needed: Role,
    checked: Promise<Checked>,
    done: HookHandlerDoneFunction,
  ): Promise<void> => {
    try {
      admit(request, needed, principalIn(request, await checked));
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };

  // Takes no promise where it can: for an answer from the cache one costs more than the answer.
  app.addHook('onRequest', (request, reply, done) => {
    try {
      if (!isKnownHost(request.host)) {
        const detail = `this server is not known as ${request.host.slice(0, 200)}; ALLOWED_HOSTS names its hosts`;
        throw refused(request, new HttpProblem('unknown-host', detail));
      }
      const needed = neededRole(request);
      if (needed === null) return done();
      if (needed === 'reader' && views.has(request.raw)) return done();
      const { authorization = '', cookie: cookies = '' } = request.headers;
      const [, secret] = authorization === '' ? [] : (/^bearer +(\S+) *$/i.exec(authorization) ?? []);
      if (secret === undefined) {
        const session = needed === 'reader' && cookies !== '' ? sessionIn(cookies, cookie, access) : null;
        if (session === null && !publicReads && prefersPage(request) && !request.url.startsWith('/embed/')) {
          return askToSignIn(request, reply);
        }
        admit(request, needed, session);
        return done();
      }
      guesses.refuse(request);
      const checked = access.check(secret);
      if (!(checked instanceof Promise)) {
        admit(request, needed, principalIn(request, checked));
        return done();
      }
      void admitLater(request, needed, checked, done);
    } catch (error) {
      done(error as Error);
    }
  });
}

type Guard = {
  readonly access: Access;
  /** The hosts of this server, beside the names of the machine itself; with a port only if it is to be that one. */
  readonly hosts: readonly string[];
  /** Whether reading needs no token. */
  readonly publicReads: boolean;
  /** The name of the cookie of a session. */
  readonly cookie: string;
  readonly guesses: Guesses;
};

// A person in a browser. A frame of another site gets no cookie, so nobody can sign in there.
function askToSignIn({ url }: FastifyRequest, reply: FastifyReply): void {
  reply
    .headers({ 'cache-control': 'no-store', vary: 'accept' })
    .redirect(`/sign-in?next=${encodeURIComponent(url)}`, 303);
}

/**
 * Lets scripts of these sites read answers, and answers only so many requests of one address in a minute; those of this
 * machine always. Add it before any route.
 */
export function limitClients(app: FastifyInstance, { corsOrigins = [], requestsAMinute = 0 }: Door): void {
  if (corsOrigins.length > 0) {
    app.register(cors, { origin: [...corsOrigins], methods: [...methods], exposedHeaders: [...exposed], maxAge: 600 });
    // Answers set what else they vary by.
    app.addHook('onSend', (_request, reply, _payload, done) => {
      const varied = String(reply.getHeader('vary') ?? '');
      if (!/\borigin\b/i.test(varied)) reply.header('vary', [varied, 'Origin'].filter(Boolean).join(', '));
      done();
    });
  }
  if (requestsAMinute === 0) return;
  const off = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };
  app.register(rateLimit, {
    global: false,
    max: requestsAMinute,
    timeWindow: 60_000,
    allowList: ({ ip }) => loopbackAddress.test(ip),
    addHeaders: { ...off, 'retry-after': true },
    addHeadersOnExceeding: off,
    errorResponseBuilder: (request) =>
      refused(
        request,
        new HttpProblem('too-many-requests', `one address may send ${requestsAMinute} requests a minute`),
      ),
  });
  // Not by route, as the package has it: what is ready, or read by a thread, is answered before the hooks of its route.
  app.after(() => {
    app.addHook('onRequest', app.rateLimit());
  });
}

/** How the server stands in its network. Without it, as on loopback. */
export type Door = {
  /** Whether reading needs no token; so it is without it. */
  readonly publicReads?: boolean;
  /** The hosts that it is known as, beside the names of the machine itself. */
  readonly hosts?: readonly string[];
  /** The proxies whose X-Forwarded-… headers count: addresses, networks, or loopback, linklocal, uniquelocal. */
  readonly trustedProxies?: readonly string[];
  /** The sites whose scripts may read answers. */
  readonly corsOrigins?: readonly string[];
  /** How many requests one address may send in a minute; 0 or none: any number. */
  readonly requestsAMinute?: number;
};

const methods = ['GET', 'HEAD', 'POST', 'DELETE'];

const exposed = ['etag', 'link', 'location', 'memento-datetime', 'retry-after', 'www-authenticate', 'x-request-id'];

const loopbackAddress = /^(?:::ffff:)?127\.|^::1$/;

/** Who sent a request to an address that needs a token. */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal === null) throw new Error('the address needs no token, so nobody is known to have sent this');
  return principal;
}

/** The name of the cookie of a session: two ledgers on one host have two. */
export function sessionCookie(ledger: string): string {
  return `ledger-${ledger.slice(-8)}`;
}

/** The session of a browser, from its cookies. */
export function sessionIn(cookies: string, name: string, access: Access): Principal | null {
  for (const part of cookies.split(';')) {
    const [key = '', value] = part.trim().split('=');
    if (key === name && value !== undefined) return access.sessionOf(value);
  }
  return null;
}

// Null where anybody may ask: help, health, files of the pages, and what is at no address.
function neededRole({ is404, routeOptions: { config, method } }: FastifyRequest): Role | null {
  if (is404) return null;
  return roleOf(config?.role, method);
}

function roleOf(role: Role | null | undefined, method: string | string[] | undefined): Role | null {
  if (role !== undefined) return role;
  return [method].flat().every((one) => one === 'GET' || one === 'HEAD') ? 'reader' : 'admin';
}

// What the description of the API says of a route: its role, and what comes without.
function describeAccess(route: RouteOptions): void {
  const { schema, config, method } = route;
  if (schema === undefined || schema.hide === true) return;
  const role = roleOf(config?.role, method);
  const security = role === null ? [] : role === 'reader' ? [{}, { token: [] }, { session: [] }] : [{ token: [] }];
  const response = role === null ? schema.response : accessAnswers(role, schema.response as Record<number, unknown>);
  const described = { ...schema, security, response, 'x-role': role ?? 'none' };
  route.schema = described;
}

/** Logs that a request was refused: from where, and why. Returns the problem. */
export function refused(request: FastifyRequest, problem: HttpProblem): HttpProblem {
  const { ip, method, url, log } = request;
  log.warn(
    { address: ip, method, url: withoutSecrets(url), status: problem.problem.status },
    `refused: ${problem.message}`,
  );
  return problem;
}

/** An address without what may be a secret in it: for logs. */
export function withoutSecrets(url: string): string {
  return url
    .replace(/^\/shared\/[^/?]*/, '/shared/…')
    .replaceAll(/([?&](?:[^=&]*(?:token|secret|key|password|auth|session|code)[^=&]*)=)[^&]*/gi, '$1…')
    .replaceAll(/ledger_[\w-]{20,}/g, '…');
}

// RFC 6750. Texts are ASCII without quotes.
function bearer(more: Readonly<Record<string, string>> = {}) {
  const parts = Object.entries({ realm: 'partnership-ledger', ...more }).map(([name, text]) => `${name}="${text}"`);
  return { headers: { 'www-authenticate': `Bearer ${parts.join(', ')}` } };
}

// Whether a server is known by the host of a request, and perhaps its port.
function hostCheck(hosts: readonly string[]): (host: string | undefined) => boolean {
  const named = new Set(hosts.map((host) => host.toLowerCase()));
  // Clients say the same host again and again.
  let last: string | null = null;
  return (host = '') => {
    if (host === last) return true;
    const text = host.toLowerCase();
    const [, name = ''] = /^(\[[0-9a-f:.]+\]|[^:]*?)\.?(?::\d+)?$/.exec(text) ?? [];
    const isKnown = loopbackName.test(name) || named.has(name) || named.has(text);
    if (isKnown) last = host;
    return isKnown;
  };
}

// A page of another site can send these only for a site that is on this machine.
const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The brake on guessing: after some wrong tokens from one address, the next are looked at one by one. */
export function guessLimit(now: () => number): Guesses {
  const buckets = new LRUCache<string, { readonly left: number; readonly at: number }>({ max: 10_000 });
  const leftFor = (network: string) => {
    const bucket = buckets.get(network);
    if (bucket === undefined) return guessesAtOnce;
    return Math.min(guessesAtOnce, bucket.left + (now() - bucket.at) / oneGuessMs);
  };
  return {
    note: (address) => {
      const network = networkOf(address);
      buckets.set(network, { left: leftFor(network) - 1, at: now() });
    },
    refuse: (request) => {
      const left = leftFor(networkOf(request.ip));
      if (left >= 1) return;
      const headers = { 'retry-after': String(Math.ceil(((1 - left) * oneGuessMs) / 1000)) };
      const detail = 'too many wrong tokens came from your address';
      throw refused(request, new HttpProblem('too-many-guesses', detail, { headers }));
    },
  };
}

export type Guesses = {
  /** A wrong token came from this address. */
  readonly note: (address: string) => void;
  /** Throws too-many-guesses if no token is looked at from where a request comes. */
  readonly refuse: (request: FastifyRequest) => void;
};

const guessesAtOnce = 10;

const oneGuessMs = 6_000;

// One customer of a provider has 2^64 addresses of IPv6: they count as one.
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...head, ...(tail === undefined ? [] : [...Array(8 - head.length - tail.length).fill('0'), ...tail])];
  return groups.slice(0, 4).join(':');
}

const views = new WeakSet<IncomingMessage>();

/** Notes that a request came by the secret address of the one view that it asks for. */
export function admitToView(request: IncomingMessage): void {
  views.add(request);
}
