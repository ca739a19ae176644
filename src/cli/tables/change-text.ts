import type { DiffItem } from '../../projections/shapes/diff.ts';
import type { Source } from '../../projections/shapes/source.ts';
import type { Entry } from '../../projections/shapes/timeline.ts';
import { dateText } from './date-text.ts';
import { contestedMark, flagMark } from './marks.ts';
import { articlesOf, decisionLines } from './statement-lines.ts';
import { valueText } from './value-text.ts';

type Change = DiffItem['changes'][number];
type Value = Parameters<typeof valueText>[0];
type Worded = (change: Change, name: string) => string | null;

function isDate(value: unknown): value is { readonly edtf: string } {
  return typeof value === 'object' && value !== null && 'edtf' in value;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return 'not known';
  if (isDate(value)) return dateText(value);
  const isPlain =
    typeof value !== 'object' || Array.isArray(value) || ['min', 'max', 'about'].some((one) => one in value);
  return isPlain ? valueText(value as Value) : JSON.stringify(value);
}

function joined({ from, to }: Change, worded: (value: unknown) => string): string {
  return to === undefined ? `no longer ${worded(from)}` : worded(to);
}

function member(of: (value: never) => string): Worded {
  return (change) => joined(change, (value) => of(value as never));
}

const oldAndNew: Worded = ({ from, to }, name) => `${name}: ${text(from)} → ${text(to)}`;

function yesOrNo(yes: string, no: string): Worded {
  return ({ to }) => (to === true ? yes : no);
}

function decisionText(decision: Entry['decisions'][number]): string {
  return decisionLines({ decisions: [decision], reopened: false })
    .map((line) => line.text)
    .join(' ');
}

const silent: Worded = () => null;

const memberOfData = /^\/data\/(?<name>[^/]+)\/\d+$/;

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

function changeText(change: Change): string | null {
  for (const [pattern, worded] of wordings) {
    const found = pattern.exec(change.path);
    if (found !== null) return worded(change, found.groups?.['name'] ?? '');
  }
  return null;
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

/** Changes for people, but for what the rest of their line says, or what tells nothing to a reader. */
export function changeTexts(changes: readonly Change[]): readonly string[] {
  // A decision is told once: as such, not at each report that it corrects.
  const isDecided = changes.some(({ path }) => path.startsWith('/decisions/'));
  const told = changes.filter(({ path }) => !isDecided || !path.includes('/corrections/'));
  return [...new Set([...memberTexts(told), ...told.flatMap((change) => changeText(change) ?? [])])];
}

const ofSource = /^\/(?:creatives\/stated\/)?(?:sources|coverage)\/\d+$/;

const ofTiming = /^\/(?:(?<list>milestone|qualification)s\/\d+\/)?timing$/;

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

/** How many sources changes take away. */
export function goneSources(changes: readonly Change[]): number {
  return changes.filter(({ path, to }) => ofSource.test(path) && to === undefined).length;
}

/** The articles that changes bring in as sources, and those that they take away: `(also 001)`, `(no longer 002)`. */
export function sourceTexts(changes: readonly Change[]): readonly string[] {
  const sources = changes.filter(({ path }) => ofSource.test(path));
  const joined = articlesOf(sources.flatMap(({ to }) => (to === undefined ? [] : [to as Source])));
  const left = articlesOf(sources.flatMap(({ from, to }) => (to === undefined ? [from as Source] : [])));
  return [...(joined === '' ? [] : [`(also ${joined})`]), ...(left === '' ? [] : [`(no longer ${left})`])];
}
