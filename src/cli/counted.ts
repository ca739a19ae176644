const number = new Intl.NumberFormat('en');

/** A number with what it counts, in the singular or the plural. */
export const counted = (count: number, one: string, many: string = `${one}s`): string =>
  `${number.format(count)} ${count === 1 ? one : many}`;
