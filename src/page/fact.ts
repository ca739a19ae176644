import { type ComponentChild, h } from 'preact';
import type { AuditAnswer } from '../projections/audit.ts';
import type { FactAnswer } from '../projections/fact.ts';
import type { Source } from '../projections/shapes.ts';
import { moreWords } from '../projections/sources.ts';
import type { Entry } from '../projections/timeline.ts';
import type { WhyAnswer } from '../projections/why.ts';
import { addressOf, articlePath, type Clocks } from './address.ts';
import { type Axis, axisDays, foldedAxis } from './axis.ts';
import { AxisLine } from './axis-labels.ts';
import { Contest, type ContestModel, contestsOf } from './contest.ts';
import { decideAddress } from './decide.ts';
import { type SourceLine, SourceView, sourceLine, type TrailStep, TrailView, trailStep } from './evidence.ts';
import { ContestedTag, eventSign, type Sign, Signed, type Tone } from './glyphs.ts';
import { type Mark, markOf, marksOf, Plot } from './marks.ts';
import {
  type AnyDate,
  capitalise,
  counted,
  dateWords,
  dayWords,
  fieldName,
  listWords,
  marketName,
  moneyFields,
  type Names,
  plain,
  plannedWords,
  publishedWords,
  valueWords,
  varianceWords,
  withPartyNames,
} from './words.ts';

/** A fact: the claim, what contradicts it, who said it first, why it says what it says, and its trail. */
export function factView({ fact, why, audit, clocks, day, key, gamesNames, parties, cite }: FactAnswers): FactView {
  const { entry, reports } = fact;
  const kind = 'fact';
  const api = `/api/partnerships/${encodeURIComponent(why.links.fact.split('/')[3] ?? '')}/facts/${key}`;
  const links = {
    data: api,
    why: `${api}/why`,
    decide: decideAddress(decodeURIComponent(why.links.fact.split('/')[3] ?? ''), key),
  };
  const trail = audit.entries.map((one) => trailStep(one, clocks));
  if (entry === null) {
    const empty = 'Nothing of it is visible through these clocks.';
    return {
      kind,
      key,
      title: plain(key),
      summary: empty,
      said: null,
      contests: [],
      values: [],
      plans: null,
      sources: [],
      rest: { sources: null, trail: null },
      leftOut: [],
      flags: [],
      decisions: [],
      trail,
      cite: null,
      links,
    };
  }
  const counting = new Map(reports.map((report) => [report.id, report]));
  return {
    kind,
    key,
    title: entry.title,
    summary: entry.summary,
    said: saidOf(entry, why, gamesNames, clocks),
    contests: contestsOf(entry, why, clocks, parties),
    values: valuesOf(entry, why, parties),
    plans: plansOf(entry, day),
    sources: entry.sources.map((source) => sourceLine(source, clocks, parties)),
    rest: {
      // The read has them page by page.
      sources: entry.moreSources === undefined ? null : moreWords(entry.sources, entry.moreSources),
      trail: audit.next === null ? null : moreWords(audit.entries, audit),
    },
    leftOut: reports
      .filter(({ counts }) => !counts)
      .map((report) => ({
        ...sourceLine(counting.get(report.id) ?? report, clocks, parties),
        because: report.because ?? 'does not count',
      })),
    flags: entry.flags.map(({ rule, detail }) => ({ rule: plain(rule), detail })),
    decisions: audit.entries.flatMap((one): readonly Decided[] => {
      const decision = why.decisions.find(({ position }) => position === one.position);
      if (decision === undefined) return [];
      const { text, more } = trailStep(one, clocks);
      return [
        {
          text: `${text}.`,
          reason: more === '' ? '' : `${more}.`,
          more: `Event ${one.position}, by ${one.recordedBy}: ${decision.text}.`,
        },
      ];
    }),
    trail,
    cite: { text: citedAs(entry, cite.partnership), ...cite },
    links,
  };
}

