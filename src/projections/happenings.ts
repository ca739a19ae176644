import { type Ground, type IngestEvents, ingestsOf } from '../domain/facts/facts-at.ts';
import { overdueAfterDays, silenceIsNormalUntil } from '../domain/facts/plan-status.ts';
import { type Publication, publicationsOf } from '../domain/facts/what-counts.ts';
import { addDays, type Day, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { asText, type FieldValue } from '../domain/vocabulary/event-type.ts';
import type {
  DecisionEvent,
  LedgerEvent,
  ReferenceEvent,
  ReportEvent,
  RetractionEvent,
} from '../domain/vocabulary/events.ts';

/**
 * Every day on which a view of a partnership may change, by the world's or by the readers' clock, in order. They follow
 * from the bounds of all dates: of what happened, was planned, published or decided, and of the Games. Some change nothing.
 */
export function momentsOf({
  history,
  games,
  otherHoldings,
}: Ground): readonly Pick<Happenings, 'day' | 'happenings'>[] {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event]] : [])));
  const readings = history.filter((event) => event.kind === 'reading');
  const byArticle = Map.groupBy(readings, ({ read }) => read.article);
  const publications = [...byArticle.values()].flatMap(publicationsOf);
  const happenings = [
    ...publications.flatMap(happeningsOfArticle),
    ...publications.flatMap((publication) =>
      [...publication.replaced, publication.reading]
        .flatMap(({ read }) => read.reports)
        .flatMap((id) => reports.get(id) ?? [])
        .flatMap((report) => happeningsOfReport(report, publication)),
    ),
    ...history.flatMap((event) => (event.kind === 'decision' ? happeningsOfDecision(event) : [])),
    ...history.flatMap((event) => (event.kind === 'retraction' ? happeningsOfRetraction(event) : [])),
    ...games.flatMap((event) => (event.kind === 'reference' ? happeningsOfReference(event) : [])),
    ...otherHoldings.possible.flatMap(({ partnership, category, start, end }) => {
      const holding = about('CategoryGranted', `${partnership} holds ${category}`, partnership);
      return [
        ...betweenBounds(start, 'may be held', 'is held', holding),
        ...betweenBounds(end, 'may be over', 'is over', holding),
      ];
    }),
  ];
  return [...Map.groupBy(happenings, ({ day }) => day)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, sameDay]) => ({ day, happenings: sameDay.map(({ day: _day, ...happening }) => happening) }));
}

/** The days around one on which a view is the same: from one moment until the next, which is excluded. */
export function unchangedDays(ground: Ground, day: Day): { readonly from: Day; readonly until: Day } {
  const days = momentsOf(ground).map((moment) => moment.day);
  return { from: days.findLast((one) => one <= day) ?? '', until: days.find((one) => one > day) ?? '~' };
}

/** Something that happens at a moment: what, by which date as printed, and which event tells of it. */
export type Happening = {
  readonly what: string;
  readonly date: string | null;
  readonly type: string;
  /** Null if it bears on several facts. */
  readonly fact: string | null;
  readonly summary: string | null;
  /** The article, or the reference. */
  readonly source: string;
  readonly paragraphs: readonly number[];
};

/** A day on which happenings lie; of the recorded clock the position too, and when it was recorded. */
export type Happenings = {
  readonly day: Day;
  readonly position: number | null;
  readonly recordedAt: string | null;
  readonly happenings: readonly Happening[];
  readonly isIngest: boolean;
};

type DatedHappening = Happening & { readonly day: Day };

function happeningsOfArticle({ published, reading }: Publication): readonly DatedHappening[] {
  const { article, revision } = reading.read;
  const headline = headlineOf(reading.read);
  const summary = `article ${article}${revision === 1 ? '' : `, revision ${revision}`}${headline && `: ${headline}`}`;
  return betweenBounds(published, 'may be published', 'is published', about('ArticleRead', summary, article));
}

// What is dated happens between its bounds: possibly from the first day on, certainly from the last.
function betweenBounds(
  date: UncertainDate | null,
  possibly: string,
  certainly: string,
  subject: About,
): readonly DatedHappening[] {
  const isDay = date?.earliest === date?.latest;
  return [
    ...(isDay ? [] : happeningOn(date?.earliest ?? null, possibly, date, subject)),
    ...happeningOn(date?.latest ?? null, certainly, date, subject),
  ];
}

function happeningOn(
  day: Day | null,
  what: string,
  date: UncertainDate | null,
  subject: About,
): readonly DatedHappening[] {
  return day === null || date === null ? [] : [{ ...subject, day, what, date: date.edtf }];
}

function happeningsOfReport(report: ReportEvent, { published }: Publication): readonly DatedHappening[] {
  const subject = aboutReport(report);
  const { modality, type, fields } = report;
  const date = fields['asOf'] === undefined ? report.date : uncertainDate(asText(fields['asOf']));
  if (modality === 'happened') {
    const until = type.milestone === 'postponed' ? fields['until'] : undefined;
    const certainly = date?.earliest === date?.latest ? 'happened' : 'has happened';
    return [
      ...betweenBounds(date, 'may have happened', certainly, subject),
      // Without a day it happened by its publication, which also ends a date that is open.
      ...betweenBounds(published, 'may be told', 'is told', subject),
      ...afterTerm(fields['end'], subject),
      ...untilOverdue(until === undefined ? null : uncertainDate(asText(until)), subject),
    ];
  }
  return [
    ...betweenBounds(published, `${modality}, may be told`, `${modality}, is told`, subject),
    ...(modality === 'planned' ? untilOverdue(date, subject) : []),
  ];
}

