/** A status that may, but need not, have been reached by the clocks. */
export const possibleMark = '?';
/** Reports disagree. */
export const contestedMark = '≠';
/** A steward decided on it. */
export const decisionMark = '✎';
/** A business rule is broken, or it is only assumed that a report speaks of this. */
export const flagMark = '⚑';

const meanings: readonly (readonly [RegExp, string])[] = [
  [/ \?( |$)/m, `${possibleMark} possibly, not certainly`],
  [new RegExp(`${contestedMark} `), `${contestedMark} reports disagree; the first value is shown`],
  [new RegExp(`${decisionMark} `), `${decisionMark} a steward decided`],
  [new RegExp(`${flagMark} `), `${flagMark} breaks a rule, or assumes something`],
];

/** What the marks in a text mean, for below it; '' where it has none. */
export function legendOf(text: string): string {
  return meanings
    .filter(([mark]) => mark.test(text))
    .map(([, meaning]) => meaning)
    .join('   ');
}
