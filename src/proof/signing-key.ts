import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keptSecret, secretIn } from '../kept-secret.ts';

// An Ed25519 seed (RFC 8032) as text: base64 of 32 bytes, as `openssl rand -base64 32` writes it.
const seedLength = 32;
function isSeed(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === seedLength && bytes.toString('base64') === text;
}

/** The seed of a signing key that is set as text, in base64. */
export function seedOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

function placeIn(folder: string) {
  return {
    file: join(folder, 'signing-key'),
    isFit: isSeed,
    holds: `signing key, which is ${seedLength} bytes in base64`,
  };
}

/** The seed that is kept in the folder; null where there is none. */
export async function keptSeedIn(folder: string): Promise<Uint8Array | null> {
  const secret = await keptSecret(placeIn(folder));
  return secret === null ? null : seedOf(secret);
}

/** The seed that is kept in the folder, or one that is made now and kept, readable for its owner alone. */
export async function seedIn(folder: string): Promise<Uint8Array> {
  const make = (): string => randomBytes(seedLength).toString('base64');
  return seedOf((await secretIn({ ...placeIn(folder), make })).secret);
}
