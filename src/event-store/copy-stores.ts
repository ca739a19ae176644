import { realpathSync } from 'node:fs';
import { copiedLedger } from './copied-ledger.ts';
import { CopyRefused } from './copy/copy-refused.ts';
import { type CopyEnd, type CopyNews, copyLedger } from './copy-ledger.ts';
import { type EventStore, isOfTheStore, TooLarge } from './event-store.ts';
import { describePlace, isThere, openStore, type StorePlace } from './open-store.ts';

/** From where to where a ledger is copied. */
export type CopyRequest = { readonly from: StorePlace; readonly to: StorePlace };

/** What a copy between two places tells: its progress, and what is odd about the source. */
export type StoresNews = CopyNews | { readonly kind: 'warning'; readonly message: string };

/** How it ended; `malformed` where the places make no sense, `failed` where it could not be done, or not to its end. */
export type StoresCopied =
  | (CopyEnd & { readonly from: string; readonly to: string })
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] }
  | { readonly outcome: 'failed'; readonly message: string };

function isForeseen(error: unknown): error is Error {
  return error instanceof CopyRefused || error instanceof TooLarge || isOfTheStore(error);
}

// Which of the two stores a message is about.
async function naming<Answer>(text: string, open: () => Promise<Answer>): Promise<Answer> {
  try {
    return await open();
  } catch (error) {
    throw isForeseen(error) ? new CopyRefused(`${text}: ${error.message}`, { cause: error }) : error;
  }
}

function described(place: StorePlace, which: string): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: describePlace(place) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: `--${which}: ${error.message}` };
  }
}

// Links and dots lead to the same folder.
function identity(place: StorePlace, text: string): string {
  try {
    return place.engine === 'sqlite' ? realpathSync(place.folder) : text;
  } catch {
    return text;
  }
}

/**
 * Opens the stores at two places, copies the ledger from one to the other, and closes them. What is foreseen to go wrong
 * is an outcome; no message holds the credentials of a connection string.
 */
export async function copyStores(
  { from, to }: CopyRequest,
  options: { readonly tell: (news: StoresNews) => void; readonly signal: AbortSignal },
): Promise<StoresCopied> {
  const [source, target] = [described(from, 'from'), described(to, 'to')];
  if ('problem' in source || 'problem' in target) {
    return {
      outcome: 'malformed',
      problems: [source, target].flatMap((one) => ('problem' in one ? [one.problem] : [])),
    };
  }
  if (identity(from, source.text) === identity(to, target.text)) {
    return { outcome: 'malformed', problems: ['--from and --to are the same store'] };
  }
  if (!isThere(from)) return { outcome: 'failed', message: `${source.text}: there is no ledger` };
  const opened: EventStore[] = [];
  const open = async (place: StorePlace): Promise<EventStore> => {
    const store = await openStore(place);
    opened.push(store);
    return store;
  };
  try {
    const { store } = await naming(source.text, async () => copiedLedger(await open(from), null));
    for (const { kind, message } of (await store.health()).problems) {
      if (kind === 'copy') options.tell({ kind: 'warning', message: `${source.text}: ${message}` });
    }
    const end = await copyLedger(store, await naming(target.text, () => open(to)), options);
    return { ...end, from: source.text, to: target.text };
  } catch (error) {
    if (!isForeseen(error)) throw error;
    return { outcome: 'failed', message: error.message };
  } finally {
    for (const store of opened) await store.close();
  }
}
