import { type ComponentChild, h } from 'preact';
import type { DriftAnswer, DriftEntry, PlanStep } from '../projections/drift.ts';
import { addressOf, articlePath, type Clocks, factPath } from './address.ts';
import { type Axis, axisDays, foldedAxis } from './axis.ts';
import { AxisLine } from './axis-labels.ts';
import { eventSign, type Sign, Signed } from './glyphs.ts';
import { type Mark, markOf, Plot } from './marks.ts';
import { Sheet } from './sheet.ts';
import {
  capitalise,
  counted,
  dateWords,
  daysWords,
  fieldName,
  plain,
  publishedWords,
  valueWords,
  varianceWords,
} from './words.ts';

/** How plans and numbers moved from article to article: each plan above the one that followed, and what came of it. */
export function driftView({ entries, cut }: DriftAnswer, { partnership, clocks, titles }: DriftInput): DriftView {
  const planned = entries.filter(({ plan }) => plan.length > 0);
  const dated = planned.filter((entry) => datesOf(entry).length > 0);
  const { days, reach } = axisDays(dated.flatMap(datesOf));
  // The chosen day is not drawn here, so the scale ends with the last day that is.
  const axis = foldedAxis({
    days,
    reach,
    games: [],
    chosen: [...days, ...reach].toSorted().at(-1) ?? cut.occurredAsOf,
  });
  const link = (fact: string) => addressOf(factPath(partnership, fact), clocks);
  const titleOf = ({ fact, summary }: DriftEntry) => titles.get(fact) ?? summary;
  return {
    kind: 'drift',
    axis,
    plans: dated.map((entry) => ({
      title: titleOf(entry),
      href: link(entry.fact),
      sign: eventSign(entry),
      rows: [...entry.plan.map((step) => stepRow(step, axis, clocks)), ...outcomeRow(entry, axis)],
      variance: entry.outcome?.kind === 'happened' ? varianceWords(entry.outcome.variance) : '',
    })),
    undated: alike(
      planned.filter((entry) => datesOf(entry).length === 0),
      (entry) => [titleOf(entry), eventSign(entry).word],
    ).map(([entry, count]) => ({
      title: times(titleOf(entry), count),
      href: link(entry.fact),
      sign: eventSign(entry),
    })),
    fields: alike(
      entries.flatMap((entry) => entry.fields.filter(({ changed }) => changed).map((moved) => ({ entry, moved }))),
      ({ entry, moved: { field, steps } }) => [
        titleOf(entry),
        field,
        steps.map(({ value, change, source }) => [value, change, source.article]),
      ],
    ).map(([{ entry, moved }, count]) => ({
      title: times(titleOf(entry), count),
      field: fieldName(moved.field),
      href: link(entry.fact),
      steps: moved.steps.map(({ value, change, sameArticle, source }) => ({
        text: valueWords(value),
        change: changeWords(change, sameArticle),
        ...toldBy(source, clocks),
      })),
    })),
  };
}

type DriftInput = {
  readonly partnership: string;
  readonly clocks: Clocks;
  /** The short title of each fact. */
  readonly titles: ReadonlyMap<string, string>;
};

export type DriftView = {
  readonly kind: 'drift';
  readonly axis: Axis;
  readonly plans: readonly DatedPlan[];
  /** Planned without any day, so there is nothing to draw. */
  readonly undated: readonly { readonly title: string; readonly href: string; readonly sign: Sign }[];
  readonly fields: readonly MovedField[];
};

type DatedPlan = {
  readonly title: string;
  readonly href: string;
  readonly sign: Sign;
  readonly rows: readonly PlanRow[];
  readonly variance: string;
};

type PlanRow = {
  readonly name: string;
  readonly when: string;
  readonly by: Telling | null;
  readonly tone: Sign['tone'];
  readonly marks: readonly Mark[];
};

type Telling = { readonly article: string; readonly published: string; readonly href: string };

type MovedField = {
  readonly title: string;
  readonly field: string;
  readonly href: string;
  readonly steps: readonly (Telling & { readonly text: string; readonly change: string })[];
};

// What differs in Games or market alone is one line.
function alike<T>(items: readonly T[], keyOf: (item: T) => readonly unknown[]): readonly (readonly [T, number])[] {
  const groups = Map.groupBy(items, (item) => JSON.stringify(keyOf(item)));
  return [...groups.values()].map((same) => [same[0] as T, same.length] as const);
}

function times(title: string, count: number): string {
  return count === 1 ? title : `${title}, ${counted(count, 'time')}`;
}

function datesOf({ plan, outcome }: DriftEntry) {
  return [...plan.map(({ date }) => date), outcome?.occurred ?? null].filter(
    (date) => date !== null && (date.earliest !== null || date.latest !== null),
  );
}

function stepRow({ date, change, days, sameArticle, inForce, source }: PlanStep, axis: Axis, clocks: Clocks): PlanRow {
  const isStated = date !== null || ['first', 'same', 'vaguer'].includes(change);
  return {
    name: capitalise(`${changeWords(change, sameArticle)} ${days === null ? '' : movedBy(days)}`.trim()),
    when: isStated ? dateWords(date) : change === 'postponed' ? 'until further notice' : '',
    by: toldBy(source, clocks),
    tone: inForce ? 'blue' : 'mute',
    marks: isStated ? [markOf(date, axis, { hollow: true, faint: !inForce })] : [],
  };
}

