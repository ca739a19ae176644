const number = new Intl.NumberFormat('en');

/** A number with what it counts, in the singular or the plural. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}
