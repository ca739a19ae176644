/** The clocks as an address gives them; a clock that is not set is absent. */
export type Clocks = {
  readonly occurredAsOf?: string;
  readonly reportedAsOf?: string;
  readonly recordedAsOf?: string;
  readonly atPosition?: string;
  readonly timing?: string;
  /** Which clock the slider moves, where it is not the world's. */
  readonly slider?: string;
};

/** The clocks among the parameters of an address. An empty field of a form sets nothing. */
export function clocksIn(query: Readonly<Record<string, unknown>>): Clocks {
  return Object.fromEntries(
    clockNames.flatMap((name) => {
      const text = query[name];
      return typeof text === 'string' && text !== '' ? [[name, text]] : [];
    }),
  );
}

/** The parameters that belong to every page, in their order in an address. */
const clockNames = ['occurredAsOf', 'reportedAsOf', 'recordedAsOf', 'atPosition', 'timing', 'slider'] as const;

/** The address of a page through these clocks; `more` are parameters of the page itself. */
export function addressOf(path: string, clocks: Clocks, more: Readonly<Record<string, string | null>> = {}): string {
  const query = new URLSearchParams();
  for (const name of clockNames) {
    const text = clocks[name];
    if (text !== undefined) query.set(name, text);
  }
  for (const [name, text] of Object.entries(more)) if (text !== null) query.set(name, text);
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** These clocks with some of them set anew; null clears one. */
export function withClocks(clocks: Clocks, changes: Readonly<Partial<Record<keyof Clocks, string | null>>>): Clocks {
  const merged = { ...clocks, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, text]) => text !== null && text !== undefined));
}

/**
 * Where the events are sent that may change a page, after the last one that it shows. Null if the recorded clock is set:
 * what the ledger held then does not change.
 */
export function followAddress(clocks: Clocks, partnership: string | null, position: number): string | null {
  if (clocks.atPosition !== undefined || clocks.recordedAsOf !== undefined) return null;
  return addressOf('/api/events', {}, { partnership, since: String(position) });
}

/** The address of a fact of a partnership. */
export function factPath(partnership: string, fact: string): string {
  return `${partnershipPath(partnership)}/facts/${fact.split('/').map(encodeURIComponent).join('/')}`;
}

export function partnershipPath(partnership: string): string {
  return `/partnerships/${encodeURIComponent(partnership)}`;
}

/** The address of the timeline of a partnership in a frame of another site. */
export function embedPath(partnership: string): string {
  return `/embed${partnershipPath(partnership)}/timeline`;
}

export function articlePath(article: string): string {
  return `/articles/${encodeURIComponent(article)}`;
}
