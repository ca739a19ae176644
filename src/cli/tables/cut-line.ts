import type { CutShape, Notice } from '../../projections/shapes/cut.ts';
import { flagOf } from '../option.ts';

/** The three clocks of an answer in one line. */
export function cutLine({ occurredAsOf, reportedAsOf, recordedAsOf, position, timing }: CutShape): string {
  return [
    `occurred ≤ ${occurredAsOf}`,
    `reported ${reportedAsOf === null ? 'at any time' : `≤ ${reportedAsOf}`}`,
    recordedAsOf === null
      ? 'no event bears on it'
      : `recorded ≤ #${position}, ${recordedAsOf.slice(0, 16).replace('T', ' ')}`,
    ...(timing === 'certain' ? ['certain only'] : []),
  ].join(' · ');
}

const clockNames = /\b(?:occurredAsOf|reportedAsOf|recordedAsOf|atPosition|(?:clock|from|to)(?==))\b/g;

/** A text that names clocks by their parameters, in the words of the command line. */
export function inFlags(text: string): string {
  return text.replaceAll(clockNames, flagOf);
}

/** What a reader could misread, and what to try instead. */
export function noticeText({ text, try: attempt }: Notice): string {
  const options = [...new URLSearchParams(attempt)].map(([name, value]) => `${flagOf(name)} ${value}`);
  return options.length === 0 ? inFlags(text) : `${inFlags(text)} Try ${options.join(' ')}.`;
}
