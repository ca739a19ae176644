import * as z from 'zod';
import type { EventType } from '../domain/events/event-type.ts';
import type { FieldValue } from '../domain/events/field.ts';
import { modalities } from '../domain/events/metadata.ts';
import type { CorrectionDraft } from '../domain/reading.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import type { AuthoredReport, ReportContext } from './authored-report.ts';
import type { AuthoredSubjects } from './authored-subject.ts';
import { checkObject } from './check-object.ts';
import { type Finding, finding, type Path } from './problem.ts';
import { contextShape, evidenceShape, modalityShape, reportSchemaOf } from './report-file.ts';
import {
  correctionRule,
  happenedRule,
  impliedRule,
  keyHints,
  modalityRule,
  paragraphRule,
  plannedDoubt,
  speakerOf,
  termRule,
} from './report-rules.ts';
import { typeOfReport } from './report-type.ts';
import { isList, isMap, nameOf, type SourceMap, type SourceValue } from './source-value.ts';

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

// What reports of all types may have; of one whose type is not known, this much is checked.
const sharedSchema = z.strictObject({
  ...modalityShape,
  ...evidenceShape,
  ...contextShape,
  campaign: contextShape.campaign.optional(),
  games: contextShape.games.optional(),
});
type Shared = Partial<z.output<typeof sharedSchema>>;
type Correction = { to: unknown; reason: string; reference: string; published: UncertainDate };
type Values = Shared & { readonly corrected?: Readonly<Record<string, Correction>> } & Readonly<
    Record<string, unknown>
  >;

function storedValue(value: unknown): FieldValue {
  return typeof value === 'object' && value !== null && 'edtf' in value ? String(value.edtf) : (value as FieldValue);
}

function fieldsOf(type: EventType, values: Values): Readonly<Record<string, FieldValue>> {
  return Object.fromEntries(
    Object.keys(type.fields).flatMap((name) => (values[name] === undefined ? [] : [[name, storedValue(values[name])]])),
  );
}

function subjectsOf(type: EventType, map: SourceMap, values: Values, path: Path): AuthoredReport['subjects'] {
  return ((values[type.type] ?? []) as AuthoredSubjects).map((subject, index) => ({
    subject,
    path: isList(map[type.type] ?? '') ? [...path, type.type, index] : [...path, type.type],
  }));
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

const unreadable = { report: null, paragraphs: null, lacksAttribution: false, warnings: [] } as const;

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
