import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A key that signatures of notes are checked with: its name, its id (8 hex digits) and the Ed25519 public key. */
export type VerifierKey = { readonly name: string; readonly id: string; readonly publicKey: KeyObject };

/** A key that signs notes. */
export type SignerKey = VerifierKey & { readonly privateKey: KeyObject };

/** One signature of a note: by whom it says that it is, and its bytes. */
export type NoteSignature = { readonly name: string; readonly id: string; readonly signature: Uint8Array };

/** A note as it was read: what was signed, with its last line feed, and the signatures, of which none was checked. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** A text is no signed note, or no key for one; the message says why. */
export class MalformedNote extends Error {
  override readonly name = 'MalformedNote';
}

/** A note is not signed by the key that it is to be signed by; the message says why. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned';
}

const ed25519 = 1;
const keyLength = 32;
const signatureLength = 64;
const idLength = 4;
// A note by many witnesses has some dozens; what has more is no note for us. The specification asks for 16 at least.
const mostSignatures = 100;

// PKCS #8 (RFC 8410) of an Ed25519 key, up to the seed.
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function bytesOf(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function typedKey(publicKey: KeyObject): Buffer {
  return Buffer.concat([Buffer.of(ed25519), bytesOf(publicKey)]);
}

function isName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}+]/u.test(name);
}

function keyId(name: string, publicKey: KeyObject): string {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(typedKey(publicKey))
    .digest('hex')
    .slice(0, 2 * idLength);
}

// Buffer reads much that is no base64; only what it would write itself counts (RFC 4648, 3.5).
function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** The key of this name that is made from the 32 bytes of an Ed25519 seed (RFC 8032). */
export function signerKey(name: string, seed: Uint8Array): SignerKey {
  if (!isName(name)) throw new MalformedNote(`a key cannot be named "${name}": no spaces, no plus sign`);
  if (seed.length !== keyLength) throw new MalformedNote('the seed of an Ed25519 key has 32 bytes');
  const der = Buffer.concat([privateKeyPrefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return { name, id: keyId(name, publicKey), publicKey, privateKey };
}

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

// What a note must not hold: a character below U+0020 that is no line feed.
function hasControl(text: string): boolean {
  return text.split('').some((unit) => unit < ' ' && unit !== '\n');
}

/** A text, which ends in a line feed, signed by a key (C2SP signed-note). Throws MalformedNote. */
export function signNote(text: string, { name, id, privateKey }: SignerKey): string {
  if (!text.endsWith('\n') || hasControl(text) || !text.isWellFormed()) {
    throw new MalformedNote('what is signed is lines of text, each ended by a line feed, without control characters');
  }
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

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
