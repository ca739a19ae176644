import * as z from 'zod';
import { attributions, because } from '../domain/vocabulary/event-data.ts';
import type { EventType, Field, FieldKind } from '../domain/vocabulary/event-type.ts';
import { eventType, reportTypes } from '../domain/vocabulary/event-types.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { problem } from '../domain/vocabulary/problem.ts';
import type { NamedSubject } from '../domain/vocabulary/subjects.ts';
import { edition, games } from './games-values.ts';
import {
  type ContentProblem,
  isList,
  isMap,
  keyProblem,
  nameOf,
  type Path,
  type SourceMap,
  type SourceValue,
} from './source.ts';
import { subjects, territories, territoryDates } from './subject-values.ts';
import {
  authored,
  choice,
  count,
  currency,
  flag,
  language,
  maxParagraphs,
  milestoneDate,
  milestoneDateOrNull,
  names,
  paragraphs,
  paragraphsSchema,
  pattern,
  period,
  publicationDate,
  quantity,
  refuseAt,
  slug,
  speaker,
  speakers,
  subjectFields,
  text,
  webAddress,
  word,
  wordOrNull,
} from './values.ts';

/** The schema of a report of this type. */
export function reportSchemaOf(type: EventType): z.ZodObject {
  const schema = schemas.get(type.type) ?? reportSchema(type);
  schemas.set(type.type, schema);
  return schema;
}

// Made when they are first needed: a command that reads no article would build some eighty of them for nothing.
const schemas = new Map<string, z.ZodObject>();

const partnershipId = /^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/;

const partnershipForm = 'write <partner>.<rights holder>';

const articleId = /^[a-z0-9][a-z0-9.-]{0,99}$/;

const shape = {
  article: pattern(articleId, 'write lower-case letters, digits, - and .', 'Id of the article, unique in the ledger'),
  revision: count(9999, 'Which reading or version of the article this is; 1 if left out').optional(),
  because: choice(
    because.options,
    'From revision 2 on: our reading was wrong (reread), or the publisher changed the article (republished)',
  ).optional(),
  partnership: pattern(partnershipId, partnershipForm, '`<partner>.<rights holder>`, as slugs'),
  title: wordOrNull('The headline; null where the text has none'),
  publisher: word('The publisher; `unknown` where the text names none'),
  published: publicationDate(
    'When it was published (EDTF); needed, but in a reread, which then inherits it',
  ).optional(),
  publishedBasis: text('How we know when it was published, in a sentence; needed with `published`').optional(),
  textSha256: pattern(
    /^[0-9a-f]{64}$/,
    'write a SHA-256 as 64 hex digits in lower case',
    'SHA-256 of the text of the article, in hex',
  ),
  paragraphs: count(maxParagraphs, 'How many non-blank lines the text has, headline included'),
  url: webAddress('Where it can be read: its address, as it is written').optional(),
  author: word('Who wrote it, as the byline names them').optional(),
  accessed: milestoneDate('When we read it there (EDTF)').optional(),
  language: language('The language of the text (BCP 47), as in en or pt-BR').optional(),
  copyOf: pattern(
    articleId,
    'write the id of an article',
    'The recorded article of which this is a copy, such as one that another publisher took over: it supports nothing twice',
  ).optional(),
  extent: choice(
    ['beginning', 'whole'],
    'beginning: only the beginning of the text was at hand; `paragraphs` and `textSha256` are of that alone',
  ).optional(),
  by: choice(
    attributions,
    'Who says so, in all reports that do not say otherwise; needed, unless each report does',
  ).optional(),
  speakers: speakers('Short names for `speaker`: short name -> `Name, role`').optional(),
};

/** The keys that say whether the milestone happened, is planned or is denied; the value is the day. */
export const modalityShape = {
  happened: shared(
    'happened',
    milestoneDateOrNull('It happened: the day (EDTF), or nothing where the article gives none'),
  ).optional(),
  planned: shared(
    'planned',
    milestoneDateOrNull('It is planned: for which day (EDTF), or nothing where the article gives none'),
  ).optional(),
  denied: shared('denied', milestoneDateOrNull('It is denied: the day that is denied (EDTF), or nothing')).optional(),
};

/** The keys that reports of every type have. */
export const evidenceShape = {
  p: shared('p', paragraphs('The paragraphs that say so: a number, a range 5-7, a list')),
  by: shared('by', choice(attributions, "Who says so; else the file's `by`")).optional(),
  speaker: shared('speaker', speaker("Who speaks: a short name of the file's `speakers`, or `Name, role`")).optional(),
  note: shared('note', text('What the article says, in our own words')).optional(),
  identityAssumed: shared(
    'identityAssumed',
    text('Why this is taken to be the same fact as that of another article'),
  ).optional(),
};

