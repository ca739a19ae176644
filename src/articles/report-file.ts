import * as z from 'zod';
import type { EventType } from '../domain/events/event-type.ts';
import { attributions } from '../domain/events/metadata.ts';
import { reportTypes } from '../domain/events/vocabulary.ts';
import { milestoneDate, milestoneDateOrNull, publicationDate } from './authored-date.ts';
import { games } from './authored-games.ts';
import { paragraphs } from './authored-paragraphs.ts';
import { speaker } from './authored-speaker.ts';
import { subjects } from './authored-subject.ts';
import { choice, flag, slug, text, word } from './authored-text.ts';
import { fieldSchema } from './field-schema.ts';

/** A schema that has its own place in the JSON Schema, since many types use it. */
function shared<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  return schema.meta({ id });
}

/** The keys that say how a report tells of its milestone; the value is the day. */
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
  games: shared('games', games('Games editions: 2018W, a span 2018W..2028S, a list')),
  implied: shared('implied', flag('true: the article names no Games, the coverage of the partnership does')).optional(),
};

const correctionShape = {
  reason: shared('reason', text('Why the article is wrong')),
  reference: shared('reference', word('The published document that shows what is right')),
  published: shared('referencePublished', publicationDate('When that document was published (EDTF)')),
};
const rightDate = shared('rightDate', milestoneDate('The right day (EDTF)'));

/** What is right in a field that the article has wrong; `to` is written like the field. */
function correctionOf(value: z.ZodType) {
  return z.strictObject({ to: value, ...correctionShape }).optional();
}

function optional(shape: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.optional()]));
}

function editionShape({ edition }: EventType): Record<string, z.ZodType> {
  if (edition === 'none') return {};
  const { games, implied } = contextShape;
  return { games: edition === 'required' ? games : games.optional(), implied };
}

function fieldShape(type: EventType): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, fieldSchema(name, field)]));
}

/** A statement is always `happened` and need not say so; anything else says exactly one of the three. */
function modalityRule({ statement }: EventType) {
  return statement ? {} : { oneOf: Object.keys(modalityShape).map((modality) => ({ required: [modality] })) };
}

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
    .meta({ id: type.type, description: type.says, ...modalityRule(type) });
}

const schemas = new Map(reportTypes.map((type) => [type.type, reportSchema(type)]));

/** The schemas of all reports, one a type. */
export const reportSchemas: readonly z.ZodObject[] = [...schemas.values()];

/** The schema of a report of this type. */
export function reportSchemaOf(type: EventType): z.ZodObject {
  return schemas.get(type.type) ?? reportSchema(type);
}
