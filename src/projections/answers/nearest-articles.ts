import { nearest } from '../../domain/nearest.ts';

function withoutZeros(id: string): string {
  return id.replace(/^0+/, '');
}

/**
 * The ids of articles that one which is not known may stand for, nearest first. Ids are often numbers, of which none is
 * near another but for its leading zeros.
 */
export function nearestArticles(id: string, known: readonly string[]): readonly string[] {
  const same = known.find((one) => withoutZeros(one) === withoutZeros(id));
  return same === undefined ? nearest(id, known) : [same];
}
