import * as z from 'zod';
import type { UncertainDate } from '../domain/vocabulary/dates.ts';
import type { EventType, FieldValue } from '../domain/vocabulary/event-type.ts';
import { gamesTypes } from '../domain/vocabulary/event-types.ts';
import { type Edition, parseEdition } from '../domain/vocabulary/games-editions.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem } from '../domain/vocabulary/problem.ts';
import { checkObject } from './check-object.ts';
import { fieldSchema } from './schema.ts';
import {
  type ArticleProblem,
  type Finding,
  finding,
  inOrder,
  isList,
  isMap,
  nameOf,
  ofKey,
  type Path,
  readSource,
  type SourceMap,
  type SourceValue,
  sourceLimits,
} from './source.ts';
import { authored, publicationDate, slug, word } from './values.ts';

/**
 * Reads the reference on the Games (seeds/reference/games.yaml): what became public of each edition, and when. All or
 * nothing; every problem is reported at once. Never throws.
 */
export function readGames(
  text: string,
  { file }: { readonly file: string },
): { readonly drafts: readonly GamesDraft[]; readonly problems: readonly ArticleProblem[] } {
  const { content, problems: unreadable, problemsAt } = readSource(text, file);
  if (content === null) return { drafts: [], problems: unreadable };
  const { values, findings } = checkObject(fileSchema, content, []);
  const head = { reference: values.reference ?? '', publisher: known(values.publisher) };
  const reads = Object.entries(values.games ?? {}).flatMap(([key, value]) => readEdition(key, value, head));
  const found = [...findings, ...reads.flatMap((read) => read.findings), ...repeated(reads)];
  const problems = inOrder([...unreadable, ...problemsAt(found)], sourceLimits.problems);
  return { drafts: problems.length === 0 ? reads.flatMap(({ draft }) => draft ?? []) : [], problems };
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

const rawGames = authored<SourceMap>({ description: 'Editions and what is known of them' }, (value, refuse) =>
  isMap(value) ? value : refuse(`a map of Games editions belongs here, not ${nameOf(value)}`),
);

const fileSchema = z.strictObject({ reference: slug('The id of this reference'), publisher, games: rawGames });

function known(name: string | undefined): string | null {
  return name === undefined || name.toLowerCase() === 'unknown' ? null : name;
}

function readEdition(key: string, value: SourceValue, head: Head): readonly Read[] {
  const path = ['games', key];
  const findings = editionFindings(key, path);
  if (!isList(value)) return [{ draft: null, findings: [...findings, finding(path, 'a list of events belongs here')] }];
  return [{ draft: null, findings }, ...value.map((event, index) => readEvent(event, key, [...path, index], head))];
}

type Head = { readonly reference: string; readonly publisher: string | null };

type Read = { readonly draft: GamesDraft | null; readonly findings: readonly Finding[] };

function editionFindings(key: string, path: Path): readonly Finding[] {
  const edition = parseEdition(key);
  if (isProblem(edition)) return [ofKey(finding(path, edition.message, edition.suggestion))];
  return edition === key ? [] : [ofKey(finding(path, `${key}: an edition has a capital letter`, edition))];
}

function readEvent(value: SourceValue, edition: Edition, path: Path, head: Head): Read {
  if (!isMap(value)) return { draft: null, findings: [finding(path, `an event is a map, not ${nameOf(value)}`)] };
  const type = gamesTypes.find((one) => Object.hasOwn(value, one.type));
  if (!type) {
    const [key = ''] = Object.keys(value);
    const types = gamesTypes.map((one) => one.type);
    const message = `an event is one of ${types.join(', ')}`;
    return { draft: null, findings: [ofKey(finding([...path, key], message, nearest(key, types, { limit: 1 })[0]))] };
  }
  const { values, findings } = checkObject(schemas.get(type.type) ?? z.strictObject({}), value, path);
  if (findings.length > 0) return { draft: null, findings };
  const read = values as { published: UncertainDate; publisher?: string; title?: string } & Record<string, unknown>;
  const [name] = fieldOf(type) ?? [];
  const own = read[type.type];
  const stored = typeof own === 'object' && own !== null ? (own as UncertainDate).edtf : String(own);
  const draft = {
    reference: head.reference,
    edition,
    type: type.type,
    fields: name ? { [name]: stored } : {},
    published: read.published.edtf,
    publisher: known(read.publisher ?? head.publisher ?? undefined),
    title: read.title ?? null,
  };
  return { draft, findings: [] };
}

const evidence = {
  published: publicationDate('when it became public (EDTF)'),
  publisher,
  title: word('The document that says so').optional(),
};

const nothing = authored<null>({ type: 'null' }, (value, refuse) =>
  value === '' ? null : refuse('nothing stands after the colon here'),
);

const schemas = new Map(
  gamesTypes.map((type) => {
    const [name, field] = fieldOf(type) ?? [];
    return [
      type.type,
      z.strictObject({ [type.type]: name && field ? fieldSchema(name, field) : nothing, ...evidence }),
    ];
  }),
);

// An event has one field at most, which stands as the value of its type.
function fieldOf(type: EventType) {
  return Object.entries(type.fields)[0];
}

function repeated(reads: readonly Read[]): readonly Finding[] {
  const drafts = reads.flatMap(({ draft }) => draft ?? []);
  return drafts.flatMap((draft, index) => {
    const first = drafts.findIndex(
      (one) => one.edition === draft.edition && one.type === draft.type && one.published === draft.published,
    );
    const message = `${draft.type} of ${draft.edition} published ${draft.published} is there twice`;
    return first === index ? [] : [finding(['games', draft.edition], message)];
  });
}
