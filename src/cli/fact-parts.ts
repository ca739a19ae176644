import { fromSlug } from '../domain/edition.ts';

/** A fact key taken apart: `storefront/tmall-ocog.2022w/opened` is of kind storefront, subject tmall-ocog, edition 2022W. */
export type FactParts = {
  readonly kind: string;
  readonly subject: string;
  readonly edition: string | null;
  readonly milestone: string;
};

/** The parts of a fact key. The subject of one that has only an edition is ''. */
export function factParts(key: string): FactParts {
  const [kind = '', whole = '', milestone = ''] = key.split('/');
  const dot = whole.lastIndexOf('.');
  const edition = fromSlug(whole.slice(dot + 1));
  return { kind, milestone, edition, subject: edition === null ? whole : whole.slice(0, Math.max(dot, 0)) };
}
