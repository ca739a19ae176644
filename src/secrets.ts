import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownWriters } from './domain/vocabulary/events.ts';
import { slugPattern } from './domain/vocabulary/fact-key.ts';

/** The secret that a file keeps; null where there is no file. Throws UnusableSecret. */
export async function keptSecret({
  file,
  isFit,
  holds,
}: Pick<SecretFile, 'file' | 'isFit' | 'holds'>): Promise<string | null> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    if (isFit(secret)) return secret;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  throw new UnusableSecret(`${file} holds no ${holds}; delete it to have one made`);
}

/** A secret that a file keeps: where, how it is told that it is one, what it is called, and how one is made. */
export type SecretFile = {
  readonly file: string;
  readonly isFit: (text: string) => boolean;
  /** What the file is to hold, for the message where it holds something else. */
  readonly holds: string;
  readonly make: () => string;
};

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

/** What a file keeps is not the secret that it is to keep; the message says what to do, and does not repeat it. */
export class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
  readonly code = 'ERR_UNUSABLE_SECRET';
}

/**
 * The secret that a file keeps, or one that is made now and kept, readable for its owner alone. Of two processes that
 * make one at once, one wins and both have the same.
 */
export async function secretIn(place: SecretFile): Promise<KeptSecret> {
  const known = await keptSecret(place);
  if (known !== null) return { secret: known, made: false };
  const { file } = place;
  const secret = place.make();
  // Written beside it and linked, so that nobody ever reads half of it.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return { secret, made: true };
  } catch (error) {
    const other = isCode(error, 'EEXIST') ? await keptSecret(place) : null;
    if (other === null) throw error;
    return { secret: other, made: false };
  } finally {
    await unlink(draft);
  }
}

/** The secret, and whether it was made just now. */
export type KeptSecret = { readonly secret: string; readonly made: boolean };

/**
 * The token that is kept in the folder, or one that is made now and kept, readable for its owner alone. Throws
 * UnusableSecret, and what the system refuses.
 */
export async function writeTokenIn(folder: string): Promise<WriteToken> {
  const file = join(folder, 'write-token');
  const { secret, made } = await secretIn({
    file,
    isFit: (token) => token.length >= shortest && /^[\x21-\x7e]+$/.test(token),
    holds: `token of ${shortest} visible ASCII characters or more`,
    make: () => randomBytes(24).toString('base64url'),
  });
  return { token: secret, file, made };
}

/** The token for writes, and whether it was made just now. */
export type WriteToken = { readonly token: string; readonly file: string; readonly made: boolean };

const shortest = 16;

/** The seed of a signing key that is set as text, in base64. */
export function seedOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

/** The seed that is kept in the folder; null where there is none. */
export async function keptSeedIn(folder: string): Promise<Uint8Array | null> {
  const secret = await keptSecret(placeIn(folder));
  return secret === null ? null : seedOf(secret);
}

function placeIn(folder: string) {
  return {
    file: join(folder, 'signing-key'),
    isFit: isSeed,
    holds: `signing key, which is ${seedLength} bytes in base64`,
  };
}

function isSeed(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === seedLength && bytes.toString('base64') === text;
}

// An Ed25519 seed (RFC 8032) as text: base64 of 32 bytes, as `openssl rand -base64 32` writes it.
const seedLength = 32;

/** The seed that is kept in the folder, or one that is made now and kept, readable for its owner alone. */
export async function seedIn(folder: string): Promise<Uint8Array> {
  const make = (): string => randomBytes(seedLength).toString('base64');
  return seedOf((await secretIn({ ...placeIn(folder), make })).secret);
}

/**
 * Reads `anna:<token>,ben:<token>`: names are slugs, none of them one of the ledger's own, tokens 16 visible ASCII
 * characters or more without a comma; both occur once. All mistakes are told, none with a token in it.
 */
export function readWriteTokens(text: string): {
  readonly tokens: readonly NamedToken[];
  readonly mistakes: readonly string[];
} {
  const entries = text.split(',').map((entry, i) => entryOf(entry.trim(), i));
  const mistakes = [...entries.flatMap(mistakesOf), ...repeated(entries, 'name'), ...repeated(entries, 'token')];
  const tokens = entries.flatMap(({ name, token }) => (name === null ? [] : [{ name, token }]));
  return { tokens: mistakes.length > 0 ? [] : tokens, mistakes };
}

/** The token of a person (or of a program), and the name under which he is recorded. */
export type NamedToken = { readonly name: string; readonly token: string };

function entryOf(text: string, i: number): Entry {
  const colon = text.indexOf(':');
  return colon < 0
    ? { place: i + 1, name: null, token: text }
    : { place: i + 1, name: text.slice(0, colon), token: text.slice(colon + 1) };
}

type Entry = { readonly place: number; readonly name: string | null; readonly token: string };

// Whatever stands in the place of a name may be a token, so only the place of an entry is told.
function mistakesOf({ place, name, token }: Entry): readonly string[] {
  const { shortest, pattern } = tokenRule;
  if (name === null) return [`entry ${place} is no name:token`];
  return [
    ...(slugPattern.test(name) && name.length <= longestName
      ? []
      : [`the name of entry ${place} is not of small letters, digits, - and . (at most ${longestName})`]),
    ...(taken.has(name) ? [`the name of entry ${place} is one under which the ledger itself records`] : []),
    ...(token.length < shortest ? [`the token of entry ${place} has fewer than ${shortest} characters`] : []),
    ...(pattern.test(token) ? [] : [`the token of entry ${place} has other than visible ASCII characters`]),
  ];
}

/** What a token has to be, and what to say of one that is not; its own text is never told. */
export const tokenRule = { shortest: 16, pattern: /^[\x21-\x7e]*$/ } as const;

const longestName = 64;

const taken: ReadonlySet<string> = new Set(Object.values(ownWriters));

function repeated(entries: readonly Entry[], what: 'name' | 'token'): readonly string[] {
  return [...Map.groupBy(entries, (entry) => entry[what])]
    .filter(([value, same]) => value !== null && same.length > 1)
    .map(([, same]) => `entries ${same.map(({ place }) => place).join(' and ')} have the same ${what}`);
}