/** The keys that reports of some types have. */
export const contextShape = {
  campaign: shared('campaign', slug('The campaign that it is part of')),
  games: shared('games', games('Editions: 2018W, a span 2018W..2028S, paralympics.2020 of another series, a list')),
  implied: shared('implied', flag('true: the article names no Games, the coverage of the partnership does')).optional(),
};

const correctionShape = {
  reason: shared('reason', text('Why the article is wrong')),
  reference: shared('reference', word('The published document that shows what is right')),
  published: shared('referencePublished', publicationDate('When that document was published (EDTF)')),
};

const rightDate = shared('rightDate', milestoneDate('The right day (EDTF)'));

const byKind: Readonly<Record<FieldKind, (description: string) => z.ZodType>> = {
  text,
  word,
  currency,
  flag,
  quantity,
  date: milestoneDate,
  period,
  edition,
  names,
  territories,
  territoryDates,
};

function reportSchema(type: EventType): z.ZodObject {
  const fields = fieldShape(type);
  const corrected = Object.entries({ ...fields, date: rightDate });
  return z
    .strictObject({
      [type.type]: subjects(type),
      ...(type.statement ? { happened: modalityShape.happened } : modalityShape),
      ...(type.within ? { campaign: contextShape.campaign } : {}),
      ...editionShape(type),
      ...optional(fields),
      ...evidenceShape,
      corrected: z
        .strictObject(Object.fromEntries(corrected.map(([name, value]) => [name, correctionOf(value)])))
        .describe('What the article has wrong: field -> what is right. The report keeps what the article says')
        .optional(),
    })
    .meta({ id: type.type, description: type.meaning, ...modalityRule(type) });
}

function fieldShape(type: EventType): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, fieldSchema(name, field)]));
}

/** The schema of a field of a report, as authors write it. Dates come out with their bounds. */
export function fieldSchema(name: string, { kind, meaning, oneOf }: Field): z.ZodType {
  if (oneOf !== undefined) return choice(oneOf, meaning);
  return kind === 'word' && name in subjectFields ? slug(meaning) : byKind[kind](meaning);
}

/** A schema that has its own place in the JSON Schema, since many types use it. */
function shared<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  return schema.meta({ id });
}

function editionShape({ edition }: EventType): Record<string, z.ZodType> {
  if (edition === 'none') return {};
  const { games, implied } = contextShape;
  return { games: edition === 'required' ? games : games.optional(), implied };
}

function optional(shape: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.optional()]));
}

/** What is right in a field that the article has wrong; `to` is written like the field. */
function correctionOf(value: z.ZodType) {
  return z.strictObject({ to: value, ...correctionShape }).optional();
}

/** A statement is always `happened` and need not say so; anything else says exactly one of the three. */
function modalityRule({ statement }: EventType) {
  return statement ? {} : { oneOf: Object.keys(modalityShape).map((modality) => ({ required: [modality] })) };
}

/** Finds the type of a report: the key that names an event type. */
export function typeOfReport(
  report: SourceMap,
  path: Path,
): { readonly type: EventType | null; readonly problems: readonly ContentProblem[] } {
  const keys = Object.keys(report);
  const [first, ...others] = keys.filter((key) => types.has(key));
  if (first !== undefined) {
    const problems = others.map((key) =>
      keyProblem([...path, key], `a report has one type, and ${first} is already one`),
    );
    return { type: types.get(first) ?? null, problems };
  }
  const meant = keys.find((key) => /^[A-Z]/.test(key)) ?? keys.find((key) => !otherKeys.has(key));
  if (meant === undefined) {
    const message = 'a report needs an event type as a key, as in CampaignLaunched';
    return { type: null, problems: [problem(path, message)] };
  }
  const [suggestion] = nearest(meant, types.keys(), { limit: 1 });
  return { type: null, problems: [keyProblem([...path, meant], whyNoType(meant), suggestion)] };
}

const types = new Map(reportTypes.map((type) => [type.type, type]));

const otherKeys = new Set([...Object.keys({ ...modalityShape, ...evidenceShape, ...contextShape }), 'corrected']);

function whyNoType(key: string): string {
  return eventType(key) ? `${key} events come from references, not from articles` : `${key} is not a report type`;
}

/** The article format as JSON Schema (2020-12): editors complete and check files by it. */
export function articleJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(articleFile(), { target: 'draft-2020-12', io: 'input', reused: 'inline' });
}

// The kinds under which subjects are named: those of fact keys, and organisations, of which any may be a party.
const subjectKinds: readonly string[] = [
  'organisation',
  ...new Set(
    reportTypes.flatMap(({ kind, subject, markets }) => (subject === 'none' || markets === true ? [] : [kind])),
  ),
];

