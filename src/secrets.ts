import { randomBytes } from 'node:crypto';
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { ownWriters } from './domain/vocabulary/events.ts';
import { slugPattern } from './domain/vocabulary/fact-key.ts';

/** The write token kept in a folder, or a new one. Throws UnusableSecret, and what the system refuses. */
export async function loadWriteToken(folder: string): Promise<WriteToken> {
  const file = join(folder, 'write-token');
  const { secret, isNew } = await loadSecret({
    file,
    isValid: (text) => text.length >= tokenRule.minLength && tokenRule.pattern.test(text),
    holds: `token of ${tokenRule.minLength} visible ASCII characters or more`,
    make: () => randomBytes(24).toString('base64url'),
  });
  return { token: secret, file, isNew };
}

export type WriteToken = { readonly token: string; readonly file: string; readonly isNew: boolean };

/** What a token must look like. */
export const tokenRule = { minLength: 16, pattern: /^[\x21-\x7e]*$/ } as const;

/**
 * The seed of the signing key: SIGNING_KEY if it is set, else the one kept in the folder, else a new one that it keeps
 * there. Throws UnusableSecret, and what the system refuses.
 */
export async function loadSigningSeed(folder: string, signingKey: string | undefined): Promise<Uint8Array> {
  return toSeed(signingKey ?? (await loadSecret(seedFile(folder))).secret);
}

/** The same, but null if there is none: makes no new one. */
export async function findSigningSeed(folder: string, signingKey: string | undefined): Promise<Uint8Array | null> {
  const secret = signingKey ?? (await readSecret(seedFile(folder)));
  return secret === null ? null : toSeed(secret);
}

function toSeed(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

function seedFile(folder: string): SecretFile {
  return {
    file: join(folder, 'signing-key'),
    isValid: (text) => toSeed(text).length === seedBytes && Buffer.from(text, 'base64').toString('base64') === text,
    holds: `signing key, which is ${seedBytes} bytes in base64`,
    make: () => randomBytes(seedBytes).toString('base64'),
  };
}

// An Ed25519 seed (RFC 8032); `openssl rand -base64 32` makes one too.
const seedBytes = 32;

type SecretFile = {
  readonly file: string;
  readonly isValid: (text: string) => boolean;
  /** What the file should hold, for the message if it does not. */
  readonly holds: string;
  readonly make: () => string;
};

// The secret in a file, or a new one that only its owner can read. If two processes make one at the same time, one wins
// and both get the same secret.
async function loadSecret(place: SecretFile): Promise<{ readonly secret: string; readonly isNew: boolean }> {
  const kept = await readSecret(place);
  if (kept !== null) return { secret: kept, isNew: false };
  const { file } = place;
  const secret = place.make();
  // Write a draft and link it, so that nobody ever reads half of a secret.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return { secret, isNew: true };
  } catch (error) {
    const other = hasCode(error, 'EEXIST') ? await readSecret(place) : null;
    if (other === null) throw error;
    return { secret: other, isNew: false };
  } finally {
    await unlink(draft);
  }
}

async function readSecret({ file, isValid, holds }: SecretFile): Promise<string | null> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    if (isValid(secret)) {
      await refuseShared(file);
      return secret;
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  throw new UnusableSecret(`${file} does not hold a ${holds}; delete it to get a new one`);
}

// Whoever could read it may have it. Windows has no such modes.
async function refuseShared(file: string): Promise<void> {
  const { mode } = await stat(file);
  if (platform() === 'win32' || (mode & 0o077) === 0) return;
  const text = `${file} can be read by others: "chmod 600 ${file}", or delete it to get a new one if they may have it`;
  throw new UnusableSecret(text);
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

/** A file does not hold the secret that it should. The message says what to do and never repeats the content. */
class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
  readonly code = 'ERR_UNUSABLE_SECRET';
}

/**
 * Reads `anna:<token>,ben:<token>`. A name is a slug that the ledger itself does not record under; a token has 16 or more
 * visible ASCII characters and no comma; each occurs once. Reports every problem, and never shows a token.
 */
export function readWriteTokens(text: string): {
  readonly tokens: readonly NamedToken[];
  readonly problems: readonly string[];
} {
  const entries = text.split(',').map((entry, i) => readEntry(entry.trim(), i + 1));
  const problems = [...entries.flatMap(problemsOf), ...repeated(entries, 'name'), ...repeated(entries, 'token')];
  const tokens = entries.flatMap(({ name, token }) => (name === null ? [] : [{ name, token }]));
  return { tokens: problems.length > 0 ? [] : tokens, problems };
}

/** The token of a person (or a program), and the name under which their writes are recorded. */
export type NamedToken = { readonly name: string; readonly token: string };

function readEntry(text: string, place: number): Entry {
  const colon = text.indexOf(':');
  return colon < 0
    ? { place, name: null, token: text }
    : { place, name: text.slice(0, colon), token: text.slice(colon + 1) };
}

type Entry = { readonly place: number; readonly name: string | null; readonly token: string };

// Names an entry by its place alone: what looks like its name may be a token.
function problemsOf({ place, name, token }: Entry): readonly string[] {
  const { minLength, pattern } = tokenRule;
  if (name === null) return [`entry ${place} is not of the form name:token`];
  return [
    ...[nameProblem(name)].flatMap((problem) => (problem === null ? [] : [`the name of entry ${place} ${problem}`])),
    ...(token.length < minLength ? [`the token of entry ${place} has fewer than ${minLength} characters`] : []),
    ...(pattern.test(token) ? [] : [`the token of entry ${place} has characters other than visible ASCII`]),
  ];
}

/** What is wrong with the name of a writer, to follow "the name"; null if nothing is. */
export function nameProblem(name: string): string | null {
  if (!slugPattern.test(name) || name.length > maxNameLength) {
    return `must be lower-case letters, digits, - and . (at most ${maxNameLength})`;
  }
  return reservedNames.has(name) ? 'belongs to the ledger itself: choose another' : null;
}

const maxNameLength = 64;

const reservedNames: ReadonlySet<string> = new Set(Object.values(ownWriters));

function repeated(entries: readonly Entry[], member: 'name' | 'token'): readonly string[] {
  return [...Map.groupBy(entries, (entry) => entry[member])]
    .filter(([value, same]) => value !== null && same.length > 1)
    .map(([, same]) => `entries ${same.map(({ place }) => place).join(' and ')} have the same ${member}`);
}
