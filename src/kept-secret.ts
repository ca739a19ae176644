import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';

/** A secret that a file keeps: where, how it is told that it is one, what it is called, and how one is made. */
export type SecretFile = {
  readonly file: string;
  readonly isFit: (text: string) => boolean;
  /** What the file is to hold, for the message where it holds something else. */
  readonly holds: string;
  readonly make: () => string;
};

/** What a file keeps is not the secret that it is to keep; the message says what to do, and does not repeat it. */
export class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
  readonly code = 'ERR_UNUSABLE_SECRET';
}

/** The secret, and whether it was made just now. */
export type KeptSecret = { readonly secret: string; readonly made: boolean };

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

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
