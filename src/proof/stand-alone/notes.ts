import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** Reads a checkpoint: a signed note (C2SP signed-note, tlog-checkpoint). Checks no signature. Throws Malformed. */
export function readHead(text: string): Head {
  const end = text.lastIndexOf('\n\n');
  if (end < 0 || !text.endsWith('\n')) throw new Malformed('it is not a signed note');
  const body = text.slice(0, end + 1);
  const [origin = '', count = '', root = '', ...more] = body.slice(0, -1).split('\n');
  const hasHash = Buffer.from(root, 'base64').length === 32 && Buffer.from(root, 'base64').toString('base64') === root;
  const size = Number(count);
  if (origin === '' || more.includes('') || !/^(0|[1-9]\d*)$/.test(count) || !Number.isSafeInteger(size) || !hasHash) {
    throw new Malformed('it is not a checkpoint: origin, size and root, a line each');
  }
  const signatures = text
    .slice(end + 2, -1)
    .split('\n')
    .map(readSignature);
  return { origin, size, root, note: { body, signatures } };
}

/** The head of a tree as a checkpoint states it, with the note that signs it. The root is base64. */
export type Head = { readonly origin: string; readonly size: number; readonly root: string; readonly note: Note };

/** A signed note, split into its lines and its signatures. The signatures are not checked yet. */
export type Note = { readonly body: string; readonly signatures: readonly Signature[] };

type Signature = { readonly name: string; readonly id: string; readonly bytes: Buffer };

/** A text is not what it should be, or a signature does not fit. */
export class Malformed extends Error {}

function readSignature(line: string): Signature {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || bytes.toString('base64') !== encoded || bytes.length <= idBytes) {
    throw new Malformed(`"${line.slice(0, 100)}" is not a signature of a note`);
  }
  return { name, id: bytes.subarray(0, idBytes).toString('hex'), bytes: bytes.subarray(idBytes) };
}

const idBytes = 4;

/** Reads a verifier key, `<name>+<key id>+<base64 of the type and the key>`. Throws Malformed. */
export function readKey(text: string, role: keyof typeof keyTypes): Key {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  if (typed.length !== 33 || typed.toString('base64') !== encoded || typed[0] !== keyTypes[role]) {
    throw new Malformed(
      `"${text}" is not the Ed25519 key of a ${role}: <name>+<key id>+<base64 of 0x0${keyTypes[role]} and 32 bytes>`,
    );
  }
  const expected = createHash('sha256')
    .update(`${name}\n`)
    .update(typed)
    .digest('hex')
    .slice(0, 2 * idBytes);
  if (id !== expected) throw new Malformed(`the id of the key of ${name} must be ${expected}, not ${id}`);
  const x = typed.subarray(1).toString('base64url');
  return { name, id, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

/** The key of a signer or of a witness. */
export type Key = { readonly name: string; readonly id: string; readonly publicKey: KeyObject };

// The types of Ed25519 keys in signed-note: of a signature, and of a cosignature with a time.
const keyTypes = { signer: 1, witness: 4 } as const;

/** Checks that a key has signed a note. Throws Malformed if it has not, or if one of its signatures does not fit. */
export function checkNote({ body, signatures }: Note, key: Key): void {
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  if (own.length === 0) throw new Malformed(`it is not signed by ${key.name}+${key.id}`);
  for (const { bytes } of own) {
    if (bytes.length === 64 && verify(null, Buffer.from(body), key.publicKey, bytes)) continue;
    throw new Malformed(`the signature of ${key.name}+${key.id} does not fit this text`);
  }
}

/** The witnesses that cosigned a note (C2SP tlog-cosignature). Throws Malformed if a cosignature does not fit. */
export function witnessesOf({ body, signatures }: Note, keys: readonly Key[]): readonly Witness[] {
  return keys.flatMap((key) => {
    const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
    const times = own.map(({ bytes }) => {
      const time = bytes.length === 72 ? bytes.readBigUInt64BE() : 0n;
      const message = Buffer.from(`cosignature/v1\ntime ${time}\n${body}`);
      if (bytes.length === 72 && verify(null, message, key.publicKey, bytes.subarray(8))) return time;
      throw new Malformed(`the cosignature of ${key.name}+${key.id} does not fit this checkpoint`);
    });
    const [first] = times;
    return first === undefined ? [] : [{ name: key.name, at: new Date(Number(first) * 1_000) }];
  });
}

/** A witness that cosigned, and when it says it did. */
export type Witness = { readonly name: string; readonly at: Date };
