import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Hash, toBase64 } from './merkle-tree.ts';

/** The head of a tree: its ledger (the origin), the number of its leaves, and its root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Hash };

/** The origin of the checkpoints of a ledger. The key that signs them has the same name. */
export function originOf(ledger: string): string {
  return `partnership-ledger/${ledger}`;
}

/** Signs a checkpoint; returns the text to publish (C2SP tlog-checkpoint). */
export function signCheckpoint({ origin, size, root }: Checkpoint, key: SignerKey): string {
  return signNote(`${origin}\n${size}\n${toBase64(root)}\n`, key);
}

/**
 * Reads a checkpoint; does not check its signatures. Ignores the extensions after the third line, which are signed too.
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
  if (hash.length !== hashBytes || hash.toString('base64') !== root) {
    throw new MalformedNote('the third line of a checkpoint is the root of the tree, base64 of 32 bytes');
  }
  return { origin, size: Number(size), root: hash, note };
}

/** A checkpoint as it was read, with its note; nobody has checked the signatures. */
export type ReadCheckpoint = Checkpoint & { readonly note: Note };

const hashBytes = 32;

/** Keeps the last checkpoint in a file, as it was published. Several processes may use the file at once. */
export function keptCheckpoint(file: string): KeptCheckpoint {
  const readText = async (): Promise<string | null> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  const read = async (): Promise<ReadCheckpoint | null> => {
    const text = await readText();
    return text === null ? null : readCheckpoint(text);
  };
  return {
    read,
    readText,
    keep: async (text) => {
      if (((await read())?.size ?? -1) > readCheckpoint(text).size) return;
      const draft = `${file}.${randomUUID()}`;
      await writeFile(draft, text, { flush: true, mode: 0o600 });
      await rename(draft, file);
    },
  };
}

/**
 * The last checkpoint that was signed here. It has its own file, so it shows a fault even if the kept tree is deleted.
 */
export type KeptCheckpoint = {
  /** Null if none was signed. Throws MalformedNote if the file holds something else. */
  readonly read: () => Promise<ReadCheckpoint | null>;
  /** The same, as text that nobody has checked. */
  readonly readText: () => Promise<string | null>;
  /** Keeps a signed checkpoint on the disk, unless the file holds a larger one. */
  readonly keep: (text: string) => Promise<void>;
};

/** Makes the key of a name from an Ed25519 seed of 32 bytes (RFC 8032). */
export function signerKey(name: string, seed: Uint8Array): SignerKey {
  if (!isName(name)) throw new MalformedNote(`a key cannot be named "${name}": use no spaces and no plus sign`);
  if (seed.length !== keyBytes) throw new MalformedNote('the seed of an Ed25519 key has 32 bytes');
  const der = Buffer.concat([privateKeyPrefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return { name, id: keyId(name, publicKey), publicKey, privateKey };
}

/** A key that signs notes. */
export type SignerKey = VerifierKey & { readonly privateKey: KeyObject };

/** A key that checks the signatures of notes: its name, its id (8 hex digits), and the Ed25519 public key. */
export type VerifierKey = { readonly name: string; readonly id: string; readonly publicKey: KeyObject };

function isName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}+]/u.test(name);
}

/** A text is not a signed note, or not a key for one. The message says why. */
export class MalformedNote extends Error {
  override readonly name = 'MalformedNote';
}

const keyBytes = 32;

// An Ed25519 key as PKCS #8 (RFC 8410), up to the seed.
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function keyId(name: string, publicKey: KeyObject, type: number = keyTypes.signer): string {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(typedKey(publicKey, type))
    .digest('hex')
    .slice(0, 2 * idBytes);
}

function typedKey(publicKey: KeyObject, type: number): Buffer {
  return Buffer.concat([Buffer.of(type), bytesOf(publicKey)]);
}

// Ed25519, of a signature (signed-note) and of a cosignature with a time (tlog-cosignature).
const keyTypes = { signer: 1, witness: 4 } as const;