// What had not fallen due when the term ended lapses on the next day.
function afterTerm(end: FieldValue | undefined, subject: About): readonly DatedHappening[] {
  const last = end === undefined ? null : uncertainDate(asText(end));
  return happeningOn(last?.latest ? addDays(last.latest, 1) : null, 'the term is over', last, subject);
}

// What is planned falls due on its first day, and is overdue once silence is no longer normal.
function untilOverdue(date: UncertainDate | null, subject: About): readonly DatedHappening[] {
  const normalUntil = date && silenceIsNormalUntil(date);
  return [
    ...happeningOn(date?.earliest ?? null, 'falls due', date, subject),
    ...happeningOn(normalUntil && addDays(normalUntil, 1), 'is overdue', date, subject),
  ];
}

function dayAfterSilence(date: UncertainDate | null): Day | null {
  return date?.latest == null ? null : addDays(date.latest, overdueAfterDays + 1);
}

function happeningsOfDecision({ decision, damaged }: DecisionEvent): readonly DatedHappening[] {
  const subject = { ...about(decision.type, decision.reason, 'steward'), fact: decision.fact };
  const isDate = 'value' in decision && ['date', 'asOf', 'until'].includes(decision.field) && !damaged;
  const date = isDate ? uncertainDate(asText(decision.value)) : null;
  const reference = 'reference' in decision ? decision.reference : null;
  const published = reference && uncertainDate(reference.published);
  return [
    ...betweenBounds(date, 'may have happened', 'has happened', subject),
    ...untilOverdue(date, subject),
    ...('value' in decision && decision.field === 'end' && !damaged ? afterTerm(decision.value, subject) : []),
    ...('withdrawnOn' in decision ? afterWithdrawal(decision.withdrawnOn, subject) : []),
    ...betweenBounds(published, 'may rest on what is published', 'rests on what is published', subject),
  ];
}

function happeningsOfRetraction({ retracted }: RetractionEvent): readonly DatedHappening[] {
  const { article, reason, withdrawnOn } = retracted;
  return afterWithdrawal(withdrawnOn, about('ArticleRetracted', reason, article));
}

function afterWithdrawal(withdrawnOn: string | undefined, subject: About): readonly DatedHappening[] {
  const date = withdrawnOn === undefined ? null : uncertainDate(withdrawnOn);
  return betweenBounds(date, 'may be withdrawn', 'is withdrawn', subject);
}

function happeningsOfReference({
  type,
  games,
  fields,
  date,
  published,
  metadata,
}: ReferenceEvent): readonly DatedHappening[] {
  const { host, window, decided } = fields;
  const values = [host, window].flatMap((value) => (value === undefined ? [] : [asText(value)]));
  const subject = about(type.type, ['Games', games[0], ...values].join(' '), metadata.reference);
  const held = window === undefined ? null : uncertainDate(asText(window));
  return [
    ...(decided === undefined ? [] : betweenBounds(date, 'may be decided', 'is decided', subject)),
    ...betweenBounds(published, 'may be public', 'becomes public', subject),
    ...happeningOn(held?.earliest ?? null, 'Games open', held, subject),
    ...happeningOn(held?.latest ?? null, 'Games close', held, subject),
    ...happeningOn(dayAfterSilence(held), 'Games closed a month ago', held, subject),
  ];
}
// What was recorded together is one moment. The dates of the Games are in streams of their own.
export function ingestMoments({ history, games }: Ground): readonly (Happenings & { readonly position: number })[] {
  return [...ingestsOf(history), ...ingestsOf(games)]
    .map((ingest) => {
      const { position, recordedAt } = ingest.at(-1) as LedgerEvent;
      const isIngest = ingest.some(({ kind }) => kind !== 'reference');
      return { day: recordedAt.slice(0, 10), position, recordedAt, happenings: recordings(ingest), isIngest };
    })
    .toSorted((a, b) => a.position - b.position);
}

// The article comes before its reports.
function recordings(ingest: IngestEvents): readonly Happening[] {
  const all = ingest.map((event) => ({ what: 'recorded', ...recordingOf(event) }));
  return [...all.filter(({ type }) => type === 'ArticleRead'), ...all.filter(({ type }) => type !== 'ArticleRead')];
}

function recordingOf(event: LedgerEvent): Omit<Happening, 'what'> {
  if (event.kind === 'report') return { date: event.date?.edtf ?? null, ...aboutReport(event) };
  if (event.kind === 'reference') {
    const { type, games, published, metadata } = event;
    return { date: published.edtf, ...about(type.type, `Games ${games.join(' ')}`, metadata.reference) };
  }
  if (event.kind === 'reading') {
    const { article, published } = event.read;
    return { date: published, ...about('ArticleRead', headlineOf(event.read) || null, article) };
  }
  if (event.kind === 'retraction') {
    const { article, reason } = event.retracted;
    return { date: null, ...about('ArticleRetracted', reason, article) };
  }
  const { type, fact, reason } = event.decision;
  return { date: null, ...about(type, reason, event.recordedBy), fact };
}

function aboutReport({ type, fact, note, metadata }: ReportEvent): About {
  const { article: source, paragraphs } = metadata;
  return { type: type.type, fact, summary: note, source, paragraphs };
}

/** What a happening is about. */
type About = Omit<Happening, 'what' | 'date'>;

function about(type: string, summary: string | null, source: string): About {
  return { type, fact: null, summary, source, paragraphs: [] };
}

function headlineOf({ title, publisher }: Publication['reading']['read']): string {
  return [title, publisher].filter((part) => part !== null).join(', ');
}
