import * as z from 'zod';
import type { CorrectionDraft, ReadingDraft, ReportDraft } from '../domain/decisions/reading.ts';
import { certainlyBefore, parseMilestoneDate, type UncertainDate, yearOf } from '../domain/vocabulary/dates.ts';
import { type Modality, modalities, type Speaker } from '../domain/vocabulary/event-data.ts';
import type { EventType, FieldValue } from '../domain/vocabulary/event-type.ts';
import { expandGames, firstDayOf, type Series } from '../domain/vocabulary/games-editions.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem, problem } from '../domain/vocabulary/problem.ts';
import { readEditions } from './games-values.ts';
import {
  articleHead,
  articleHeadOfSeveral,
  checkObject,
  contextShape,
  evidenceShape,
  type KeyHints,
  modalityShape,
  reportSchemaOf,
  typeOfReport,
} from './schema.ts';
import { type ContentProblem, isList, isMap, nameOf, type Path, type SourceMap, type SourceValue } from './source.ts';
import type { AuthoredSubjects } from './subject-values.ts';
import { type AuthoredSpeaker, numberRanges } from './values.ts';

/** Checks an article file, except for its reports. */
export function checkHead(
  content: SourceMap,
  text?: MeasuredText,
): {
  readonly head: ArticleHead;
  readonly problems: readonly ContentProblem[];
} {
  const { values: head, problems }: { values: ArticleHead; problems: readonly ContentProblem[] } =
    'partnerships' in content
      ? checkObject(articleHeadOfSeveral, content, [], severalHints)
      : checkObject(articleHead, content, []);
  const breaches = [...revisionRule(head, content), ...publicationRule(head, content), ...accessRule(head)];
  const paths = new Set(problems.map(({ path }) => path.join('/')));
  const others = [...problems, ...breaches.filter(({ path }) => !paths.has(path.join('/')))];
  // With the text at hand, say what it shows rather than that a key is missing or malformed.
  const shown = text === undefined ? [] : textRule(head, text);
  const shownKeys = new Set(shown.map(({ path }) => path[0]));
  return {
    head: text === undefined ? head : { ...head, paragraphs: text.paragraphs },
    problems: [...shown, ...others.filter(({ path }) => !shownKeys.has(path[0]))],
  };
}

/** The text of an article, as far as its file describes it. */
export type MeasuredText = { readonly sha256: string; readonly paragraphs: number };

function textRule({ textSha256, paragraphs }: ArticleHead, text: MeasuredText): readonly ContentProblem[] {
  const counted = String(text.paragraphs);
  return [
    ...(textSha256 === text.sha256
      ? []
      : [problem(['textSha256'], 'the text at hand has another SHA-256', text.sha256)]),
    ...(paragraphs === text.paragraphs
      ? []
      : [problem(['paragraphs'], `the text at hand has ${counted} non-blank lines`, counted)]),
  ];
}

/** What an article file says beside its reports, as far as it could be read. */
export type ArticleHead = Partial<z.output<typeof articleHead> & z.output<typeof articleHeadOfSeveral>>;

const severalHints: KeyHints = new Map(
  ['partnership', 'reports'].map((key) => [key, { message: `leave ${key} out: the file has partnerships` }]),
);

function revisionRule({ revision, because }: ArticleHead, content: SourceMap): readonly ContentProblem[] {
  const isFirst = (revision ?? 1) === 1;
  if (isFirst && because && revision !== undefined) {
    return [problem(['because'], 'revision 1 replaces nothing: a new reading has a higher revision')];
  }
  if (isFirst && because && !('revision' in content)) {
    return [problem(['because'], 'a reading that replaces another has a revision', 'revision: 2')];
  }
  if (isFirst || isGiven(content, 'because')) return [];
  const message = `revision ${revision} says why it replaces the one before: reread (our reading was wrong) or republished`;
  return [problem(['because'], message)];
}

function isGiven(content: SourceMap, key: string): boolean {
  return (content[key] ?? '') !== '';
}

function publicationRule({ because }: ArticleHead, content: SourceMap): readonly ContentProblem[] {
  const isDated = isGiven(content, 'published');
  if (isDated && !isGiven(content, 'publishedBasis')) {
    return [problem(['publishedBasis'], 'publishedBasis is missing: how we know when it was published')];
  }
  if (isDated) return [];
  if (isGiven(content, 'publishedBasis')) {
    return [problem(['publishedBasis'], 'publishedBasis is given, but published is missing')];
  }
  const message = 'published is missing: when the article was published (EDTF); only a reread inherits it';
  return because === 'reread' ? [] : [problem(['published'], message)];
}

