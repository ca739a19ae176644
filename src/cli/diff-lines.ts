import { factParts } from '../domain/vocabulary/fact-parts.ts';
import type { DiffItem, Standing } from '../projections/diff-parts.ts';
import type { Cell, Row } from '../projections/obligations.ts';
import type { Source } from '../projections/shapes.ts';
import type { Entry } from '../projections/timeline.ts';
import type { Format } from './context.ts';
import { type Canvas, plainText, wrap } from './print.ts';
import {
  answerText,
  articlesOf,
  contestedMark,
  dateText,
  decisionLines,
  flagMark,
  inSpans,
  statusLine,
  valueText,
} from './words.ts';

/** The line of an item; null if only fields changed that tell a reader nothing. */
export function diffLine(item: DiffItem): DiffLine | null {
  const says = item.what === 'changed' ? changedText(item) : wholeText(item, item.is ?? item.was);
  if (item.what === 'changed' && says === '') return null;
  const isCorroboration = item.what === 'changed' && item.means.length === 1 && item.means[0] === 'corroborated';
  return { mark: isCorroboration ? '=' : diffMarks[item.what], ...nameOf(item), says };
}

/** One line of a comparison. Lines that differ only in their Games or market become one. */
export type DiffLine = {
  readonly mark: '+' | '~' | '-' | '=';
  readonly name: string;
  /** The Games editions or markets. */
  readonly instances: readonly string[];
  readonly says: string;
};

function changedText(item: DiffItem): string {
  const changes = item.changes.map(locate);
  const moved = item.was === null || item.is === null ? [] : movedTexts(item.was, item.is);
  const texts = [
    ...moved,
    ...meaningTexts(item, changes),
    ...timingTexts(changes, item.is !== null),
    ...fieldTexts(changes),
  ];
  return [texts.join('; '), ...sourceTexts(changes)].filter(Boolean).join(' ');
}

// Splits the JSON pointer of a change. No field of an answer has a slash or a tilde in its name.
function locate({ path, from, to }: DiffItem['changes'][number]): Change {
  const [field = '', ...within] = path.split('/').slice(1);
  return { field, within, from, to };
}

/** A change with the field of the part that it is in, and the way on from there to what changed. */
type Change = {
  readonly field: string;
  readonly within: readonly string[];
  readonly from: unknown;
  readonly to: unknown;
};

// Where it stands now and where it stood, as far as that differs.
function movedTexts(was: Standing, is: Standing): readonly string[] {
  const [before, now] = [dateOf(was), dateOf(is)];
  // What has happened had no other day before: the day shown before was planned.
  const stood = was.occurred === null && is.occurred !== null ? 'planned' : 'was';
  const date = `${now === null ? '' : `, ${now}`}${before === now || before === null ? '' : ` (${stood}: ${before})`}`;
  if (was.status !== is.status) return [`${statusText(was)} → ${statusText(is)}${date}`];
  if (was.timing !== is.timing) return [`${statusText(is)}, ${certaintyText(is.timing)}${date}`];
  return before === now ? [] : [`${statusText(is)}${date}`];
}

function dateOf({ occurred, planned }: Standing): string | null {
  const date = occurred ?? planned;
  return date && `${dateText(date)}${date.basis === 'games' ? ', at the Games' : ''}`;
}

function statusText({ status, timing }: Standing): string {
  return status === null ? 'no status yet' : statusLine(status, timing).text;
}

function certaintyText(timing: unknown): string {
  return timing === 'certain' ? 'now certain' : 'certain no more';
}

// The meanings that the rest of a line does not tell.
const spoken = [
  'corroborated',
  'settled',
  'resolved',
  'retracted',
  'superseded',
  'merged',
  'separated',
  'redated',
] as const;

