import * as z from 'zod';
import type { CorrectionDraft, ReadingDraft } from '../domain/decisions/reading.ts';
import { certainlyBefore, type UncertainDate } from '../domain/vocabulary/dates.ts';
import { type Modality, modalities, type Speaker } from '../domain/vocabulary/event-data.ts';
import type { EventType, FieldValue } from '../domain/vocabulary/event-type.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { checkObject, type KeyHints } from './check-object.ts';
import {
  type AuthoredReport,
  articleHead,
  contextShape,
  evidenceShape,
  modalityShape,
  type ReportContext,
  reportSchemaOf,
  typeOfReport,
} from './schema.ts';
import { type Finding, finding, isList, isMap, nameOf, type Path, type SourceMap, type SourceValue } from './source.ts';
import type { AuthoredSpeaker, AuthoredSubjects } from './values.ts';

/** Checks everything in an article file but its reports. */
export function checkHead(content: SourceMap): { head: ArticleHead; findings: readonly Finding[] } {
  const { values, findings } = checkObject(articleHead, content, []);
  const own = [...revisionRules(values, content), ...publicationRules(values, content)];
  const seen = new Set(findings.map(({ path }) => path.join('/')));
  return { head: values, findings: [...findings, ...own.filter(({ path }) => !seen.has(path.join('/')))] };
}

/** What an article file says beside its reports, as far as it could be read. */
export type ArticleHead = Partial<z.output<typeof articleHead>>;

function revisionRules(head: ArticleHead, content: SourceMap): readonly Finding[] {
  const first = (head.revision ?? 1) === 1;
  if (first && head.because && head.revision !== undefined) {
    return [finding(['because'], 'revision 1 replaces nothing: a new reading has a higher revision')];
  }
  if (first && head.because && !('revision' in content)) {
    return [finding(['because'], 'a reading that replaces another has a revision', 'revision: 2')];
  }
  if (first || (content.because ?? '') !== '') return [];
  return [
    finding(
      ['because'],
      `revision ${head.revision} says why it replaces the one before: reread (our reading was wrong) or republished`,
    ),
  ];
}

function publicationRules(head: ArticleHead, content: SourceMap): readonly Finding[] {
  const given = (key: string) => (content[key] ?? '') !== '';
  if (given('published') && !given('publishedBasis')) {
    return [finding(['publishedBasis'], 'publishedBasis is missing: how we know when it was published')];
  }
  if (given('published')) return [];
  if (given('publishedBasis')) return [finding(['publishedBasis'], 'a basis of a publication date that is not given')];
  return head.because === 'reread'
    ? []
    : [
        finding(
          ['published'],
          'published is missing: when the article was published (EDTF); only a reread inherits it',
        ),
      ];
}

/** Checks one report of an article file, as far as its type is known, and reads it. */
export function checkReport(value: SourceValue, path: Path, context: ReportContext): CheckedReport {
  if (!isMap(value)) {
    return {
      ...unreadable,
      findings: [finding(path, `a report is a map with its type as a key, not ${nameOf(value)}`)],
    };
  }
  const { type, findings } = typeOfReport(value, path);
  if (type !== null) {
    const checked = checkKnown(type, value, path, context);
    const ofType = new Set(findings.map((found) => found.path.at(-1)));
    // A second type is no unknown key.
    const others = checked.findings.filter((found) => !(found.ofKey && ofType.has(found.path.at(-1))));
    return { ...checked, findings: [...findings, ...others], report: findings.length > 0 ? null : checked.report };
  }
  const shared = checkObject(sharedSchema, value, path);
  const paragraphs = shared.values.p ?? null;
  return { ...unreadable, paragraphs, findings: [...findings, ...shared.findings.filter(({ ofKey }) => !ofKey)] };
}

/** What was made of a report. */
export type CheckedReport = {
  /** null where something is wrong with it. */
  readonly report: AuthoredReport | null;
  /** null where they cannot be read. */
  readonly paragraphs: readonly number[] | null;
  /** Neither the report nor, as far as it could be read, the file says who says so. */
  readonly lacksAttribution: boolean;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
};

const unreadable = { report: null, paragraphs: null, lacksAttribution: false, warnings: [] } as const;

