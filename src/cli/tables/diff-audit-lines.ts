import type { DiffAnswer } from '../../projections/answers/diff-answer.ts';
import { effects } from '../../projections/shapes/audit.ts';
import { counted } from '../counted.ts';
import type { DiffLine } from './diff-line.ts';
import { numberRanges } from './number-ranges.ts';

type Item = DiffAnswer['audit'][number];

const marks = { appeared: '+', changed: '~', disappeared: '-' } as const;

// What a reading recorded stands together; a decision or a retraction of a steward stands by itself.
function isOfReading({ value }: Item): boolean {
  return value !== null && value.article !== null && value.event.type !== 'ArticleRetracted';
}

function groupOf(item: Item): string {
  const { what, value, key } = item;
  if (what === 'changed') return what;
  return value === null || !isOfReading(item) ? `${what} ${key}` : `${what} ${value.article} ${value.revision}`;
}

function positions(items: readonly Item[]): string {
  return `#${numberRanges(items.map(({ key }) => Number(key)))}`;
}

function effectsOf(items: readonly Item[]): string {
  return effects
    .flatMap((effect) => {
      const count = items.filter(({ means }) => means.includes(effect)).length;
      return count === 0 ? [] : [`${count} ${effect}`];
    })
    .join(', ');
}

function ofArticle(items: readonly Item[]): Pick<DiffLine, 'name' | 'says'> {
  const values = items.flatMap(({ value }) => value ?? []);
  const [first] = values;
  const reading = values.find(({ event }) => event.type === 'ArticleRead')?.asserted;
  const revision = first?.revision === 1 ? '' : `, revision ${first?.revision}`;
  const publisher = typeof reading?.['publisher'] === 'string' ? `${reading['publisher']}, ` : '';
  const events = counted(items.length, 'event');
  const had = effectsOf(items);
  return {
    name: `article ${first?.article}${revision}`,
    says: `${publisher}${events} ${positions(items)}${had === '' ? '' : `, ${had}`}`,
  };
}

function ofOne({ title, value, key, means }: Item): Pick<DiffLine, 'name' | 'says'> {
  return {
    name: [title, value?.fact ?? value?.article].filter(Boolean).join(' '),
    says: [
      [value === null ? null : `by ${value.recordedBy}`, `#${key}`, ...means]
        .filter((text) => text !== null)
        .join(', '),
      ...(typeof value?.asserted['reason'] === 'string' ? [value.asserted['reason']] : []),
    ].join(' · '),
  };
}

function ofChanged(items: readonly Item[]): Pick<DiffLine, 'name' | 'says'> {
  return {
    name: counted(items.length, 'earlier event'),
    says: [positions(items), effectsOf(items)].filter(Boolean).join(', '),
  };
}

/** The lines of the audit trail: one an article, and one a decision. */
export function diffAuditLines(items: DiffAnswer['audit']): readonly DiffLine[] {
  return [...Map.groupBy(items, groupOf).values()].map((group) => {
    const [first] = group as [Item];
    const said = first.what === 'changed' ? ofChanged(group) : isOfReading(first) ? ofArticle(group) : ofOne(first);
    return { mark: marks[first.what], instances: [], ...said };
  });
}
