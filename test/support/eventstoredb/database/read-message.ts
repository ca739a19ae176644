import type { LoggedEvent } from './log.ts';
import type { Position } from './position.ts';

/** What a server sends on a read or a subscription. */
export type ReadMessage =
  | { readonly kind: 'event'; readonly event: LoggedEvent }
  | { readonly kind: 'confirmation'; readonly subscriptionId: string }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'stream-not-found'; readonly stream: string }
  | { readonly kind: 'first-stream-position'; readonly revision: number }
  | { readonly kind: 'last-stream-position'; readonly revision: number };
