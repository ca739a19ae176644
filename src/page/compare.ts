import { type ComponentChild, h } from 'preact';
import type { ObligationsAnswer } from '../projections/obligations.ts';
import type { Entry } from '../projections/timeline.ts';
import { addressOf, type Clocks, factPath, partnershipPath } from './address.ts';
import { anySign, eventSign, Glyph, type Sign, Signed } from './glyphs.ts';
import { Hidden, type HiddenFields, Sheet } from './sheet.ts';
import { counted, dayWords, plannedWords } from './words.ts';

/** Two days beside each other: how many facts stood where, and what passed from one status to another. */
export function compareView({ from, to, partnership, clocks, clock }: CompareAnswers): CompareView {
  const before = new Map(from.entries.map((entry) => [entry.fact, entry]));
  const after = new Map(to.entries.map((entry) => [entry.fact, entry]));
  const keys = [...new Set([...after.keys(), ...before.keys()])];
  const steps = keys.flatMap((fact): Step[] => {
    const [old, now] = [before.get(fact) ?? null, after.get(fact) ?? null];
    const [was, is] = [signOf(old), signOf(now)];
    const one = now ?? old;
    if (was.word === is.word || one === null) return [];
    const href = addressOf(factPath(partnership, fact), clocks);
    return [{ was, is, title: one.title, row: one.group?.row ?? fact, note: movedPlan(old, now), href }];
  });
  const closed = cellSteps(from.obligations, to.obligations, partnership, clocks);
  const all = [...steps, ...closed];
  const groups = [...Map.groupBy(all, ({ was, is }) => `${was.word} ${is.word}`).values()].map((same) => {
    const [first] = same as [Step];
    return { was: first.was, is: first.is, count: same.length, lines: linesOf(same) };
  });
  return {
    kind: 'compare',
    clock,
    form: {
      path: `${partnershipPath(partnership)}/compare`,
      hidden: Object.entries(clocks),
      from: from.day,
      to: to.day,
    },
    total: keys.length,
    changed: steps.length,
    closed: closed.length,
    sides: [sideOf(from, keys), sideOf(to, keys)],
    groups: groups.toSorted((a, b) => b.count - a.count || (a.is.word < b.is.word ? -1 : 1)),
  };
}

export type ComparedSide = {
  readonly day: string;
  readonly entries: readonly Entry[];
  readonly obligations: ObligationsAnswer;
};

type CompareAnswers = {
  readonly from: ComparedSide;
  readonly to: ComparedSide;
  readonly partnership: string;
  readonly clocks: Clocks;
  readonly clock: 'occurred' | 'reported';
};

export type CompareView = {
  readonly kind: 'compare';
  readonly clock: 'occurred' | 'reported';
  readonly form: {
    readonly path: string;
    readonly hidden: HiddenFields;
    readonly from: string;
    readonly to: string;
  };
  readonly total: number;
  readonly changed: number;
  /** How many promises lost their last day in between, without a report. */
  readonly closed: number;
  readonly sides: readonly Side[];
  readonly groups: readonly Group[];
};

type Side = {
  readonly day: string;
  readonly parts: readonly { readonly sign: Sign; readonly count: number; readonly share: number }[];
};

type Step = {
  readonly was: Sign;
  readonly is: Sign;
  readonly title: string;
  readonly row: string;
  readonly note: string;
  readonly href: string;
};

type Group = { readonly was: Sign; readonly is: Sign; readonly count: number; readonly lines: readonly Line[] };

type Line = { readonly title: string; readonly note: string; readonly href: string };

const notTold: Sign = { glyph: 'none', word: 'not told yet', tone: 'mute' };

function signOf(entry: Entry | null): Sign {
  return entry === null ? notTold : eventSign(entry);
}

function movedPlan(old: Entry | null, now: Entry | null): string {
  if (!old?.planned || !now?.planned || old.planned.edtf === now.planned.edtf) return '';
  return `${plannedWords(old.planned)}, then ${plannedWords(now.planned)}`;
}

// Promises whose Games have closed in between.
function cellSteps(
  from: ObligationsAnswer,
  to: ObligationsAnswer,
  partnership: string,
  clocks: Clocks,
): readonly Step[] {
  const closedBefore = new Set(closedCells(from).map(({ key }) => key));
  return closedCells(to)
    .filter(({ key }) => !closedBefore.has(key))
    .map(({ key, name, games, fact, status }) => ({
      was: anySign(status === null ? null : { status, timing: 'certain' }),
      is: { ...anySign({ status: 'closedWithoutReport', timing: 'certain' }), word: 'closed without report' },
      title: `${name}, ${games}`,
      row: key,
      note: '',
      href: addressOf(factPath(partnership, fact), clocks),
    }));
}

