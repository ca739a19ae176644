import type { NewEvent } from '../../event-store/event-store.ts';
import type { FactFlag } from '../facts/rules.ts';

/** The rejection of a command under a rule's name. */
export function reject(
  rule: string,
  message: string,
  more: Partial<Omit<Rejection, 'rule' | 'message'>> = {},
): Rejection {
  return { rule, message, flags: [], ...more };
}

/** Why a command is refused. `rule` is stable; `message` says what is wrong and what to do instead. */
export type Rejection = {
  readonly rule: string;
  readonly message: string;
  /** The business rules that the command would break. */
  readonly flags: readonly FactFlag[];
  /** The wrong members of the command, as in `value` or `reports/1`. */
  readonly at?: readonly string[];
  /** What the first of them probably means. */
  readonly suggestion?: string | undefined;
};

/** The outcome of a command: the events to append, none if it was carried out before; or a rejection. */
export type Outcome =
  | { readonly accepted: true; readonly events: readonly NewEvent[] }
  | { readonly accepted: false; readonly rejection: Rejection };
