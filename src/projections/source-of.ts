import type { Evidence } from '../domain/evidence.ts';
import type { Contest } from '../domain/fact-state.ts';
import { saidOf } from '../domain/said.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import type { DateShape } from './shapes/date.ts';
import type { Source } from './shapes/source.ts';
import type { Entry } from './shapes/timeline.ts';

/** A date as answers show it; one that nothing is known of has neither text nor bounds. */
export function dateOf(date: UncertainDate | null): DateShape {
  return date === null
    ? { edtf: null, earliest: null, latest: null }
    : { edtf: date.edtf, earliest: date.earliest, latest: date.latest };
}

/** A report as a source of a statement: what the article says, where, and what is known to be wrong in it. */
export function sourceOf({ report, publisher, published, corrections }: Evidence): Source {
  return {
    article: report.metadata.article,
    revision: report.metadata.revision,
    paragraphs: report.metadata.paragraphs,
    publisher,
    published: dateOf(published),
    attribution: report.metadata.attribution,
    speaker: report.metadata.speaker,
    modality: report.modality,
    date: report.date?.edtf ?? null,
    implied: report.metadata.implied,
    identityAssumed: report.metadata.identityAssumed,
    values: report.fields,
    corrections: corrections.map(({ id, field, value, basis, reason, reference }) => ({
      decision: id,
      field,
      said: saidOf(report, field),
      value,
      basis,
      reason,
      reference,
    })),
    note: report.note,
    position: report.position,
    id: report.id,
  };
}

/** Every value of the contested fields with its sources. */
export function alternativesOf(contests: readonly Contest[]): Entry['alternatives'] {
  return contests.flatMap(({ field, alternatives }) =>
    alternatives.map(({ value, displayed, evidence }) => ({
      field,
      value: value as Entry['alternatives'][number]['value'],
      displayed,
      sources: evidence.map(sourceOf),
    })),
  );
}
