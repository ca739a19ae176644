import type { Edition } from './edition.ts';

/** The categories of a ledger's streams: what stands before the first hyphen of their names. */
export const streamCategories: readonly string[] = ['partnership', 'games', 'ledger'];

/** The stream of everything that is recorded about a partnership, `<partner>.<rights holder>`. */
export const partnershipStream = (partnership: string): string => `partnership-${partnership}`;

/** The stream of what references say of a Games edition. */
export const gamesStream = (edition: Edition): string => `games-${edition}`;

/** The stream of the ledger itself, whose first event is the first of all. */
export const ledgerStream = 'ledger-main';

/** The partnership whose stream this is, or null. */
export const partnershipOfStream = (stream: string): string | null =>
  stream.startsWith('partnership-') ? stream.slice('partnership-'.length) : null;

/** The Games edition whose stream this is, or null. */
export const editionOfStream = (stream: string): Edition | null =>
  stream.startsWith('games-') ? stream.slice('games-'.length) : null;
