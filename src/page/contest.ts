import { type ComponentChild, h } from 'preact';
import { type More, moreWords } from '../projections/sources.ts';
import type { Entry } from '../projections/timeline.ts';
import type { WhyAnswer } from '../projections/why.ts';
import { addressOf, articlePath, type Clocks, factPath } from './address.ts';
import { type Axis, evenAxis } from './axis.ts';
import { decideAddress } from './decide.ts';
import { ContestedTag, Glyph } from './glyphs.ts';
import { type Mark, markOf, Plot } from './marks.ts';
import { Sheet } from './sheet.ts';
import {
  capitalise,
  counted,
  fieldName,
  monthWords,
  type Names,
  paragraphsWords,
  plain,
  publishedWords,
  unbroken,
  valueWords,
  withPartyNames,
} from './words.ts';

/** The fields of a fact on which sources disagree: every value beside the others, the one that is shown first. */
export function contestsOf(
  entry: Entry,
  why: WhyAnswer | null,
  clocks: Clocks,
  parties: Names,
): readonly ContestModel[] {
  const inWords = (value: unknown) => valueWords(withPartyNames(value, parties));
  const byField = Map.groupBy(entry.alternatives, ({ field }) => field);
  return [...byField].map(([field, alternatives]) => {
    const published = alternatives.flatMap(({ sources }) => sources.map((source) => source.published));
    const days = published.flatMap(({ earliest, latest }) => [earliest, latest]).filter((day) => day !== null);
    const [first = '', last = ''] = [days.toSorted()[0], days.toSorted().at(-1)];
    const axis = days.length === 0 ? null : evenAxis(`${first.slice(0, 7)}-01`, last);
    const rule = why?.values.find((value) => value.field.replace(/^data\./, '') === whyField(field));
    return {
      field,
      question: `${capitalise(fieldName(field))}: ${counted(alternatives.length, 'value')}. All are kept; one is shown first.`,
      values: alternatives
        .toSorted((a, b) => Number(b.displayed) - Number(a.displayed))
        .map((one) => valueModel(one, inWords(one.value), axis, clocks)),
      span: first === '' ? null : { from: monthWords(first), to: monthWords(last) },
      why:
        rule === undefined ? null : { value: inWords(rule.value), text: capitalise(rule.text), rule: plain(rule.rule) },
    };
  });
}

export type ContestModel = {
  readonly field: string;
  readonly question: string;
  readonly values: readonly ContestedValue[];
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly why: { readonly value: string; readonly text: string; readonly rule: string } | null;
};

type ContestedValue = {
  readonly value: string;
  readonly displayed: boolean;
  readonly words: string;
  readonly sources: readonly { readonly text: string; readonly more: string; readonly href: string }[];
  /** The reports that are left out. */
  readonly rest: LinkText | null;
  readonly marks: readonly Mark[];
};

// The explanation names dates after what they are of.
function whyField(field: string): string {
  return field === 'date' ? 'occurred' : field;
}

function valueModel(
  { displayed, sources, moreSources }: Entry['alternatives'][number],
  value: string,
  axis: Axis | null,
  clocks: Clocks,
): ContestedValue {
  return {
    value,
    displayed,
    words: sources.find(({ note }) => note !== null)?.note ?? '',
    sources: sources.map(({ article, paragraphs, publisher, published, attribution }) => ({
      text: `Article ${article}, ${paragraphsWords(paragraphs)}`,
      more: `${publisher ?? 'publisher not known'}, published ${unbroken(publishedWords(published))}; ${plain(attribution)}`,
      href: addressOf(articlePath(article), clocks),
    })),
    rest: restOf(sources, moreSources, clocks),
    marks:
      axis === null
        ? []
        : sources.map(({ published }) => markOf(published, axis, { hollow: false, glyph: 'published' })),
  };
}

export type LinkText = { readonly text: string; readonly href: string };

/** What is left out of a list, on the page of its fact; null if nothing is. */
export function restOf(shown: readonly unknown[], more: More | undefined, clocks: Clocks): LinkText | null {
  // The page of a fact stands at the address of its read, without /api.
  const path = more?.all[0]?.replace(/^\/api/, '');
  if (more === undefined || path === undefined) return null;
  return { text: moreWords(shown, more), href: addressOf(path, clocks) };
}

