import type { ReadModels } from '../../projections/read-models.ts';
import type { Diff, DiffItem, Standing } from '../../projections/shapes/diff.ts';
import type { Line } from '../draw-table.ts';
import { type Named, namedBy, namesText } from './happening-lines.ts';
import { possibleMark } from './marks.ts';
import { statusLine } from './status-line.ts';
import { valueText } from './value-text.ts';

type Item = Diff['timeline' | 'obligations' | 'rollout'][number];

const signs = { appeared: '+', changed: '~', disappeared: '-' } as const;
const formats = { appeared: 'green', changed: 'yellow', disappeared: 'magenta' } as const;

const statusText = ({ status, timing }: Standing): string =>
  status === null ? `none${timing === 'possible' ? ` ${possibleMark}` : ''}` : statusLine(status, timing).text;

const datesText = ({ occurred, planned }: Standing): string => {
  if (occurred !== null) return ` ${occurred.edtf ?? ''}`;
  return planned === null ? '' : ` for ${planned.edtf ?? ''}`;
};

const standing = (one: Standing): string => `${statusText(one)}${datesText(one)}`;

const standingText = ({ was, is }: Item): string => {
  if (was === null || is === null) return [was, is].flatMap((one) => (one === null ? [] : [standing(one)])).join('');
  return standing(was) === standing(is) ? standing(is) : `${standing(was)} → ${standing(is)}`;
};

const shown = (value: unknown): string => (value === undefined ? 'nothing' : valueText(value));

// Where it stands is told before, and sources are many: of the fields only those of the milestone itself.
const fieldsText = ({ changes }: Item): readonly string[] =>
  changes.flatMap(({ path, from, to }) => {
    const [, field] = /^\/data\/([^/]+)$/.exec(path) ?? [];
    return field === undefined ? [] : [`${field} ${shown(from)} → ${shown(to)}`];
  });

// What the change of status or the sign tells anyway.
const told = new Set(['entered', 'advanced']);

const meaningText = ({ means }: Item): string =>
  means
    .filter((meaning) => !told.has(meaning))
    .map((meaning) => (meaning === 'closed' ? 'closed, no report' : meaning.replaceAll('-', ' ')))
    .join(', ');

const saysOf = (item: Item): string =>
  [standingText(item), ...fieldsText(item), meaningText(item)].filter(Boolean).join('; ');

type NameOf = (item: DiffItem) => Named;

// A fact by its type and subject; a cell by its obligation and Games; anything else by its title.
const namesIn = ({ timeline }: ReadModels, { timeline: changed }: Omit<Diff, 'audit'>): NameOf => {
  const types = new Map(timeline.map(({ fact, type }) => [fact, type]));
  for (const { key, value } of changed) if (value !== null) types.set(key, value.type);
  return ({ part, key, of, title }) => {
    const type = types.get(key);
    if (part === 'cell') return { type: title, subject: '', instance: of };
    if (part === 'row') return { type: 'Games', subject: '', instance: key };
    if (type !== undefined) return namedBy(type, key);
    return { type: part === 'programme' ? title : `${part} ${title}`, subject: '', instance: null };
  };
};

const linesOf = (items: readonly Item[], nameOf: NameOf): readonly Line[] => {
  const visible = items.filter((item) => item.what !== 'changed' || saysOf(item) !== '' || item.changes.length > 0);
  const alike = Map.groupBy(visible, (item) => {
    const { type, subject } = nameOf(item);
    return JSON.stringify([item.what, type, subject, saysOf(item)]);
  });
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const says = saysOf(first);
    const text = `${signs[first.what]} ${namesText(same.map(nameOf))}${says === '' ? '' : `: ${says}`}`;
    return [{ text, format: formats[first.what] }];
  });
};

/** What differs in each read model, a line for what is alike but for its Games or its market. */
export const changeLines = (
  changes: Omit<Diff, 'audit'>,
  after: ReadModels,
): Readonly<Record<'timeline' | 'obligations' | 'rollout', readonly Line[]>> => {
  const nameOf = namesIn(after, changes);
  return {
    timeline: linesOf(changes.timeline, nameOf),
    obligations: linesOf(changes.obligations, nameOf),
    rollout: linesOf(changes.rollout, nameOf),
  };
};
