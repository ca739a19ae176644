import * as z from 'zod';
import { type Day, lastDay, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import type { EventType, Field, FieldValue } from '../domain/vocabulary/event-type.ts';
import { gamesTypes } from '../domain/vocabulary/event-types.ts';
import { type Edition, olympics, parseEdition, type Series, seriesOf } from '../domain/vocabulary/games-editions.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem, problem } from '../domain/vocabulary/problem.ts';
import { checkObject, fieldSchema } from './schema.ts';
import {
  type ArticleProblem,
  type ContentProblem,
  isList,
  isMap,
  keyProblem,
  nameOf,
  type Path,
  readSource,
  type SourceValue,
} from './source.ts';
import { count, mapOf, milestoneDateOrNull, names, publicationDate, slug, word } from './values.ts';

/**
 * Reads the reference on the Games (seeds/reference/games.yaml): what became public about each edition, and when. All or
 * nothing; reports every problem at once. Never throws.
 */
export function readGames(
  text: string,
  { file }: { readonly file: string },
): { readonly drafts: readonly GamesDraft[]; readonly problems: readonly ArticleProblem[] } {
  const source = readSource(text, file);
  if (source.content === null) return { drafts: [], problems: source.problems };
  const { values, problems: headProblems } = checkObject(fileSchema, source.content, []);
  const { reference = '', publisher, games = {} } = values;
  const read = Object.entries(games).flatMap(([key, value]) => readEdition(key, value, { reference, publisher }));
  const drafts = read.filter((one) => 'edition' in one);
  const editionProblems = read.filter((one) => 'message' in one);
  const problems = source.problemsWith([...headProblems, ...editionProblems, ...repetitionRule(drafts)]);
  return { drafts: problems.length === 0 ? drafts : [], problems };
}

/**
 * Reads the reference on the other series of events (seeds/reference/series.yaml): their names and calendars, and what
 * became public about their editions. All or nothing; reports every problem at once. Never throws.
 */
export function readSeries(
  text: string,
  { file }: { readonly file: string },
): {
  readonly series: readonly Series[];
  readonly drafts: readonly GamesDraft[];
  readonly problems: readonly ArticleProblem[];
} {
  const source = readSource(text, file);
  if (source.content === null) return { series: [], drafts: [], problems: source.problems };
  const { values, problems: headProblems } = checkObject(seriesFileSchema, source.content, []);
  const { reference = '', series: written = {} } = values;
  const read = Object.entries(written).map(([id, value]) => readOneSeries(id, value, reference));
  const drafts = read.flatMap((one) => one.drafts);
  const problems = source.problemsWith([
    ...headProblems,
    ...read.flatMap((one) => one.problems),
    ...repetitionRule(drafts),
  ]);
  if (problems.length > 0) return { series: [], drafts: [], problems };
  return { series: read.flatMap(({ series }) => series ?? []), drafts, problems: [] };
}

/** What a reference says of a Games edition, read and checked, not yet recorded. */
export type GamesDraft = {
  /** The id of the reference. */
  readonly reference: string;
  readonly edition: Edition;
  readonly type: string;
  /** The type's own fields. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** EDTF: when it became public. */
  readonly published: string;
  readonly publisher: string | null;
  /** The document that says so. */
  readonly title: string | null;
};

const publisher = word('Who published it; `unknown` where nobody is named').optional();

const fileSchema = z.strictObject({
  reference: slug('The id of this reference'),
  publisher,
  games: mapOf('Games editions'),
});

function readEdition(key: string, value: SourceValue, head: Head): readonly (GamesDraft | ContentProblem)[] {
  const path = ['games', key];
  const edition = parseEdition(key);
  const wrongKey = isProblem(edition)
    ? [keyProblem(path, edition.message, edition.suggestion)]
    : edition === key
      ? []
      : [keyProblem(path, `${key}: write it as it is stored`, edition)];
  return [...wrongKey, ...readEvents(key, value, path, head)];
}

function readEvents(
  edition: Edition,
  value: SourceValue,
  path: Path,
  head: Head,
): readonly (GamesDraft | ContentProblem)[] {
  if (!isList(value)) return [problem(path, 'a list of events belongs here')];
  return value.flatMap((event, index) => readEvent(event, edition, [...path, index], head));
}

type Head = { readonly reference: string; readonly publisher: string | undefined };

function readEvent(
  value: SourceValue,
  edition: Edition,
  path: Path,
  head: Head,
): readonly (GamesDraft | ContentProblem)[] {
  if (!isMap(value)) return [problem(path, `an event is a map, not ${nameOf(value)}`)];
  const type = gamesTypes.find((one) => Object.hasOwn(value, one.type));
  if (!type) {
    const [key = ''] = Object.keys(value);
    const types = gamesTypes.map((one) => one.type);
    const message = `an event is one of ${types.join(', ')}`;
    return [keyProblem([...path, key], message, nearest(key, types, { limit: 1 })[0])];
  }
  const { values, problems } = checkObject(schemas.get(type.type) ?? z.strictObject({}), value, path);
  if (problems.length > 0) return problems;
  const event = values as { published: UncertainDate; publisher?: string; title?: string } & Record<string, unknown>;
  const publisher = event.publisher ?? head.publisher ?? 'unknown';
  const [name] = fieldOf(type);
  const field = event[type.type];
  const stored = typeof field === 'object' && field !== null ? (field as UncertainDate).edtf : field;
  return [
    {
      reference: head.reference,
      edition,
      type: type.type,
      fields: name && typeof stored === 'string' ? { [name]: stored } : {},
      published: event.published.edtf,
      publisher: publisher.toLowerCase() === 'unknown' ? null : publisher,
      title: event.title ?? null,
    },
  ];
}

const evidence = {
  published: publicationDate('when it became public (EDTF)'),
  publisher,
  title: word('The document that says so').optional(),
};

const schemas = new Map(
  gamesTypes.map((type) => {
    const [name, field] = fieldOf(type);
    // Not everyone tells on which day something was decided.
    const value = field.kind === 'date' ? milestoneDateOrNull(field.meaning) : fieldSchema(name, field);
    return [type.type, z.strictObject({ [type.type]: value, ...evidence })];
  }),
);

// An event has one field. Authors write it as the value of the type.
function fieldOf(type: EventType): readonly [string, Field] {
  return Object.entries(type.fields)[0] as [string, Field];
}

const seriesFileSchema = z.strictObject({
  reference: slug('The id of this reference'),
  series: mapOf('series'),
});

const seriesSchema = z.strictObject({
  name: word('How the series is called'),
  aliases: names('What else it is called').optional(),
  publisher,
  rhythm: z
    .strictObject({
      first: word('The first edition of the rule: a year, or a season as in 1992-93'),
      every: count(20, 'How many years lie between two editions'),
    })
    .optional(),
  editions: mapOf('editions to what became public about them').optional(),
});

function readOneSeries(id: string, value: SourceValue, reference: string): ReadSeries {
  const path = ['series', id];
  if (!isMap(value))
    return failed([problem(path, `a map of its name and editions belongs here, not ${nameOf(value)}`)]);
  const { values, problems } = checkObject(seriesSchema, value, path);
  const { name = '', aliases = [], rhythm, editions = {}, publisher } = values;
  const formProblems = [
    ...formRule(`${id}.2000`, id, path),
    ...(rhythm ? formRule(`${id}.${rhythm.first}`, rhythm.first, [...path, 'rhythm', 'first']) : []),
  ];
  const read = Object.entries(editions).flatMap(([part, events]): readonly (GamesDraft | ContentProblem)[] => {
    const place = [...path, 'editions', part];
    const wrong = formRule(`${id}.${part}`, part, place);
    // An edition that is only listed is part of the calendar, and nothing is known of it.
    if (events === '') return wrong;
    return [...wrong, ...readEvents(`${id}.${part}`, events, place, { reference, publisher })];
  });
  const drafts = read.filter((one) => 'edition' in one);
  return {
    series: {
      id,
      name,
      aliases,
      rhythm: rhythm ? { first: rhythm.first, everyYears: rhythm.every } : null,
      editions: Object.keys(editions),
    },
    drafts: withSeriesNamed(drafts, name),
    problems: [
      ...problems,
      ...(problems.some((one) => one.path.length === 2) ? [] : formProblems),
      ...read.filter((one) => 'message' in one),
    ],
  };
}

type ReadSeries = {
  readonly series: Series | null;
  readonly drafts: readonly GamesDraft[];
  readonly problems: readonly ContentProblem[];
};

function failed(problems: readonly ContentProblem[]): ReadSeries {
  return { series: null, drafts: [], problems };
}

// The form of an edition decides, and nothing may be written differently from how it is stored.
function formRule(edition: Edition, written: string, path: Path): readonly ContentProblem[] {
  const read = parseEdition(edition);
  if (read === edition && seriesOf(read) !== olympics) return [];
  const message = `"${written}": write a series as in fifa-world-cup, and its editions as in 2026 or 2022-23`;
  return [keyProblem(path, message)];
}

// An edition is known by the name of its series from when the first thing about it became public.
function withSeriesNamed(drafts: readonly GamesDraft[], series: string): readonly GamesDraft[] {
  return [...Map.groupBy(drafts, ({ edition }) => edition).values()].flatMap((ofEdition) => {
    const [first] = ofEdition.toSorted((a, b) => (lastDayOf(a) < lastDayOf(b) ? -1 : 1));
    return first === undefined ? [] : [{ ...first, type: 'SeriesNamed', fields: { series } }, ...ofEdition];
  });
}

function lastDayOf({ published }: GamesDraft): Day {
  return uncertainDate(published).latest ?? lastDay;
}

function repetitionRule(drafts: readonly GamesDraft[]): readonly ContentProblem[] {
  const seen = new Set<string>();
  return drafts.flatMap(({ edition, type, published }) => {
    const message = `${type} of ${edition} published ${published} is listed twice`;
    if (!seen.has(message)) {
      seen.add(message);
      return [];
    }
    return [problem(['games', edition], message)];
  });
}
