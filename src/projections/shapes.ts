import * as z from 'zod';
import type { Games } from '../domain/facts/games-calendar.ts';
import { ruleNames } from '../domain/facts/rules.ts';
import type { UncertainDate } from '../domain/vocabulary/dates.ts';
import { attribution, correctionBasis, modality, reference, speaker } from '../domain/vocabulary/event-data.ts';
import { measure, money, storedValue } from '../domain/vocabulary/event-type.ts';
import { gamesTypes, reportTypes } from '../domain/vocabulary/event-types.ts';
import { type Edition, editionWithinSeries, olympics, seriesOf } from '../domain/vocabulary/games-editions.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';

/** A readable form of a slug or of an event type: "cloud-services" and "CloudServices" give "Cloud services". */
export function humanise(text: string): string {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-.]+/g, ' ')
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a subject, from the registry or else from its slug. */
export function nameOf(names: SubjectNames, kind: string, slug: string): string {
  return names(kind, slug) ?? humanise(slug);
}

/**
 * The name of an edition: of the Olympic Games the host and the year that names it, else season and year; of another series
 * its name, else its id, and the edition. A reference on any edition names the series of all of them.
 */
export function gamesName(edition: Edition, calendar: readonly Games[]): string {
  const series = seriesOf(edition);
  if (series !== olympics) {
    const named = calendar.find((games) => seriesOf(games.edition) === series && games.seriesName !== null);
    return `${named?.seriesName ?? humanise(series)} ${editionWithinSeries(edition)}`;
  }
  const host = calendar.find((games) => games.edition === edition)?.host ?? null;
  const year = edition.slice(0, 4);
  if (host !== null) return `${host} ${year}`;
  return edition.endsWith('W') ? `Winter Games ${year}` : `Summer Games ${year}`;
}

// Of the ledger's own words: the type of a text, and the list for its description.
function nameAmong(names: readonly string[]) {
  return z.string().meta({ enum: [...names] });
}

/** The type of a fact. */
export const reportTypeShape = nameAmong(reportTypes.map(({ type }) => type));

/** The type of what a reference says of Games. */
export const gamesTypeShape = nameAmong(gamesTypes.map(({ type }) => type));

/** What a steward decides on a fact. */
export const decisionTypes = [
  'FactCorrected',
  'FactRetracted',
  'ContestResolved',
  'FactsMerged',
  'MergeUndone',
] as const;

/** The type of an event that closes what was recorded together: a reading, a retraction or a decision. */
export const closingTypeShape = nameAmong(['ArticleRead', 'ArticleRetracted', ...decisionTypes]);

/** The type of an event of the ledger itself. */
export const ledgerTypeShape = nameAmong(['LedgerOpened', 'LedgerCopied', 'AlterationAccepted']);

/** The type of an event. */
export const eventTypeShape = nameAmong(
  [reportTypeShape, gamesTypeShape, closingTypeShape, ledgerTypeShape].flatMap(
    (shape) => shape.meta()?.['enum'] as readonly string[],
  ),
);

/** A value of a field, as a source gives it. */
export const valueShape = z.union([
  storedValue('text'),
  storedValue('flag'),
  storedValue('quantity'),
  z.array(z.string()),
  money,
  measure,
  storedValue('territoryDates'),
  z.null(),
]);

/** What is right although a source says otherwise; `values` keeps the source's own words. */
const correctionShape = z.object({
  decision: z.string().describe('id of the event'),
  field: z.string(),
  said: valueShape,
  value: valueShape,
  basis: correctionBasis,
  reason: z.string(),
  reference: z.object({ title: z.string(), published: z.string() }).nullable(),
});

/** An uncertain date: EDTF, and the first and last day that it leaves open. */
export const dateShape = z
  .object({
    edtf: z.string().nullable(),
    earliest: z.string().nullable().describe('first possible day; null if nothing bounds it'),
    latest: z.string().nullable().describe('last possible day; null if nothing bounds it'),
  })
  .describe('An uncertain date (EDTF, ISO 8601-2) with its bounds as calendar days');