/** All facts of a partnership on which sources disagree. */
export function contestedView(
  entries: readonly Entry[],
  { partnership, clocks, parties }: { readonly partnership: string; readonly clocks: Clocks; readonly parties: Names },
): ContestedView {
  return {
    kind: 'contested',
    facts: entries.map((entry) => ({
      title: entry.title,
      summary: entry.summary,
      href: addressOf(factPath(partnership, entry.fact), clocks),
      decide: decideAddress(partnership, entry.fact),
      contests: contestsOf(entry, null, clocks, parties),
      rest: restOf(entry.alternatives, entry.moreAlternatives, clocks),
    })),
  };
}

export type ContestedView = {
  readonly kind: 'contested';
  readonly facts: readonly {
    readonly title: string;
    readonly summary: string;
    readonly href: string;
    readonly decide: string;
    readonly contests: readonly ContestModel[];
    readonly rest: LinkText | null;
  }[];
};

/** The page of what is contested. */
export function Contested({ view: { facts } }: { readonly view: ContestedView }): ComponentChild {
  return h(
    Sheet,
    { title: 'Contested', kind: 'fact' },
    facts.length === 0 ? h('p', { class: 'lede' }, 'No two sources disagree.') : null,
    facts.map(({ title, summary, href, decide, contests, rest }) =>
      h(
        'article',
        { key: href, class: 'contested' },
        h('h2', { class: 'light' }, h('a', { href }, title)),
        h('p', { class: 'n2' }, summary),
        contests.map((contest) => h(Contest, { contest, key: contest.field })),
        rest === null ? null : h('p', null, h('a', { class: 'link', href: rest.href }, `${rest.text} values`)),
        h('p', { class: 'act' }, h('a', { class: 'link', href: decide }, `Decide on it`)),
      ),
    ),
  );
}

/** The values of one field, side by side. */
export function Contest({
  contest: { question, values, span, why },
}: {
  readonly contest: ContestModel;
}): ComponentChild {
  return h(
    'section',
    { class: 'contest' },
    h('p', { class: 'fk' }, h(ContestedTag, null, h('b', null, 'Contested.')), ` ${question}`),
    h(
      'div',
      { class: values.length > 2 ? 'vs several' : 'vs' },
      values.map((value, i) => [
        i !== 1 || values.length > 2
          ? null
          : h('div', { class: 'mid c-con', key: `between ${i}` }, h(Glyph, { name: 'contested', big: true })),
        h(ValueSide, { value, span, key: value.value }),
      ]),
    ),
    why === null
      ? null
      : h(
          'div',
          { class: 'whyshown' },
          h('h2', { class: 'h4' }, `Why ${why.value} is shown`),
          h('p', null, `${why.text}.`),
          h('p', { class: 'n' }, `Rule: ${why.rule}`),
        ),
  );
}

type SideProps = { readonly value: ContestedValue; readonly span: ContestModel['span'] };

function ValueSide({ value: { value, displayed, words, sources, rest, marks }, span }: SideProps): ComponentChild {
  return h(
    'div',
    { class: displayed ? 'side lead' : 'side' },
    h(
      'header',
      null,
      h('span', { class: value.length > 12 ? 'vn long' : 'vn' }, value),
      h('b', { class: 'vl' }, displayed ? 'Shown first' : 'Kept beside it'),
    ),
    words === '' ? null : h('p', { class: 'q' }, words),
    h(
      'ul',
      { class: 'plain' },
      sources.map(({ text, more, href }) =>
        h('li', { key: text }, h('a', { class: 'link', href }, text), h('span', { class: 'n' }, ` ${more}`)),
      ),
      rest === null ? null : h('li', null, h('a', { class: 'link', href: rest.href }, rest.text)),
    ),
    span === null
      ? null
      : h(
          'figure',
          { class: 'pub c-ink' },
          h(Plot, { marks }),
          h(
            'figcaption',
            null,
            h('span', null, span.from),
            h('span', null, 'when published'),
            h('span', null, span.to),
          ),
        ),
  );
}
