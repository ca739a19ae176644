import type { Edition } from '../domain/edition.ts';

/** How a Games edition is called: by host and the year in its name, else by season and year. */
export function gamesName(edition: Edition, host: string | null): string {
  const year = edition.slice(0, 4);
  if (host !== null) return `${host} ${year}`;
  return edition.endsWith('W') ? `Winter Games ${year}` : `Summer Games ${year}`;
}
