import { type ComponentChild, h } from 'preact';
import type { FirstPartnerships, PendingOf } from '../projections/summary.ts';
import { addressOf, type Clocks, factPath, partnershipPath } from './address.ts';
import type { LinkText } from './contest.ts';
import { ContestedTag, eventSign, type Sign, Signed } from './glyphs.ts';
import { SearchForm } from './search.ts';
import { type HiddenFields, Sheet } from './sheet.ts';
import { capitalise, counted, dateWords, dayWords, endWords, plain } from './words.ts';

/** All partnerships, and what is due and overdue across them. */
export function home({ deals, pending: pendingOf, clocks }: HomeAnswers): Home {
  const pending = pendingOf.flatMap(({ partnership: id, name, pending: entries }) =>
    entries.map((entry) => ({ id, name, entry })),
  );
  const alike = Map.groupBy(pending, ({ id, entry }) =>
    JSON.stringify([id, entry.group?.row ?? entry.fact, entry.status, entry.timing, entry.planned?.edtf]),
  );
  const rows = [...alike.values()].map((same) => ({ ...(same[0] as (typeof pending)[number]), count: same.length }));
  const byDay = rows.toSorted((a, b) => ((a.entry.planned?.latest ?? '') < (b.entry.planned?.latest ?? '') ? 1 : -1));
  return {
    kind: 'home',
    others: deals.total - deals.items.length,
    deals: deals.items.map(({ detail, pending: entries }) => {
      const count = (status: string) => entries.filter((entry) => entry.status === status && !entry.guess).length;
      const { id, name, status, timing, term, termOver, facts, articles, contested } = detail;
      return {
        name,
        href: addressOf(partnershipPath(id), clocks),
        status: capitalise(`${timing === 'possible' ? 'perhaps ' : ''}${plain(status)}`),
        term:
          termOver !== null
            ? `and its known term ended on ${dayWords(termOver.since, 'long')}`
            : term.end === null
              ? 'no end is told'
              : endWords(term.end),
        rests: `${counted(facts, 'fact')}, ${counted(articles, 'article')}`,
        pending: ['overdue-unconfirmed', 'due']
          .filter((stage) => count(stage) > 0)
          .map((stage) => {
            const sign = eventSign({ status: stage });
            return { sign, text: `${count(stage)} ${sign.word}`, href: listPath(id, { status: stage }, clocks) };
          }),
        contested,
      };
    }),
    total: pending.filter(({ entry }) => !entry.guess).length,
    pending: byDay.slice(0, mostPending).map(({ id, name, entry, count }) => ({
      title: count === 1 ? entry.title : `${entry.title}, ${counted(count, 'time')}`,
      deal: name,
      when: dateWords(entry.planned),
      sign: eventSign(entry),
      href:
        count === 1 || entry.group === null
          ? addressOf(factPath(id, entry.fact), clocks)
          : listPath(id, { status: entry.status, row: entry.group.row }, clocks),
    })),
    more: [...Map.groupBy(byDay.slice(mostPending), ({ id, entry }) => `${id} ${entry.status}`).values()].map(
      (same) => {
        const [{ id, name, entry }] = same as [(typeof rows)[number]];
        const plans = same.reduce((sum, { count }) => sum + count, 0);
        return {
          text: `${counted(plans, 'more', 'more')} ${eventSign({ status: entry.status }).word} of ${name}`,
          href: listPath(id, { status: entry.status }, clocks),
        };
      },
    ),
    hidden: Object.entries(clocks),
  };
}

const mostPending = 30;

// The timeline of a partnership, limited to what a line of this page speaks of.
function listPath(id: string, filter: Readonly<Record<string, string>>, clocks: Clocks): string {
  return addressOf(`${partnershipPath(id)}/timeline`, clocks, filter);
}

type HomeAnswers = {
  /** The partnerships, each with what of it is due or overdue. */
  readonly deals: FirstPartnerships;
  readonly pending: readonly PendingOf[];
  readonly clocks: Clocks;
};

export type Home = {
  readonly kind: 'home';
  readonly deals: readonly Deal[];
  /** How many partnerships this page does not list. */
  readonly others: number;
  /** How many plans are due or overdue; those that differ in Games or market alone share a line. */
  readonly total: number;
  readonly pending: readonly Pending[];
  /** What is left out of the list, and where it stands. */
  readonly more: readonly LinkText[];
  readonly hidden: HiddenFields;
};

type Deal = {
  readonly name: string;
  readonly href: string;
  readonly status: string;
  readonly term: string;
  readonly rests: string;
  readonly pending: readonly (LinkText & { readonly sign: Sign })[];
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
export function HomeView({
  view: { deals, others, total, pending, more, hidden },
}: {
  readonly view: Home;
}): ComponentChild {
  return h(
    Sheet,
    { title: 'Partnerships' },
    h(SearchForm, { query: '', hidden }),
    deals.length === 0
      ? h(
          'p',
          { class: 'lede' },
          'No partnership is known by this day. ',
          h('a', { class: 'link', href: '/' }, 'All that are known today'),
        )
      : h(
          'ul',
          { class: 'deals' },
          deals.map((deal) => h(DealView, { deal, key: deal.href })),
        ),
    others === 0
      ? null
      : h('p', { class: 'lede' }, `And ${counted(others, 'more partnership')}: search finds each by its name.`),
    h(
      'h2',
      { class: 'h3' },
      'Due and overdue',
      total === 0 ? null : h('span', { class: 'n' }, ` ${counted(total, 'plan')}`),
    ),
    pending.length === 0
      ? h('p', { class: 'lede' }, 'No plan has come due.')
      : h(
          'ul',
          { class: 'rl wide' },
          pending.map((one) => h(PendingView, { one, several: deals.length > 1, key: one.href })),
        ),
    more.length === 0
      ? null
      : h(
          'ul',
          { class: 'plain' },
          more.map(({ text, href }) => h('li', { key: href }, h('a', { class: 'link', href }, capitalise(text)))),
        ),
  );
}

function DealView({ deal }: { readonly deal: Deal }): ComponentChild {
  const { name, href, status, term, rests, pending, contested } = deal;
  return h(
    'li',
    null,
    h('a', { class: 'deal-name', href }, name),
    h('span', { class: 'n2' }, `${status}, ${term}. ${capitalise(rests)}.`),
    h(
      'span',
      { class: 'tags' },
      pending.map(({ sign, text, href: list }) => h('a', { href: list, key: list }, h(Signed, { sign }, text))),
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
