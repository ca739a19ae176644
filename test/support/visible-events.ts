import type { Certainty } from '../../src/domain/facts/evidence.ts';
import { uncertainDate } from '../../src/domain/vocabulary/dates.ts';
import type { ArticleRead } from '../../src/domain/vocabulary/event-data.ts';
import { partnershipOfStream } from '../../src/domain/vocabulary/events.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';

// This says once more, and in its own words, which events two clocks let through, so that laws hold the product to it:
// it uses nothing of the product but how a date is read.

type Clocks = { readonly reportedAsOf: string | null; readonly position: number };

export type Come = (published: string | null) => boolean;

/** Whether something of a date (null: unknown) was certainly, or possibly, public by a day. */
export const comeBy =
  (day: string, certainty: Certainty): Come =>
  (published) => {
    const { earliest, latest } = published === null ? { earliest: null, latest: null } : uncertainDate(published);
    return certainty === 'certain' ? latest !== null && latest <= day : earliest === null || earliest <= day;
  };

const textOf = (event: RecordedEvent, name: string): string => String(event.data[name]);

type Reading = { readonly event: RecordedEvent; readonly read: ArticleRead };
export type Text = { readonly readings: Reading[]; published: string | null };

/** The texts of each article, by revision: a re-reading is of the text of the revision before, and dated with it. */
export const textsOf = (events: readonly RecordedEvent[]): readonly Text[] => {
  const texts: Text[] = [];
  const readings = events
    .filter(({ type }) => type === 'ArticleRead')
    .map((event) => ({ event, read: event.data as ArticleRead }))
    .toSorted((a, b) => a.read.revision - b.read.revision);
  for (const ofArticle of Map.groupBy(readings, ({ read }) => read.article).values()) {
    let text: Text | null = null;
    for (const reading of ofArticle) {
      if (text === null || reading.read.because !== 'reread') {
        text = { readings: [], published: null };
        texts.push(text);
      }
      text.readings.push(reading);
      text.published = reading.read.published ?? text.published;
    }
  }
  return texts;
};

type Merges = ReadonlyMap<string, string>;

const standsFor = (fact: string, merges: Merges): string => {
  const into = merges.get(fact);
  return into === undefined ? fact : standsFor(into, merges);
};

const holds = ({ data }: RecordedEvent, come: Come): boolean => {
  const reference = data['reference'] as { readonly published: string } | null | undefined;
  return reference == null || data['basis'] === 'misread' || come(reference.published);
};

// What may be withdrawn by then is no longer certain.
const mayBeWithdrawn = (event: RecordedEvent, day: string): boolean =>
  event.data['withdrawnOn'] === undefined || comeBy(day, 'possible')(textOf(event, 'withdrawnOn'));

const judging = new Set(['FactCorrected', 'FactRetracted', 'ContestResolved']);

const ofPartnership = (events: readonly RecordedEvent[], come: Come, day: string): readonly RecordedEvent[] => {
  const visible = new Set<string>();
  const articles = new Set<string>();
  for (const { readings, published } of textsOf(events)) {
    if (!come(published)) continue;
    for (const { event, read } of readings) {
      articles.add(read.article);
      for (const id of [event.id, ...read.reports]) visible.add(id);
    }
  }
  const merges = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'FactsMerged') merges.set(textOf(event, 'from'), textOf(event, 'fact'));
    if (event.type === 'MergeUndone') merges.delete(textOf(event, 'from'));
  }
  const facts = new Set(
    events.flatMap((event) =>
      visible.has(event.id) && 'fact' in event.data ? [standsFor(textOf(event, 'fact'), merges)] : [],
    ),
  );
  return events.filter((event) => {
    if (!mayBeWithdrawn(event, day)) return false;
    if (event.type === 'ArticleRetracted') return articles.has(textOf(event, 'article'));
    if (event.type === 'FactsMerged' || event.type === 'MergeUndone') {
      return ['fact', 'from'].some((side) => facts.has(standsFor(textOf(event, side), merges)));
    }
    const judged = event.data['reports'] as readonly string[];
    if (judging.has(event.type)) return holds(event, come) && judged.some((id) => visible.has(id));
    return visible.has(event.id);
  });
};

/**
 * The events that the recorded and the reported clock let through: those up to a position whose article or reference
 * was certainly, or possibly, public by the day, and what was decided on them.
 */
export const visibleEvents = (
  events: readonly RecordedEvent[],
  { reportedAsOf, position }: Clocks,
  certainty: Certainty,
): readonly RecordedEvent[] => {
  const known = events.filter((event) => event.position <= position);
  if (reportedAsOf === null) return known;
  const come = comeBy(reportedAsOf, certainty);
  const through = new Set(
    [...Map.groupBy(known, ({ stream }) => stream)].flatMap(([stream, ofStream]) => {
      if (partnershipOfStream(stream) !== null) return ofPartnership(ofStream, come, reportedAsOf);
      return ofStream.filter(({ metadata }) => !('published' in metadata) || come(String(metadata['published'])));
    }),
  );
  return known.filter((event) => through.has(event));
};

/**
 * Whether a republished text is possibly out by then, or a text possibly withdrawn, and not certainly: for who asks what was
 * possible, both count.
 */
export const isBetweenTexts = (events: readonly RecordedEvent[], reportedAsOf: string | null): boolean => {
  if (reportedAsOf === null) return false;
  const isBetween = (day: string | null) =>
    comeBy(reportedAsOf, 'possible')(day) && !comeBy(reportedAsOf, 'certain')(day);
  return (
    textsOf(events).some(
      ({ readings: [first], published }) => first?.read.because === 'republished' && isBetween(published),
    ) || events.some((event) => event.data['withdrawnOn'] !== undefined && isBetween(textOf(event, 'withdrawnOn')))
  );
};

/** Events as the store of a ledger of their own would hold them: positions stay, revisions have no gaps. */
export const asLedger = (events: readonly RecordedEvent[]): readonly RecordedEvent[] => {
  const revisions = new Map<string, number>();
  return events.map((event) => {
    const revision = (revisions.get(event.stream) ?? -1) + 1;
    revisions.set(event.stream, revision);
    return { ...event, revision };
  });
};