// What came of the plan, below it on the same scale.
function outcomeRow({ outcome, status, timing }: DriftEntry, axis: Axis): readonly PlanRow[] {
  if (outcome === null) return [];
  const { kind, occurred } = outcome;
  const sign = eventSign({ status, timing });
  const name = capitalise(kind === 'nothing-since' ? 'no report since' : sign.word);
  const isDrawn = kind === 'happened' && occurred !== null;
  return [
    {
      name,
      when: isDrawn ? dateWords(occurred) : kind === 'nothing-since' ? sign.word : '',
      by: null,
      tone: sign.tone,
      marks: isDrawn ? [markOf(occurred, axis, { hollow: false, faint: timing === 'possible' })] : [],
    },
  ];
}

function toldBy({ article, published }: PlanStep['source'], clocks: Clocks): Telling {
  return { article, published: publishedWords(published), href: addressOf(articlePath(article), clocks) };
}

// Two mouths in one article differ; the article did not change its mind.
function changeWords(change: string, sameArticle: boolean): string {
  const words = changes[change] ?? plain(change);
  return sameArticle ? `${words}, in the same article` : words;
}

const changes: Readonly<Record<string, string>> = {
  first: 'told first',
  same: 'told again',
  'more-precise': 'more exactly',
  vaguer: 'less exactly',
  overlapping: 'told otherwise',
  reworded: 'in other words',
  'names-others': 'names others',
  'other-state': 'of another state',
};

// "by 30 to 58 days". Empty where a day may have moved either way, or by nothing.
function movedBy({ min, max }: NonNullable<PlanStep['days']>): string {
  if (min !== null && min > 0) return max === null ? `by at least ${daysWords(min)}` : betweenDays(min, max);
  if (max !== null && max < 0) return min === null ? `by at least ${daysWords(-max)}` : betweenDays(-max, -min);
  return '';
}

function betweenDays(least: number, most: number): string {
  return least === most ? `by ${daysWords(most)}` : `by ${least.toLocaleString('en')} to ${daysWords(most)}`;
}

/** The page of how plans and numbers moved. */
export function Drift({ view: { axis, plans, undated, fields } }: { readonly view: DriftView }): ComponentChild {
  return h(
    Sheet,
    {
      title: 'How plans moved',
      intro: 'Each plan in the order in which it was told, and what came of it, all on one scale. Hollow is planned.',
    },
    plans.length === 0 ? h('p', { class: 'lede' }, 'No plan with a day is told.') : h(Scale, { axis }),
    plans.map((plan) => h(PlanFigure, { plan, key: plan.href })),
    undated.length === 0
      ? null
      : [
          h(
            'h2',
            { class: 'h3 next', key: 'undated' },
            'Planned with no day of their own',
            h('span', { class: 'n' }, ` ${undated.length}`),
          ),
          h(
            'ul',
            { class: 'rl', key: 'list' },
            undated.map(({ title, href, sign }) =>
              h(
                'li',
                { class: `c-${sign.tone}`, key: href },
                h(Signed, { sign }, h('span', { class: 'vh' }, `${sign.word}: `)),
                h('span', { class: 'rt' }, h('a', { href }, title)),
                h('span', { class: 'rw' }, sign.word),
              ),
            ),
          ),
        ],
    h('h2', { class: 'h3 next' }, 'What else was told differently'),
    fields.length === 0
      ? h('p', { class: 'lede' }, 'No number, day or wording changed from article to article.')
      : fields.map((field) => h(FieldSteps, { moved: field, key: field.href + field.field })),
  );
}

function Scale({ axis }: { readonly axis: Axis }): ComponentChild {
  return h(
    'div',
    { class: 'plan told ends', 'aria-hidden': 'true' },
    h('span', null),
    h('span', null),
    h(AxisLine, { ticks: axis.ticks }),
  );
}

function PlanFigure({ plan: { title, href, sign, rows, variance } }: { readonly plan: DatedPlan }): ComponentChild {
  return h(
    'figure',
    { class: 'plans' },
    h(
      'figcaption',
      { class: 'h4' },
      h(Signed, { sign }, h('span', { class: 'vh' }, `${sign.word}: `)),
      ' ',
      h('a', { href }, title),
      variance === '' ? null : h('span', { class: 'n' }, ` ${variance}`),
    ),
    rows.map(({ name, when, by, tone, marks }, i) =>
      h(
        'div',
        { class: `plan told c-${tone}`, key: i },
        h('span', null, name, by === null ? null : h(TellingView, { by })),
        h('span', { class: 'when' }, when),
        marks.length === 0 ? null : h(Plot, { marks }),
      ),
    ),
  );
}

function TellingView({ by: { article, published, href } }: { readonly by: Telling }): ComponentChild {
  return h('span', { class: 'n by' }, ' ', h('a', { href }, `article ${article}`), `, ${published}`);
}

function FieldSteps({ moved: { title, field, href, steps } }: { readonly moved: MovedField }): ComponentChild {
  return [
    h(
      'h3',
      { class: 'h4 moved', key: 'title' },
      h('a', { href }, title),
      h('span', { class: 'n' }, ` ${field}, ${counted(steps.length, 'telling')}`),
    ),
    h(
      'ol',
      { class: 'plain', key: 'steps' },
      steps.map((step, i) =>
        h('li', { key: i }, h('b', null, step.text), `, ${step.change}`, h(TellingView, { by: step })),
      ),
    ),
  ];
}
