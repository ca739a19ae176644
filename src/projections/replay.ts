import { type Ground, type IngestEvents, ingestsOf } from '../domain/facts/facts-at.ts';
import { overdueAfterDays, silenceIsNormalUntil } from '../domain/facts/status.ts';
import { type Publication, publicationsOf } from '../domain/facts/what-counts.ts';
import { addDays, type Day, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { asText } from '../domain/vocabulary/event-type.ts';
import type { DecisionEvent, LedgerEvent, ReferenceEvent, ReportEvent } from '../domain/vocabulary/events.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import { diffOf } from './diff.ts';
import { type Diff, readModelsOf } from './diff-parts.ts';
import type { ResolvedCut } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';
import type { SubjectNames } from './shapes.ts';

/** What is replayed: which clock moves, from where to where, and where the others stand. */
export type Replay = {
  readonly clock: ReplayClock;
  /** The first day that is played; null: from the beginning. */
  readonly from: Day | null;
  /** The cut at which it ends. */
  readonly to: ResolvedCut;
  /** The world's clock goes with the one that moves, since nobody set it. */
  readonly follows: boolean;
};

/** The clock that a replay moves. */
export type ReplayClock = 'occurred' | 'reported' | 'recorded';

/**
 * The steps of a replay, one after another as they are asked for: every moment at which something changes on the clock,
 * and each ingest on the recorded one. `view` gives the partnership at a cut.
 */
export async function* replaySteps(
  replay: Replay,
  view: (cut: ResolvedCut) => Promise<PartnershipView>,
  names: SubjectNames,
): AsyncGenerator<ReplayStep> {
  const { ground } = await view(replay.to);
  const moments = (replay.clock === 'recorded' ? ingestsIn(ground) : daysIn(ground)).filter((at) => within(replay, at));
  const [first] = moments;
  if (first === undefined) return;
  let shown = readModelsOf(await view(before(replay, first)), names);
  for (const { isIngest, happenings, ...at } of moments) {
    const after = readModelsOf(await view(cutAt(replay, at)), names);
    const { audit: _audit, ...changes } = diffOf(shown, after);
    shown = after;
    if (!isIngest && !changesAnything(changes)) continue;
    yield { ...at, happenings: isIngest ? happenings : bearing(happenings, changes), changes };
  }
}

/** One step: where the clock stands, what comes about there, and what that changes. */
export type ReplayStep = {
  readonly day: Day;
  /** Of the recorded clock: the position, and when that was recorded. */
  readonly position: number | null;
  readonly recordedAt: string | null;
  readonly happenings: readonly Happening[];
  readonly changes: Omit<Diff, 'audit'>;
};

/** Something that comes about on a day: what, by which date as printed, and which event tells of it. */
export type Happening = {
  readonly what: string;
  readonly date: string | null;
  readonly type: string;
  /** The fact that it bears on; null where it bears on several. */
  readonly fact: string | null;
  readonly summary: string | null;
  /** The article and the paragraphs, or the reference. */
  readonly source: string;
  readonly paragraphs: readonly number[];
};

// What was recorded together is one step; the dates of the Games stand in streams of their own.
function ingestsIn({ history, games }: Ground): readonly At[] {
  return [...ingestsOf(history), ...ingestsOf(games)]
    .toSorted((a, b) => lastOf(a).position - lastOf(b).position)
    .map((ingest) => {
      const { position, recordedAt } = lastOf(ingest);
      const isIngest = ingest.some(({ kind }) => kind !== 'reference');
      return { day: recordedAt.slice(0, 10), position, recordedAt, happenings: recordings(ingest), isIngest };
    });
}

type At = Pick<ReplayStep, 'day' | 'position' | 'recordedAt' | 'happenings'> & { readonly isIngest: boolean };

function lastOf(ingest: readonly LedgerEvent[]): LedgerEvent {
  return ingest.at(-1) as LedgerEvent;
}

/** What was recorded together: the article or the decision first, then its reports. */
export function recordings(ingest: IngestEvents): readonly Happening[] {
  const all = ingest.map(recorded);
  return [...all.filter(({ type }) => type === 'ArticleRead'), ...all.filter(({ type }) => type !== 'ArticleRead')];
}

function recorded(event: LedgerEvent): Happening {
  const what = 'recorded';
  if (event.kind === 'report') {
    const { type, fact, note, date, metadata } = event;
    const { article, paragraphs } = metadata;
    return { what, date: date?.edtf ?? null, type: type.type, fact, summary: note, source: article, paragraphs };
  }
  if (event.kind === 'reference') {
    const { type, games, published, metadata } = event;
    const summary = `Games ${games.join(' ')}`;
    return {
      what,
      date: published.edtf,
      type: type.type,
      fact: null,
      summary,
      source: metadata.reference,
      paragraphs: [],
    };
  }
  if (event.kind === 'reading') {
    const { article, title, publisher, published } = event.read;
    const summary = [title, publisher].filter((part) => part !== null).join(', ') || null;
    return { what, date: published, type: 'ArticleRead', fact: null, summary, source: article, paragraphs: [] };
  }
  if (event.kind === 'retraction') {
    const { article, reason } = event.retracted;
    return { what, date: null, type: 'ArticleRetracted', fact: null, summary: reason, source: article, paragraphs: [] };
  }
  const { type, fact, reason } = event.decision;
  return { what, date: null, type, fact, summary: reason, source: event.recordedBy, paragraphs: [] };
}

function daysIn(ground: Ground): readonly At[] {
  // Before all days stands what has no first day.
  return [{ day: '0001-01-01', happenings: [] }, ...momentsOf(ground)].map((moment) => ({
    ...moment,
    position: null,
    recordedAt: null,
    isIngest: false,
  }));
}

/**
 * Every day on which a view of a partnership may become another, be it by the world's or by the readers' clock, found
 * from the bounds of all dates: of what happened, was planned, published, decided, and of the Games. In order; some of
 * them change nothing.
 */
export function momentsOf({ history, games, otherHoldings }: Ground): readonly Moment[] {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event]] : [])));
  const publications = publicationsIn(history);
  const come = [
    ...publications.flatMap(ofArticle),
    ...publications.flatMap((publication) =>
      [...publication.replaced, publication.reading]
        .flatMap(({ read }) => read.reports)
        .flatMap((id) => {
          const report = reports.get(id);
          return report === undefined ? [] : ofReport(report, publication);
        }),
    ),
    ...history.flatMap((event) => (event.kind === 'decision' ? ofDecision(event) : [])),
    ...games.flatMap((event) => (event.kind === 'reference' ? ofReference(event) : [])),
    ...otherHoldings.possible.flatMap(({ partnership, category, start, end }) => {
      const about = {
        type: 'CategoryGranted',
        fact: null,
        summary: `${partnership} holds ${category}`,
        source: partnership,
        paragraphs: [],
      };
      return [
        ...betweenBounds(start, 'may be held', 'is held', about),
        ...betweenBounds(end, 'may be over', 'is over', about),
      ];
    }),
  ];
  return [...Map.groupBy(come, ({ day }) => day)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, happenings]) => ({ day, happenings: happenings.map(({ day: _day, ...happening }) => happening) }));
}

