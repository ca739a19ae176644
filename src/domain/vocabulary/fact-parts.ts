import { reportTypes } from './event-types.ts';
import { editionOfSlug } from './games-editions.ts';

/** Takes a fact key apart. The subject of a key that has only an edition is ''. */
export function factParts(key: string): FactKeyParts {
  const [kind = '', whole = '', milestone = ''] = key.split('/');
  const edition = editionAtEnd(kind, whole);
  const end = whole.length - (edition?.length ?? 0);
  return { kind, milestone, edition, subject: edition === null ? whole : whole.slice(0, Math.max(end - 1, 0)) };
}

/** The parts of a fact key: `storefront/tmall-ocog.2022w/opened` is of subject tmall-ocog and edition 2022W. */
export type FactKeyParts = {
  readonly kind: string;
  readonly subject: string;
  readonly edition: string | null;
  readonly milestone: string;
};

/**
 * The edition at the end of a slug of this kind: a last segment as `2018w`, or two as `paralympics.2020` where editions are
 * part of the keys of the kind; null if there is none. Where a key needs a subject, a slug of two segments is one:
 * `fan-park.2019` names no edition.
 */
export function editionAtEnd(kind: string, slug: string): string | null {
  const segments = slug.split('.');
  const ofOlympics = editionOfSlug(segments.at(-1) ?? '');
  if (ofOlympics !== null) return ofOlympics;
  const rule = kindsWithEdition.get(kind);
  if (rule === undefined || segments.length < (rule === 'subject' ? 3 : 2)) return null;
  return editionOfSlug(segments.slice(-2).join('.'));
}

// The kinds whose keys have editions, and whether a subject always stands before these.
const kindsWithEdition: ReadonlyMap<string, 'subject' | 'maybe-none'> = new Map([
  ['games', 'maybe-none'],
  ...[...Map.groupBy(reportTypes, ({ kind }) => kind)]
    .filter(([, types]) => types.some(({ edition }) => edition === 'key' || edition === 'required'))
    .map(([kind, types]): [string, 'subject' | 'maybe-none'] => [
      kind,
      types.every(({ subject }) => subject === 'named') ? 'subject' : 'maybe-none',
    ]),
]);
