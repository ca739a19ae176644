import { setTimeout as wait } from 'node:timers/promises';
import {
  cosignersOf,
  type KeptCheckpoint,
  NotSigned,
  readCheckpoint,
  readNote,
  type VerifierKey,
  withSignatures,
} from './checkpoint.ts';
import type { LedgerProof } from './ledger-proof.ts';
import { toBase64 } from './merkle-tree.ts';
import type { Publish } from './publish-checkpoint.ts';

/**
 * Asks witnesses to cosign the checkpoints of a ledger (C2SP tlog-witness) and publishes them, in the background: no write
 * waits for it. One checkpoint covers all that was recorded since the last one. A witness that is away is asked again; what
 * one refuses, because the history does not continue the one that it knows, is an alarm.
 */
export function startWitnesses(parts: WitnessParts): Witnesses {
  const { proof, head, witnesses, publish, kept, quorum, pauseMs = 1_000, retryMs = 30_000, report } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const states = new Map(witnesses.map((witness): [Witness, WitnessState] => [witness, newState(witness)]));
  let published = 0;

  const askOne = async (witness: Witness, checkpoint: string): Promise<readonly string[]> => {
    const before = states.get(witness) as WitnessState;
    const { state, lines } = await askWitness(witness, before.size, checkpoint, proof, signal);
    if (signal.aborted) return [];
    states.set(witness, state);
    if (state.message !== before.message) report(state.message ?? `Witness ${state.name} cosigns again.`);
    return lines;
  };

  // Whether everything was done: nobody is away, and everything was published.
  const round = async (size: number): Promise<boolean> => {
    const checkpoint = await proof.checkpoint(size);
    const lines = (await Promise.all(witnesses.map((witness) => askOne(witness, checkpoint)))).flat();
    const cosigned = withSignatures(checkpoint, lines);
    if (lines.length >= Math.max(1, quorum)) await kept.keep(cosigned);
    const failures = await Promise.all(publish.map((one) => one(cosigned).then(() => null, String)));
    for (const failure of failures) if (failure !== null) report(`A checkpoint could not be published: ${failure}`);
    return failures.every((failure) => failure === null) && [...states.values()].every(({ state }) => state !== 'away');
  };

  const run = async (): Promise<void> => {
    let retryAt = Number.POSITIVE_INFINITY;
    for (; !signal.aborted; await wait(pauseMs, undefined, { signal }).catch(() => undefined)) {
      const size = head();
      if (size === 0 || (size === published && performance.now() < retryAt)) continue;
      const isDone = await round(size).catch((error: unknown) => {
        report(`No checkpoint was published: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      });
      published = size;
      retryAt = isDone ? Number.POSITIVE_INFINITY : performance.now() + retryMs;
    }
  };

  const ended = run();
  return {
    states: () => [...states.values()],
    checkpoint: async () => await kept.readText(),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** What the witnesses of a ledger are made of. */
export type WitnessParts = {
  readonly proof: Pick<LedgerProof, 'checkpoint' | 'consistency'>;
  /** The position of the last event. */
  readonly head: () => number;
  readonly witnesses: readonly Witness[];
  readonly publish: readonly Publish[];
  /** Keeps the last checkpoint that enough witnesses cosigned. */
  readonly kept: KeptCheckpoint;
  /** How many cosignatures are enough to keep a checkpoint. */
  readonly quorum: number;
  readonly pauseMs?: number;
  readonly retryMs?: number;
  /** Called with a line when a witness changes its state, and when something could not be published. */
  readonly report: (message: string) => void;
};

/** A witness: its key, and the address that its operator gives (the submission prefix). */
export type Witness = { readonly key: VerifierKey; readonly url: string };

export type Witnesses = {
  readonly states: () => readonly WitnessState[];
  /** The last checkpoint that enough witnesses cosigned; null if there is none. */
  readonly checkpoint: () => Promise<string | null>;
  readonly stop: () => Promise<void>;
};

/** `refused` is an alarm: the witness knows another history. `message` says what is wrong. */
export type WitnessState = {
  readonly name: string;
  readonly state: 'new' | 'cosigned' | 'away' | 'unwilling' | 'refused';
  /** The size of the last checkpoint that it cosigned, as far as this server knows. */
  readonly size: number;
  readonly message: string | null;
};

function newState({ key }: Witness): WitnessState {
  return { name: key.name, state: 'new', size: 0, message: null };
}

type Asked = { readonly state: WitnessState; readonly lines: readonly string[] };

// A witness tells what it has when the size is not the one that it knows (409): then asks once more, from there.
async function askWitness(
  witness: Witness,
  knownSize: number,
  checkpoint: string,
  proof: WitnessParts['proof'],
  signal: AbortSignal,
): Promise<Asked> {
  const { size } = readCheckpoint(checkpoint);
  const { name } = witness.key;
  const ended = (
    state: WitnessState['state'],
    at: number,
    message: string | null,
    lines: readonly string[] = [],
  ): Asked => ({
    state: { name, state, size: at, message },
    lines,
  });
  let old = knownSize;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const hashes = old === 0 || old === size ? [] : await proof.consistency(old, size);
      const { status, type, text } = await send(witness, old, hashes.map(toBase64), checkpoint, signal);
      if (status === 200) {
        const lines = cosignatureLines(text, checkpoint, witness.key);
        return lines.length > 0
          ? ended('cosigned', size, null, lines)
          : ended('unwilling', old, `Witness ${name} answered without a cosignature by the key that WITNESSES names.`);
      }
      const has = status === 409 && type.startsWith('text/x.tlog.size') ? Number(text.trim()) : null;
      if (has !== null && has !== old && has <= size && attempt < maxAttempts) {
        old = has;
        continue;
      }
      if (has !== null && has > size) {
        const lost = `it has cosigned ${has} events, and this ledger has ${size}: its last events are gone, or another ledger uses its key`;
        return ended('refused', has, `ALARM: witness ${name} refuses the checkpoint of ${size} events: ${lost}.`);
      }
      if (status === 409 || status === 422) {
        const other = `they do not continue the ${old} that it has cosigned: the history was changed, or the witness is wrong`;
        return ended('refused', old, `ALARM: witness ${name} refuses the checkpoint of ${size} events: ${other}.`);
      }
      if (status >= 500 || status === 429) return ended('away', old, `Witness ${name} is away: it answers ${status}.`);
      const hint = status === 404 || status === 403 ? ': give its operator the verifier key of this ledger' : '';
      return ended('unwilling', old, `Witness ${name} does not cosign, it answers ${status}${hint}.`);
    }
  } catch (error) {
    if (error instanceof NotSigned) return ended('unwilling', old, `Witness ${name}: ${error.message}.`);
    const { cause } = error as Error;
    const why = cause instanceof Error ? cause.message : String(error);
    return ended('away', old, `Witness ${name} is away: ${why}.`);
  }
}

const maxAttempts = 3;

async function send(
  { url }: Witness,
  old: number,
  hashes: readonly string[],
  checkpoint: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  const answer = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    redirect: 'error',
    body: `old ${old}\n${hashes.map((hash) => `${hash}\n`).join('')}\n${checkpoint}`,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
  });
  const text = await shortText(answer);
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text };
}

const answerTimeoutMs = 10_000;

// A witness answers with a few lines. Nobody makes this server read more.
async function shortText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxAnswerLength) throw new Error('its answer is too long');
  }
  return text;
}

const maxAnswerLength = 64 * 1024;

// The lines of an answer that are right cosignatures by the key of the witness; what others signed is ignored.
function cosignatureLines(answer: string, checkpoint: string, key: VerifierKey): readonly string[] {
  const lines = answer.split('\n').filter((line) => line.startsWith(`— ${key.name} `));
  return lines
    .filter((line) => cosignersOf(readNote(withSignatures(checkpoint, [line])), [key]).length > 0)
    .slice(0, 1);
}