/** A day on which a view may become another, with what comes about on it. */
export type Moment = { readonly day: Day; readonly happenings: readonly Happening[] };

function publicationsIn(history: readonly LedgerEvent[]): readonly Publication[] {
  return [
    ...Map.groupBy(
      history.filter((event) => event.kind === 'reading'),
      ({ read }) => read.article,
    ).values(),
  ].flatMap(publicationsOf);
}

function ofArticle(publication: Publication): Come[] {
  const { article, title, publisher, revision } = publication.reading.read;
  const named = [title, publisher].filter((part) => part !== null).join(', ');
  const summary = `article ${article}${revision === 1 ? '' : `, revision ${revision}`}${named === '' ? '' : `: ${named}`}`;
  const about = { type: 'ArticleRead', fact: null, summary, source: article, paragraphs: [] };
  return betweenBounds(publication.published, 'may be published', 'is published', about);
}

/** A happening with its day. */
export type Come = Happening & { readonly day: Day };

/** What is dated comes about between its bounds: possibly from the first day on, certainly from the last. */
export function betweenBounds(date: UncertainDate | null, possibly: string, certainly: string, about: About): Come[] {
  if (date === null) return [];
  const { earliest, latest, edtf } = date;
  const isDay = earliest === latest;
  return [
    ...(earliest === null || isDay ? [] : [{ ...about, day: earliest, what: possibly, date: edtf }]),
    ...(latest === null ? [] : [{ ...about, day: latest, what: certainly, date: edtf }]),
  ];
}

/** What a happening is about. */
export type About = Omit<Happening, 'what' | 'date'>;

