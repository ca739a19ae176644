/** An option of a command; `name` is that of the parameter of the same meaning in the REST interface. */
export type Option = {
  readonly name: string;
  /** What stands for the value in the help; null for an option that is on or off. */
  readonly value: string | null;
  readonly says: string;
};

/** How an option is written: `occurredAsOf` as `--occurred-as-of`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
