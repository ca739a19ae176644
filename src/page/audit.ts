import { type ComponentChild, h } from 'preact';
import type { AuditAnswer } from '../projections/audit.ts';
import { addressOf, type Clocks, factPath, partnershipPath } from './address.ts';
import { effectSigns, type TrailStep, trailStep, VerifyHere } from './evidence.ts';
import { Glyph } from './glyphs.ts';
import { Hidden, type HiddenFields, Sheet } from './sheet.ts';
import { capitalise, counted, plain } from './words.ts';

/** Every recorded event in order: who recorded what from where, and what it changed. */
export function auditView(
  answer: AuditAnswer,
  { partnership, clocks, filter, effects, offset, facts }: AuditInput,
): AuditView {
  const path = `${partnershipPath(partnership)}/audit`;
  const page = answer.entries.slice(offset, offset + perPage);
  const at = (start: number) => addressOf(path, clocks, { ...filter, start: start === 0 ? null : String(start) });
  return {
    kind: 'audit',
    total: counted(answer.total, 'event'),
    path,
    hidden: Object.entries(clocks),
    filter,
    effects,
    steps: page.map((entry) => ({
      position: entry.position,
      ...lineOf(entry, facts),
      href: entry.fact === null ? null : addressOf(factPath(partnership, entry.fact), clocks),
      step: trailStep(entry, clocks),
      by: entry.recordedBy,
    })),
    before: offset === 0 ? null : at(Math.max(0, offset - perPage)),
    after: offset + perPage < answer.entries.length ? at(offset + perPage) : null,
  };
}

const perPage = 100;

type Entry = AuditAnswer['entries'][number];

// A fact goes by its title; one that no report supports any more has none, and goes by its key.
function lineOf({ event, fact }: Entry, facts: AuditInput['facts']): Pick<AuditLine, 'title' | 'member'> {
  if (fact === null) return { title: capitalise(plain(event.type)), member: '' };
  return facts.get(fact) ?? { title: fact, member: '' };
}

type AuditInput = {
  readonly partnership: string;
  readonly clocks: Clocks;
  readonly filter: Readonly<Record<string, string | null>>;
  /** The effects that the trail can be filtered by. */
  readonly effects: readonly string[];
  readonly offset: number;
  /** The titles of facts by key. `member` tells a fact from others with the same title. */
  readonly facts: ReadonlyMap<string, { readonly title: string; readonly member: string }>;
};

export type AuditView = {
  readonly kind: 'audit';
  readonly total: string;
  readonly path: string;
  readonly hidden: HiddenFields;
  readonly filter: Readonly<Record<string, string | null>>;
  readonly effects: readonly string[];
  readonly steps: readonly AuditLine[];
  readonly before: string | null;
  readonly after: string | null;
};

type AuditLine = {
  readonly position: number;
  readonly title: string;
  readonly member: string;
  readonly href: string | null;
  readonly step: TrailStep;
  readonly by: string;
};

/** The page of the audit trail. */
export function Audit({
  view: { total, path, hidden, filter, effects, steps, before, after },
}: {
  readonly view: AuditView;
}): ComponentChild {
  return h(
    Sheet,
    { title: 'Audit trail', intro: `${total}, in the order in which they were recorded.` },
    h(
      'form',
      { class: 'period', action: path, method: 'get' },
      h(Hidden, { fields: hidden }),
      h(
        'label',
        null,
        'Article ',
        h('input', { name: 'article', defaultValue: filter['article'] ?? '', size: 8, autocomplete: 'off' }),
      ),
      h(
        'label',
        null,
        'Recorded by ',
        h('input', { name: 'actor', defaultValue: filter['actor'] ?? '', size: 10, autocomplete: 'off' }),
      ),
      h(
        'label',
        null,
        'Effect ',
        h(
          'select',
          { name: 'effect' },
          ['', ...effects].map((value) =>
            h(
              'option',
              { value, selected: value === (filter['effect'] ?? ''), key: value },
              value === '' ? 'any' : (effectSigns[value]?.words ?? plain(value)),
            ),
          ),
        ),
      ),
      h('button', { type: 'submit' }, 'Filter'),
    ),
    steps.length === 0 ? h('p', { class: 'lede' }, 'No event passes these filters.') : null,
    h(
      'ol',
      { class: 'trail events' },
      steps.map((one) => h(LineView, { one, key: one.position })),
    ),
    h(
      'p',
      { class: 'lede data' },
      before === null ? null : h('a', { class: 'link', href: before, key: 'before' }, 'Earlier events'),
      ' ',
      after === null ? null : h('a', { class: 'link', href: after, key: 'after' }, 'Later events'),
    ),
  );
}

function LineView({ one: { position, title, member, href, step, by } }: { readonly one: AuditLine }): ComponentChild {
  const { glyph, tone, text, recorded, more, event } = step;
  return h(
    'li',
    { class: `c-${tone}` },
    h(Glyph, { name: glyph }),
    h('span', { class: 'n2' }, position),
    h(
      'span',
      null,
      href === null ? title : h('a', { href }, title),
      h('span', { class: 'n' }, member === '' ? '' : ` ${member}`),
    ),
    h(
      'span',
      { class: 'n' },
      h('span', { class: 'n2' }, step.href === null ? text : h('a', { href: step.href }, text)),
      `${more === '' ? '' : `; ${more}`}; ${recorded}, by ${by}`,
      h(VerifyHere, { event }),
    ),
  );
}
