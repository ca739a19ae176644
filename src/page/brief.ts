import { type ComponentChild, h } from 'preact';
import { briefWords, citedIn, footnotesOf, footnoteWords, sectionsOf } from '../exports/brief.ts';
import type { BriefAnswer } from '../projections/brief.ts';
import { addressOf, articlePath, type Clocks, partnershipPath } from './address.ts';
import type { LinkText } from './contest.ts';
import { Hidden, type HiddenFields } from './sheet.ts';
import { capitalise, counted, unbroken } from './words.ts';

/** The page of a briefing: what is due, silent and ahead, what changed and what is contested, with sources. Prints well. */
export function briefView(answer: BriefAnswer, clocks: Clocks): BriefView {
  // What the briefing rests on stands at the foot of every page.
  const { title, status } = briefWords(answer);
  const sections = sectionsOf(answer);
  const base = partnershipPath(answer.partnership.id);
  return {
    kind: 'brief',
    title,
    status,
    since: answer.since,
    form: { path: `${base}/brief`, hidden: Object.entries(clocks) },
    sections: sections.map(({ heading, intro, items, empty, rest }) => ({
      heading,
      intro,
      empty,
      items: items.map(({ text, notes, more }) => ({
        text: unbroken(text),
        notes: footnotesOf(notes),
        more: more && { text: more.words, href: addressOf(more.path, clocks) },
      })),
      rest:
        rest === null
          ? null
          : {
              text: capitalise(counted(rest.count, 'more', 'more')),
              href: addressOf(`${base}/${rest.page}`, clocks, rest.query),
            },
    })),
    footnotes: citedIn(answer, sections).map((note) => ({
      number: note.number,
      text: footnoteWords(note),
      href: addressOf(articlePath(note.article), clocks),
    })),
  };
}

export type BriefView = {
  readonly kind: 'brief';
  readonly title: string;
  readonly status: string;
  readonly since: string;
  readonly form: { readonly path: string; readonly hidden: HiddenFields };
  readonly sections: readonly {
    readonly heading: string;
    readonly intro: string;
    readonly empty: string;
    readonly items: readonly {
      readonly text: string;
      readonly notes: readonly number[];
      readonly more: LinkText | null;
    }[];
    readonly rest: { readonly text: string; readonly href: string } | null;
  }[];
  readonly footnotes: readonly { readonly number: number; readonly text: string; readonly href: string }[];
};

/** The page of a briefing. */
export function Brief({ view: { title, status, since, form, sections, footnotes } }: BriefProps): ComponentChild {
  return h(
    'section',
    { class: 'sec brief' },
    h(
      'div',
      { class: 'wrap' },
      h('h1', { class: 'light' }, title),
      h('p', { class: 'why' }, status),
      h(
        'form',
        { class: 'period', action: form.path, method: 'get' },
        h(Hidden, { fields: form.hidden }),
        h(
          'label',
          null,
          'Changes since ',
          h('input', { name: 'since', defaultValue: since, size: 10, autocomplete: 'off' }),
        ),
        h('button', { type: 'submit' }, 'Show changes since this day'),
      ),
      sections.map(({ heading, intro, items, empty, rest }) => [
        h('h2', { class: 'h4 ruled', key: heading }, heading),
        intro === '' ? null : h('p', { class: 'n' }, intro),
        items.length === 0
          ? h('p', null, empty)
          : h(
              'ul',
              { class: 'brief-list' },
              items.map(({ text, notes, more }) =>
                h(
                  'li',
                  { key: text },
                  text,
                  notes.map((number) => h(NoteMark, { number, key: number })),
                  more === null ? null : [' ', h('a', { class: 'link', href: more.href, key: 'more' }, more.text)],
                ),
              ),
            ),
        rest === null ? null : h('p', null, h('a', { class: 'link', href: rest.href }, rest.text)),
      ]),
      footnotes.length === 0 ? null : h('h2', { class: 'h4 ruled' }, 'Articles'),
      h(
        'ol',
        { class: 'notes' },
        footnotes.map(({ number, text, href }) =>
          h('li', { id: `note-${number}`, value: number, key: number }, h('a', { href }, text)),
        ),
      ),
    ),
  );
}

type BriefProps = { readonly view: BriefView };

function NoteMark({ number }: { readonly number: number }): ComponentChild {
  return h('sup', null, ' ', h('a', { href: `#note-${number}` }, `[${number}]`));
}
