import type { ReadingDraft } from '../domain/reading.ts';
import { type Finding, finding } from './problem.ts';

/** Numbers in order, as `7, 9-11`. */
function inRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

function named(numbers: readonly number[]): string {
  return numbers.length === 1 ? `paragraph ${numbers[0]} is` : `paragraphs ${inRanges(numbers)} are`;
}

function problemOf(says: string, numbers: readonly number[], reason: string): readonly Finding[] {
  return numbers.length === 0 ? [] : [finding(['omitted', reason], `${named(numbers)} ${says}`)];
}

/** Paragraphs are omitted once, and only those that the article has and no report cites. */
export function omissionRules(
  omitted: ReadingDraft['omitted'],
  cited: ReadonlySet<number>,
  count: number | null,
): readonly Finding[] {
  const before = new Set<number>();
  return omitted.flatMap(({ reason, paragraphs }) => {
    const twice = paragraphs.filter((paragraph) => before.has(paragraph));
    for (const paragraph of paragraphs) before.add(paragraph);
    const cites = paragraphs.filter((paragraph) => cited.has(paragraph));
    const beyond = count === null ? [] : paragraphs.filter((paragraph) => paragraph > count);
    return [
      ...problemOf('omitted for two reasons', twice, reason),
      ...problemOf('both omitted and cited by a report', cites, reason),
      ...problemOf(`omitted, but the article has ${count}`, beyond, reason),
    ];
  });
}

/** Every paragraph is cited by a report or omitted with a reason. */
export function accountRule(
  omitted: ReadingDraft['omitted'],
  cited: ReadonlySet<number>,
  count: number,
): readonly Finding[] {
  const left = new Set(omitted.flatMap(({ paragraphs }) => paragraphs));
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const open = all.filter((paragraph) => !cited.has(paragraph) && !left.has(paragraph));
  return open.length === 0 ? [] : [finding(['omitted'], `${named(open)} neither cited by a report nor omitted`)];
}