function meaningTexts({ means }: DiffItem, changes: readonly Change[]): readonly string[] {
  const isReopened = means.includes('reopened');
  const gone = changes.filter((change) => isSource(change) && change.to === undefined).length;
  const texts = spoken
    // What is reopened is not resolved any more.
    .filter((meaning) => means.includes(meaning) && !(meaning === 'resolved' && isReopened))
    // The statement still stands: only a source of it is gone.
    .map((meaning) =>
      meaning === 'retracted' || meaning === 'superseded' ? `${gone > 1 ? 'sources' : 'a source'} ${meaning}` : meaning,
    );
  const isNewlyContested = changes.some(({ field, within }) => (within.at(-1) ?? field) === 'contested');
  return isReopened && means.includes('contested') && !isNewlyContested
    ? [...texts, `${contestedMark} contested again`]
    : texts;
}

function isSource({ field, within }: Change): boolean {
  const [name, index, ...deeper] = field === 'creatives' ? within.slice(1) : [field, ...within];
  return (name === 'sources' || name === 'coverage') && index !== undefined && deeper.length === 0;
}

// A statement without a status, or what a statement is told with, became certain in the same status, or is so no more.
function timingTexts(changes: readonly Change[], hasStatus: boolean): readonly string[] {
  const timings = changes.flatMap(({ field, within: [index, name], to }) => {
    if (field === 'timing') return hasStatus ? [] : [certaintyText(to)];
    if (name !== 'timing' || (field !== 'milestones' && field !== 'qualifications')) return [];
    const isAdvanced = changes.some(
      (other) => other.field === field && other.within[0] === index && other.within[1] === 'status',
    );
    return isAdvanced ? [] : [`a ${field.slice(0, -1)} is ${certaintyText(to)}`];
  });
  return [...new Set(timings)];
}

function fieldTexts(changes: readonly Change[]): readonly string[] {
  // A correction is told as the decision that it is, not again at each report that it corrects.
  const isDecided = changes.some(({ field }) => field === 'decisions');
  const texts = changes
    .filter(({ within }) => !isDecided || !within.includes('corrections'))
    .flatMap((change) => (wordings[change.field] ?? oldAndNew)(change) ?? []);
  return [...new Set([...memberTexts(changes), ...texts])];
}

// What joined the list of a data field, or left it, in one text.
function memberTexts(changes: readonly Change[]): readonly string[] {
  // The fields beside money tell what changed in it.
  const members = changes.filter(
    ({ field, within }) => field === 'data' && within.length === 2 && within[0] !== 'money',
  );
  const byField = Map.groupBy(
    members,
    ({ within: [name], to }) => `${name}: ${to === undefined ? 'no longer' : 'also'}`,
  );
  return [...byField].map(([head, same]) => `${head} ${same.map(({ from, to }) => answerText(to ?? from)).join(', ')}`);
}

/** Words a change; null if the rest of the line tells it, or it tells a reader nothing. */
type Wording = (change: Change) => string | null;

function oldAndNew({ field, within, from, to }: Change, name = [field, ...within].join('/')): string {
  return `${name}: ${answerText(from)} → ${answerText(to)}`;
}

function silent(): null {
  return null;
}

// Words a member that joined a list or left it; what changed within a member is silent.
function member(word: (value: never) => string): Wording {
  return ({ within, from, to }) => {
    if (within.length !== 1) return null;
    return to === undefined ? `no longer ${word(from as never)}` : word(to as never);
  };
}

function yesOrNo(yes: string, no: string): Wording {
  return ({ to }) => (to === true ? yes : no);
}

