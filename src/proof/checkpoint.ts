import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Hash } from './merkle-tree.ts';

/** The head of a tree: which ledger it is of, how many leaves it has, and its root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Hash };

/** The key of this name that is made from the 32 bytes of an Ed25519 seed (RFC 8032). */
export function signerKey(name: string, seed: Uint8Array): SignerKey {
  if (!isName(name)) throw new MalformedNote(`a key cannot be named "${name}": no spaces, no plus sign`);
  if (seed.length !== keyLength) throw new MalformedNote('the seed of an Ed25519 key has 32 bytes');
  const der = Buffer.concat([privateKeyPrefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return { name, id: keyId(name, publicKey), publicKey, privateKey };
}

/** A key that signs notes. */
export type SignerKey = VerifierKey & { readonly privateKey: KeyObject };

/** A key that signatures of notes are checked with: its name, its id (8 hex digits) and the Ed25519 public key. */
export type VerifierKey = { readonly name: string; readonly id: string; readonly publicKey: KeyObject };

function isName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}+]/u.test(name);
}

/** A text is no signed note, or no key for one; the message says why. */
export class MalformedNote extends Error {
  override readonly name = 'MalformedNote';
}

const keyLength = 32;

// PKCS #8 (RFC 8410) of an Ed25519 key, up to the seed.
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function keyId(name: string, publicKey: KeyObject): string {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(typedKey(publicKey))
    .digest('hex')
    .slice(0, 2 * idLength);
}

function typedKey(publicKey: KeyObject): Buffer {
  return Buffer.concat([Buffer.of(ed25519), bytesOf(publicKey)]);
}

const ed25519 = 1;

function bytesOf(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

const idLength = 4;

/** A key as verifiers are told it: `<name>+<key id>+<base64 of 0x01 and the public key>` (C2SP signed-note). */
export function verifierKeyText({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${typedKey(publicKey).toString('base64')}`;
}

/** Reads such a text. Throws MalformedNote. */
export function readVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) {
    throw new MalformedNote('a verifier key has three parts: <name>+<key id>+<base64 of 0x01 and the public key>');
  }
  if (!isName(name)) throw new MalformedNote('the name of a verifier key has a space in it, or is missing');
  const bytes = fromBase64(encoded);
  if (bytes === null) throw new MalformedNote('the key in a verifier key is no base64 (RFC 4648, 4)');
  if (bytes[0] !== ed25519 || bytes.length !== 1 + keyLength) {
    throw new MalformedNote('the key in a verifier key is no Ed25519 key: 0x01, then 32 bytes');
  }
  const x = bytes.subarray(1).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const expected = keyId(name, publicKey);
  if (id !== expected) throw new MalformedNote(`the id of this verifier key would be ${expected}, not ${id}`);
  return { name, id, publicKey };
}

// Buffer reads much that is no base64; only what it would write itself counts (RFC 4648, 3.5).
function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** A text, which ends in a line feed, signed by a key (C2SP signed-note). Throws MalformedNote. */
export function signNote(text: string, { name, id, privateKey }: SignerKey): string {
  if (!text.endsWith('\n') || hasControl(text) || !text.isWellFormed()) {
    throw new MalformedNote('what is signed is lines of text, each ended by a line feed, without control characters');
  }
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

// What a note must not hold: a character below U+0020 that is no line feed.
function hasControl(text: string): boolean {
  return text.split('').some((unit) => unit < ' ' && unit !== '\n');
}

/** Reads a signed note, and checks no signature. Throws MalformedNote. */
export function readNote(note: string): Note {
  if (!note.isWellFormed()) throw new MalformedNote('a signed note is UTF-8');
  if (hasControl(note)) throw new MalformedNote('a signed note has no control characters but line feeds');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new MalformedNote('a signed note has an empty line between its text and its signatures');
  if (!note.endsWith('\n')) throw new MalformedNote('the last signature of a signed note ends in a line feed');
  const lines = note.slice(end + 2, -1).split('\n');
  if (note.length === end + 2) throw new MalformedNote('there is no signature');
  if (lines.length > mostSignatures) throw new MalformedNote(`there are more than ${mostSignatures} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(readSignature) };
}

/** A note as it was read: what was signed, with its last line feed, and the signatures, of which none was checked. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** One signature of a note: by whom it says that it is, and its bytes. */
export type NoteSignature = { readonly name: string; readonly id: string; readonly signature: Uint8Array };

// A note by many witnesses has some dozens; what has more is no note for us. The specification asks for 16 at least.
const mostSignatures = 100;

function readSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isName(name)) {
    throw new MalformedNote(`"${line.slice(0, 100)}" is no signature: "— <key name> <base64>"`);
  }
  const bytes = fromBase64(encoded);
  if (bytes === null) throw new MalformedNote(`the signature of ${name} is no base64 (RFC 4648, 4)`);
  if (bytes.length <= idLength) throw new MalformedNote(`the signature of ${name} is too short`);
  return { name, id: bytes.subarray(0, idLength).toString('hex'), signature: bytes.subarray(idLength) };
}

