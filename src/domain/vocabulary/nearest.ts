import { distance } from 'fastest-levenshtein';

/**
 * The candidates that a mistyped word may stand for, nearest first, at most `limit`; none if all are far away. Ignores
 * case, accents, hyphens, underscores and spaces. A name whose words are among those of the other is near too.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  { limit = 3 }: { readonly limit?: number } = {},
): string[] {
  const sought = plain(word);
  return [...new Set(candidates)]
    .flatMap((name) => {
      const apart = remoteness(sought, plain(name));
      return apart === null ? [] : [{ name, apart }];
    })
    .toSorted((a, b) => a.apart - b.apart || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, '-')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join('-');
}

/** How far apart two plain names are, from 0 (same) to 1; null if they are unrelated. */
function remoteness(a: string, b: string): number | null {
  if (a === b) return 0;
  const longest = Math.max(a.length, b.length);
  const edits = Math.min(Math.ceil(longest / 3), mostEdits);
  if (longest >= shortestMistyped && isWithin(edits, a, b)) return distance(a, b) / longest;
  return containsWords(a, b) || containsWords(b, a) ? 1 - Math.min(a.length, b.length) / longest : null;
}

const mostEdits = 5;

// Names of one or two characters are all near each other, so only another spelling of the same name counts.
const shortestMistyped = 3;

// Lengths alone tell most names apart, at no cost however long a text is.
function isWithin(edits: number, a: string, b: string): boolean {
  return Math.abs(a.length - b.length) <= edits && distance(a, b) <= edits;
}

function containsWords(longer: string, shorter: string): boolean {
  return (
    shorter.length >= shortestMistyped &&
    shorter.split('-').every((word) => longer.split('-').some((other) => isSameWord(word, other)))
  );
}

function isSameWord(a: string, b: string): boolean {
  return a === b || (Math.min(a.length, b.length) >= shortestMistypedWord && isWithin(1, a, b));
}

// One word among several says less than a whole name, so it has to be nearly right.
const shortestMistypedWord = 5;

/** The words of a text, in small letters and without accents: "beijing" is a word of "Beijing’s". */
export function wordsIn(text: string): readonly string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();
  return plain.split(/[^\p{Letter}\p{Number}]+/u).filter((word) => word !== '');
}
