import { type ComponentChild, h } from 'preact';
import type { PartnershipAnswer } from '../projections/partnerships.ts';
import type { Entry } from '../projections/timeline.ts';
import { addressOf, type Clocks, factPath, partnershipPath } from './address.ts';
import { ContestedTag, eventSign, type Sign, Signed } from './glyphs.ts';
import { SearchForm } from './search.ts';
import { capitalise, counted, dateWords, periodWords, plain } from './words.ts';

/** All partnerships, and what is due and overdue across them. */
export function home({ deals, clocks }: HomeAnswers): Home {
  const pending = deals.flatMap(({ partnership: { id, name }, entries }) =>
    entries.map((entry) => ({ id, name, entry })),
  );
  const alike = Map.groupBy(pending, ({ id, entry }) =>
    JSON.stringify([id, entry.group?.row ?? entry.fact, entry.status, entry.timing, entry.planned?.edtf]),
  );
  const rows = [...alike.values()].map((same) => ({ ...(same[0] as (typeof pending)[number]), count: same.length }));
  const byDay = rows.toSorted((a, b) => ((a.entry.planned?.latest ?? '') < (b.entry.planned?.latest ?? '') ? 1 : -1));
  return {
    kind: 'home',
    deals: deals.map(({ partnership, entries }) => {
      const count = (status: string) => entries.filter((entry) => entry.status === status && !entry.guess).length;
      const { id, name, status, timing, term, facts, articles, contested } = partnership;
      return {
        name,
        href: addressOf(partnershipPath(id), clocks),
        status: capitalise(`${timing === 'possible' ? 'perhaps ' : ''}${plain(status)}`),
        term: term.end === null ? 'no end is told' : `through ${periodWords(term.end)}`,
        rests: `${counted(facts, 'fact')}, ${counted(articles, 'article')}`,
        overdue: count('overdue-unconfirmed'),
        due: count('due'),
        contested,
      };
    }),
    pending: byDay.slice(0, mostPending).map(({ id, name, entry, count }) => ({
      title: count === 1 ? entry.title : `${entry.title}, ${counted(count, 'time')}`,
      deal: name,
      when: dateWords(entry.planned),
      sign: eventSign(entry),
      href: addressOf(factPath(id, entry.fact), clocks),
    })),
    more: Math.max(0, rows.length - mostPending),
    hidden: Object.entries(clocks),
  };
}

const mostPending = 30;

type HomeAnswers = {
  /** Each partnership with its entries that are due or overdue. */
  readonly deals: readonly { readonly partnership: PartnershipAnswer; readonly entries: readonly Entry[] }[];
  readonly clocks: Clocks;
};

export type Home = {
  readonly kind: 'home';
  readonly deals: readonly Deal[];
  readonly pending: readonly Pending[];
  readonly more: number;
  readonly hidden: readonly (readonly [string, string | undefined])[];
};

type Deal = {
  readonly name: string;
  readonly href: string;
  readonly status: string;
  readonly term: string;
  readonly rests: string;
  readonly overdue: number;
  readonly due: number;
  readonly contested: number;
};

type Pending = {
  readonly title: string;
  readonly deal: string;
  readonly when: string;
  readonly sign: Sign;
  readonly href: string;
};

/** The first page. */
export function HomeView({ view: { deals, pending, more, hidden } }: { readonly view: Home }): ComponentChild {
  return h(
    'section',
    { class: 'sec' },
    h(
      'div',
      { class: 'wrap' },
      h('header', { class: 'sh1' }, h('h1', null, 'Partnerships')),
      h(SearchForm, { query: '', hidden }),
      deals.length === 0
        ? h('p', { class: 'lede' }, 'No partnership is recorded through these clocks.')
        : h(
            'ul',
            { class: 'deals' },
            deals.map((deal) => h(DealView, { deal, key: deal.href })),
          ),
      h('h2', { class: 'h3' }, 'Due and overdue'),
      pending.length === 0
        ? h('p', { class: 'lede' }, 'No plan has come due.')
        : h(
            'ul',
            { class: 'rl wide' },
            pending.map((one) => h(PendingView, { one, several: deals.length > 1, key: one.href })),
          ),
      more === 0 ? null : h('p', { class: 'lede' }, `And ${counted(more, 'other plan')}.`),
    ),
  );
}

function DealView({ deal }: { readonly deal: Deal }): ComponentChild {
  const { name, href, status, term, rests, overdue, due, contested } = deal;
  const number = (count: number, status: string, words: string) =>
    count === 0 ? null : h(Signed, { sign: eventSign({ status }) }, `${count} ${words}`);
  return h(
    'li',
    null,
    h('a', { class: 'deal-name', href }, name),
    h('span', { class: 'n2' }, `${status}, ${term}. ${capitalise(rests)}.`),
    h(
      'span',
      { class: 'tags' },
      number(overdue, 'overdue-unconfirmed', 'overdue'),
      number(due, 'due', 'due'),
      contested === 0 ? null : h(ContestedTag, null, `${contested} contested`),
    ),
  );
}

type PendingProps = { readonly one: Pending; readonly several: boolean };

function PendingView({ one: { title, deal, when, sign, href }, several }: PendingProps): ComponentChild {
  return h(
    'li',
    { class: `c-${sign.tone}` },
    h(Signed, { sign }, h('span', { class: 'vh' }, `${sign.word}: `)),
    h('span', { class: 'rt' }, h('a', { href }, title), several ? h('span', { class: 'n' }, ` ${deal}`) : null),
    h('span', { class: 'rw' }, `${sign.word}, ${when}`),
  );
}
