import { listWords } from '../words.ts';

/**
 * Listens to what is recorded, while somebody looks: a hidden page keeps no connection, since a browser has few for each
 * host. `take` gets the events that came together.
 */
export function newsListener(take: (events: readonly News[]) => void): NewsListener {
  let address: string | null = null;
  let since: string | null = null;
  let source: EventSource | null = null;
  let waiting: News[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hear = ({ data, lastEventId }: MessageEvent<string>): void => {
    since = lastEventId;
    waiting.push(JSON.parse(data) as News);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const events = waiting;
      waiting = [];
      take(events);
    }, gatherMs);
  };

  const close = (): void => {
    source?.close();
    source = null;
  };

  const open = (): void => {
    if (source !== null || address === null || document.visibilityState === 'hidden') return;
    const url = new URL(address, location.href);
    if (since !== null) url.searchParams.set('since', since);
    const opened = new EventSource(url);
    source = opened;
    opened.addEventListener('message', hear);
    // Refused, as with too many clients, a browser does not try again by itself.
    opened.addEventListener('error', () => {
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
      close();
      setTimeout(open, retryMs);
    });
  };

  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? close() : open()));
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);

  return {
    follow: (next) => {
      if (next === address) return;
      close();
      address = next;
      since = null;
      open();
    },
  };
}

/** Follows an address of events, from the position in it on; null follows none. */
type NewsListener = { readonly follow: (address: string | null) => void };

/** A recorded event in short: the part of it that a page says. */
export type News = { readonly kind: string };

/** What was recorded, in words: "2 new reports and 1 decision". */
export function newsText(events: readonly News[]): string {
  const counts = Object.entries(names).flatMap(([kind, name]) => {
    const count = events.filter((event) => event.kind === kind).length;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return counts.length === 0 ? 'Something new' : listWords(counts);
}

const names: Readonly<Record<string, string>> = {
  report: 'new report',
  decision: 'decision',
  retraction: 'retraction',
  reference: 'reference',
};

// The events of an article arrive one by one.
const gatherMs = 300;

const retryMs = 30_000;