function checkKnown(type: EventType, map: SourceMap, path: Path, context: ReportContext): CheckedReport {
  const checked = checkObject(reportSchemaOf(type), map, path, keyHints(type));
  const values = checked.values as Values;
  const given = modalities.filter((modality) => Object.hasOwn(map, modality));
  const modality = given[0] ?? 'happened';
  const date = values[modality] ?? null;
  const { published, paragraphs: count } = context;
  const fields = fieldsOf(type, values);
  const corrections = correctionsOf(values, fields, date);
  const games = values.games ?? [];
  const implied = values.implied ?? false;
  const { speaker, findings: unknownSpeaker } = speakerOf(values.speaker, context.speakers, path);
  const mistyped = checked.findings.some(({ suggestion }) => modalities.some((one) => one === suggestion));
  const findings = [
    ...checked.findings,
    ...(mistyped ? [] : modalityRule(type, given, path)),
    ...(modality === 'happened' && date && published ? happenedRule(type, date, published, path) : []),
    ...termRule(values.start as UncertainDate | undefined, values.end as UncertainDate | undefined, path),
    ...(values.p && count !== null ? paragraphRule(values.p, count, [...path, 'p']) : []),
    ...(Object.hasOwn(map, 'games') && !values.games ? [] : impliedRule(implied, games, path)),
    ...unknownSpeaker,
    ...correctionRule(corrections, path),
  ];
  const attribution = values.by ?? context.attribution;
  const complete = findings.length === 0 && attribution !== null;
  return {
    report: complete
      ? {
          type,
          subjects: subjectsOf(type, map, values, path),
          modality,
          date,
          campaign: type.within ? (values.campaign ?? null) : null,
          games,
          fields,
          note: values.note ?? null,
          paragraphs: values.p ?? [],
          attribution,
          speaker,
          implied,
          identityAssumed: values.identityAssumed ?? null,
          corrections,
        }
      : null,
    paragraphs: values.p ?? null,
    lacksAttribution: attribution === null && (map.by ?? '') === '',
    findings,
    warnings: modality === 'planned' && date && published ? plannedDoubt(date, published, path) : [],
  };
}

/** What to say of keys that other types have. */
export function keyHints(type: EventType): KeyHints {
  const hints = new Map<string, { message: string; suggestion?: string }>();
  const statement = { message: `${type.type} is itself a statement, so it is always happened`, suggestion: 'happened' };
  if (type.statement) hints.set('planned', statement).set('denied', statement);
  const noGames = { message: `${type.type} knows no Games` };
  if (type.edition === 'none') hints.set('games', noGames).set('implied', noGames);
  return hints.set('campaign', { message: `${type.type} is not part of a campaign` });
}

type Values = Shared & { readonly corrected?: Readonly<Record<string, Correction>> } & Readonly<
    Record<string, unknown>
  >;

type Shared = Partial<z.output<typeof sharedSchema>>;

// What reports of all types may have; of one whose type is not known, this much is checked.
const sharedSchema = z.strictObject({
  ...modalityShape,
  ...evidenceShape,
  ...contextShape,
  campaign: contextShape.campaign.optional(),
  games: contextShape.games.optional(),
});

type Correction = { to: unknown; reason: string; reference: string; published: UncertainDate };

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
export function speakerOf(
  speaker: AuthoredSpeaker | undefined,
  speakers: ReadonlyMap<string, Speaker>,
  path: Path,
): { readonly speaker: Speaker | null; readonly findings: Rule } {
  if (speaker === undefined) return { speaker: null, findings: [] };
  if (!('short' in speaker)) return { speaker, findings: [] };
  const found = speakers.get(speaker.short);
  if (found) return { speaker: found, findings: [] };
  const [suggestion] = nearest(speaker.short, speakers.keys(), { limit: 1 });
  const message = `${speaker.short} is none of the file's speakers: add it there, or write "Name, role"`;
  return { speaker: null, findings: [finding([...path, 'speaker'], message, suggestion)] };
}

type Rule = readonly Finding[];

/** Anything but a statement says exactly one of happened, planned and denied. */
export function modalityRule(type: EventType, given: readonly Modality[], path: Path): Rule {
  const [first, second] = given;
  if (first && second)
    return [finding([...path, second], `a report is happened, planned or denied: ${first} is given`)];
  if (first || type.statement) return [];
  return [finding(path, `${type.type} says neither happened, planned nor denied (without a day: an empty value)`)];
}

