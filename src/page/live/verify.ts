import { type ComponentChild, h } from 'preact';
import { useId, useState } from 'preact/hooks';
import { inclusionPath } from '../../proof/inclusion-path.ts';
import { Glyph } from '../glyphs.ts';
import type { VerifyProps } from '../tools.ts';

/** Checks here, in the browser, that an event is in the ledger: against a checkpoint that one pastes, or the newest one. */
export function Verify({ position, id }: VerifyProps): ComponentChild {
  const field = useId();
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement).get('checkpoint');
    const pasted = typeof typed === 'string' ? typed : '';
    setBusy(true);
    setChecks(await checksOf({ position, id, pasted }, async (address) => await fetch(address)));
    setBusy(false);
  };
  return h(
    'details',
    { class: 'verify' },
    h('summary', null, `Verify event ${position} here`),
    h(
      'form',
      { onSubmit: run },
      h('label', { for: field }, 'Checkpoint that you kept; left empty, the one that the server signs now'),
      h('textarea', { id: field, name: 'checkpoint', rows: 5, spellcheck: false, autocomplete: 'off' }),
      h('button', { type: 'submit', disabled: isBusy }, 'Verify'),
    ),
    h(
      'ol',
      { class: 'checks', role: 'status' },
      (checks ?? []).map(({ holds, text }) =>
        h(
          'li',
          { class: `c-${holds === null ? 'due' : holds ? 'good' : 'over'}`, key: text },
          h(Glyph, { name: holds === null ? 'due' : holds ? 'agrees' : 'cancelled' }),
          h('span', null, h('b', null, holds === null ? 'Not checked. ' : holds ? 'Holds. ' : 'Fails. '), text),
        ),
      ),
    ),
  );
}

/** One step of the check in words; `holds` is null where this browser cannot check it. */
export type Check = { readonly holds: boolean | null; readonly text: string };

/**
 * Fetches the proof of an event and checks it, step by step, up to the first step that fails. The hashes and the signature
 * are computed here: the server is believed for nothing but its key.
 */
export async function checksOf({ position, id, pasted }: Wanted, fetchFrom: Fetch): Promise<readonly Check[]> {
  if (globalThis.crypto.subtle === undefined) {
    return [fails('This browser computes hashes only at an address with https, or on this machine.')];
  }
  const checks: Check[] = [];
  try {
    const note = readNote(pasted.trim() === '' ? await textAt('/api/audit/checkpoint', fetchFrom) : pasted);
    const key = JSON.parse(await textAt('/api/audit/public-key', fetchFrom)) as Key;
    checks.push(...(await checksOfNote(note, key)));
    if (note.size < position) {
      throw new Failure(
        `The checkpoint is of the first ${note.size} events, so it says nothing about event ${position}.`,
      );
    }
    const address = `/api/audit/proofs/inclusion?position=${position}&size=${note.size}`;
    const proof = JSON.parse(await textAt(address, fetchFrom)) as Proof;
    checks.push(
      checkOfEvent(proof, { position, id }),
      await checkOfRoot(proof, { position, size: note.size, root: note.root }),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    checks.push(fails(error.message));
  }
  return checks;
}

type Wanted = VerifyProps & { readonly pasted: string };

type Fetch = (address: string) => Promise<Response>;

/** A step fails; the message says which and how. */
class Failure extends Error {}

function fails(text: string): Check {
  return { holds: false, text };
}

async function textAt(address: string, fetchFrom: Fetch): Promise<string> {
  const answer = await fetchFrom(address).catch(() => null);
  if (answer === null) throw new Failure(`The server does not answer at ${address}.`);
  const text = await answer.text();
  if (answer.ok) return text;
  const { detail = text } = JSON.parse(text) as { readonly detail?: string };
  throw new Failure(`The server gives no answer at ${address}: ${detail}.`);
}

type Note = {
  readonly text: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly signatures: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
};

// A C2SP tlog-checkpoint: origin, size, root, an empty line, signatures. What is pasted may have lost its last line feed.
function readNote(pasted: string): Note {
  const note = `${pasted.replaceAll('\r\n', '\n').trim()}\n`;
  const [, text, origin, size, root, signed = ''] =
    /^((.+)\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\n(?:.+\n)*)\n((?:— .+ .+\n)+)$/u.exec(note) ?? [];
  if (text === undefined || origin === undefined || root === undefined) {
    throw new Failure(
      'This is no checkpoint: it has the name of the ledger, the number of events and the root, each on a line of its own, then an empty line and its signatures.',
    );
  }
  const signatures = signed
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name = '', encoded = ''] = line.slice(2).split(' ');
      return { name, bytes: bytesOf(encoded) };
    });
  return { text, origin, size: Number(size), root, signatures };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new Failure(`"${base64.slice(0, 40)}" is not base64.`);
  }
}

