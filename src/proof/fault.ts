/**
 * Where a ledger is not what was recorded: the first position that shows it, or, where only the head of a tree is known,
 * the positions among which it is; 0 where it is about no event. The message says all of it.
 */
export type Fault = { readonly first: number; readonly last: number; readonly message: string };

/** A fault in a line of a file that is no event. */
export function faultInLine(line: number, what: string): Fault {
  return {
    first: 0,
    last: 0,
    message: `line ${line}: ${what}`,
  };
}

/** A fault at one position. */
export function faultAt(position: number, what: string): Fault {
  return {
    first: position,
    last: position,
    message: `position ${position}: ${what}`,
  };
}

/** A fault somewhere from one position to another. */
export function faultBetween(first: number, last: number, what: string): Fault {
  return first === last ? faultAt(first, what) : { first, last, message: `positions ${first} to ${last}: ${what}` };
}