/** An article cannot report as happened what comes after its publication. */
export function happenedRule(type: EventType, happened: UncertainDate, published: UncertainDate, path: Path): Rule {
  return certainlyBefore(published, happened)
    ? [
        finding(
          [...path, 'happened'],
          `${happened.edtf} is wholly after the publication (${published.edtf}), so it had not happened yet`,
          type.statement ? undefined : 'planned',
        ),
      ]
    : [];
}

/** A term does not end before it starts, whatever days within the bounds are chosen. */
export function termRule(start: UncertainDate | undefined, end: UncertainDate | undefined, path: Path): Rule {
  return start && end && certainlyBefore(end, start)
    ? [finding([...path, 'end'], `the term ends (${end.edtf}) before it starts (${start.edtf})`)]
    : [];
}

/** The article has the paragraphs that are cited. */
export function paragraphRule(cited: readonly number[], count: number, path: Path): Rule {
  return cited
    .filter((paragraph) => paragraph > count)
    .map((paragraph) => finding(path, `there is no paragraph ${paragraph}: the article has ${count}`));
}

/** `implied` says of Games that the article does not name them; without Games it says nothing. */
export function impliedRule(implied: boolean, games: readonly string[], path: Path): Rule {
  return implied && games.length === 0
    ? [finding([...path, 'implied'], 'implied is said of Games, and none are given (games: 2018W..2028S)')]
    : [];
}

/** A correction says something else than the report. */
export function correctionRule(corrections: readonly CorrectionDraft[], path: Path): Rule {
  return corrections
    .filter(({ said, value }) => JSON.stringify(said) === JSON.stringify(value))
    .map(({ field }) => finding([...path, 'corrected', field, 'to'], 'this is what the report says already'));
}

function subjectsOf(type: EventType, map: SourceMap, values: Values, path: Path): AuthoredReport['subjects'] {
  return ((values[type.type] ?? []) as AuthoredSubjects).map((subject, index) => ({
    subject,
    path: isList(map[type.type] ?? '') ? [...path, type.type, index] : [...path, type.type],
  }));
}

/** A plan for a day that had passed before the article was published is odd, but can be told. */
export function plannedDoubt(planned: UncertainDate, published: UncertainDate, path: Path): Rule {
  return certainlyBefore(planned, published)
    ? [
        finding(
          [...path, 'planned'],
          `${planned.edtf} is wholly before the publication (${published.edtf}): is it still a plan?`,
        ),
      ]
    : [];
}

/** Paragraphs are omitted once, and only those that the article has and no report cites. */
export function omissionRules(
  omitted: ReadingDraft['omitted'],
  cited: ReadonlySet<number>,
  count: number | null,
): readonly Finding[] {
  const before = new Set<number>();
  return omitted.flatMap(({ reason, paragraphs }) => {
    const twice = paragraphs.filter((paragraph) => before.has(paragraph));
    for (const paragraph of paragraphs) before.add(paragraph);
    const cites = paragraphs.filter((paragraph) => cited.has(paragraph));
    const beyond = count === null ? [] : paragraphs.filter((paragraph) => paragraph > count);
    return [
      ...problemOf('omitted for two reasons', twice, reason),
      ...problemOf('both omitted and cited by a report', cites, reason),
      ...problemOf(`omitted, but the article has ${count}`, beyond, reason),
    ];
  });
}

function problemOf(says: string, numbers: readonly number[], reason: string): readonly Finding[] {
  return numbers.length === 0 ? [] : [finding(['omitted', reason], `${named(numbers)} ${says}`)];
}

function named(numbers: readonly number[]): string {
  return numbers.length === 1 ? `paragraph ${numbers[0]} is` : `paragraphs ${inRanges(numbers)} are`;
}

/** Numbers in order, as `7, 9-11`. */
function inRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

/** Every paragraph is cited by a report or omitted with a reason. */
export function accountRule(
  omitted: ReadingDraft['omitted'],
  cited: ReadonlySet<number>,
  count: number,
): readonly Finding[] {
  const left = new Set(omitted.flatMap(({ paragraphs }) => paragraphs));
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const open = all.filter((paragraph) => !cited.has(paragraph) && !left.has(paragraph));
  return open.length === 0 ? [] : [finding(['omitted'], `${named(open)} neither cited by a report nor omitted`)];
}
