/** Gives back a revision, position or limit; a RangeError that names it where it is not a whole number from 0. */
export function wholeNumber(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be 0 or more, not ${value}`);
  return value;
}