// How a change of each field reads; any other field shows its old and its new value.
const wordings: Readonly<Record<string, Wording>> = {
  // The rest of the line tells these.
  status: silent,
  timing: silent,
  occurred: silent,
  planned: silent,
  coverage: silent,
  // These tell a reader nothing.
  summary: silent,
  title: silent,
  group: silent,
  name: silent,
  version: silent,
  type: silent,
  games: silent,
  lastReport: silent,
  firstReported: silent,
  planHistory: silent,
  sortedBy: silent,
  variance: silent,
  links: silent,

  sources: (change) => {
    const [, list, ...within] = change.within;
    return list === 'corrections' ? correction({ ...change, within }) : null;
  },
  contested: yesOrNo(`${contestedMark} contested`, 'contested no more'),
  alternatives: member(
    (one: Entry['alternatives'][number]) =>
      `${contestedMark} ${one.field} ${answerText(one.value)} (${articlesOf(one)})`,
  ),
  reopened: yesOrNo('reopened by a later report', 'reopened no more'),
  decisions: member((decision: Entry['decisions'][number]) =>
    decisionLines({ decisions: [decision], reopened: false })
      .map(({ text }) => text)
      .join(' '),
  ),
  flags: member(({ rule, detail }: Entry['flags'][number]) => `${flagMark} ${rule}: ${detail}`),
  states: member(({ asOf }: Entry['states'][number]) => `a state as of ${dateText(asOf)}`),
  closedWithoutReport: yesOrNo(
    'the Games have closed without a report of delivery',
    'no longer closed without a report',
  ),
  guess: yesOrNo('only a guess tells of it', 'no longer only a guess'),
  denied: ({ to, within }) => (within.length > 0 ? null : to == null ? 'no longer denied' : 'denied by a report'),
  editionStatus: ({ to }) => editionTexts[to as Row['editionStatus']],
  implied: yesOrNo('implied only', 'these Games are now named'),
  qualifications: member(({ text }: { readonly text: string }) => `also said of it: ${text}`),
  milestones: member(({ fact }: { readonly fact: string }) => `with the milestone ${fact}`),
  otherStatuses: member((status: string) => `possibly ${status}`),
  // `memberTexts` tells the members of a list.
  data: (change) =>
    change.within.length === 1 && change.within[0] !== 'money' ? oldAndNew(change, change.within[0]) : null,
  quantity: (change) => amountText(change, 'owed'),
  delivered: (change) => amountText(change, 'delivered'),
  creatives: (change) => {
    const [name, field = '', ...within] = change.within;
    if (name === 'unidentified') return oldAndNew(change, 'creatives not identified');
    if (field === 'value') return oldAndNew(change, 'creatives stated');
    return field === 'contested' || field === 'alternatives'
      ? (wordings[field]?.({ ...change, within }) ?? null)
      : null;
  },
};

function amountText(change: Change, name: string): string | null {
  const [part, ...within] = change.within;
  if (part === 'contested') return wordings['contested']?.({ ...change, within }) ?? null;
  if (part === undefined) return oldAndNew({ ...change, from: measureIn(change.from), to: measureIn(change.to) }, name);
  return part === 'value' ? oldAndNew(change, name) : null;
}

function measureIn(amount: unknown): unknown {
  const { contested: _, ...measure } = (amount ?? {}) as Partial<NonNullable<Cell['quantity']>>;
  return Object.keys(measure).length === 0 ? null : measure;
}

const editionTexts: Readonly<Record<Row['editionStatus'], string>> = {
  scheduled: 'the Games are to take place on these dates',
  moved: 'the Games are moved',
  held: 'the Games are over',
  cancelled: 'the Games are cancelled',
};

const correction = member(
  ({ field, said, value }: Source['corrections'][number]) =>
    `corrected, ${field}: ${answerText(said)} → ${answerText(value)}`,
);

// The articles that joined as sources, and those that left: `(also 001)`, `(no longer 002)`.
function sourceTexts(changes: readonly Change[]): readonly string[] {
  const sources = changes.filter(isSource);
  const joined = articlesOf({ sources: sources.flatMap(({ to }) => (to === undefined ? [] : [to as Source])) });
  const left = articlesOf({ sources: sources.flatMap(({ from, to }) => (to === undefined ? [from as Source] : [])) });
  return [...(joined === '' ? [] : [`(also ${joined})`]), ...(left === '' ? [] : [`(no longer ${left})`])];
}

