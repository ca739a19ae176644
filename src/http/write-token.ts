import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { secretIn } from '../kept-secret.ts';

/** The token for writes, and whether it was made just now. */
export type WriteToken = { readonly token: string; readonly file: string; readonly made: boolean };

const shortest = 16;

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
