import { openSqliteFile, type SqliteKind } from '../event-store/sqlite-file.ts';

/**
 * Opens the file that keeps the webhooks of a ledger, and makes it if it is missing. It holds their secrets, so its owner
 * alone can read it. Webhooks of another ledger that is kept in the same file are not shown. Several processes may have
 * it open.
 */
export function openWebhookFile(file: string, ledger: string): WebhookFile {
  const database = openSqliteFile(file, webhookKind);
  const sql = (text: string) => database.prepare(text);
  const all = sql('SELECT * FROM webhook WHERE ledger = ? ORDER BY added_at, id');
  const one = sql('SELECT * FROM webhook WHERE ledger = ? AND id = ?');
  const add = sql(`INSERT INTO webhook (id, ledger, url, secret, partnership, types, added_at, added_by, position)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const remove = sql('DELETE FROM webhook WHERE ledger = ? AND id = ?');
  const moveOn = sql('UPDATE webhook SET position = ? WHERE id = ? AND position = ? AND pending IS NULL');
  const claim = sql(`UPDATE webhook SET pending = ?, claimed_until = ?
    WHERE id = ? AND position = ? AND off_at IS NULL AND (claimed_until IS NULL OR claimed_until <= ?)`);
  const release = sql('UPDATE webhook SET claimed_until = NULL WHERE id = ? AND pending = ?');
  const delivered = sql(`UPDATE webhook SET position = ?, pending = NULL, claimed_until = NULL, delivered_at = ?,
    attempts = 0, failing_since = NULL, last_failure = NULL, next_attempt = NULL WHERE id = ? AND pending = ?`);
  const failed = sql(`UPDATE webhook SET claimed_until = NULL, attempts = attempts + 1, failing_since = ?,
    last_failure = ?, next_attempt = ? WHERE id = ? AND pending = ?`);
  const switchOff = sql(`UPDATE webhook SET off_at = ?, off_reason = ?, last_failure = ?, attempts = attempts + 1,
    claimed_until = NULL, next_attempt = NULL WHERE id = ?`);
  const returnTo = sql('UPDATE webhook SET position = ?, pending = NULL WHERE ledger = ? AND position > ?');
  return {
    all: () => all.all(ledger).map((row) => webhookIn(row as Row)),
    get: (id) => {
      const row = one.get(ledger, id);
      return row === undefined ? null : webhookIn(row as Row);
    },
    add: ({ id, url, secret, partnership, types, addedAt, addedBy, position }) =>
      void add.run(id, ledger, url, secret, partnership, JSON.stringify(types), addedAt, addedBy, position),
    remove: (id) => void remove.run(ledger, id),
    moveOn: (id, from, to) => void moveOn.run(to, id, from),
    claim: (id, { from, to, now, until }) => claim.run(to, until, id, from, now).changes === 1,
    release: (id, pending) => void release.run(id, pending),
    delivered: (id, position, at) => void delivered.run(position, at, id, position),
    failed: (id, pending, { since, failure, nextAttempt }) => void failed.run(since, failure, nextAttempt, id, pending),
    switchOff: (id, { at, reason, failure }) => void switchOff.run(at, reason, failure, id),
    returnTo: (head) => void returnTo.run(head, ledger, head),
    close: () => database.close(),
  };
}

/** The kept webhooks of a ledger. */
export type WebhookFile = {
  readonly all: () => readonly Webhook[];
  readonly get: (id: string) => Webhook | null;
  readonly add: (webhook: NewWebhook) => void;
  readonly remove: (id: string) => void;
  /** Skips events that the webhook does not want. */
  readonly moveOn: (id: string, from: number, to: number) => void;
  /**
   * Keeps which events the next message has, and takes the right to send it until an instant. False if another process
   * has that right, or has sent the message meanwhile.
   */
  readonly claim: (
    id: string,
    claim: { readonly from: number; readonly to: number; readonly now: number; readonly until: number },
  ) => boolean;
  /** These record the outcome of a message, unless another process has already finished it. */
  readonly release: (id: string, pending: number) => void;
  readonly delivered: (id: string, position: number, at: string) => void;
  readonly failed: (
    id: string,
    pending: number,
    failure: { readonly since: number; readonly failure: string; readonly nextAttempt: number },
  ) => void;
  readonly switchOff: (
    id: string,
    off: { readonly at: string; readonly reason: OffReason; readonly failure: string },
  ) => void;
  /** Takes webhooks back that are ahead of the ledger: it was restored to an earlier state. */
  readonly returnTo: (head: number) => void;
  readonly close: () => void;
};

type NewWebhook = {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** The partnership that it is about; null for all. */
  readonly partnership: string | null;
  /** The types of the events that it wants; none for all. */
  readonly types: readonly string[];
  readonly addedAt: string;
  readonly addedBy: string;
  /** The last event that was delivered, or that it does not want. */
  readonly position: number;
};

/** Times are milliseconds since 1970, where they are compared. */
export type Webhook = NewWebhook & {
  /** The last event of the message that is being delivered. */
  readonly pending: number | null;
  readonly claimedUntil: number | null;
  readonly deliveredAt: string | null;
  readonly failing: {
    readonly since: number;
    readonly attempts: number;
    readonly failure: string;
    readonly nextAttempt: number | null;
  } | null;
  readonly off: { readonly at: string; readonly reason: OffReason; readonly failure: string } | null;
};

/** Its receiver answered 410, or could not be reached for days. */
export type OffReason = 'gone' | 'failing';

const webhookKind: SqliteKind = {
  // "PLwh"
  applicationId: 0x504c7768,
  version: 1,
  schema: `
    CREATE TABLE webhook (
      id TEXT PRIMARY KEY, ledger TEXT NOT NULL, url TEXT NOT NULL, secret TEXT NOT NULL, partnership TEXT,
      types TEXT NOT NULL, added_at TEXT NOT NULL, added_by TEXT NOT NULL, position INTEGER NOT NULL,
      pending INTEGER, claimed_until INTEGER, delivered_at TEXT,
      attempts INTEGER NOT NULL DEFAULT 0, failing_since INTEGER, last_failure TEXT, next_attempt INTEGER,
      off_at TEXT, off_reason TEXT
    ) STRICT;
  `,
  synchronous: 'FULL',
  isDerived: false,
};

type Row = {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly partnership: string | null;
  readonly types: string;
  readonly added_at: string;
  readonly added_by: string;
  readonly position: number;
  readonly pending: number | null;
  readonly claimed_until: number | null;
  readonly delivered_at: string | null;
  readonly attempts: number;
  readonly failing_since: number | null;
  readonly last_failure: string | null;
  readonly next_attempt: number | null;
  readonly off_at: string | null;
  readonly off_reason: OffReason | null;
};

function webhookIn(row: Row): Webhook {
  const { id, url, secret, partnership, position, pending, attempts } = row;
  const failure = row.last_failure ?? '';
  return {
    id,
    url,
    secret,
    partnership,
    types: JSON.parse(row.types) as readonly string[],
    addedAt: row.added_at,
    addedBy: row.added_by,
    position,
    pending,
    claimedUntil: row.claimed_until,
    deliveredAt: row.delivered_at,
    failing:
      row.failing_since === null
        ? null
        : { since: row.failing_since, attempts, failure, nextAttempt: row.next_attempt },
    off: row.off_at === null || row.off_reason === null ? null : { at: row.off_at, reason: row.off_reason, failure },
  };
}