/** Nobody reads an article before it is published. */
function accessRule({ accessed, published }: ArticleHead): readonly ContentProblem[] {
  if (!accessed || !published || !certainlyBefore(accessed, published)) return [];
  return [problem(['accessed'], `${accessed.edtf} is before the publication (${published.edtf})`)];
}

/** Checks and reads one report of an article file. If its type is unknown, checks the keys that all types share. */
export function checkReport(
  value: SourceValue,
  path: Path,
  head: ArticleHead,
  series: readonly Series[],
): CheckedReport {
  if (!isMap(value)) {
    const message = `a report is a map with its type as a key, not ${nameOf(value)}`;
    return { ...unreadable, problems: [problem(path, message)] };
  }
  const { type, problems } = typeOfReport(value, path);
  if (type === null) {
    const shared = checkObject(sharedSchema, value, path);
    const valueProblems = [
      ...shared.problems.filter(({ ofKey }) => !ofKey),
      ...gamesOf(shared.values, series, path).problems,
    ];
    return { ...unreadable, paragraphs: shared.values.p ?? null, problems: [...problems, ...valueProblems] };
  }
  const checked = checkReportOf(type, value, path, head, series);
  const otherTypes = new Set(problems.map((one) => one.path.at(-1)));
  // A second type is not an unknown key.
  const others = checked.problems.filter((one) => !(one.ofKey && otherTypes.has(one.path.at(-1))));
  return { ...checked, problems: [...problems, ...others], report: problems.length > 0 ? null : checked.report };
}

/** A report as far as it could be read. */
export type CheckedReport = {
  /** null if it has a problem. */
  readonly report: AuthoredReport | null;
  /** null if they cannot be read. */
  readonly paragraphs: readonly number[] | null;
  /** Neither the report nor, as far as it could be read, the file gives the attribution. */
  readonly lacksAttribution: boolean;
  readonly problems: readonly ContentProblem[];
  readonly warnings: readonly ContentProblem[];
};

/** A report as written: one statement, which may stand for several facts. */
export type AuthoredReport = Omit<ReportDraft, 'type' | 'fact' | 'date' | 'subject'> & {
  readonly type: EventType;
  /** Each subject with its place in the file; null is the partnership itself, or no subject. */
  readonly subjects: readonly { readonly subject: string | null; readonly path: Path }[];
  readonly date: UncertainDate | null;
};

const unreadable = { report: null, paragraphs: null, lacksAttribution: false, warnings: [] } as const;

// The keys that reports of all types share.
const sharedSchema = z.strictObject({
  ...modalityShape,
  ...evidenceShape,
  ...contextShape,
  campaign: contextShape.campaign.optional(),
  games: contextShape.games.optional(),
});

function checkReportOf(
  type: EventType,
  map: SourceMap,
  path: Path,
  head: ArticleHead,
  series: readonly Series[],
): CheckedReport {
  const checked = checkObject(reportSchemaOf(type), map, path, keyHints(type), ownFields(type));
  const values = checked.values as Values;
  const stated = modalities.filter((modality) => Object.hasOwn(map, modality));
  const modality = stated[0] ?? 'happened';
  const date = values[modality] ?? null;
  const fields = fieldsOf(type, values);
  const corrections = correctionsOf(values, fields, date);
  const { implied = false, p: paragraphs = null } = values;
  const { editions: games, problems: unknownGames } = gamesOf(values, series, path);
  const areGamesRead = unknownGames.length === 0 && (!Object.hasOwn(map, 'games') || values.games !== undefined);
  const { speaker, problems: unknownSpeaker } = speakerOf(values.speaker, head, path);
  const isMistyped = checked.problems.some(({ suggestion }) => modalities.some((one) => one === suggestion));
  const problems = [
    ...checked.problems,
    ...(isMistyped ? [] : modalityRule(type, stated, path)),
    ...(modality === 'happened' ? happenedRule(type, date, head.published, path) : []),
    ...asOfRule(values['asOf'] as UncertainDate | undefined, head.published, path),
    ...termRule(values.start as UncertainDate | undefined, values.end as UncertainDate | undefined, path),
    ...amendmentRule(values, path),
    ...endingRule(type, modality, values, { published: head.published, series }, path),
    ...paragraphRule(paragraphs ?? [], head.paragraphs ?? Infinity, path),
    ...unknownGames,
    ...(areGamesRead ? impliedRule(implied, games, path) : []),
    ...unknownSpeaker,
    ...correctionRule(corrections, path),
  ];
  const attribution = values.by ?? head.by ?? null;
  const report =
    problems.length > 0 || attribution === null
      ? null
      : {
          type,
          subjects: subjectsOf(type, map, values, path),
          modality,
          date,
          campaign: type.within ? (values.campaign ?? null) : null,
          games,
          fields,
          note: values.note ?? null,
          paragraphs: paragraphs ?? [],
          attribution,
          speaker,
          implied,
          identityAssumed: values.identityAssumed ?? null,
          corrections,
        };
  return {
    report,
    paragraphs,
    lacksAttribution: attribution === null && !isGiven(map, 'by'),
    problems,
    warnings: [
      ...(modality === 'planned' ? plannedDoubt(date, head.published, path) : []),
      ...instanceDoubt(type, values, date, path),
    ],
  };
}