function closedCells({ rows }: ObligationsAnswer) {
  return rows.flatMap(({ edition, name: games, cells }) =>
    Object.values(cells).flatMap(({ obligation, name, closedWithoutReport, status, links }) =>
      closedWithoutReport
        ? [{ key: `${edition} ${obligation}`, name, games, status, fact: links.facts[0]?.split('/facts/')[1] ?? '' }]
        : [],
    ),
  );
}

function linesOf(steps: readonly Step[]): readonly Line[] {
  return [...Map.groupBy(steps, ({ row }) => row).values()].map((same) => {
    const [{ title, note, href }] = same as [Step];
    return {
      title,
      href,
      note: [...(same.length === 1 ? [] : [counted(same.length, 'fact')]), ...(note === '' ? [] : [note])].join('; '),
    };
  });
}

function sideOf({ day, entries }: ComparedSide, keys: readonly string[]): Side {
  const told = Map.groupBy(entries, (entry) => eventSign(entry).word);
  const parts = [...told.values()].map((same) => ({ sign: eventSign(same[0] as Entry), count: same.length }));
  const untold = keys.length - entries.length;
  return {
    day: dayWords(day, 'long'),
    parts: [
      ...parts.toSorted((a, b) => b.count - a.count),
      ...(untold > 0 ? [{ sign: notTold, count: untold }] : []),
    ].map((part) => ({
      ...part,
      share: Math.round((10_000 * part.count) / Math.max(1, keys.length)) / 100,
    })),
  };
}

/** The page that compares two days. */
export function Compare({ view }: { readonly view: CompareView }): ComponentChild {
  const { form, total, changed, closed, sides, groups, clock } = view;
  const [first, second] = sides;
  return h(
    Sheet,
    { title: 'Compare two days' },
    h(
      'form',
      { class: 'period', action: form.path, method: 'get' },
      h(Hidden, { fields: form.hidden }),
      h('label', null, 'From ', h('input', { name: 'from', defaultValue: form.from, size: 10, autocomplete: 'off' })),
      h('label', null, 'to ', h('input', { name: 'to', defaultValue: form.to, size: 10, autocomplete: 'off' })),
      h('button', { type: 'submit' }, 'Compare'),
    ),
    h(
      'p',
      { class: 'big-say' },
      clock === 'occurred' ? 'Between ' : 'Between what readers could know by ',
      h('b', null, first?.day),
      ' and ',
      h('b', null, second?.day),
      `, ${changed} of ${counted(total, 'fact')} changed${closed === 0 ? '' : `, and ${counted(closed, 'promise')} closed without a report`}.`,
    ),
    h(
      'div',
      { class: 'stks' },
      sides.map((side) => h(SideView, { side, key: side.day })),
    ),
    groups.length === 0 ? h('p', { class: 'lede' }, 'Nothing differs between these days.') : null,
    h(
      'div',
      { class: 'cmp' },
      groups.map((group) => h(GroupView, { group, key: `${group.was.word} ${group.is.word}` })),
    ),
  );
}

const barWidth = 1000;

function SideView({ side: { day, parts } }: { readonly side: Side }): ComponentChild {
  let x = 0;
  return h(
    'div',
    { class: 'stk' },
    h('b', null, day),
    h(
      'svg',
      { class: 'sb', viewBox: `0 0 ${barWidth} 24`, preserveAspectRatio: 'none', height: 24, 'aria-hidden': 'true' },
      parts.map(({ sign, share }) => {
        const width = (share / 100) * barWidth;
        const start = x;
        x += width;
        return h('rect', {
          x: start + 1,
          y: 1,
          width: Math.max(1, width - 2),
          height: 22,
          class: `c-${sign.tone} part-${sign.glyph}`,
          key: sign.word,
        });
      }),
    ),
    h(
      'p',
      null,
      parts.map(({ sign, count }) => h(Signed, { sign, key: sign.word }, `${count} ${sign.word}`)),
    ),
  );
}

function GroupView({ group: { was, is, count, lines } }: { readonly group: Group }): ComponentChild {
  return h(
    'section',
    { class: 'ct' },
    h(
      'h2',
      null,
      h(
        'span',
        { class: 'tr' },
        h(Signed, { sign: was }),
        h(Glyph, { name: 'arrow' }),
        h('span', { class: 'vh' }, 'to '),
        h(Signed, { sign: is }),
      ),
      h('span', { class: 'cn' }, count),
    ),
    h(
      'ul',
      null,
      lines.map(({ title, note, href }) =>
        h('li', { key: href }, h('a', { href }, title), note === '' ? null : h('span', { class: 'n' }, ` ${note}`)),
      ),
    ),
  );
}
