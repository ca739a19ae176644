import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { ownWriters } from '../domain/vocabulary/events.ts';
import type { NamedToken } from '../secrets.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { Checked, Principal, Refused, Role } from './roles.ts';
import { digestOf, openTokenFile, type Token, type TokenFile, whyOver } from './tokens.ts';

/** Who may do what: tells who sent a credential, and makes the sessions of browsers. */
export function openAccess({
  now,
  writeToken,
  writeTokens = [],
  tokens = openTokenFile(':memory:', now),
  provider = null,
  seed = randomBytes(32),
}: AccessParts): Access {
  const key = Buffer.from(hkdfSync('sha256', seed, '', 'partnership-ledger session', 32));
  const seal = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  const settled = [
    { name: ownWriters.api, role: 'admin', token: writeToken } as const,
    ...writeTokens.map(({ name, token }) => ({ name, role: 'steward', token }) as const),
  ].map(({ name, role, token }) => ({ name, role, digest: digestOf(token) }));

  // Compares with all, so that every answer takes equally long.
  const findSettled = (digest: string) =>
    settled.filter((one) => timingSafeEqual(Buffer.from(digest), Buffer.from(one.digest)))[0];

  const check = (secret: string): Checked | Promise<Checked> => {
    const digest = digestOf(secret);
    const fixed = findSettled(digest);
    if (fixed !== undefined) return holder(fixed.name, fixed.role, `settled ${seal(digest)}`, null);
    const token = tokens.find(secret);
    if (token !== null) return checkToken(token, now());
    if (provider === null || !jwtPattern.test(secret)) return unknownToken;
    return provider.check(secret, isTaken);
  };

  const isTaken = (name: string) =>
    settled.some((one) => one.name === name) ||
    tokens.all().some((one) => one.name === name && whyOver(one, now()) === null);

  const sessionOf = (value: string): Principal | null => {
    const [text = '', sealed = ''] = value.split('.');
    const expected = seal(text);
    if (sealed.length !== expected.length || !timingSafeEqual(Buffer.from(sealed), Buffer.from(expected))) return null;
    const { name, source, until } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Session;
    if (until <= now()) return null;
    return isStillGiven(source) ? { name, role: 'reader', source, until } : null;
  };

  // What was taken away, or changed in the environment, ends the sessions that it began.
  const isStillGiven = (source: string): boolean => {
    const [kind, id = ''] = source.split(' ');
    if (kind === 'provider') return provider !== null;
    if (kind === 'settled') return settled.some(({ digest }) => seal(digest) === id);
    const token = tokens.get(id);
    return token !== null && whyOver(token, now()) === null;
  };

  return {
    tokens,
    check,
    sessionOf,
    beginSession: ({ name, source, until }) => {
      const ends = Math.min(now() + sessionMs, until ?? Number.POSITIVE_INFINITY);
      const session: Session = { name, source, until: ends };
      const text = Buffer.from(JSON.stringify(session)).toString('base64url');
      return { value: `${text}.${seal(text)}`, seconds: Math.floor((ends - now()) / 1000) };
    },
    viewOf: (secret) => {
      const token = tokens.find(secret);
      return token === null || whyOver(token, now()) !== null ? null : token.reads;
    },
  };
}

type AccessParts = {
  /** The token that the first start makes, or WRITE_TOKEN. */
  readonly writeToken: string;
  /** Tokens of people, under whose names their writes are recorded. */
  readonly writeTokens?: readonly NamedToken[];
  /** The kept tokens. Without a file they end with the process. */
  readonly tokens?: TokenFile;
  readonly provider?: IdentityProvider | null;
  /**
   * What the key of the sessions is made from: the same on all servers of a ledger, and secret. Without it sessions end
   * with the process.
   */
  readonly seed?: Uint8Array;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
};

export type Access = {
  readonly tokens: TokenFile;
  /** Who sent this token. Waits only for the keys of an identity provider. */
  readonly check: (secret: string) => Checked | Promise<Checked>;
  /** Who the cookie of a browser belongs to; null if it is over, or is none of this ledger. */
  readonly sessionOf: (value: string) => Principal | null;
  /** A session for the holder of a token: the value of the cookie, and how long it lasts. It reads only. */
  readonly beginSession: (principal: Principal) => { readonly value: string; readonly seconds: number };
  /** The view that an address with this secret reads; null if it was revoked or never existed. */
  readonly viewOf: (secret: string) => string | null;
};

type Session = { readonly name: string; readonly source: string; readonly until: number };

function holder(name: string, role: Role, source: string, until: number | null): Checked {
  return { principal: { name, role, source, until } };
}

function checkToken(token: Token, now: number): Checked {
  const over = whyOver(token, now);
  if (over !== null) return { refusal: `this token is ${over}`, why: 'unfit' };
  if (token.reads !== null) return { refusal: 'this token reads one view, by its address alone', why: 'unfit' };
  const until = token.expiresAt === null ? null : Date.parse(token.expiresAt);
  return holder(token.name, token.role, `kept ${token.id}`, until);
}

const unknownToken: Refused = { refusal: 'this ledger does not accept this token', why: 'unknown' };

const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

// A working day. A browser that stays open longer signs in again.
const sessionMs = 12 * 3_600_000;
