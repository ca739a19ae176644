import type { Source } from '../../projections/shapes/source.ts';
import type { Entry } from '../../projections/shapes/timeline.ts';
import type { Line } from '../draw-table.ts';
import { dateText } from './date-text.ts';
import { contestedMark, decisionMark, flagMark } from './marks.ts';
import { valueText } from './value-text.ts';

type Alternatives = Entry['alternatives'];

/** The articles behind a statement, each once, with the revision where it is not the first. */
export function articlesOf(sources: readonly Pick<Source, 'article' | 'revision'>[]): string {
  const named = sources.map(({ article, revision }) => (revision === 1 ? article : `${article}/r${revision}`));
  return [...new Set(named)].join(' ');
}

function fieldValue(field: string, value: Alternatives[number]['value']): string {
  return field === 'date' && typeof value === 'string' ? dateText({ edtf: value }) : valueText(value);
}

/** Every value of the contested fields with the articles that give it, the displayed one first. */
export function contestLines(alternatives: Alternatives): readonly Line[] {
  return [...Map.groupBy(alternatives, ({ field }) => field)].map(([field, values]) => {
    const sorted = values.toSorted((a, b) => Number(b.displayed) - Number(a.displayed));
    const texts = sorted.map(({ value, sources }) => `${fieldValue(field, value)} (${articlesOf(sources)})`);
    return { text: `${contestedMark} ${field}: ${texts.join(' or ')}`, format: 'yellow' };
  });
}

const decided: Readonly<Record<Entry['decisions'][number]['type'], string>> = {
  FactCorrected: 'corrected',
  FactRetracted: 'retracted',
  ContestResolved: 'resolved',
  FactsMerged: 'merged',
};

/** What stewards decided on a fact, who and why; and that it has to be looked at again. */
export function decisionLines({ decisions, reopened }: Pick<Entry, 'decisions' | 'reopened'>): readonly Line[] {
  return [
    ...decisions.map(({ type, recordedBy, field, value, from, reason }): Line => {
      const what = field === null ? (from ?? '') : `${field}: ${fieldValue(field, value)}`;
      return {
        text: `${decisionMark} ${decided[type]} by ${recordedBy}${what && ` · ${what}`} · ${reason}`,
        format: 'magenta',
      };
    }),
    ...(reopened ? [{ text: `${decisionMark} reopened by a later report`, format: 'yellow' } as const] : []),
  ];
}

/** The rules that a statement breaks. */
export function flagLines(flags: Entry['flags']): readonly Line[] {
  return flags.map(({ rule, detail }) => ({ text: `${flagMark} ${rule}: ${detail}`, format: 'red' }));
}