type Values = Partial<z.output<typeof sharedSchema>> & {
  readonly corrected?: Readonly<Record<string, Correction>>;
} & Readonly<Record<string, unknown>>;

function gamesOf({ games = [] }: Pick<Values, 'games'>, series: readonly Series[], path: Path) {
  const { editions, problems } = readEditions(games, series);
  return { editions, problems: problems.map((one) => ({ ...one, path: [...path, 'games', ...one.path] })) };
}

type Correction = { to: unknown; reason: string; reference: string; published: UncertainDate };

/** Messages for keys that only other types have. */
function keyHints(type: EventType): KeyHints {
  const hints = new Map<string, { message: string; suggestion?: string }>();
  const statement = { message: `${type.type} is itself a statement, so it is always happened`, suggestion: 'happened' };
  if (type.statement) hints.set('planned', statement).set('denied', statement);
  const after = 'after' in type.fields;
  const noGames = {
    message: `${type.type} takes no Games${after ? '; where it ends after Games, write after: 2024S' : ''}`,
    ...(after ? { suggestion: 'after' } : {}),
  };
  if (type.edition === 'none') hints.set('games', noGames).set('implied', noGames);
  return hints.set('campaign', { message: `${type.type} is not part of a campaign` });
}

function ownFields(type: EventType): string {
  const names = Object.keys(type.fields);
  return names.length === 0
    ? `${type.type} has no fields of its own`
    : `the fields of ${type.type} are ${names.join(', ')}`;
}

function fieldsOf(type: EventType, values: Values): Readonly<Record<string, FieldValue>> {
  return Object.fromEntries(
    Object.keys(type.fields).flatMap((name) => (values[name] === undefined ? [] : [[name, storedValue(values[name])]])),
  );
}

function storedValue(value: unknown): FieldValue {
  return typeof value === 'object' && value !== null && 'edtf' in value ? String(value.edtf) : (value as FieldValue);
}

function correctionsOf(
  values: Values,
  fields: Readonly<Record<string, FieldValue>>,
  date: UncertainDate | null,
): readonly CorrectionDraft[] {
  return Object.entries(values.corrected ?? {}).map(([field, { to, reason, reference, published }]) => ({
    field,
    said: field === 'date' ? (date?.edtf ?? null) : (fields[field] ?? null),
    value: storedValue(to),
    reason,
    reference: { title: reference, published: published.edtf },
  }));
}

/** The speaker that a short name stands for. */
function speakerOf(
  speaker: AuthoredSpeaker | undefined,
  { speakers = new Map() }: ArticleHead,
  path: Path,
): { readonly speaker: Speaker | null; readonly problems: readonly ContentProblem[] } {
  if (speaker === undefined) return { speaker: null, problems: [] };
  if (!('short' in speaker)) return { speaker, problems: [] };
  const person = speakers.get(speaker.short);
  if (person) return { speaker: person, problems: [] };
  const [suggestion] = nearest(speaker.short, speakers.keys(), { limit: 1 });
  const message = `${speaker.short} is none of the file's speakers: add it there, or write "Name, role"`;
  return { speaker: null, problems: [problem([...path, 'speaker'], message, suggestion)] };
}

