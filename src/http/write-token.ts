import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The token for writes, and whether it was made just now. */
export type WriteToken = { readonly token: string; readonly file: string; readonly made: boolean };

const shortest = 16;

/** What is kept as the token is none; the message says what to do, and does not repeat it. */
export class UnusableToken extends Error {
  override readonly name = 'UnusableToken';
  readonly code = 'ERR_UNUSABLE_TOKEN';
}

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

const kept = async (file: string): Promise<string | null> => {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    if (token.length >= shortest && /^[\x21-\x7e]+$/.test(token)) return token;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  throw new UnusableToken(
    `${file} holds no token of ${shortest} visible ASCII characters or more; delete it to have one made`,
  );
};

/**
 * The token that is kept in the folder, or one that is made now and kept, readable for its owner alone. Of two
 * processes that make one at once, one wins and both have the same. Throws UnusableToken, and what the system refuses.
 */
export const writeTokenIn = async (folder: string): Promise<WriteToken> => {
  const file = join(folder, 'write-token');
  const known = await kept(file);
  if (known !== null) return { token: known, file, made: false };
  const token = randomBytes(24).toString('base64url');
  // Written beside it and linked, so that nobody ever reads half of it.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${token}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return { token, file, made: true };
  } catch (error) {
    const other = isCode(error, 'EEXIST') ? await kept(file) : null;
    if (other === null) throw error;
    return { token: other, file, made: false };
  } finally {
    await unlink(draft);
  }
};
