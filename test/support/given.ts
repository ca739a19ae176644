import { evolve, nothingRecorded, type PartnershipState } from '../../src/domain/decisions/decide.ts';
import type { ReadingDraft, ReportDraft } from '../../src/domain/decisions/reading.ts';
import { readingEvents } from '../../src/domain/decisions/reading.ts';
import { uncertainDate } from '../../src/domain/vocabulary/dates.ts';
import type { Attribution, Modality } from '../../src/domain/vocabulary/event-data.ts';
import type { FieldValue } from '../../src/domain/vocabulary/event-type.ts';
import { eventType } from '../../src/domain/vocabulary/event-types.ts';
import { decode, type LedgerEvent, partnershipStream } from '../../src/domain/vocabulary/events.ts';
import { factKey } from '../../src/domain/vocabulary/fact-key.ts';
import type { Edition } from '../../src/domain/vocabulary/games-editions.ts';
import type { NewEvent, RecordedEvent } from '../../src/event-store/event-store.ts';
import { textOf } from './text-of.ts';

/** The partnership that tests are about, unless they say otherwise. */
export const acme = 'acme.federation';

type Said = {
  readonly subject?: string;
  readonly campaign?: string;
  readonly games?: readonly Edition[];
  readonly by?: Attribution;
  readonly speaker?: string;
  readonly note?: string;
  readonly corrections?: ReportDraft['corrections'];
  readonly partnership?: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
};

/** One statement of an article: what type of milestone, how it is reported, and on what day (null: none given). */
export const report = (type: string, modality: Modality, date: string | null, said: Said = {}): ReportDraft => {
  const definition = eventType(type);
  if (definition === undefined) throw new RangeError(type);
  const { subject = null, campaign = null, games = [], by = 'outlet', speaker, note = null, fields = {} } = said;
  const inKey = definition.edition === 'key' || definition.edition === 'required';
  return {
    type,
    fact: factKey(definition, {
      partnership: said.partnership ?? acme,
      subject,
      campaign,
      edition: inKey ? (games[0] ?? null) : null,
      date: date === null ? null : uncertainDate(date),
    }),
    modality,
    date,
    subject,
    campaign,
    games,
    fields,
    note,
    paragraphs: [1],
    attribution: by,
    speaker: speaker === undefined ? null : { name: speaker, role: null },
    implied: false,
    identityAssumed: null,
    corrections: said.corrections ?? [],
  };
};

/** What a source says happened, on a day or without one. */
export const happened = (type: string, date: string | null, said?: Said) => report(type, 'happened', date, said);
/** What a source says is to happen. */
export const planned = (type: string, date: string | null, said?: Said) => report(type, 'planned', date, said);
/** What a source says is not so. */
export const denied = (type: string, date: string | null, said?: Said) => report(type, 'denied', date, said);

type About = {
  readonly publisher?: string | null;
  readonly revision?: number;
  readonly because?: 'reread' | 'republished';
  readonly digest?: string;
  readonly partnership?: string;
  readonly copyOf?: string;
  readonly textSha256?: string;
};

/** An article: its id, when it was published (null: inherited), and what it reports. */
export const article = (
  id: string,
  published: string | null,
  reports: readonly ReportDraft[],
  {
    publisher = `Publisher of ${id}`,
    revision = 1,
    because,
    digest,
    partnership = acme,
    copyOf,
    textSha256 = textOf(id),
  }: About = {},
): ReadingDraft => ({
  partnership,
  partnerships: [partnership],
  elsewhere: [],
  article: id,
  revision,
  digest: digest ?? `${id} ${revision}`,
  because: because ?? null,
  title: null,
  publisher,
  published,
  publishedBasis: null,
  ...(copyOf === undefined ? {} : { copyOf }),
  textSha256,
  paragraphs: 1,
  omitted: [],
  reports,
});

/** New events as a store records them, from a position on, a second apart. */
export const recorded = (stream: string, events: readonly NewEvent[], after = 0): readonly RecordedEvent[] =>
  events.map((event, i) => ({
    ...event,
    stream,
    revision: after + i,
    position: after + i + 1,
    recordedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, after + i)).toISOString(),
  }));

/** The recorded events of articles that were read in this order. */
export const recordedArticles = (...readings: readonly ReadingDraft[]): readonly RecordedEvent[] => {
  const events: RecordedEvent[] = [];
  for (const reading of readings) {
    events.push(...recorded(partnershipStream(reading.partnership), readingEvents(reading, 'test'), events.length));
  }
  return events;
};

/** Recorded events as the domain reads them. */
export const understood = (events: readonly RecordedEvent[]): readonly LedgerEvent[] =>
  events.flatMap((event) => decode(event) ?? []);

/** The history of articles that were read in this order. */
export const given = (...readings: readonly ReadingDraft[]): readonly LedgerEvent[] =>
  understood(recordedArticles(...readings));

/** The state of a partnership about which these articles were read. */
export const stateOf = (...readings: readonly ReadingDraft[]): PartnershipState =>
  recordedArticles(...readings).reduce(evolve, nothingRecorded(acme));