/** Every report, except a statement, says exactly one of happened, planned and denied. */
function modalityRule({ type, statement }: EventType, stated: readonly Modality[], path: Path): Broken {
  const [first, second] = stated;
  if (first && second) {
    return [problem([...path, second], `a report is happened, planned or denied: ${first} is given`)];
  }
  if (first || statement) return [];
  return [problem(path, `${type} says neither happened, planned nor denied (without a day: an empty value)`)];
}

type Broken = readonly ContentProblem[];

/** An article cannot report as happened what comes after its publication. */
function happenedRule(
  { statement }: EventType,
  happened: UncertainDate | null,
  published: UncertainDate | undefined,
  path: Path,
): Broken {
  if (!happened || !published || !certainlyBefore(published, happened)) return [];
  const message = `${happened.edtf} is wholly after the publication (${published.edtf}), so it had not happened yet`;
  return [problem([...path, 'happened'], message, statement ? undefined : 'planned')];
}

/** An article cannot tell of what holds on a day that comes after its publication. */
function asOfRule(asOf: UncertainDate | undefined, published: UncertainDate | undefined, path: Path): Broken {
  if (!asOf || !published || !certainlyBefore(published, asOf)) return [];
  const message = `${asOf.edtf} is wholly after the publication (${published.edtf}), so nobody knew yet what holds then`;
  return [problem([...path, 'asOf'], message)];
}

/** A term does not end before it starts, for any choice of days within the bounds. */
function termRule(start: UncertainDate | undefined, end: UncertainDate | undefined, path: Path): Broken {
  if (!start || !end || !certainlyBefore(end, start)) return [];
  return [problem([...path, 'end'], `the term ends (${end.edtf}) before it starts (${start.edtf})`)];
}

/** The first or last day of a term that an amendment changes is a date, so that the term is counted by it. */
function amendmentRule({ changed, start, end, to }: Values, path: Path): Broken {
  const isTerm = changed === 'start' || changed === 'end' || changed === 'term';
  if (!isTerm || start !== undefined || end !== undefined) return [];
  const key = changed === 'start' ? 'start' : 'end';
  const date = typeof to === 'string' ? parseMilestoneDate(to) : null;
  const suggestion = date === null || isProblem(date) ? undefined : `${key}: ${date.edtf}`;
  return [problem([...path, 'changed'], `the amended ${changed} of the term is a date: write ${key}`, suggestion)];
}

/** An ending is counted from Games that exist, and has not happened before them. */
function endingRule(
  { type, fields }: EventType,
  modality: Modality,
  { after }: Values,
  { published, series }: { readonly published: UncertainDate | undefined; readonly series: readonly Series[] },
  path: Path,
): Broken {
  if (typeof after !== 'string') return [];
  const editions = expandGames(after, series);
  if (isProblem(editions)) return [problem([...path, 'after'], editions.message, editions.suggestion)];
  const isEnd = !('end' in fields || 'effective' in fields);
  if (!isEnd || modality !== 'happened' || !published?.latest || published.latest >= firstDayOf(after)) return [];
  const message = `${type} after ${after} had not happened when the article was published (${published.edtf})`;
  return [problem([...path, 'happened'], message, 'planned')];
}

/** The article has the paragraphs that a report cites. */
function paragraphRule(cited: readonly number[], count: number, path: Path): Broken {
  return cited
    .filter((paragraph) => paragraph > count)
    .map((paragraph) => problem([...path, 'p'], `there is no paragraph ${paragraph}: the article has ${count}`));
}

/** `implied` says that the article does not name the Games, so it needs Games. */
function impliedRule(implied: boolean, games: readonly string[], path: Path): Broken {
  if (!implied || games.length > 0) return [];
  return [
    problem([...path, 'implied'], 'implied applies to Games, but the report names none: add games, as in 2018W..2028S'),
  ];
}

/** A correction differs from what the report says. */
function correctionRule(corrections: readonly CorrectionDraft[], path: Path): Broken {
  return corrections
    .filter(({ said, value }) => JSON.stringify(said) === JSON.stringify(value))
    .map(({ field }) => problem([...path, 'corrected', field, 'to'], 'the report already says this'));
}

function subjectsOf(type: EventType, map: SourceMap, values: Values, path: Path): AuthoredReport['subjects'] {
  return ((values[type.type] ?? []) as AuthoredSubjects).map((subject, index) => ({
    subject,
    path: isList(map[type.type] ?? '') ? [...path, type.type, index] : [...path, type.type],
  }));
}