type FactAnswers = {
  readonly fact: FactAnswer;
  readonly why: WhyAnswer;
  readonly audit: AuditAnswer;
  readonly clocks: Clocks;
  readonly day: string;
  readonly key: string;
  readonly gamesNames: ReadonlyMap<string, string>;
  /** The names of the parties by their ids. */
  readonly parties: Names;
  /** The name of the partnership, and the address of this page for good. */
  readonly cite: { readonly partnership: string; readonly href: string };
};

// What sources disagree on says so beside its values, with the rule that chose one; here it would say it twice.
function valuesOf(entry: Entry, { values }: WhyAnswer, parties: Names): FactView['values'] {
  const hasMoney = values.some(({ field }) => field === 'data.money');
  const isShown = ({ field, contested }: WhyAnswer['values'][number]) =>
    field !== 'summary' && !contested && !(hasMoney && moneyFields.includes(field.replace(/^data\./, '')));
  return values.filter(isShown).map(({ field, value, text }) => ({
    name: fieldName(field),
    value:
      field === 'occurred'
        ? dateWords(entry.occurred)
        : field === 'planned'
          ? dateWords(entry.planned)
          : valueWords(withPartyNames(value, parties)),
    text: capitalise(text),
  }));
}

// The claim with its articles, as a text cites it.
function citedAs(entry: Entry, partnership: string): string {
  const articles = new Map(entry.sources.map((source) => [source.article, source]));
  const named = [...articles.values()].slice(0, mostCited).map(({ article, publisher, published }) => {
    const name = publisher === null ? `article ${article}` : `${publisher} (article ${article})`;
    return `${name}, ${publishedWords(published)}`;
  });
  const rest = articles.size > mostCited ? [counted(articles.size - mostCited, 'more article')] : [];
  return `${partnership}: “${entry.title}”, ${eventSign(entry).word}. As told by ${[...named, ...rest].join('; ')}.`;
}

const mostCited = 6;

export type FactView = {
  readonly kind: 'fact';
  readonly key: string;
  readonly title: string;
  readonly summary: string;
  readonly said: Said | null;
  readonly contests: readonly ContestModel[];
  readonly values: readonly {
    readonly name: string;
    readonly value: string;
    readonly text: string;
  }[];
  readonly plans: Plans | null;
  readonly sources: readonly SourceLine[];
  /** How many sources and steps are left out, in words. */
  readonly rest: { readonly sources: string | null; readonly trail: string | null };
  readonly leftOut: readonly (SourceLine & { readonly because: string })[];
  readonly flags: readonly { readonly rule: string; readonly detail: string }[];
  readonly decisions: readonly Decided[];
  readonly trail: readonly TrailStep[];
  readonly cite: { readonly text: string; readonly href: string } | null;
  readonly links: { readonly data: string; readonly why: string; readonly decide: string };
};

type Decided = { readonly text: string; readonly reason: string; readonly more: string };

type Said = {
  readonly sign: Sign;
  readonly when: string;
  readonly because: string;
  readonly about: string;
  readonly first: {
    readonly articles: readonly { readonly text: string; readonly href: string }[];
    readonly when: string;
  };
  readonly contested: boolean;
};

function saidOf(entry: Entry, why: WhyAnswer, names: ReadonlyMap<string, string>, clocks: Clocks): Said {
  const { status, occurred, planned, denied, games, group, firstReported, contested } = entry;
  const date = status === 'happened' ? occurred : (planned ?? denied ?? occurred);
  const about = [
    ...(group?.over === 'markets' ? [marketName(group.member)] : []),
    ...(group?.over === 'sponsors' ? [plain(group.member)] : []),
    ...games.map((edition) => names.get(edition) ?? edition),
  ];
  const { articles, tie, edtf } = firstReported;
  return {
    sign: eventSign(entry),
    when: `${status === 'happened' || planned === null ? dateWords(date, 'long') : plannedWords(planned, 'long')}${basisWords(entry)}`,
    because: why.status === null || why.status.rule === 'stage' ? '' : `${capitalise(why.status.text)}.`,
    about: listWords(about),
    first: {
      articles: articles.map((id) => ({
        text: firstArticle(id, entry.sources),
        href: addressOf(articlePath(id), clocks),
      })),
      when: `${edtf === null ? '' : `, ${firstWords(edtf, entry.sources)}`}${tie ? '; which of them came first is not known' : ''}`,
    },
    contested,
  };
}