/**
 * Checks that a note is signed by a key; signatures of others are ignored. Throws NotSigned, also where one of several
 * signatures of this key is wrong.
 */
export function checkSignature({ text, signatures }: Note, { name, id, publicKey }: VerifierKey): void {
  const own = signatures.filter((one) => one.name === name && one.id === id);
  if (own.length === 0) {
    const others = signatures.map((one) => `${one.name}+${one.id}`).join(', ');
    throw new NotSigned(`it is not signed by ${name}+${id}, but by ${others}`);
  }
  const isRight = ({ signature }: NoteSignature): boolean =>
    signature.length === signatureLength && verify(null, Buffer.from(text), publicKey, signature);
  if (!own.every(isRight)) throw new NotSigned(`the signature of ${name}+${id} is not that of this text`);
}

/** A note is not signed by the key that it is to be signed by; the message says why. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned';
}

const signatureLength = 64;

/** The origin of the checkpoints of a ledger, which is the name of the key that signs them, too. */
export function originOf(ledger: string): string {
  return `partnership-ledger/${ledger}`;
}

/** A checkpoint as it is signed and published (C2SP tlog-checkpoint), under the name of its origin. */
export function signCheckpoint({ origin, size, root }: Checkpoint, key: SignerKey): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, key);
}

/**
 * Reads a checkpoint, and checks no signature. Lines beyond the third are extensions, which are signed and ignored.
 * Throws MalformedNote.
 */
export function readCheckpoint(text: string): ReadCheckpoint {
  const note = readNote(text);
  const lines = note.text.slice(0, -1).split('\n');
  const [origin, size, root] = lines;
  if (origin === undefined || size === undefined || root === undefined || lines.includes('')) {
    throw new MalformedNote('a checkpoint has three lines or more, none of them empty: origin, size and root');
  }
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new MalformedNote('the second line of a checkpoint is the size of the tree, a whole number');
  }
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== hashLength || hash.toString('base64') !== root) {
    throw new MalformedNote('the third line of a checkpoint is the root of the tree, base64 of 32 bytes');
  }
  return { origin, size: Number(size), root: hash, note };
}

/** A checkpoint as it was read, with the note that signs it, of which no signature was checked. */
export type ReadCheckpoint = Checkpoint & { readonly note: Note };

const hashLength = 32;

/** The checkpoint that is kept in a file, as it was published. Several processes may use it at once. */
export function keptCheckpoint(file: string): KeptCheckpoint {
  const read = async (): Promise<ReadCheckpoint | null> => {
    try {
      return readCheckpoint(await readFile(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  return {
    read,
    keep: async (text) => {
      if (((await read())?.size ?? -1) > readCheckpoint(text).size) return;
      const whole = `${file}.${randomUUID()}`;
      await writeFile(whole, text, { flush: true });
      await rename(whole, file);
    },
  };
}

/** The last checkpoint that was signed here, in a file of its own: it tells even where the kept tree was deleted. */
export type KeptCheckpoint = {
  /** Null where none was signed. Throws MalformedNote where the file holds something else. */
  readonly read: () => Promise<ReadCheckpoint | null>;
  /** Keeps a signed checkpoint, on the disk, unless a later one is kept. */
  readonly keep: (text: string) => Promise<void>;
};
