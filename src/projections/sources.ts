import type * as z from 'zod';
import { type Evidence, saidOf } from '../domain/facts/evidence.ts';
import type { Contest } from '../domain/facts/merge.ts';
import type { Page } from './answer.ts';
import { type alternativeShape, dateOf, type moreShape, type Source } from './shapes.ts';

/** The sources of a statement as answers show them; `all` are the reads that have every one. */
export function sourcesOf(evidence: readonly Evidence[], all: readonly string[], shown: Shown = first): Sourced {
  const { items, more } = stretchOf(evidence, all, shown);
  return { sources: items.map(sourceOf), ...(more && { moreSources: more }) };
}

/** A statement with its sources, and the number of all if some are left out. */
export type Sourced = { sources: Source[]; moreSources?: More | undefined };

export type More = z.infer<typeof moreShape>;

/** What stands at the end of a list that is cut short: "and 4,312 more". */
export function moreWords(shown: readonly unknown[], { total }: Pick<More, 'total'>): string {
  return `and ${(total - shown.length).toLocaleString('en')} more`;
}

/** Which members of its sources and of its contested values an entry shows. */
export type Shown = Pick<Page, 'offset' | 'limit'>;

const first: Shown = { offset: 0, limit: 20 };

/** The members of a list that are shown, and what is left out; null if nothing is. */
export function stretchOf<Item>(
  list: readonly Item[],
  all: readonly string[],
  { offset, limit }: Shown = first,
): { readonly items: readonly Item[]; readonly more: More | null } {
  const items = list.slice(offset, offset + limit);
  return { items, more: items.length === list.length ? null : { total: list.length, all: [...all] } };
}

/**
 * Every value of the contested fields with its sources. The displayed ones are among those that a list shows, however
 * many stand beside them.
 */
export function alternativesOf(
  contests: readonly Contest[],
  all: readonly string[],
  shown: Shown = first,
): { alternatives: Alternative[]; moreAlternatives?: More | undefined } {
  const every = contests.flatMap(({ field, alternatives }) => alternatives.map((one) => ({ field, ...one })));
  const { items, more } = stretchOf(shown === first ? displayedAmong(every, first.limit) : every, all, shown);
  const alternatives = items.map(({ field, value, displayed, evidence }) => ({
    field,
    value: value as Alternative['value'],
    displayed,
    ...sourcesOf(evidence, all, { offset: 0, limit: shown.limit }),
  }));
  return { alternatives, ...(more && { moreAlternatives: more }) };
}

type Alternative = z.infer<typeof alternativeShape>;

// A list in its order, but such that the displayed values are among the first `count`.
function displayedAmong<Item extends { readonly displayed: boolean }>(
  list: readonly Item[],
  count: number,
): readonly Item[] {
  if (list.length <= count) return list;
  const free = count - list.filter(({ displayed }) => displayed).length;
  const others = list.filter(({ displayed }) => !displayed);
  const kept = new Set(others.slice(0, Math.max(0, free)));
  const isFirst = (item: Item) => item.displayed || kept.has(item);
  return [...list.filter(isFirst), ...list.filter((item) => !isFirst(item))];
}

/** A report as answers show it. */
export function sourceOf({ report, publisher, citation, published, corrections }: Evidence): Source {
  const { article, revision, paragraphs, attribution, speaker, implied, identityAssumed } = report.metadata;
  return {
    article,
    revision,
    paragraphs,
    publisher,
    author: citation.author ?? null,
    url: citation.url ?? null,
    language: citation.language ?? null,
    copyOf: citation.copyOf ?? null,
    extent: citation.extent ?? null,
    published: dateOf(published),
    attribution,
    speaker,
    modality: report.modality,
    date: report.date?.edtf ?? null,
    implied,
    identityAssumed,
    values: report.fields,
    corrections: corrections.map(({ id, field, value, basis, reason, reference }) => ({
      decision: id,
      field,
      said: saidOf(report, field),
      value,
      basis,
      reason,
      reference,
    })),
    note: report.note,
    position: report.position,
    id: report.id,
  };
}