/** Where the text of an article can be found again, as far as its file says. */
export const citedShape = {
  author: z.string().nullable().describe('as the byline names them'),
  url: z.string().nullable().describe('where it can be read'),
  language: z.string().nullable().describe('BCP 47'),
  copyOf: z.string().nullable().describe('the article of which this is a copy, which supports nothing twice'),
  extent: z
    .enum(['beginning'])
    .nullable()
    .describe('beginning: only the beginning of the text was at hand; paragraphs and hash are of that alone'),
};

/** A source of a statement: one report of one article. */
export const sourceShape = z
  .object({
    article: z.string(),
    revision: z.int(),
    paragraphs: z.array(z.int()),
    publisher: z.string().nullable().describe('null: the text names none'),
    ...citedShape,
    published: dateShape,
    attribution,
    speaker: speaker.nullable(),
    modality,
    date: z.string().nullable().describe('as the article gives it'),
    implied: z.boolean().describe('the article names no Games; its coverage does'),
    identityAssumed: z.string().nullable().describe('why this is taken to be the same fact'),
    values: z.record(z.string(), valueShape).describe('as the article gives them'),
    corrections: z.array(correctionShape),
    note: z.string().nullable(),
    position: z.int(),
    id: z.string(),
  })
  .describe('One report of one article');

export type Source = z.infer<typeof sourceShape>;

/** What is left out of a list that may be long. */
export const moreShape = z
  .object({
    total: z.int().describe('how many there are in all'),
    all: z.array(z.string()).describe('the reads that have them all: those of the facts'),
  })
  .describe('Only where a list is cut short, as it is after 20 members');

/** The sources of a statement, the first of them. */
export const sourcesShape = { sources: z.array(sourceShape), moreSources: moreShape.optional() };

/** A field on which reports disagree: each value with its sources. */
export const alternativeShape = z.object({
  field: z.string(),
  value: valueShape,
  displayed: z.boolean(),
  ...sourcesShape,
});

/** The values of contested fields, the first of them. */
export const alternativesShape = { alternatives: z.array(alternativeShape), moreAlternatives: moreShape.optional() };

/** A business rule that a fact breaks. */
export const flagShape = z.object({
  rule: nameAmong([...ruleNames, 'identity-assumed', 'damaged-value']),
  detail: z.string(),
});

export const timingShape = z.enum(['certain', 'possible']);

export type DateShape = z.infer<typeof dateShape>;

/** A date as answers show it; an unknown date has neither text nor bounds. */
export function dateOf(date: UncertainDate | null): DateShape {
  return { edtf: date?.edtf ?? null, earliest: date?.earliest ?? null, latest: date?.latest ?? null };
}

/** When something happened, and what that rests on. */
export const occurredShape = dateShape.extend({
  basis: z.enum(['stated', 'derived', 'publication']).describe('publication: no report dates it, it happened by then'),
});

/** When something is to happen. */
export const plannedShape = dateShape.extend({
  basis: z
    .enum(['stated', 'games'])
    .describe('games: no report dates it, it is for these Games, or begins as they end'),
});

/** A number of days within bounds. */
export const spanShape = z
  .object({
    min: z.int().nullable().describe('at least so many; null if a date has no such bound'),
    max: z.int().nullable().describe('at most so many; null if a date has no such bound'),
  })
  .describe('Days as a span, since dates are uncertain');

export type Span = z.infer<typeof spanShape>;

export const decisionShape = z
  .object({
    decision: z.string().describe('id of the event'),
    type: z.enum(decisionTypes),
    position: z.int().describe('of the event; its entry in the audit trail says when'),
    recordedBy: z.string(),
    reports: z.array(z.string()).describe('ids of the reports that were judged; empty for a merge or its undoing'),
    field: z.string().nullable().describe('a field, date or modality'),
    value: valueShape.describe('what is right'),
    basis: correctionBasis.nullable(),
    from: z.string().nullable().describe('the key that was merged into this fact, or stands apart again'),
    withdrawnOn: dateShape
      .nullable()
      .describe('of a retraction: when the publisher withdrew it; null: it counts for no reader'),
    reason: z.string(),
    reference: reference.nullable(),
  })
  .describe('What a steward decided on a fact');

export type DecisionShape = z.infer<typeof decisionShape>;