function bytesOf(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

const idBytes = 4;

/** A key as text for verifiers: `<name>+<key id>+<base64 of 0x01 and the public key>` (C2SP signed-note). */
export function verifierKeyText({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${typedKey(publicKey, keyTypes.signer).toString('base64')}`;
}

/** Reads a key from the text for verifiers; that of a witness has another type. Throws MalformedNote. */
export function readVerifierKey(text: string, role: keyof typeof keyTypes = 'signer'): VerifierKey {
  const type = `0x0${keyTypes[role]}`;
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) {
    throw new MalformedNote(`a verifier key has three parts: <name>+<key id>+<base64 of ${type} and the public key>`);
  }
  if (!isName(name)) throw new MalformedNote('the name of a verifier key is missing, or has a space in it');
  const bytes = fromBase64(encoded);
  if (bytes === null) throw new MalformedNote('the key in a verifier key is not base64 (RFC 4648, 4)');
  if (bytes[0] !== keyTypes[role] || bytes.length !== 1 + keyBytes) {
    const what = role === 'witness' ? 'an Ed25519 key of a witness' : 'an Ed25519 key';
    throw new MalformedNote(`the key in a verifier key is not ${what}: ${type}, then 32 bytes`);
  }
  const x = bytes.subarray(1).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const expected = keyId(name, publicKey, keyTypes[role]);
  if (id !== expected) throw new MalformedNote(`the id of this verifier key must be ${expected}, not ${id}`);
  return { name, id, publicKey };
}

/** The bytes of a text in base64 as Buffer would write it (RFC 4648, 3.5); null for any other. Buffer also reads malformed base64. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Signs a text that ends in a line feed (C2SP signed-note). Throws MalformedNote. */
export function signNote(text: string, { name, id, privateKey }: SignerKey): string {
  if (!text.endsWith('\n') || hasControl(text) || !text.isWellFormed()) {
    throw new MalformedNote('a note is lines of text without control characters, and each ends in a line feed');
  }
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n${signatureLine({ name, id, signature })}\n`;
}

// A note must not hold a character below U+0020, except line feeds.
function hasControl(text: string): boolean {
  return text.split('').some((unit) => unit < ' ' && unit !== '\n');
}

/** Reads a signed note; does not check its signatures. Throws MalformedNote. */
export function readNote(note: string): Note {
  if (!note.isWellFormed()) throw new MalformedNote('a signed note is UTF-8');
  if (hasControl(note)) throw new MalformedNote('a signed note has no control characters except line feeds');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new MalformedNote('a signed note has an empty line between its text and its signatures');
  if (!note.endsWith('\n')) throw new MalformedNote('the last signature of a signed note ends in a line feed');
  const lines = note.slice(end + 2, -1).split('\n');
  if (note.length === end + 2) throw new MalformedNote('there is no signature');
  if (lines.length > maxSignatures) throw new MalformedNote(`there are more than ${maxSignatures} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(readSignature) };
}

/** A note as it was read: the signed text, with its last line feed, and the signatures, which nobody has checked. */
type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** One signature of a note: the key that it claims, and its bytes. */
type NoteSignature = { readonly name: string; readonly id: string; readonly signature: Uint8Array };

// A note with many witnesses has a few dozen. The specification asks for at least 16.
const maxSignatures = 100;

function readSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isName(name)) {
    throw new MalformedNote(`"${line.slice(0, 100)}" is not a signature: write "— <key name> <base64>"`);
  }
  const bytes = fromBase64(encoded);
  if (bytes === null) throw new MalformedNote(`the signature of ${name} is not base64 (RFC 4648, 4)`);
  if (bytes.length <= idBytes) throw new MalformedNote(`the signature of ${name} is too short`);
  return { name, id: bytes.subarray(0, idBytes).toString('hex'), signature: bytes.subarray(idBytes) };
}

/**
 * Checks that a key has signed a note. Ignores the signatures of other keys. Throws NotSigned if the key has not signed
 * it, or if any signature of this key is wrong.
 */
export function checkSignature({ text, signatures }: Note, { name, id, publicKey }: VerifierKey): void {
  const byKey = signatures.filter((signature) => signature.name === name && signature.id === id);
  if (byKey.length === 0) {
    const others = signatures.map((signature) => `${signature.name}+${signature.id}`).join(', ');
    throw new NotSigned(`it is not signed by ${name}+${id}, but by ${others}`);
  }
  const isRight = ({ signature }: NoteSignature): boolean =>
    signature.length === signatureBytes && verify(null, Buffer.from(text), publicKey, signature);
  if (!byKey.every(isRight)) throw new NotSigned(`the signature of ${name}+${id} does not fit this text`);
}

/**
 * The witnesses that cosigned a note, of those with these keys (C2SP tlog-cosignature), and when they say they did.
 * Throws NotSigned if a cosignature of one of the keys is wrong.
 */
export function cosignersOf({ text, signatures }: Note, keys: readonly VerifierKey[]): readonly Cosigner[] {
  return keys.flatMap(({ name, id, publicKey }) => {
    const own = signatures.filter((signature) => signature.name === name && signature.id === id);
    const times = own.map(({ signature }) => {
      const bytes = Buffer.from(signature);
      const seconds = bytes.length === timeBytes + signatureBytes ? bytes.readBigUInt64BE() : null;
      const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
      if (seconds !== null && verify(null, message, publicKey, bytes.subarray(timeBytes))) return Number(seconds);
      throw new NotSigned(`the cosignature of ${name}+${id} does not fit this checkpoint`);
    });
    const [seconds] = times;
    return seconds === undefined ? [] : [{ name, id, seconds }];
  });
}

/** A witness that cosigned, and when, in seconds since 1970. */
export type Cosigner = { readonly name: string; readonly id: string; readonly seconds: number };

const timeBytes = 8;

/** A signature as its line. */
export function signatureLine({ name, id, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}`;
}

/** Puts the signature lines of another note of the same text behind those of a note; leaves out what is there. */
export function withSignatures(note: string, lines: readonly string[]): string {
  return lines.reduce((text, line) => (text.includes(`${line}\n`) ? text : `${text}${line}\n`), note);
}

/** A note is not signed by the expected key. The message says why. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned';
}

const signatureBytes = 64;
