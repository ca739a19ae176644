/**
 * The way from a leaf to the root of a tree: on which side of the hash so far each hash of an inclusion proof stands, the
 * lowest first (RFC 9162, 2.1.3.2). The number of a leaf counts from 0. Null where the tree has no such leaf. Browsers
 * run it too, so it imports nothing.
 */
export function inclusionPath(index: number, size: number): readonly ('left' | 'right')[] | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  const sides: ('left' | 'right')[] = [];
  let [node, last] = [index, size - 1];
  while (last > 0) {
    if (isOdd(node) || node === last) {
      sides.push('left');
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      sides.push('right');
    }
    [node, last] = [half(node), half(last)];
  }
  return sides;
}

export function isOdd(number: number): boolean {
  return number % 2 === 1;
}

/** Half of a whole number, rounded down. JavaScript shifts only 32 bits. */
export function half(number: number): number {
  return Math.floor(number / 2);
}
