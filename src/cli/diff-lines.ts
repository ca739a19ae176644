import { factParts } from '../domain/vocabulary/fact-key.ts';
import type { CampaignValue, DiffItem, Standing, StorefrontValue } from '../projections/diff-parts.ts';
import type { Source } from '../projections/shapes.ts';
import type { Entry } from '../projections/timeline.ts';
import type { Format } from './context.ts';
import { type Canvas, plainText, wrap } from './print.ts';
import {
  articlesOf,
  contestedMark,
  dateText,
  decisionLines,
  flagMark,
  inSpans,
  statusLine,
  valueText,
} from './texts.ts';

/** The line of an item; null where only such fields changed as tell nothing to a reader. */
export function diffLine(item: DiffItem): DiffLine | null {
  const says = item.what === 'changed' ? saidOfChange(item) : saidOfWhole(item, item.is ?? item.was);
  if (item.what === 'changed' && says === '') return null;
  return { mark: isCorroboration(item) ? '=' : marks[item.what], ...nameOf(item), says };
}

/** One line of a comparison. Lines that differ in their Games or market alone become one. */
export type DiffLine = {
  readonly mark: '+' | '~' | '-' | '=';
  readonly name: string;
  /** The Games editions or markets. */
  readonly instances: readonly string[];
  readonly says: string;
};

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

function dateOf(standing: Standing): string | null {
  const date = standing.occurred ?? standing.planned;
  if (date === null) return null;
  return `${dateText(date)}${date.basis === 'games' ? ', at the Games' : ''}`;
}

