import { type ComponentChild, h } from 'preact';

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
    'section',
    { class: 'sec' },
    h(
      'div',
      { class: 'wrap' },
      h('header', { class: 'sh1' }, h('h1', null, title)),
      h('p', { class: 'lede' }, detail),
      mistakes.length === 0
        ? null
        : h(
            'ul',
            { class: 'lede' },
            mistakes.map((mistake) => h('li', { key: mistake }, mistake)),
          ),
      h(
        'p',
        null,
        ways.map(({ text, href }) => [h('a', { class: 'link', href, key: href }, text), ' ']),
      ),
    ),
  );
}
