import * as z from 'zod';
import type { UncertainDate } from '../domain/vocabulary/dates.ts';
import type { EventType, Field, FieldValue } from '../domain/vocabulary/event-type.ts';
import { gamesTypes } from '../domain/vocabulary/event-types.ts';
import { type Edition, parseEdition } from '../domain/vocabulary/games-editions.ts';
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
import { mapOf, milestoneDateOrNull, publicationDate, slug, word } from './values.ts';

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
      : [keyProblem(path, `${key}: an edition has a capital letter`, edition)];
  if (!isList(value)) return [...wrongKey, problem(path, 'a list of events belongs here')];
  return [...wrongKey, ...value.flatMap((event, index) => readEvent(event, key, [...path, index], head))];
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
