import * as z from 'zod';
import type { CutShape } from '../shapes/cut.ts';

/** How many entries a page has at most, and has where nothing is said. */
export const mostPerPage = 500;

/** A part of a list. `link` is where the part from `offset` on is found, through the same cut. */
export type Page = {
  readonly offset: number;
  readonly limit: number;
  readonly link: (offset: number, cut: CutShape) => string | null;
};

/** The whole list in one. */
export const wholeList: Page = { offset: 0, limit: Number.POSITIVE_INFINITY, link: () => null };

/** What an answer with a list has beside the list. */
export const pageShape = {
  total: z.int().nonnegative().describe('how many there are on all pages'),
  next: z.string().nullable().describe('where the next page is; null on the last one'),
};

/** The part of a list that a page shows, how many there are in all, and where it goes on. */
export function pageOf<T>(items: readonly T[], { offset, limit, link }: Page, cut: CutShape) {
  return {
    total: items.length,
    items: items.slice(offset, offset + limit),
    next: offset + limit < items.length ? link(offset + limit, cut) : null,
  };
}
