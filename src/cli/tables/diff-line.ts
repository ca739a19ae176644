import type { CampaignValue, StorefrontValue } from '../../projections/diff/rollout-parts.ts';
import type { DiffItem, Standing } from '../../projections/shapes/diff.ts';
import type { Source } from '../../projections/shapes/source.ts';
import type { Format } from '../context.ts';
import { factParts } from '../fact-parts.ts';
import { changeTexts, goneSources, sourceTexts, timingTexts } from './change-text.ts';
import { dateText } from './date-text.ts';
import { contestedMark, flagMark } from './marks.ts';
import { articlesOf } from './statement-lines.ts';
import { statusLine } from './status-line.ts';
import { valueText } from './value-text.ts';

/** One line of a comparison. Lines that differ in their Games or market alone become one. */
export type DiffLine = {
  readonly mark: '+' | '~' | '-' | '=';
  readonly name: string;
  /** The Games editions or markets. */
  readonly instances: readonly string[];
  readonly says: string;
};

/** The colour of a line, by its mark. */
export const markFormats: Readonly<Record<DiffLine['mark'], Format>> = {
  '+': 'green',
  '~': 'yellow',
  '-': 'red',
  '=': 'dim',
};

type Named = Pick<DiffLine, 'name' | 'instances'>;

function named(name: string, instance: string | null): Named {
  return {
    name,
    instances: instance === null ? [] : [instance],
  };
}

function ofFact(key: string): Named {
  const { kind, subject, edition, milestone } = factParts(key);
  const dot = subject.lastIndexOf('.');
  const isMarket = kind === 'market' && dot > 0;
  const own = isMarket ? subject.slice(0, dot) : subject;
  return named(
    [kind, own, milestone].filter(Boolean).join('/'),
    isMarket ? subject.slice(dot + 1).toUpperCase() : edition,
  );
}

function nameOf({ part, key, of, title }: DiffItem): Named {
  if (part === 'row') return named('Games', key);
  if (part === 'cell') return named(title, of);
  if (part === 'programme') return named('programme', null);
  return ofFact(key);
}

function dateOf(standing: Standing): string | null {
  const date = standing.occurred ?? standing.planned;
  if (date === null) return null;
  return `${dateText(date)}${date.basis === 'games' ? ', at the Games' : ''}`;
}

function statusText({ status, timing }: Standing): string {
  return status === null ? 'no status yet' : statusLine(status, timing).text;
}

function standingText(standing: Standing): string {
  return [statusText(standing), dateOf(standing)].filter((text) => text !== null).join(', ');
}

// Where it stands now and where it stood, as far as that differs.
function movedText(was: Standing, is: Standing): string | null {
  const [before, now] = [dateOf(was), dateOf(is)];
  // What has happened had no other day before: that one was its plan.
  const stood = was.occurred === null && is.occurred !== null ? 'planned' : 'was';
  const date = `${now === null ? '' : `, ${now}`}${before === now || before === null ? '' : ` (${stood}: ${before})`}`;
  if (was.status !== is.status) return `${statusText(was)} → ${statusText(is)}${date}`;
  if (was.timing === is.timing) return before === now ? null : `${statusText(is)}${date}`;
  return is.timing === 'certain'
    ? `${statusText(is)}, now certain${date}`
    : `${statusText(is)}, certain no more${date}`;
}

// What the rest of a line does not say.
const spoken = ['corroborated', 'settled', 'resolved', 'retracted', 'superseded', 'merged', 'redated'] as const;

function words({ means }: DiffItem): readonly string[] {
  return spoken.filter((meaning) => means.includes(meaning));
}

// Of what still stands it is a source that counts no more; what was decided and is reopened is settled no longer.
function wordsOfChanged(item: DiffItem): readonly string[] {
  const isReopened = item.means.includes('reopened');
  const told = words(item).filter((word) => word !== 'resolved' || !isReopened);
  const source = goneSources(item.changes) > 1 ? 'sources' : 'a source';
  return [
    ...told.map((word) => (word === 'retracted' || word === 'superseded' ? `${source} ${word}` : word)),
    ...(isReopened && item.means.includes('contested') && !item.changes.some(({ path }) => path.endsWith('/contested'))
      ? [`${contestedMark} contested again`]
      : []),
  ];
}

function sourcesOf(value: DiffItem['value']): readonly Source[] {
  const { sources, coverage } = (value ?? {}) as {
    readonly sources?: readonly Source[];
    readonly coverage?: readonly Source[];
  };
  return sources ?? coverage ?? [];
}

function statedText({ creatives: { stated } }: CampaignValue): string {
  return stated === null ? '' : `${valueText(stated.value)} creatives stated`;
}

function inBrackets(text: string): readonly string[] {
  return text === '' ? [] : [`(${text})`];
}

function saidOfChange(item: DiffItem): string {
  const moved = item.was === null || item.is === null ? null : movedText(item.was, item.is);
  const said = [
    moved,
    ...wordsOfChanged(item),
    ...timingTexts(item.changes, item.is !== null),
    ...changeTexts(item.changes),
  ].filter((text) => text !== null);
  return [said.join('; '), ...sourceTexts(item.changes)].filter(Boolean).join(' ');
}

// What is there or gone has beside its status: what it is contested in, which rules it breaks, and what else is its own.
function besides({ part, means, value }: DiffItem): readonly string[] {
  const { flags = [] } = value as { readonly flags?: readonly { readonly rule: string }[] };
  const own =
    part === 'campaign'
      ? statedText(value as CampaignValue)
      : part === 'storefront'
        ? ((value as StorefrontValue).platform ?? '')
        : '';
  return [
    own,
    means.includes('contested') ? `${contestedMark} contested` : '',
    ...new Set(flags.map(({ rule }) => `${flagMark} ${rule}`)),
  ].filter(Boolean);
}

function saidOfWhole(item: DiffItem, standing: Standing | null): string {
  const isGone = item.what === 'disappeared';
  const stands = standing === null ? [] : [`${isGone ? 'was ' : ''}${standingText(standing)}`];
  const said = [...stands, ...(isGone ? words(item) : besides(item))].join('; ');
  const summary = item.part === 'fact' && !isGone ? [`– ${item.title}`] : [];
  return [said, ...inBrackets(articlesOf(sourcesOf(item.value))), ...summary].filter(Boolean).join(' ');
}

const marks = { appeared: '+', changed: '~', disappeared: '-' } as const;

function isCorroboration({ what, means }: DiffItem): boolean {
  return what === 'changed' && means.length === 1 && means[0] === 'corroborated';
}

/** The line of an item; null where only such fields changed as tell nothing to a reader. */
export function diffLine(item: DiffItem): DiffLine | null {
  const says = item.what === 'changed' ? saidOfChange(item) : saidOfWhole(item, item.is ?? item.was);
  if (item.what === 'changed' && says === '') return null;
  return { mark: isCorroboration(item) ? '=' : marks[item.what], ...nameOf(item), says };
}