type Key = { readonly origin: string; readonly verifierKey: string; readonly jwk: JsonWebKey };

async function checksOfNote({ text, origin, size, signatures }: Note, key: Key): Promise<readonly Check[]> {
  if (origin !== key.origin) {
    throw new Failure(`The checkpoint is of another ledger, ${origin}; this one is ${key.origin}.`);
  }
  const keyId = key.verifierKey.slice(origin.length + 1, origin.length + 9);
  const signature = signatures.find(({ name, bytes }) => name === origin && hex(bytes.slice(0, idBytes)) === keyId);
  if (signature === undefined) throw new Failure(`The checkpoint is not signed with the key of this ledger, ${keyId}.`);
  const verdict = await isSigned(text, signature.bytes.slice(idBytes), key.jwk);
  const about = `the checkpoint of the first ${size} events`;
  const whose = `The key is the one that this server gives: ${key.verifierKey}. Compare it with one that you were given otherwise.`;
  if (verdict === false) throw new Failure(`The signature under ${about} does not fit its text.`);
  return [
    verdict === null
      ? {
          holds: null,
          text: `This browser cannot check Ed25519 signatures, so nobody has checked who signed ${about}.`,
        }
      : { holds: true, text: `The key ${keyId} of this ledger has signed ${about}. ${whose}` },
  ];
}

const idBytes = 4;

async function isSigned(text: string, signature: Uint8Array<ArrayBuffer>, jwk: JsonWebKey): Promise<boolean | null> {
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature, new TextEncoder().encode(text));
  } catch {
    return null;
  }
}

type Proof = {
  readonly position: number;
  readonly leaf: string;
  readonly rootHash: string;
  readonly proof: readonly string[];
};

// That the proof is about the event that the page shows.
function checkOfEvent({ leaf }: Proof, { position, id }: VerifyProps): Check {
  const { position: number, event } = leafOf(leaf);
  if (number !== position || event?.id !== id) {
    throw new Failure(
      `The server proves another event than the page shows: number ${number} with the id ${event?.id}, not ${position} with ${id}.`,
    );
  }
  const text = `The text that the server proves is that of event ${position}, ${event.type}, with the id that this page has for it.`;
  return { holds: true, text };
}

function leafOf(leaf: string): {
  readonly position?: number;
  readonly event?: { readonly id: string; readonly type: string };
} {
  try {
    return JSON.parse(leaf) as ReturnType<typeof leafOf>;
  } catch {
    throw new Failure('What the server proves is no event: its text is not JSON.');
  }
}

async function checkOfRoot(
  { leaf, proof, rootHash }: Proof,
  { position, size, root }: { readonly position: number; readonly size: number; readonly root: string },
): Promise<Check> {
  const path = inclusionPath(position - 1, size) ?? [];
  if (path.length !== proof.length) {
    throw new Failure(
      `The proof has ${proof.length} hashes, but ${path.length} lead from event ${position} to the root of ${size} events.`,
    );
  }
  let hash = await sha256(Uint8Array.of(0), new TextEncoder().encode(leaf));
  for (const [i, sibling] of proof.map(bytesOf).entries()) {
    const one = Uint8Array.of(1);
    hash = path[i] === 'left' ? await sha256(one, sibling, hash) : await sha256(one, hash, sibling);
  }
  const reached = btoa(String.fromCharCode(...hash));
  if (reached === root) {
    const text = `The SHA-256 of this text, and ${proof.length} hashes on the way up, computed here, lead to the root that the checkpoint names, ${root}. So the event is in the ledger as it was signed.`;
    return { holds: true, text };
  }
  const where =
    rootHash === root
      ? `The text of the event, or a hash of the proof, was changed: they lead to ${reached}, not to the root of the checkpoint, ${root}.`
      : `The server has another history than the checkpoint: after ${size} events its root is ${rootHash}, and the checkpoint says ${root}.`;
  throw new Failure(where);
}

async function sha256(...parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob([...parts]).arrayBuffer()));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