function basisWords({ status, occurred, planned }: Entry): string {
  if (status === 'happened') return occurred?.basis === 'publication' ? '; no article names the day' : '';
  return planned?.basis === 'games' ? '; no article names a day, it is for these Games' : '';
}

function firstArticle(id: string, sources: readonly Source[]): string {
  const publisher = sources.find(({ article }) => article === id)?.publisher ?? null;
  return publisher === null ? `article ${id}` : `${publisher}, article ${id}`;
}

function firstWords(edtf: string, sources: readonly Source[]): string {
  const same = sources.find(({ published }) => published.edtf === edtf)?.published;
  if (same !== undefined) return `published ${publishedWords(same)}`;
  const [, from = '', to = ''] = /^\[(.*)\.\.(.*)\]$/.exec(edtf) ?? [];
  return from && to ? `published between ${dayWords(from)} and ${dayWords(to)}` : `published ${edtf}`;
}

type Plans = { readonly axis: Axis; readonly rows: readonly PlanRow[]; readonly variance: string };

type PlanRow = { readonly name: string; readonly when: string; readonly marks: readonly Mark[]; readonly tone: Tone };

// The plans that were replaced, the one in force, and what came of it, on one scale.
function plansOf(entry: Entry, day: string): Plans | null {
  const { planHistory, planned, occurred, variance, status } = entry;
  if (planned === null && planHistory.length === 0) return null;
  const dates = [
    ...planHistory,
    ...(planned === null ? [] : [planned]),
    ...(status === 'happened' && occurred !== null ? [occurred] : []),
  ];
  const { days, reach } = axisDays(dates);
  if (days.length + reach.length === 0) return null;
  const last = [...days, ...reach].toSorted().at(-1) ?? day;
  const axis = foldedAxis({ days, reach, games: [], chosen: status === 'overdue-unconfirmed' ? day : last });
  const hollow = (date: AnyDate, tone: Tone, name: string): PlanRow => ({
    name,
    when: dateWords(date),
    marks: [markOf(date, axis, { hollow: true })],
    tone,
  });
  return {
    axis,
    rows: [
      ...planHistory.map((date) => hollow(date, 'mute', 'Planned first')),
      ...(planned === null
        ? []
        : status === 'happened'
          ? [hollow(planned, 'blue', 'Planned')]
          : [
              {
                name: 'Planned',
                when: dateWords(planned),
                marks: marksOf(entry, axis, day),
                tone: eventSign(entry).tone,
              },
            ]),
      ...(status === 'happened' && occurred !== null
        ? [
            {
              name: 'Happened',
              when: dateWords(occurred),
              marks: [markOf(occurred, axis, { hollow: false })],
              tone: 'blue' as const,
            },
          ]
        : []),
    ],
    variance: varianceWords(variance),
  };
}

