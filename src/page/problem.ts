import { type ComponentChild, h } from 'preact';
import { Sheet } from './sheet.ts';
import { capitalise } from './words.ts';

/** Why a page cannot be shown, and the way out. */
export type Problem = {
  readonly kind: 'problem';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Every mistake beyond the one that `detail` names. */
  readonly mistakes: readonly string[];
  readonly ways: readonly { readonly text: string; readonly href: string }[];
};

/** A page in the place of one that cannot be shown. */
export function ProblemView({ view: { title, detail, mistakes, ways } }: { readonly view: Problem }): ComponentChild {
  return h(
    Sheet,
    { title },
    h('p', { class: 'lede' }, capitalise(detail)),
    mistakes.length === 0
      ? null
      : h(
          'ul',
          { class: 'plain lede' },
          mistakes.map((mistake) => h('li', { key: mistake }, mistake)),
        ),
    h(
      'ul',
      { class: 'plain' },
      ways.map(({ text, href }) => h('li', { key: href }, h('a', { class: 'link', href }, text))),
    ),
  );
}