function wholeText(item: DiffItem, standing: Standing | null): string {
  const isGone = item.what === 'disappeared';
  const standingText =
    standing === null ? [] : [[statusText(standing), dateOf(standing)].filter((text) => text !== null).join(', ')];
  const texts = isGone
    ? [...standingText.map((text) => `was ${text}`), ...spoken.filter((meaning) => item.means.includes(meaning))]
    : [...standingText, ...detailTexts(item)];
  const { sources, coverage } = item.value as { readonly sources?: Source[]; readonly coverage?: Source[] };
  const articles = articlesOf({ sources: sources ?? coverage ?? [] });
  const summary = item.part === 'fact' && !isGone ? `– ${item.title}` : '';
  return [texts.join('; '), articles === '' ? '' : `(${articles})`, summary].filter(Boolean).join(' ');
}

// What a new part has beside its status: what is its own, whether it is contested, which rules it breaks.
function detailTexts(item: DiffItem): readonly string[] {
  const { flags = [] } = item.value as { readonly flags?: Entry['flags'] };
  const stated = item.part === 'campaign' ? item.value?.creatives.stated : null;
  return [
    stated == null ? '' : `${valueText(stated.value)} creatives stated`,
    (item.part === 'storefront' && item.value?.platform) || '',
    item.means.includes('contested') ? `${contestedMark} contested` : '',
    ...new Set(flags.map(({ rule }) => `${flagMark} ${rule}`)),
  ].filter(Boolean);
}

/** The mark of what appeared, changed or disappeared. */
export const diffMarks = { appeared: '+', changed: '~', disappeared: '-' } as const;

function nameOf({ part, key, of, title }: DiffItem): Pick<DiffLine, 'name' | 'instances'> {
  if (part === 'row') return { name: 'Games', instances: [key] };
  if (part === 'cell') return { name: title, instances: of === null ? [] : [of] };
  if (part === 'programme') return { name: 'programme', instances: [] };
  const { kind, subject, edition, milestone } = factParts(key);
  const dot = kind === 'market' ? subject.lastIndexOf('.') : -1;
  const isMarket = dot > 0;
  const name = [kind, isMarket ? subject.slice(0, dot) : subject, milestone].filter(Boolean).join('/');
  const instance = isMarket ? subject.slice(dot + 1).toUpperCase() : edition;
  return { name, instances: instance === null ? [] : [instance] };
}

/** Merges lines that say the same of several Games or markets into the first of them; mere corroborations come last. */
export function mergeDiffLines(lines: readonly DiffLine[]): readonly DiffLine[] {
  const groups = Map.groupBy(lines, ({ mark, name, says }) => JSON.stringify([mark, name, says]));
  const merged = [...groups.values()].map((group) => ({
    ...(group[0] as DiffLine),
    instances: group.flatMap(({ instances }) => instances),
  }));
  return [...merged.filter(({ mark }) => mark !== '='), ...merged.filter(({ mark }) => mark === '=')];
}

/** Draws a line of a comparison under its mark. */
export function drawDiffLine({ mark, name, instances, says }: DiffLine, { width, paint }: Canvas): string {
  const head = [name, ...inSpans(instances)].join(' ');
  const text = plainText(says === '' ? head : `${head}: ${says}`);
  const [first = '', ...rest] = wrap(text, width - indent.length);
  const format = markFormats[mark];
  const lines = [`  ${mark} ${first}`, ...rest.map((line) => `${indent}${line}`)];
  if (mark === '=') return lines.map((line) => paint(format, line)).join('\n');
  const bold = first.startsWith(head) ? `${paint('bold', head)}${first.slice(head.length)}` : first;
  return [`  ${paint(format, mark)} ${bold}`, ...lines.slice(1)].join('\n');
}

const indent = '    ';

const markFormats: Readonly<Record<DiffLine['mark'], Format>> = { '+': 'green', '~': 'yellow', '-': 'red', '=': 'dim' };
