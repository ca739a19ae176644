import { compareSources, type Evidence } from '../domain/evidence.ts';
import type { Telling } from './ever-published.ts';
import type { PlanStep } from './shapes/drift.ts';
import { sourceOf } from './source-of.ts';

/** What every step of a drift says of its place among the others. */
export type StepPlace = Pick<PlanStep, 'order' | 'sameArticle' | 'counts' | 'source'>;

/** Tellings as sources are listed: by publication, article, revision, id; never in the order of arrival. */
export function inTellingOrder<T extends Pick<Telling, 'evidence'>>(tellings: readonly T[]): readonly T[] {
  return tellings.toSorted((a, b) => compareSources(a.evidence, b.evidence));
}

function publishedAfter(before: Evidence, now: Evidence): boolean {
  return (
    before.published?.latest != null &&
    now.published?.earliest != null &&
    before.published.latest < now.published.earliest
  );
}

function isOfSame({ report: { metadata: a } }: Evidence, { report: { metadata: b } }: Evidence): boolean {
  return a.article === b.article && a.revision === b.revision;
}

/** The place of a step after the one before it. */
export function stepPlace(before: Telling | undefined, { evidence, counts }: Telling): StepPlace {
  return {
    order: before === undefined ? null : publishedAfter(before.evidence, evidence) ? 'certain' : 'possible',
    sameArticle: before !== undefined && isOfSame(before.evidence, evidence),
    counts,
    source: sourceOf(evidence),
  };
}

const unchanged = new Set(['first', 'same', 'names-others']);

/** Whether a step is a change from article to article. */
export function isDrift({ change, sameArticle }: { readonly change: string; readonly sameArticle: boolean }): boolean {
  return !unchanged.has(change) && !sameArticle;
}
