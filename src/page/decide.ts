import { type ComponentChild, h } from 'preact';
import { useContext } from 'preact/hooks';
import { eventType } from '../domain/vocabulary/event-types.ts';
import type { ArticleAnswer } from '../projections/articles.ts';
import type { FactAnswer } from '../projections/fact.ts';
import { moreWords, stretchOf } from '../projections/sources.ts';
import type { Entry } from '../projections/timeline.ts';
import { addressOf, articlePath, factPath, partnershipPath } from './address.ts';
import { mouth } from './evidence.ts';
import { Sheet } from './sheet.ts';
import { type DecidableField, type DecideView, type DecisionName, ToolsContext } from './tools.ts';
import { capitalise, dateWords, fieldName, listWords, paragraphsWords, publishedWords, valueWords } from './words.ts';

/** What a steward can decide: which facts are contested and, of a chosen fact or article, what can be said about it. */
export function decideView({ partnership, contested, fact, article, as, keys, merged }: DecideInput): DecideView {
  const path = decidePath(partnership);
  const at = (key: string, decision: string | null = null) => addressOf(path, {}, { fact: key, as: decision });
  const subject = fact === null ? null : subjectOf(partnership, fact, keys, merged);
  const possible = subject === null ? [] : decisionsOn(subject);
  const chosen = possible.find(({ name }) => name === as) ?? possible[0] ?? null;
  return {
    kind: 'decide',
    path,
    partnership,
    contested: contested.map((entry) => ({ text: entry.title, href: at(entry.fact) })),
    subject,
    article: article === null ? null : articleSubject(article),
    decision: article === null ? (chosen?.name ?? null) : 'retract-article',
    decisions: possible.map(({ name, text }) => ({
      text,
      href: at(subject?.fact ?? '', name),
      isChosen: name === chosen?.name,
    })),
  };
}

type DecideInput = {
  readonly partnership: string;
  readonly contested: readonly Entry[];
  readonly fact: (FactAnswer & { readonly entry: Entry }) | null;
  /** The article to retract, where the address names one. */
  readonly article: ArticleAnswer['article'];
  readonly as: string | null;
  /** The keys of all facts of the partnership. */
  readonly keys: Iterable<string>;
  /** The keys that were merged into the chosen fact. */
  readonly merged: readonly string[];
};

/** The address where a steward decides on a fact. */
export function decideAddress(partnership: string, fact: string): string {
  return addressOf(decidePath(partnership), {}, { fact });
}

/** The address where a steward retracts an article, in the frame of a partnership that it is about. */
export function retractAddress(partnership: string, article: string): string {
  return addressOf(decidePath(partnership), {}, { article });
}

function decidePath(partnership: string): string {
  return `${partnershipPath(partnership)}/decide`;
}

function articleSubject({
  id,
  title,
  publisher,
  published,
  revision,
  version,
}: NonNullable<ArticleAnswer['article']>): NonNullable<DecideView['article']> {
  return {
    id,
    title: title ?? 'Title not known',
    about: [
      `Article ${id}`,
      publisher ?? 'publisher not known',
      publishedWords(published),
      ...(revision === 1 ? [] : [`up to revision ${revision}`]),
    ].join(', '),
    href: articlePath(id),
    version,
  };
}

function subjectOf(
  partnership: string,
  { entry, reports }: NonNullable<DecideInput['fact']>,
  keys: Iterable<string>,
  merged: readonly string[],
): NonNullable<DecideView['subject']> {
  const { fact, title, summary, version, alternatives } = entry;
  const [kind, , milestone] = fact.split('/');
  const isSimilar = (key: string) => key !== fact && key.startsWith(`${kind}/`) && key.endsWith(`/${milestone}`);
  const byField = Map.groupBy(alternatives, ({ field }) => field);
  return {
    fact,
    title,
    summary,
    href: factPath(partnership, fact),
    version,
    contests: [...byField].map(([field, values]) => ({
      field,
      name: capitalise(fieldName(field)),
      values: values.map(({ value, displayed, sources }) => ({
        value: JSON.stringify(value),
        text: `${valueWords(value)}${displayed ? ', shown now' : ''}; says ${articlesOf(sources)}`,
      })),
    })),
    fields: fieldsOf(entry),
    reports: reports
      .filter(({ counts }) => counts)
      .map(({ id, article, paragraphs, attribution, speaker, modality, date }) => ({
        id,
        text: `Article ${article}, ${paragraphsWords(paragraphs)}; ${mouth(attribution, speaker)}: ${modality}${date === null ? '' : `, ${date}`}`,
      })),
    similar: [...new Set(keys)].filter(isSimilar).toSorted(),
    merged,
  };
}

function articlesOf(sources: Entry['sources']): string {
  const articles = [...new Set(sources.map(({ article }) => `article ${article}`))];
  const { items, more } = stretchOf(articles, []);
  return more === null ? listWords(articles) : `${items.join(', ')} ${moreWords(items, more)}`;
}

