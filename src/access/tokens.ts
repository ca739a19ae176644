import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteFile, type SqliteKind } from '../event-store/sqlite-file.ts';
import type { Role } from './roles.ts';

/**
 * Opens the file that keeps the tokens of people and programs, and makes it if it is missing. It holds their digests: a
 * token itself is shown once, when it is made. Several processes may have it open, and what one revokes no other accepts.
 */
export function openTokenFile(file: string, now: () => number = Date.now): TokenFile {
  const database = openSqliteFile(file, tokenKind);
  const sql = (text: string) => database.prepare(text);
  const all = sql('SELECT * FROM token ORDER BY created_at, id');
  const byId = sql('SELECT * FROM token WHERE id = ?');
  const byDigest = sql('SELECT * FROM token WHERE digest = ?');
  const add = sql(`INSERT INTO token (id, name, role, reads, digest, created_at, created_by, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const revoke = sql('UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const use = sql('UPDATE token SET used_at = ? WHERE id = ?');
  const find = (id: string) => {
    const row = byId.get(id);
    return row === undefined ? null : tokenIn(row as Row);
  };
  return {
    all: () => all.all().map((row) => tokenIn(row as Row)),
    get: find,
    create: ({ name, role, reads, expiresAt, createdBy }) => {
      const secret = `${tokenStart}${randomBytes(32).toString('base64url')}`;
      const id = randomBytes(6).toString('hex');
      const createdAt = new Date(now()).toISOString();
      add.run(id, name, role, reads, digestOf(secret), createdAt, createdBy, expiresAt);
      return { token: find(id) as Token, secret };
    },
    revoke: (id) => {
      revoke.run(new Date(now()).toISOString(), id);
      return find(id);
    },
    find: (secret) => {
      const row = byDigest.get(digestOf(secret));
      if (row === undefined) return null;
      const token = tokenIn(row as Row);
      const { id, usedAt } = token;
      if (usedAt === null || now() - Date.parse(usedAt) > useNotedMs) noteUse(() => use.run(isoOf(now()), id));
      return token;
    },
    close: () => database.close(),
  };
}

/** The file of the tokens in a folder. */
export function tokenFileIn(folder: string): string {
  return join(folder, 'tokens.sqlite');
}

/** The kept tokens. */
export type TokenFile = {
  readonly all: () => readonly Token[];
  readonly get: (id: string) => Token | null;
  /** Makes a token. `secret` is what its holder sends; nobody can read it again. */
  readonly create: (token: NewToken) => { readonly token: Token; readonly secret: string };
  /** From now on nothing accepts it. Null if there is none. */
  readonly revoke: (id: string) => Token | null;
  /** The token of what a client sent, also if it is over (see `whyOver`). Notes that it was used. */
  readonly find: (secret: string) => Token | null;
  readonly close: () => void;
};

type NewToken = {
  /** The name under which its writes are recorded. */
  readonly name: string;
  readonly role: Role;
  /** The one view that it reads, by an address that holds its secret; null for a token that is sent in a header. */
  readonly reads: string | null;
  readonly expiresAt: string | null;
  readonly createdBy: string;
};

export type Token = NewToken & {
  readonly id: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
  /** To a minute or so. */
  readonly usedAt: string | null;
};

/** Why a token is not accepted any more; null while it is. */
export function whyOver({ revokedAt, expiresAt }: Token, now: number): 'revoked' | 'expired' | null {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : null;
}

/**
 * The one view that an address may read, as people give it: the address of a feed, a calendar or a timeline in a frame,
 * with or without its host.
 */
export function toView(text: string): { readonly view: string } | { readonly problem: string } {
  const url = URL.parse(text, 'http://localhost');
  const view = url === null ? '' : `${url.pathname}${url.search}`;
  const isView = /^\/api\/[^?]*\.(?:atom|feed\.json|ics)(?:\?|$)/.test(view) || /^\/embed\/[^?]+/.test(view);
  if (isView && view.length <= maxViewLength) return { view };
  const problem =
    'write the address of a feed (….atom, ….feed.json), a calendar (….ics) or an embedded timeline (/embed/…), ' +
    'as in /api/partnerships/alibaba.ioc/calendar.ics';
  return { problem };
}

const maxViewLength = 2_000;

/** When a token ends, as people say it: `90d`, the last day, or `never`. By default after a year. */
export function toExpiry(
  text: string | undefined,
  now: number,
): { readonly expiresAt: string | null } | { readonly problem: string } {
  if (text === 'never') return { expiresAt: null };
  const days = /^(\d{1,4})d$/.exec(text ?? '365d')?.[1];
  const ends = days === undefined ? endOfDay(text ?? '') : now + Number(days) * dayMs;
  if (ends !== null && ends > now) return { expiresAt: isoOf(ends) };
  return { problem: 'write a number of days, as in 90d, a last day to come, as in 2027-12-31, or never' };
}

function endOfDay(text: string): number | null {
  const begins = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(begins) || !isoOf(begins).startsWith(text) ? null : begins + dayMs;
}

const dayMs = 86_400_000;

/** The address that reads the view of a token, to be put after that of a server. */
export function sharedAddress(secret: string, view: string): string {
  const [path = ''] = view.split('?');
  return `/shared/${secret}/${path.split('/').at(-1) ?? ''}`;
}

/** What a secret is compared by. It has 256 random bits, so a fast digest keeps it as well as a slow one. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What the tokens that are made here begin with, so that people and scanners know one when they see it. */
export const tokenStart = 'ledger_';

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

// A token works although its last use cannot be noted: the disk is full, or may only be read.
function noteUse(note: () => void): void {
  try {
    note();
  } catch {
    // Noted the next time.
  }
}

const useNotedMs = 60_000;

const tokenKind: SqliteKind = {
  // "PLtk"
  applicationId: 0x504c746b,
  version: 1,
  schema: `
    CREATE TABLE token (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, reads TEXT, digest TEXT NOT NULL UNIQUE,
      created_at TEXT NOT NULL, created_by TEXT NOT NULL, expires_at TEXT, revoked_at TEXT, used_at TEXT
    ) STRICT;
  `,
  synchronous: 'FULL',
  isDerived: false,
  // A server waits no longer for another process: all it writes at a request is a last use.
  busyTimeoutMs: 1_000,
};

type Row = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly reads: string | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly used_at: string | null;
};

function tokenIn(row: Row): Token {
  const { id, name, role, reads } = row;
  return {
    id,
    name,
    role,
    reads,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    usedAt: row.used_at,
  };
}
