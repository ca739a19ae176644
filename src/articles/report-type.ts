import type { EventType } from '../domain/events/event-type.ts';
import { eventType, reportTypes } from '../domain/events/vocabulary.ts';
import { nearest } from '../domain/nearest.ts';
import { type Finding, finding, ofKey, type Path } from './problem.ts';
import { contextShape, evidenceShape, modalityShape } from './report-file.ts';
import type { SourceMap } from './source-value.ts';

const types = new Map(reportTypes.map((type) => [type.type, type]));
const otherKeys = new Set([...Object.keys({ ...modalityShape, ...evidenceShape, ...contextShape }), 'corrected']);

function whyNoType(key: string): string {
  return eventType(key) ? `${key} comes from references, no article reports it` : `${key} is no type of a report`;
}

/** The type of a report: the key that is one. */
export function typeOfReport(report: SourceMap, path: Path): { type: EventType | null; findings: readonly Finding[] } {
  const keys = Object.keys(report);
  const [first, ...others] = keys.filter((key) => types.has(key));
  if (first !== undefined) {
    const findings = others.map((key) => ofKey(finding([...path, key], `a report has one type, and ${first} is one`)));
    return { type: types.get(first) ?? null, findings };
  }
  const meant = keys.find((key) => /^[A-Z]/.test(key)) ?? keys.find((key) => !otherKeys.has(key));
  if (meant === undefined) {
    return {
      type: null,
      findings: [finding(path, 'a report has the type of an event as a key, as in CampaignLaunched')],
    };
  }
  const [suggestion] = nearest(meant, types.keys(), { limit: 1 });
  return { type: null, findings: [ofKey(finding([...path, meant], whyNoType(meant), suggestion))] };
}