const subjectEntry = z.strictObject({
  kind: authored<readonly string[]>({}, (value, refuse) =>
    (isList(value) ? value : [value]).flatMap((item) => {
      const read = choice(subjectKinds, 'What it is').safeParse(item);
      for (const issue of read.error?.issues ?? []) {
        const { message, suggestion } = problemOf(issue, []);
        refuse(message, { suggestion });
      }
      return read.success ? [read.data] : [];
    }),
  ),
  name: word('How it is called'),
  aliases: names('What else it is called').optional(),
});

const kindsSchema = { enum: subjectKinds };

const namedSubjects = authored<readonly NamedSubject[]>(
  {
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        kind: { anyOf: [kindsSchema, { type: 'array', items: kindsSchema, minItems: 1 }] },
        name: { type: 'string' },
        aliases: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      },
      required: ['kind', 'name'],
      additionalProperties: false,
    },
    description: 'Names that are new to the ledger: slug -> `{ kind: …, name: …, aliases: […] }`',
  },
  (value, refuse) => {
    if (!isMap(value)) return refuse(`a map of slugs to kinds and names belongs here, not ${nameOf(value)}`);
    return Object.entries(value).flatMap(([key, entry]) => {
      const refuseEntry = refuseAt(refuse, [key]);
      const subject = slug('').safeParse(key);
      for (const issue of subject.error?.issues ?? []) {
        const { message, suggestion } = problemOf(issue, []);
        refuseEntry(message, { suggestion });
      }
      if (!isMap(entry)) {
        refuseEntry(
          `write its kind and its name, as in { kind: obligation, name: ${typeof entry === 'string' && entry !== '' ? entry : 'Insurance'} }`,
        );
        return [];
      }
      const { values, problems } = checkObject(subjectEntry, entry, []);
      for (const { path, message, suggestion } of problems) refuseEntry(message, { path, suggestion });
      const { kind: kinds = [], name = '', aliases = [] } = values;
      return kinds.map((kind) => ({ kind, slug: key, name, aliases: [...aliases] }));
    });
  },
);

const omittedParagraphs = paragraphs('Paragraphs that gave no report');

const omitted = authored<readonly Omission[]>(
  {
    type: 'object',
    additionalProperties: paragraphsSchema,
    description: 'Paragraphs that gave no report, by reason. Every paragraph is cited by a report or stands here',
  },
  (value, refuse) => {
    if (!isMap(value)) return refuse(`a map of reasons to paragraphs belongs here, not ${nameOf(value)}`);
    return Object.entries(value).flatMap(([reason, list]) => {
      const refusePart = refuseAt(refuse, [reason]);
      if (reason.trim() === '') refusePart('a reason is missing');
      const read = omittedParagraphs.safeParse(list);
      for (const { message, path, ...issue } of read.error?.issues ?? []) {
        const { suggestion } = ('params' in issue ? issue.params : {}) as { suggestion?: string };
        refusePart(message, { suggestion, path: path as (string | number)[] });
      }
      return read.success ? [{ reason: reason.trim(), paragraphs: read.data }] : [];
    });
  },
);

/** An article file as a whole, for editors. */
export function articleFile(): z.ZodObject {
  const reports = z
    .array(z.union(reportTypes.map(reportSchemaOf)))
    .describe('What the article reports: one milestone a report');
  return z
    .strictObject({
      ...shape,
      subjects: namedSubjects.optional(),
      partnership: described(shape.partnership, 'needed, unless the article is on several').optional(),
      reports: described(reports, 'needed, unless the article is on several').optional(),
      partnerships: z
        .record(z.string().regex(partnershipId), reports)
        .describe('Of an article on several partnerships: partnership -> `reports`, in place of the two')
        .optional(),
      omitted: omitted.optional(),
    })
    .meta({
      title: 'Article',
      description: 'An article as evidence: what it reports of a partnership, paragraph by paragraph',
      oneOf: [{ required: ['partnership', 'reports'] }, { required: ['partnerships'] }],
    });
}

function described<Schema extends z.ZodType>(schema: Schema, more: string): Schema {
  return schema.describe(`${schema.description}; ${more}`);
}

type Omission = { readonly reason: string; readonly paragraphs: readonly number[] };

const rawReports = authored<readonly SourceValue[]>({}, (value, refuse) => {
  if (value === '') return [];
  return isList(value) ? value : refuse(`a list of reports belongs here, not ${nameOf(value)}`);
});

/** An article file whose reports are still as written: each is checked separately, by the schema of its type. */
export const articleHead = z.strictObject({
  ...shape,
  subjects: namedSubjects.optional(),
  reports: rawReports,
  omitted: omitted.optional(),
});