function statusText({ status, timing }: Standing): string {
  return status === null ? 'no status yet' : statusLine(status, timing).text;
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

function words({ means }: DiffItem): readonly string[] {
  return spoken.filter((meaning) => means.includes(meaning));
}

// What the rest of a line does not say.
const spoken = ['corroborated', 'settled', 'resolved', 'retracted', 'superseded', 'merged', 'redated'] as const;

/** How many sources changes take away. */
export function goneSources(changes: readonly Change[]): number {
  return changes.filter(({ path, to }) => ofSource.test(path) && to === undefined).length;
}

type Change = DiffItem['changes'][number];

const ofSource = /^\/(?:creatives\/stated\/)?(?:sources|coverage)\/\d+$/;

/** What became certain, or is so no more, in the same status: a statement without a status, or what it is told with. */
export function timingTexts(changes: readonly Change[], hasStatus: boolean): readonly string[] {
  const paths = new Set(changes.map(({ path }) => path));
  const texts = changes.flatMap(({ path, to }) => {
    const found = ofTiming.exec(path);
    const list = found?.groups?.['list'];
    if (found === null || (list === undefined && hasStatus) || paths.has(path.replace(/timing$/, 'status'))) return [];
    const end = to === 'certain' ? 'now certain' : 'certain no more';
    return [list === undefined ? end : `a ${list} is ${end}`];
  });
  return [...new Set(texts)];
}

const ofTiming = /^\/(?:(?<list>milestone|qualification)s\/\d+\/)?timing$/;

/** Changes for people, but for what the rest of their line says, or what tells nothing to a reader. */
export function changeTexts(changes: readonly Change[]): readonly string[] {
  // A decision is told once: as such, not at each report that it corrects.
  const isDecided = changes.some(({ path }) => path.startsWith('/decisions/'));
  const told = changes.filter(({ path }) => !isDecided || !path.includes('/corrections/'));
  return [...new Set([...memberTexts(told), ...told.flatMap((change) => changeText(change) ?? [])])];
}

// What joined a list of a field, or left it, in one text.
function memberTexts(changes: readonly Change[]): readonly string[] {
  const members = changes.flatMap(({ path, from, to }) => {
    const name = memberOfData.exec(path)?.groups?.['name'];
    return name === undefined
      ? []
      : [{ head: `${name}: ${to === undefined ? 'no longer' : 'also'}`, value: text(to ?? from) }];
  });
  return [...Map.groupBy(members, ({ head }) => head)].map(
    ([head, values]) => `${head} ${values.map(({ value }) => value).join(', ')}`,
  );
}

const memberOfData = /^\/data\/(?<name>[^/]+)\/\d+$/;

function text(value: unknown): string {
  if (value === undefined || value === null) return 'not known';
  if (isDate(value)) return dateText(value);
  const isPlain =
    typeof value !== 'object' || Array.isArray(value) || ['min', 'max', 'about'].some((one) => one in value);
  return isPlain ? valueText(value as Value) : JSON.stringify(value);
}

function isDate(value: unknown): value is { readonly edtf: string } {
  return typeof value === 'object' && value !== null && 'edtf' in value;
}

type Value = Parameters<typeof valueText>[0];

function changeText(change: Change): string | null {
  for (const [pattern, worded] of wordings) {
    const found = pattern.exec(change.path);
    if (found !== null) return worded(change, found.groups?.['name'] ?? '');
  }
  return null;
}

const oldAndNew: Worded = ({ from, to }, name) => `${name}: ${text(from)} → ${text(to)}`;

const silent: Worded = () => null;

// How a change reads, by where it is; the first that fits. What a line says in other words, or tells nothing to a reader,
// is silent.
const wordings: readonly (readonly [RegExp, Worded])[] = [
  [/^\/(?:status|timing|occurred|planned|summary|name|version|lastReport|variance|type|games\/\d+)$/, silent],
  [/^\/(?:links|firstReported|planHistory)\b/, silent],
  [/^\/(?:sources|coverage)\/\d+$/, silent],
  [
    /^\/sources\/\d+\/corrections\/\d+$/,
    member(
      ({ field, said, value }: { field: string; said: unknown; value: unknown }) =>
        `corrected, ${field}: ${text(said)} → ${text(value)}`,
    ),
  ],
  [/\/(?:sources|corrections|alternatives\/\d+)\//, silent],
  [/\/reopened$/, yesOrNo('reopened by a later report', 'reopened no more')],
  [/^\/decisions\/\d+$/, member(decisionText)],
  [/^\/decisions\//, silent],
  [/\/contested$/, yesOrNo(`${contestedMark} contested`, 'contested no more')],
  [
    /\/alternatives\/\d+$/,
    member(
      ({ field, value, sources }: { field: string; value: unknown; sources: Source[] }) =>
        `${contestedMark} ${field} ${text(value)} (${articlesOf(sources)})`,
    ),
  ],
  [/^\/flags\/\d+$/, member(({ rule, detail }: { rule: string; detail: string }) => `${flagMark} ${rule}: ${detail}`)],
  [
    /^\/closedWithoutReport$/,
    yesOrNo('the Games have closed without a report of delivery', 'no longer closed without a report'),
  ],
  [/^\/guess$/, yesOrNo('only a guess tells of it', 'no longer only a guess')],
  [/^\/denied$/, ({ to }) => (to == null ? 'no longer denied' : 'denied by a report')],
  [/^\/denied\//, silent],
  [/^\/implied$/, yesOrNo('implied only', 'these Games are now named')],
  [/^\/qualifications\/\d+$/, member((one: { text: string }) => `also said of it: ${one.text}`)],
  [/^\/milestones\/\d+$/, member((one: { fact: string }) => `with the milestone ${one.fact}`)],
  [/^\/(?:milestones|qualifications)\/\d+\//, silent],
  [/^\/otherStatuses\/\d+$/, member((status: string) => `possibly ${status}`)],
  [memberOfData, silent],
  [/^\/data\/(?<name>[^/]+)$/, oldAndNew],
  [/^\/creatives\/stated\/value$/, (change) => oldAndNew(change, 'creatives stated')],
  [/^\/creatives\/stated$/, silent],
  [/^\/creatives\/unidentified$/, (change) => oldAndNew(change, 'creatives not identified')],
  [/^\/(?<name>.+)$/, oldAndNew],
];

type Worded = (change: Change, name: string) => string | null;

function member(of: (value: never) => string): Worded {
  return (change) => joined(change, (value) => of(value as never));
}

function joined({ from, to }: Change, worded: (value: unknown) => string): string {
  return to === undefined ? `no longer ${worded(from)}` : worded(to);
}

function yesOrNo(yes: string, no: string): Worded {
  return ({ to }) => (to === true ? yes : no);
}

function decisionText(decision: Entry['decisions'][number]): string {
  return decisionLines({ decisions: [decision], reopened: false })
    .map((line) => line.text)
    .join(' ');
}

/** The articles that changes bring in as sources, and those that they take away: `(also 001)`, `(no longer 002)`. */
export function sourceTexts(changes: readonly Change[]): readonly string[] {
  const sources = changes.filter(({ path }) => ofSource.test(path));
  const joined = articlesOf(sources.flatMap(({ to }) => (to === undefined ? [] : [to as Source])));
  const left = articlesOf(sources.flatMap(({ from, to }) => (to === undefined ? [from as Source] : [])));
  return [...(joined === '' ? [] : [`(also ${joined})`]), ...(left === '' ? [] : [`(no longer ${left})`])];
}

function saidOfWhole(item: DiffItem, standing: Standing | null): string {
  const isGone = item.what === 'disappeared';
  const stands = standing === null ? [] : [`${isGone ? 'was ' : ''}${standingText(standing)}`];
  const said = [...stands, ...(isGone ? words(item) : besides(item))].join('; ');
  const summary = item.part === 'fact' && !isGone ? [`– ${item.title}`] : [];
  return [said, ...inBrackets(articlesOf(sourcesOf(item.value))), ...summary].filter(Boolean).join(' ');
}

function standingText(standing: Standing): string {
  return [statusText(standing), dateOf(standing)].filter((text) => text !== null).join(', ');
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

function statedText({ creatives: { stated } }: CampaignValue): string {
  return stated === null ? '' : `${valueText(stated.value)} creatives stated`;
}

function inBrackets(text: string): readonly string[] {
  return text === '' ? [] : [`(${text})`];
}

function sourcesOf(value: DiffItem['value']): readonly Source[] {
  const { sources, coverage } = (value ?? {}) as {
    readonly sources?: readonly Source[];
    readonly coverage?: readonly Source[];
  };
  return sources ?? coverage ?? [];
}

function isCorroboration({ what, means }: DiffItem): boolean {
  return what === 'changed' && means.length === 1 && means[0] === 'corroborated';
}

const marks = { appeared: '+', changed: '~', disappeared: '-' } as const;

function nameOf({ part, key, of, title }: DiffItem): Named {
  if (part === 'row') return named('Games', key);
  if (part === 'cell') return named(title, of);
  if (part === 'programme') return named('programme', null);
  return ofFact(key);
}

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

/**
 * Lines that say the same of several Games or markets become one, where the first of them stands; what is said again by
 * more sources only comes last.
 */
export function together(lines: readonly DiffLine[]): readonly DiffLine[] {
  const alike = Map.groupBy(lines, ({ mark, name, says }) => JSON.stringify([mark, name, says]));
  const merged = [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, instances: [first, ...others].flatMap(({ instances }) => instances) }],
  );
  return [...merged.filter(({ mark }) => mark !== '='), ...merged.filter(({ mark }) => mark === '=')];
}

/** A line of a comparison, drawn under its mark. */
export function drawnDiffLine({ mark, name, instances, says }: DiffLine, { width, paint }: Canvas): string {
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

/** The colour of a line, by its mark. */
export const markFormats: Readonly<Record<DiffLine['mark'], Format>> = {
  '+': 'green',
  '~': 'yellow',
  '-': 'red',
  '=': 'dim',
};