function fieldsOf({ type, data, occurred, planned }: Entry): readonly DecidableField[] {
  const date = occurred ?? planned;
  const fields = Object.entries(eventType(type)?.fields ?? {}).map(([field, { kind, meaning }]) => {
    const form = kind === 'names' || kind === 'territories' ? 'list' : isJson.has(kind) ? 'json' : 'text';
    const value = data[field];
    return {
      field,
      name: capitalise(fieldName(field)),
      form,
      now: value === undefined ? '' : valueWords(value),
      hint: `${capitalise(meaning)}. ${forms[form]}`,
    } as const;
  });
  const day = { field: 'date', name: 'Date', form: 'text', now: dateWords(date), hint: dayHint } as const;
  return [day, ...fields];
}

// Kinds whose values are no texts.
const isJson: ReadonlySet<string> = new Set(['flag', 'quantity', 'territoryDates']);

const dayHint =
  'When it happened or is to happen: 2018-02-05, 2018-02, 2018-02~ (about), [2017-09-13..2018-02-08] (some day of these).';

const forms: Readonly<Record<DecidableField['form'], string>> = {
  text: 'Write it as articles files do.',
  list: 'Write all of them, with commas between.',
  json: 'Write a number, true or false, or {"min":3}, {"max":3}, {"about":3}.',
};

function decisionsOn({
  contests,
  merged,
  similar,
}: NonNullable<DecideView['subject']>): readonly { readonly name: DecisionName; readonly text: string }[] {
  return [
    ...(contests.length === 0 ? [] : [{ name: 'resolve', text: 'Settle what sources disagree on' } as const]),
    { name: 'correct', text: 'Correct a field' },
    { name: 'retract', text: 'Retract reports' },
    ...(similar.length === 0 ? [] : [{ name: 'merge', text: 'Merge another fact into it' } as const]),
    ...(merged.length === 0 ? [] : [{ name: 'undo', text: 'Undo a merge' } as const]),
  ];
}

/** The page where a steward decides. */
export function Decide({ view }: { readonly view: DecideView }): ComponentChild {
  const { subject, article, decisions } = view;
  const tools = useContext(ToolsContext);
  return h(
    Sheet,
    {
      title: 'Decide',
      intro: 'Articles stay as they are. A decision is one more event: who decided, when and why.',
      kind: 'fact',
    },
    article !== null
      ? [
          h('h2', { class: 'light', key: 'title' }, h('a', { href: article.href }, article.title)),
          h('p', { class: 'crumb', key: 'about' }, `${article.about}, version ${article.version}`),
          h(
            'p',
            { class: 'lede', key: 'what' },
            'Retract it as a whole: none of its reports counts any more. What other articles say stays, and a later reading of it counts again.',
          ),
        ]
      : null,
    subject === null || article !== null
      ? null
      : [
          h('h2', { class: 'light', key: 'title' }, h('a', { href: subject.href }, subject.title)),
          h('p', { class: 'q', key: 'summary' }, subject.summary),
          h('p', { class: 'crumb', key: 'key' }, `${subject.fact}, version ${subject.version}`),
          h(
            'nav',
            { class: 'kinds', 'aria-label': 'Kinds of decisions', key: 'kinds' },
            decisions.map(({ text, href, isChosen }) =>
              h(
                'a',
                { href, class: isChosen ? 'on' : undefined, 'aria-current': isChosen ? 'true' : undefined, key: text },
                text,
              ),
            ),
          ),
        ],
    view.decision === null
      ? h(Choice, { view })
      : tools === null
        ? h(NoScript, null)
        : h(tools.Decide, { view, key: `${article?.id ?? subject?.fact} ${view.decision}` }),
  );
}

function Choice({ view: { path, partnership, contested } }: { readonly view: DecideView }): ComponentChild {
  const base = partnershipPath(partnership);
  return [
    h('h2', { class: 'h4', key: 'contested' }, 'What sources disagree on'),
    contested.length === 0
      ? h('p', { class: 'lede', key: 'none' }, 'No two sources disagree.')
      : h(
          'ul',
          { class: 'plain', key: 'list' },
          contested.map(({ text, href }) => h('li', { key: href }, h('a', { class: 'link', href }, text))),
        ),
    h('h2', { class: 'h4 apart', key: 'another' }, 'Another fact'),
    h(
      'p',
      { class: 'lede', key: 'where' },
      'Open it, from ',
      h('a', { class: 'link', href: `${base}/timeline` }, 'the timeline'),
      ' or ',
      h('a', { class: 'link', href: '/search' }, 'the search'),
      ': “Decide on this fact” stands at its end. Or write its key.',
    ),
    h(
      'form',
      { class: 'period', action: path, method: 'get', key: 'form' },
      h(
        'label',
        null,
        'Its key ',
        h('input', { name: 'fact', size: 50, required: true, placeholder: 'kind/subject/milestone' }),
      ),
      h('button', { type: 'submit' }, 'Decide on it'),
    ),
    h('h2', { class: 'h4 apart', key: 'article' }, 'A whole article'),
    h(
      'p',
      { class: 'lede', key: 'articles' },
      'Open it among ',
      h('a', { class: 'link', href: `${base}/articles` }, 'the articles'),
      ': “Retract this article” stands at its end.',
    ),
  ];
}

function NoScript(): ComponentChild {
  return h(
    'p',
    { class: 'lede' },
    'Deciding on this page needs JavaScript: the token is sent as a header, so that it stands in no address and no form. docs/decisions.md of the project shows the requests.',
  );
}
