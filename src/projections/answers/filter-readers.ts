import { isEditionProblem, parseEdition } from '../../domain/edition.ts';
import { nearest } from '../../domain/nearest.ts';
import { instantAt } from '../instant-at.ts';

type Read = { readonly value: string } | { readonly message: string; readonly suggestion?: string | undefined };
/** Reads one value of a filter. */
export type Reader = (text: string) => Read;

/** Names of one kind that the ledger knows. */
export type KnownNames = { readonly has: (name: string) => boolean; readonly all: () => Iterable<string> };

function shown(text: string): string {
  return `"${text.slice(0, 80)}"`;
}

/** One of certain words, whatever their case. */
export function oneOf(name: string, known: readonly string[]): Reader {
  return (text) => {
    const value = known.find((one) => one.toLowerCase() === text.toLowerCase());
    if (value !== undefined) return { value };
    const near = nearest(text, known);
    const among = near.length > 0 ? `the nearest: ${near.join(', ')}` : `it is one of ${known.join(', ')}`;
    return { message: `${shown(text)} is no ${name} here; ${among}`, suggestion: near[0] };
  };
}

/** A Games edition. */
export const edition: Reader = (text) => {
  const read = parseEdition(text);
  return isEditionProblem(read) ? read : { value: read };
};

// Where nothing is near, so many names are all told.
const mostListed = 10;

type Nearest = (text: string, known: readonly string[]) => readonly string[];

/** A name that the ledger knows; `near` finds those that may be meant by another. */
export function among(
  what: string,
  { has, all }: KnownNames,
  near: Nearest = (text, known) => nearest(text, known),
): Reader {
  return (text) => {
    if (has(text)) return { value: text };
    const known = [...all()];
    const found = near(text, known);
    const listed = known.length > 0 && known.length <= mostListed ? `; there are ${known.join(', ')}` : '';
    const instead = found.length > 0 ? `; the nearest: ${found.join(', ')}` : listed;
    return { message: `${shown(text)} is no ${what} of this ledger${instead}`, suggestion: found[0] };
  };
}

/** An instant with which a period of recording begins or ends. */
export function instant(end: 'begins' | 'ends'): Reader {
  return (text) => {
    const read = instantAt(text, end);
    return typeof read === 'string' ? { value: read } : read;
  };
}
