import type { NewEvent } from '../event-store/event-store.ts';
import type { Flag } from './policies/policy.ts';

/** Why a command is refused. `rule` is stable; `message` says what is wrong and what to do instead. */
export type Rejection = {
  readonly rule: string;
  readonly message: string;
  readonly flags: readonly Flag[];
  /** The members of the command that are wrong, as in `value` or `reports/1`. */
  readonly at?: readonly string[];
  /** What was probably meant by the first of them. */
  readonly suggestion?: string | undefined;
};

/** What a command leads to: events to append, none if it was carried out before; or a rejection. */
export type Outcome =
  | { readonly accepted: true; readonly events: readonly NewEvent[] }
  | { readonly accepted: false; readonly rejection: Rejection };

/** Refuses a command under a rule's name. */
export function rejected(
  rule: string,
  message: string,
  { flags = [], ...rest }: Partial<Omit<Rejection, 'rule' | 'message'>> = {},
): Outcome {
  return { accepted: false, rejection: { rule, message, flags, ...rest } };
}