const rawBlocks = authored<readonly Block[]>({}, (value, refuse) => {
  if (!isMap(value)) return refuse(`a map of partnerships to lists of reports belongs here, not ${nameOf(value)}`);
  if (Object.keys(value).length === 0) refuse('name at least one partnership');
  return Object.entries(value).flatMap(([partnership, list]) => {
    const refuseBlock = refuseAt(refuse, [partnership]);
    if (!partnershipId.test(partnership)) refuseBlock(`"${partnership}": ${partnershipForm}`);
    if (list !== '' && !isList(list)) refuseBlock(`a list of reports belongs here, not ${nameOf(list)}`);
    return isList(list) ? [{ partnership, reports: list }] : [];
  });
});

/** What an article on several partnerships says of one of them, as written. */
type Block = { readonly partnership: string; readonly reports: readonly SourceValue[] };

const { partnership: _one, ...sharedHead } = articleHead.omit({ reports: true }).shape;

/** An article file on several partnerships: its reports stand under the partnership that each is about. */
export const articleHeadOfSeveral = z.strictObject({ ...sharedHead, partnerships: rawBlocks });

/**
 * Checks a map key by key, so that one mistake hides no other and the right keys are still read. An optional key
 * with an empty value counts as missing. A missing key is not reported beside one that looks like a mistyped form of it.
 * `rightKeys` says which keys there are, where an unknown one resembles none.
 */
export function checkObject<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  map: SourceMap,
  path: Path,
  hints: KeyHints = new Map(),
  rightKeys = '',
): Checked<z.output<z.ZodObject<Shape>>> {
  const shape: z.ZodRawShape = schema.shape;
  const unknown = Object.keys(map)
    .filter((key) => !Object.hasOwn(shape, key))
    .map((key) => {
      const hint = hints.get(key);
      const keyPath = [...path, key];
      if (hint) return keyProblem(keyPath, hint.message, hint.suggestion);
      return unknownKey(key, keyPath, { isEmpty: map[key] === '', expected: Object.keys(shape), rightKeys });
    });
  const mistyped = new Set(unknown.map(({ suggestion }) => suggestion));
  const values: Record<string, unknown> = {};
  const problems = [...unknown];
  for (const [key, part] of Object.entries(shape)) {
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    const isOptional = part instanceof z.ZodOptional;
    if (value === undefined) {
      const description = (part as z.ZodType).description ?? 'it has to be there';
      if (!isOptional && !mistyped.has(key))
        problems.push(problem([...path, key], `${key} is missing: ${description}`));
      continue;
    }
    const checked = checkValue(isOptional ? part.unwrap() : part, value, [...path, key]);
    if (value === '' && isOptional && checked.problems.length > 0) continue;
    problems.push(...checked.problems);
    if (checked.problems.length === 0) values[key] = checked.value;
  }
  return { values: values as Partial<z.output<z.ZodObject<Shape>>>, problems };
}

/** Messages for keys that the schema lacks, which replace the suggestion of the nearest key that it has. */
export type KeyHints = ReadonlyMap<string, { readonly message: string; readonly suggestion?: string }>;

/** What could be read of a map, and what is wrong with it. */
type Checked<Value> = { readonly values: Partial<Value>; readonly problems: readonly ContentProblem[] };

function unknownKey(
  key: string,
  path: Path,
  { isEmpty, expected, rightKeys }: { isEmpty: boolean; expected: readonly string[]; rightKeys: string },
): ContentProblem {
  // `{ note: bread, butter }` is a map with the keys `note` and `butter`.
  if (isEmpty && key.includes(' '))
    return keyProblem(path, `unknown key ${key}: between { and }, put a text with a comma in quotes`);
  const [suggestion] = nearest(key, expected, { limit: 1 });
  const instead = suggestion === undefined && rightKeys !== '' ? `: ${rightKeys}` : '';
  return keyProblem(path, `unknown key ${key}${instead}`, suggestion);
}

function checkValue(
  schema: unknown,
  value: SourceValue,
  path: Path,
): { value?: unknown; problems: readonly ContentProblem[] } {
  if (schema instanceof z.ZodObject) {
    if (!isMap(value))
      return { problems: [problem(path, `a map of keys to values belongs here, not ${nameOf(value)}`)] };
    const { values, problems } = checkObject(schema, value, path);
    return { value: values, problems };
  }
  const read = (schema as z.ZodType).safeParse(value);
  if (read.success) return { value: read.data, problems: [] };
  return { problems: read.error.issues.map((issue) => problemOf(issue, path)) };
}

/** The problem of an issue, as `authored` values raise it. */
function problemOf(issue: z.core.$ZodIssue, path: Path): ContentProblem {
  const { suggestion } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as { suggestion?: string };
  return problem([...path, ...(issue.path as Path)], issue.message, suggestion);
}
