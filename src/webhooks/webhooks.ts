import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { EventStore } from '../event-store/event-store.ts';
import { concerns, type EventInShort, inShort } from '../projections/event-in-short.ts';
import type { Catalogue } from '../projections/live/catalogue.ts';
import type { Feed } from '../projections/live/histories.ts';
import { answerTimeoutMs, type Outcome, secretPrefix, sendMessage } from './send-message.ts';
import { openWebhookFile, type Webhook, type WebhookFile } from './webhook-file.ts';

/**
 * Delivers what is recorded to the webhooks of a ledger, each in order of position and on its own, so that a slow
 * receiver holds up no other. The feed of the process only wakes them; they read from the store after their own
 * position, which is kept in a file. So nothing is lost over a restart, and a message that may have arrived is sent again
 * with the same id.
 */
export function openWebhooks(parts: WebhookParts): Webhooks {
  const { hosts, ledger, now, report, schedule = scheduleTimer } = parts;
  const file = openWebhookFile(parts.file, ledger.id);
  const stopping = new AbortController();
  const sending = { hosts, agent: parts.agent, now, stop: stopping.signal };
  let head = ledger.feed.position();
  const deliverNext = async (id: string): Promise<Step> => {
    const webhook = file.get(id);
    if (webhook === null || webhook.off !== null) return 'done';
    return await deliver(webhook, head, { ...parts, file, sending });
  };
  const runs = startRuns(deliverNext, { schedule, report, stop: stopping.signal });

  const wakeAll = (): void => {
    try {
      for (const { id, off } of file.all()) if (off === null) runs.wake(id);
    } catch (error) {
      report(`Webhooks: ${String(error)}`);
    }
  };
  file.returnTo(head);
  ledger.feed.listen((events) => {
    if (stopping.signal.aborted) return;
    head = events.at(-1)?.position ?? head;
    wakeAll();
  });
  wakeAll();

  return {
    hosts,
    all: () => file.all().map(shown),
    get: (id) => {
      const webhook = file.get(id);
      return webhook === null ? null : shown(webhook);
    },
    add: ({ url, partnership, types, since = head, addedBy }) => {
      const [id, addedAt] = [uuidv7(), new Date(now()).toISOString()];
      const secret = `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;
      file.add({ id, url, secret, partnership, types, addedAt, addedBy, position: since });
      runs.wake(id);
      return { webhook: shown(file.get(id) as Webhook), secret };
    },
    remove: (id) => {
      file.remove(id);
      runs.forget(id);
    },
    test: async (id) => {
      const webhook = file.get(id);
      if (webhook === null) return { kind: 'stopped' };
      const { position } = webhook;
      const data = { since: position, events: [], next: position };
      const body = bodyOf('webhook.test', new Date(now()).toISOString(), data);
      return await sendMessage({ id: `msg_${uuidv7()}`, body }, webhook, sending);
    },
    idle: runs.idle,
    close: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await runs.end();
      file.close();
    },
  };
}

// Runs the deliveries of each webhook one after another, and those of different webhooks side by side.
function startRuns(
  deliverNext: (id: string) => Promise<Step>,
  { schedule, report, stop }: Required<Pick<WebhookParts, 'schedule' | 'report'>> & { readonly stop: AbortSignal },
) {
  const running = new Map<string, Promise<void>>();
  const wokenAgain = new Set<string>();
  const timers = new Map<string, () => void>();

  const forget = (id: string): void => {
    timers.get(id)?.();
    timers.delete(id);
  };

  const wakeIn = (id: string, milliseconds: number): void => {
    forget(id);
    timers.set(
      id,
      schedule(() => wake(id), Math.min(milliseconds, longestPauseMs)),
    );
  };

  const wake = (id: string): void => {
    if (stop.aborted) return;
    forget(id);
    if (running.has(id)) wokenAgain.add(id);
    else running.set(id, deliverAll(id));
  };

  const deliverAll = async (id: string): Promise<void> => {
    try {
      for (let step: Step = 'again'; !stop.aborted && (step === 'again' || wokenAgain.has(id)); ) {
        wokenAgain.delete(id);
        step = await deliverNext(id);
        if (typeof step === 'object') wakeIn(id, step.waitMs);
      }
    } catch (error) {
      report(`Webhook ${id}: ${String(error)}`);
      wakeIn(id, pauseAfterErrorMs);
    } finally {
      running.delete(id);
    }
  };

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };
  const end = async (): Promise<void> => {
    for (const cancel of timers.values()) cancel();
    await idle();
  };
  return { wake, forget, idle, end };
}

// What follows an attempt: the next one at once, none, or one after a while.
type Step = 'again' | 'done' | { readonly waitMs: number };

// Sends the next message of a webhook, unless it has to wait.
async function deliver(webhook: Webhook, head: number, parts: DeliveryParts): Promise<Step> {
  const { file, ledger, now, sending } = parts;
  const { id, position } = webhook;
  const waitMs = Math.max(webhook.failing?.nextAttempt ?? 0, webhook.claimedUntil ?? 0) - now();
  if (waitMs > 0) return { waitMs };
  const { events, next } = await nextEvents(webhook, head, ledger);
  const last = events.at(-1);
  if (last === undefined) {
    if (next > position) file.moveOn(id, position, next);
    return next > position ? 'again' : 'done';
  }
  const claim = { from: position, to: next, now: now(), until: now() + claimMs };
  if (!file.claim(id, claim)) return { waitMs: claimMs };
  const body = bodyOf('ledger.recorded', last.recordedAt, { since: position, events, next });
  const outcome = await sendMessage({ id: `msg_${id}_${next}`, body }, webhook, sending);
  return settle(webhook, next, outcome, parts);
}

type DeliveryParts = Pick<WebhookParts, 'ledger' | 'now' | 'report'> & {
  readonly file: WebhookFile;
  readonly sending: Parameters<typeof sendMessage>[2];
};

// Keeps what came of a message that goes as far as `next`.
function settle(webhook: Webhook, next: number, outcome: Outcome, { file, now, report }: DeliveryParts): Step {
  const { id, url, failing } = webhook;
  const at = new Date(now()).toISOString();
  if (outcome.kind === 'stopped') {
    file.release(id, next);
    return 'done';
  }
  if (outcome.kind === 'delivered') {
    file.delivered(id, next, at);
    return 'again';
  }
  const { failure } = outcome;
  const since = failing?.since ?? now();
  if (outcome.kind === 'gone' || now() - since >= switchOffAfterMs) {
    file.switchOff(id, { at, reason: outcome.kind === 'gone' ? 'gone' : 'failing', failure });
    report(`Webhook ${id} to ${hostOf(url)} is switched off: ${failure}`);
    return 'done';
  }
  const waitMs = Math.max(pauseMs((failing?.attempts ?? 0) + 1), Math.min(outcome.waitMs, longestPauseMs));
  file.failed(id, next, { since, failure, nextAttempt: now() + waitMs });
  return { waitMs };
}

export type WebhookParts = {
  /** The file that keeps the webhooks, beside the ledger. */
  readonly file: string;
  /** The hosts to which messages may be sent, as `host` or `host:port`. */
  readonly hosts: readonly string[];
  readonly ledger: {
    readonly id: string;
    readonly store: Pick<EventStore, 'readAll'>;
    readonly feed: Pick<Feed, 'listen' | 'position'>;
    readonly views: { readonly catalogue: Pick<Catalogue, 'concernedBy'> };
  };
  /** What requests call themselves. */
  readonly agent: string;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Receives what the operator should know. */
  readonly report: (message: string) => void;
  /** Calls back after some milliseconds; returns what cancels that. */
  readonly schedule?: (callback: () => void, milliseconds: number) => () => void;
};

/** The webhooks of a ledger. */
export type Webhooks = {
  readonly hosts: readonly string[];
  readonly all: () => readonly ShownWebhook[];
  readonly get: (id: string) => ShownWebhook | null;
  /** Adds one that gets what is recorded from now on, or after a position. Its secret is never shown again. */
  readonly add: (wanted: {
    readonly url: string;
    readonly partnership: string | null;
    readonly types: readonly string[];
    readonly since?: number | undefined;
    readonly addedBy: string;
  }) => { readonly webhook: ShownWebhook; readonly secret: string };
  readonly remove: (id: string) => void;
  /** Sends a message without events now. */
  readonly test: (id: string) => Promise<Outcome>;
  /** Waits until nothing is being sent. */
  readonly idle: () => Promise<void>;
  /** Ends attempts that are under way: their messages are sent again after the next start. */
  readonly close: () => Promise<void>;
};

/** A webhook as it is shown: without its secret. */
export type ShownWebhook = Omit<Webhook, 'secret' | 'pending' | 'claimedUntil' | 'failing'> & {
  readonly failing: {
    readonly since: string;
    readonly attempts: number;
    readonly failure: string;
    readonly nextAttempt: string | null;
  } | null;
};

function shown({ secret: _secret, pending: _pending, claimedUntil: _claim, failing, ...rest }: Webhook): ShownWebhook {
  const instant = (ms: number) => new Date(ms).toISOString();
  if (failing === null || rest.off !== null) return { ...rest, failing: null };
  const { since, attempts, failure, nextAttempt } = failing;
  const next = nextAttempt === null ? null : instant(nextAttempt);
  return { ...rest, failing: { since: instant(since), attempts, failure, nextAttempt: next } };
}

function scheduleTimer(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

// What one message has: the events that are wanted, up to a limit, and how far it goes. A message that was sent before
// goes as far as it did then, so that it has the same events.
async function nextEvents(
  { position, pending, partnership, types }: Webhook,
  head: number,
  { store, views }: WebhookParts['ledger'],
): Promise<{ readonly events: readonly EventInShort[]; readonly next: number }> {
  const isOf = partnership === null ? () => true : concerns(partnership, views.catalogue);
  const end = pending ?? head;
  const events: EventInShort[] = [];
  let next = position;
  const limit = pending === null ? mostLookedAt : pending - position;
  for await (const event of store.readAll({ after: position, limit })) {
    if (event.position > end || (pending === null && events.length === mostEvents)) break;
    next = event.position;
    if ((types.length === 0 || types.includes(event.type)) && isOf(event)) events.push(inShort(event));
  }
  return { events, next };
}

// Some 40 kB.
const mostEvents = 100;

const mostLookedAt = 5_000;

// The payload of Standard Webhooks; `data` is a page of /api/changes without `more`, which would differ when it is sent
// again.
function bodyOf(type: MessageType, timestamp: string, data: ChangesData): string {
  return JSON.stringify({ type, timestamp, data });
}

type MessageType = 'ledger.recorded' | 'webhook.test';

type ChangesData = { readonly since: number; readonly events: readonly EventInShort[]; readonly next: number };

function pauseMs(attempt: number): number {
  return Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
}

const firstPauseMs = 5_000;

const longestPauseMs = 3_600_000;

const switchOffAfterMs = 5 * 86_400_000;

// If the process dies while it sends, the message is sent again after this.
const claimMs = 2 * answerTimeoutMs;

const pauseAfterErrorMs = 30_000;

// HMAC-SHA256 gains nothing from a longer key.
const secretBytes = 32;

// The path of an address may be a secret.
function hostOf(url: string): string {
  return new URL(url).host;
}
