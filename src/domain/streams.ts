import type { Edition } from './edition.ts';

/** The categories of a ledger's streams: what stands before the first hyphen of their names. */
export const streamCategories: readonly string[] = ['partnership', 'games', 'ledger'];

/** The stream of everything that is recorded about a partnership, `<partner>.<rights holder>`. */
export function partnershipStream(partnership: string): string {
  return `partnership-${partnership}`;
}

/** The stream of what references say of a Games edition. */
export function gamesStream(edition: Edition): string {
  return `games-${edition}`;
}

/** The stream of the ledger itself, whose first event is the first of all. */
export const ledgerStream = 'ledger-main';

/** The partnership whose stream this is, or null. */
export function partnershipOfStream(stream: string): string | null {
  return stream.startsWith('partnership-') ? stream.slice('partnership-'.length) : null;
}

/** The Games edition whose stream this is, or null. */
export function editionOfStream(stream: string): Edition | null {
  return stream.startsWith('games-') ? stream.slice('games-'.length) : null;
}