/** The page of a fact. */
export function Fact({ view }: { readonly view: FactView }): ComponentChild {
  const { title, summary, said, contests, values, plans, sources, rest, leftOut } = view;
  const { flags, decisions, trail, cite, links, key } = view;
  return h(
    'section',
    { class: 'sec fact' },
    h(
      'div',
      { class: 'wrap' },
      h('p', { class: 'crumb' }, key),
      h('h1', { class: 'light' }, title),
      said === null ? null : h(Claim, { said }),
      h('p', { class: 'q' }, summary),
      contests.map((contest) => h(Contest, { contest, key: contest.field })),
      plans === null ? null : h(PlansView, { plans }),
      h(
        'div',
        { class: 'two' },
        h(
          'div',
          null,
          h('h2', { class: 'h4' }, 'Who says so'),
          sources.map((source, i) => h(SourceView, { source, key: i })),
          rest.sources === null ? null : h('p', null, h('a', { class: 'link', href: links.data }, rest.sources)),
          leftOut.length === 0
            ? null
            : [
                h('h2', { class: 'h4', key: 'left out' }, 'What does not count'),
                ...leftOut.map((source, i) => h(SourceView, { source, because: source.because, key: `out ${i}` })),
              ],
        ),
        h(
          'div',
          null,
          values.length === 0
            ? null
            : [
                h('h2', { class: 'h4', key: 'why' }, 'Why it says so'),
                h(
                  'dl',
                  { class: 'whys', key: 'whys' },
                  values.map((value) => h(ValueView, { value, key: value.name })),
                ),
              ],
          flags.length === 0
            ? null
            : [
                h('h2', { class: 'h4', key: 'flags' }, 'To look at'),
                h(
                  'ul',
                  { class: 'plain', key: 'list' },
                  flags.map(({ rule, detail }) =>
                    h('li', { key: rule + detail }, h('b', null, capitalise(rule)), `: ${detail}`),
                  ),
                ),
              ],
          decisions.length === 0
            ? null
            : [
                h('h2', { class: 'h4', key: 'decided' }, 'What stewards decided'),
                h(
                  'ul',
                  { class: 'plain', key: 'decisions' },
                  decisions.map(({ text, reason, more }) =>
                    h(
                      'li',
                      { key: more },
                      text,
                      h('span', { class: 'n2' }, ` ${reason}`),
                      h('p', { class: 'n' }, more),
                    ),
                  ),
                ),
              ],
        ),
      ),
      h('h2', { class: 'h4 ruled' }, 'How it came about'),
      h(
        'ol',
        { class: 'trail' },
        trail.map((step) => h(TrailView, { step, key: step.event.position })),
      ),
      rest.trail === null ? null : h('p', null, h('a', { class: 'link', href: `${links.data}/audit` }, rest.trail)),
      cite === null
        ? null
        : [
            h('h2', { class: 'h4 ruled', key: 'cite' }, 'To cite it'),
            h(
              'p',
              { class: 'q', key: 'citation' },
              `${cite.text} Partnership Ledger, `,
              h('a', { class: 'link', href: cite.href }, 'this state for good'),
              '.',
            ),
          ],
      h(
        'p',
        { class: 'lede data' },
        h('a', { class: 'link', href: links.decide }, 'Decide on this fact'),
        ' · ',
        h('a', { class: 'link', href: links.data }, 'This fact as JSON'),
        ' · ',
        h('a', { class: 'link', href: links.why }, 'Why, report by report, as JSON'),
      ),
    ),
  );
}

function Claim({ said: { sign, when, because, about, first, contested } }: { readonly said: Said }): ComponentChild {
  return h(
    'div',
    { class: 'claim' },
    h(
      'p',
      null,
      h(Signed, { sign }, h('b', null, capitalise(sign.word))),
      `, ${when}. `,
      contested ? h(ContestedTag, { key: 'contested' }) : null,
    ),
    h('p', { class: 'n2' }, [about, because].filter(Boolean).join('. ')),
    h(
      'p',
      { class: 'n2' },
      'First told by ',
      first.articles.map(({ text, href }, i) => [
        i === 0 ? '' : ' or ',
        h('a', { class: 'link', href, key: href }, text),
      ]),
      `${first.when}.`,
    ),
  );
}

function PlansView({ plans: { axis, rows, variance } }: { readonly plans: Plans }): ComponentChild {
  return h(
    'figure',
    { class: 'plans' },
    h(
      'figcaption',
      { class: 'h4' },
      'Plan and outcome',
      variance === '' ? null : h('span', { class: 'n' }, ` ${variance}`),
    ),
    rows.map(({ name, when, marks, tone }) =>
      h(
        'div',
        { class: `plan c-${tone}`, key: name + when },
        h('span', null, name),
        h('span', { class: 'when' }, when),
        h(Plot, { marks }),
      ),
    ),
    h('div', { class: 'plan ends' }, h('span', null), h('span', null), h(AxisLine, { ticks: axis.ticks })),
  );
}

function ValueView({ value: { name, value, text } }: { readonly value: FactView['values'][number] }): ComponentChild {
  return [
    h('dt', { key: 'name' }, name),
    h('dd', { key: 'value' }, h('b', null, value), h('span', { class: 'n' }, text)),
  ];
}
