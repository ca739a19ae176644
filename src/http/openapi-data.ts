import * as z from 'zod';
import { dataFields } from '../domain/facts/merge.ts';
import {
  articleRead,
  articleRetracted,
  contestResolved,
  factCorrected,
  factRetracted,
  factsMerged,
  mergeUndone,
  modality,
} from '../domain/vocabulary/event-data.ts';
import { type EventType, type Field, measure, money, storedValue } from '../domain/vocabulary/event-type.ts';
import { gamesTypes, reportTypes } from '../domain/vocabulary/event-types.ts';

/**
 * What is told of each type, as components of the OpenAPI document by name: `<type>Data` is the `data` of its fact, and
 * `<type>Asserted` what an event of the type asserts. Answers have one shape for all types, which is checked as they are
 * sent; these say more, to whoever reads the document.
 */
export function dataByType(): Readonly<Record<string, z.ZodType>> {
  return {
    Quantity: storedValue('quantity'),
    Money: money,
    Measure: measure,
    TerritoryDates: storedValue('territoryDates'),
    ...Object.fromEntries(reportTypes.map((type) => [`${type.type}Data`, dataOf(type)])),
    ...Object.fromEntries([...reportTypes, ...gamesTypes].map((type) => [`${type.type}Asserted`, assertedOf(type)])),
    ArticleReadAsserted: articleRead
      .omit({ article: true, revision: true, omitted: true })
      .extend({ reports: z.int().describe('how many reports it lists') }),
    ArticleRetractedAsserted: articleRetracted,
    LedgerOpenedAsserted: z.looseObject({ ledger: z.string().describe('the id of the ledger') }),
    LedgerCopiedAsserted: z.record(z.string(), z.unknown()),
    AlterationAcceptedAsserted: z.looseObject({
      fault: z.string().describe('how the ledger was not what was recorded'),
      reason: z.string().describe('why somebody let it go on'),
    }),
    ...Object.fromEntries(
      Object.entries({
        FactCorrected: factCorrected,
        FactRetracted: factRetracted,
        ContestResolved: contestResolved,
        FactsMerged: factsMerged,
        MergeUndone: mergeUndone,
      }).map(([name, { shape }]) => [`${name}Asserted`, decidedOf(shape)]),
    ),
  };
}

// The types whose facts can be lost again: `held` is false from then on.
const heldTypes: ReadonlySet<string> = new Set(['TierGranted', 'CategoryGranted', 'RoleGranted']);

function dataOf(type: EventType): z.ZodType {
  // A number that a report gives without a unit stands alone.
  const shown = { money, measure: z.union([measure, storedValue('quantity')]) };
  const wholes = Object.entries(type.wholes).flatMap(([name, { kind }]) =>
    kind === 'money' || kind === 'measure' ? [[name, shown[kind].optional()] as const] : [],
  );
  const held = z.literal(false).optional().describe('false: no longer held');
  return z.strictObject({
    ...fieldsOf(dataFields(type)),
    ...Object.fromEntries(wholes),
    ...(heldTypes.has(type.type) ? { held } : {}),
  });
}

function fieldsOf(fields: readonly (readonly [string, Field])[]) {
  return Object.fromEntries(fields.map(([name, field]) => [name, schemaOf(field).optional()]));
}

function schemaOf({ kind, meaning, oneOf }: Field): z.ZodType {
  const value = oneOf === undefined ? storedValue(kind) : z.enum(oneOf);
  // A text with a description of its own would stand for all fields of its kind.
  return kind === 'quantity' || kind === 'territoryDates' ? value : value.describe(meaning);
}

function assertedOf({ fields }: EventType): z.ZodType {
  return z.strictObject({
    modality,
    date: z.string().nullable().describe('EDTF'),
    games: z.array(z.string()),
    note: z.string().nullable(),
    ...fieldsOf(Object.entries(fields)),
    ...damaged,
    ...referenced,
  });
}

const damaged = {
  damaged: z.array(z.string()).optional().describe('fields whose value was not kept when it was recorded'),
};

// Of what a reference says.
const referenced = {
  reference: z.string().optional(),
  publisher: z.string().nullable().optional(),
  title: z.string().nullable().optional(),
};

function decidedOf({ fact: _fact, ...shape }: z.core.$ZodShape): z.ZodType {
  return z.strictObject({ ...shape, ...damaged });
}