/** A plan for a day that had passed before the article was published is odd, but possible. */
function plannedDoubt(planned: UncertainDate | null, published: UncertainDate | undefined, path: Path): Broken {
  if (!planned || !published || !certainlyBefore(planned, published)) return [];
  const message = `${planned.edtf} is wholly before the publication (${published.edtf}): is it still a plan?`;
  return [problem([...path, 'planned'], message)];
}

/** What recurs is told apart by its year: a report without one speaks of no known instance. */
function instanceDoubt(type: EventType, values: Values, date: UncertainDate | null, path: Path): Broken {
  const names = values[type.type] as AuthoredSubjects | undefined;
  if (type.recurs !== true || !names?.includes(null) || (date !== null && yearOf(date) !== null)) return [];
  const why = date === null ? 'without a day' : `${date.edtf} is not within one year`;
  const message = `${type.type} can come again, and this one is told apart by nothing (${why}): name its year or another instance`;
  return [problem([...path, type.type], message)];
}

/** Checks that every report has an attribution, its own or that of the file. */
export function checkAttribution(head: ArticleHead, reports: readonly CheckedReport[], content: SourceMap): Broken {
  const unattributed = reports.filter(({ lacksAttribution }) => lacksAttribution).length;
  if (unattributed === 0 || head.by || isGiven(content, 'by')) return [];
  const which = unattributed === reports.length ? 'the reports' : `${unattributed} of the reports`;
  const message = `by is missing: who says so, in the file or in each report; ${which} of this file have none`;
  return [problem(['by'], message)];
}

/** Checks that every paragraph is either cited by a report or omitted, once, with a reason. */
export function checkParagraphs(head: ArticleHead, reports: readonly CheckedReport[], content: SourceMap): Broken {
  const cited = new Set(reports.flatMap(({ paragraphs }) => paragraphs ?? []));
  const { omitted = [], paragraphs: count } = head;
  // While some references to paragraphs cannot be read, nobody knows which paragraphs are left over.
  const isUnreadable = !(head.reports ?? head.partnerships) || reports.some(({ paragraphs }) => paragraphs === null);
  const isAccountable = !isUnreadable && (head.omitted || !isGiven(content, 'omitted'));
  return [
    ...omissionRule(omitted, cited, count),
    ...(isAccountable && count !== undefined ? accountRule(omitted, cited, count) : []),
  ];
}

/** A paragraph is omitted once, and only if the article has it and no report cites it. */
function omissionRule(omitted: ReadingDraft['omitted'], cited: ReadonlySet<number>, count = Infinity): Broken {
  const seen = new Set<number>();
  return omitted.flatMap(({ reason, paragraphs }) => {
    const repeated = paragraphs.filter((paragraph) => seen.has(paragraph));
    for (const paragraph of paragraphs) seen.add(paragraph);
    const wrong: readonly (readonly [string, readonly number[]])[] = [
      ['omitted for two reasons', repeated],
      ['both omitted and cited by a report', paragraphs.filter((paragraph) => cited.has(paragraph))],
      [`omitted, but the article has ${count}`, paragraphs.filter((paragraph) => paragraph > count)],
    ];
    return wrong.flatMap(([message, numbers]) =>
      numbers.length === 0 ? [] : [problem(['omitted', reason], `${listed(numbers)} ${message}`)],
    );
  });
}

function listed(numbers: readonly number[]): string {
  return numbers.length === 1 ? `paragraph ${numbers[0]} is` : `paragraphs ${numberRanges(numbers)} are`;
}

/** The paragraphs that no report cites and that are not omitted, as far as the file can be read. */
export function openParagraphs(
  { omitted = [], paragraphs: count = 0 }: ArticleHead,
  reports: readonly CheckedReport[],
): readonly number[] {
  return openOf(omitted, new Set(reports.flatMap(({ paragraphs }) => paragraphs ?? [])), count);
}

function openOf(omitted: ReadingDraft['omitted'], cited: ReadonlySet<number>, count: number): readonly number[] {
  const left = new Set(omitted.flatMap(({ paragraphs }) => paragraphs));
  const all = Array.from({ length: count }, (_, index) => index + 1);
  return all.filter((paragraph) => !cited.has(paragraph) && !left.has(paragraph));
}

function accountRule(omitted: ReadingDraft['omitted'], cited: ReadonlySet<number>, count: number): Broken {
  const open = openOf(omitted, cited, count);
  return open.length === 0 ? [] : [problem(['omitted'], `${listed(open)} neither cited by a report nor omitted`)];
}