function ofReport(report: ReportEvent, { published }: Publication): Come[] {
  const about = aboutReport(report);
  const { modality, date } = report;
  if (modality === 'happened') {
    // Without a day it happened by its publication, which also ends what a day leaves open.
    const byPublication = betweenBounds(published, 'may be told', 'is told', about);
    return [
      ...betweenBounds(date, 'may have happened', date?.earliest === date?.latest ? 'happened' : 'has happened', about),
      ...byPublication,
    ];
  }
  const told = modality === 'denied' ? 'denied' : 'planned';
  return [
    ...betweenBounds(published, `${told}, may be told`, `${told}, is told`, about),
    ...(modality === 'planned' && date !== null ? untilOverdue(date, about) : []),
  ];
}

function aboutReport({ type, fact, note, metadata }: ReportEvent): About {
  return {
    type: type.type,
    fact,
    summary: note,
    source: metadata.article,
    paragraphs: metadata.paragraphs,
  };
}

/** What is planned falls due on its first day, and is overdue once silence is no longer normal. */
export function untilOverdue(date: UncertainDate, about: About): Come[] {
  const normalUntil = silenceIsNormalUntil(date);
  return [
    ...(date.earliest === null ? [] : [{ ...about, day: date.earliest, what: 'falls due', date: date.edtf }]),
    ...(normalUntil === null ? [] : [{ ...about, day: addDays(normalUntil, 1), what: 'is overdue', date: date.edtf }]),
  ];
}

function ofDecision({ decision, damaged }: DecisionEvent): Come[] {
  const about = {
    type: decision.type,
    fact: decision.fact,
    summary: decision.reason,
    source: 'steward',
    paragraphs: [],
  };
  const isDated = 'value' in decision && decision.field === 'date' && !damaged;
  const dated = isDated ? uncertainDate(asText(decision.value)) : null;
  const reference = 'reference' in decision ? decision.reference : null;
  return [
    ...betweenBounds(dated, 'may have happened', 'has happened', about),
    ...(dated === null ? [] : untilOverdue(dated, about)),
    ...(reference === null
      ? []
      : betweenBounds(
          uncertainDate(reference.published),
          'may rest on what is published',
          'rests on what is published',
          about,
        )),
  ];
}

function ofReference({ type, games, fields, published, metadata }: ReferenceEvent): Come[] {
  const [edition] = games as readonly [Edition];
  const { host, window } = fields;
  const says = [host, window].flatMap((value) => (value === undefined ? [] : [asText(value)])).join(' ');
  const source = metadata.reference;
  const about = { type: type.type, fact: null, summary: `Games ${edition} ${says}`.trim(), source, paragraphs: [] };
  const held = window === undefined ? null : uncertainDate(asText(window));
  const on = (day: Day | null, what: string): Come[] =>
    day === null || held === null ? [] : [{ ...about, day, what, date: held.edtf }];
  return [
    ...betweenBounds(published, 'may be public', 'becomes public', about),
    ...on(held?.earliest ?? null, 'Games open'),
    ...on(held?.latest ?? null, 'Games close'),
    ...on(held?.latest == null ? null : addDays(held.latest, overdueAfterDays + 1), 'Games closed a month ago'),
  ];
}

function within({ clock, from, to }: Replay, { day, position }: At): boolean {
  if (from !== null && day < from) return false;
  if (clock === 'recorded') return (position ?? 0) <= to.position;
  return day <= (clock === 'occurred' ? to.occurredAsOf : (to.reportedAsOf ?? to.occurredAsOf));
}

function before(replay: Replay, first: At): ResolvedCut {
  const { from } = replay;
  if (from === null) return { ...cutAt(replay, first), position: 0 };
  return first.position === null
    ? cutAt(replay, { day: addDays(from, -1), position: null })
    : cutAt(replay, { day: first.day, position: first.position - 1 });
}

function cutAt({ clock, to, follows }: Replay, { day, position }: Pick<At, 'day' | 'position'>): ResolvedCut {
  const occurredAsOf = clock === 'occurred' || follows ? lesser(day, to.occurredAsOf) : to.occurredAsOf;
  if (clock === 'occurred') return { ...to, occurredAsOf };
  if (clock === 'reported') return { ...to, occurredAsOf, reportedAsOf: day };
  return { ...to, occurredAsOf, position: position ?? to.position };
}

function lesser(a: Day, b: Day): Day {
  return a < b ? a : b;
}

function changesAnything({ timeline, obligations, rollout }: ReplayStep['changes']): boolean {
  return timeline.length + obligations.length + rollout.length > 0;
}

// Of what comes about on a day, that which bears on what changes.
function bearing(happenings: readonly Happening[], { timeline }: ReplayStep['changes']): readonly Happening[] {
  const changed = new Set(timeline.map(({ key }) => key));
  return happenings.filter(({ fact }) => fact === null || changed.has(fact));
}
