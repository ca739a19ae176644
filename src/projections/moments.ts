import type { Edition } from '../domain/edition.ts';
import { asText } from '../domain/events/field.ts';
import type { DecisionEvent, LedgerEvent, ReferenceEvent, ReportEvent } from '../domain/ledger-event.ts';
import { type Publication, publicationsOf } from '../domain/publication.ts';
import { addDays, type Day, uncertainDate } from '../domain/uncertain-date.ts';
import type { Ground } from './facts-in-view.ts';
import { type About, betweenBounds, type Come, type Happening, untilOverdue } from './happening.ts';
import { grace } from './status.ts';

/** A day on which a view may become another, with what comes about on it. */
export type Moment = { readonly day: Day; readonly happenings: readonly Happening[] };

function aboutReport({ type, fact, note, metadata }: ReportEvent): About {
  return {
    type: type.type,
    fact,
    summary: note,
    source: metadata.article,
    paragraphs: metadata.paragraphs,
  };
}

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

function ofArticle(publication: Publication): Come[] {
  const { article, title, publisher, revision } = publication.reading.read;
  const named = [title, publisher].filter((part) => part !== null).join(', ');
  const summary = `article ${article}${revision === 1 ? '' : `, revision ${revision}`}${named === '' ? '' : `: ${named}`}`;
  const about = { type: 'ArticleRead', fact: null, summary, source: article, paragraphs: [] };
  return betweenBounds(publication.published, 'may be published', 'is published', about);
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
    ...on(held?.latest == null ? null : addDays(held.latest, grace + 1), 'Games closed a month ago'),
  ];
}

function publicationsIn(history: readonly LedgerEvent[]): readonly Publication[] {
  return [
    ...Map.groupBy(
      history.filter((event) => event.kind === 'reading'),
      ({ read }) => read.article,
    ).values(),
  ].flatMap(publicationsOf);
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
