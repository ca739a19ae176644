import type { Certainty } from '../../src/domain/facts/evidence.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { type Come, comeBy, type Text, textsOf } from './visible-events.ts';

// Like visible-events.ts: an independent second implementation of the rules.

const revisionOf = ({ readings }: Text): number => readings.at(-1)?.read.revision ?? 0;

const articleOf = ({ readings }: Text): string => readings[0]?.read.article ?? '';

// Until it was withdrawn a text is there: for who asks what is certain, until it may have been.
const isTakenBack = ({ data }: RecordedEvent, certain: Come, possible: Come | null): boolean =>
  typeof data['withdrawnOn'] !== 'string' || (possible ?? certain)(data['withdrawnOn']);

const judgedUpTo = (events: readonly RecordedEvent[], article: string): number =>
  Math.max(
    0,
    ...events.flatMap(({ type, data }) =>
      type === 'ArticleRetracted' && data['article'] === article ? [Number(data['revision'])] : [],
    ),
  );

// Of the texts of an article that no retraction judged, the last that is certainly out; for who asks what was possible,
// also those after it that may be.
const textsThatCount = (texts: readonly Text[], certain: Come, possible: Come | null): readonly Text[] => {
  const last = texts.findLastIndex(({ published }) => certain(published));
  const later = possible === null ? [] : texts.slice(last + 1).filter(({ published }) => possible(published));
  return [...texts.slice(Math.max(0, last), last + 1), ...later];
};

// What a report says, in which article, by which speaker. Two readings with equal values hold the same statement.
const statementOf = ({ data, metadata }: RecordedEvent): string => {
  const { note: _note, subject: _subject, campaign: _campaign, ...said } = data;
  const { article, attribution, speaker } = metadata;
  return JSON.stringify([article, attribution, speaker, Object.entries(said).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
};

/**
 * The ids of the reports of a partnership's events that count for a reader of a day (null: no limit): those that the
 * last reading of a text lists which counts, and that no steward took back, in this reading or in another.
 */
export const countingReports = (
  events: readonly RecordedEvent[],
  reportedAsOf: string | null,
  certainty: Certainty,
): readonly string[] => {
  const always: Come = () => true;
  const [certain, possible] = (['certain', 'possible'] as const).map((one) =>
    reportedAsOf === null ? always : comeBy(reportedAsOf, one),
  ) as [Come, Come];
  const come = certainty === 'certain' ? certain : possible;
  const texts = textsOf(events);
  const retractions = events.filter((event) => isTakenBack(event, certain, certainty === 'certain' ? possible : null));
  const counting = [...Map.groupBy(texts, articleOf)].flatMap(([article, ofArticle]) =>
    textsThatCount(
      ofArticle.filter((text) => revisionOf(text) > judgedUpTo(retractions, article)),
      certain,
      certainty === 'certain' ? null : possible,
    ),
  );
  const reports = new Map(
    events.flatMap((event) => ('attribution' in event.metadata ? [[event.id, event] as const] : [])),
  );
  const known = new Set(
    texts
      .filter(({ published }) => come(published))
      .flatMap(({ readings }) => readings.flatMap(({ read }) => read.reports)),
  );
  const takenBack = new Set(
    retractions
      .filter(({ type }) => type === 'FactRetracted')
      .flatMap(({ data }) => data['reports'] as readonly string[])
      .filter((id) => known.has(id) || reportedAsOf === null)
      .flatMap((id) => {
        const report = reports.get(id);
        return report === undefined ? [] : [statementOf(report)];
      }),
  );
  return counting
    .flatMap(({ readings }) => readings.at(-1)?.read.reports ?? [])
    .filter((id) => !takenBack.has(statementOf(reports.get(id) as RecordedEvent)))
    .toSorted();
};
