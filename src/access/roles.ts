/** What a person or a program may do: each role may also do what those before it may. */
export const roles = ['reader', 'recorder', 'steward', 'admin'] as const;

export type Role = (typeof roles)[number];

/** What each role may do, for people. */
export const roleMeanings: Readonly<Record<Role, string>> = {
  reader: 'reads',
  recorder: 'reads, drafts and records articles',
  steward: 'also decides, and manages webhooks',
  admin: 'also manages tokens',
};

/** Whether a role may do what another role is needed for. */
export function suffices(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Who a request comes from. */
export type Principal = {
  /** The name under which it records. */
  readonly name: string;
  readonly role: Role;
  /** What says so: a token that is set, kept or another's. */
  readonly source: string;
  /** When that ends, in milliseconds since 1970; null: never by itself. */
  readonly until: number | null;
};

/**
 * Why a token is not accepted. `unknown`: nobody has it, so it may be a guess; `unfit`: it is over, or is not for this;
 * `unavailable`: it cannot be checked at the moment.
 */
export type Refused = { readonly refusal: string; readonly why: 'unknown' | 'unfit' | 'unavailable' };

export type Checked = { readonly principal: Principal } | Refused;
