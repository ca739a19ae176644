import * as z from 'zod';
import { compare } from '../domain/facts/evidence.ts';
import { isHearsay } from '../domain/facts/fact.ts';
import { type FactsInView, isOfCertain, type ViewFact, withoutHearsay } from '../domain/facts/facts-at.ts';
import { planStatus } from '../domain/facts/plan-status.ts';
import { partnershipStatus, partnershipStatuses } from '../domain/facts/standing.ts';
import {
  happenedOfType,
  isAgreedAfter,
  isTermContested,
  reportedEnds,
  termOf,
  termOver,
} from '../domain/facts/term.ts';
import { type Day, uncertainDate } from '../domain/vocabulary/dates.ts';
import { asText, storedValue } from '../domain/vocabulary/event-type.ts';
import { partyRoles, reportTypes } from '../domain/vocabulary/event-types.ts';
import { partnerOf, rightsHolderOf } from '../domain/vocabulary/fact-key.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import {
  answerShape,
  beginAnswer,
  cutOf,
  endAnswer,
  type Listed,
  type ListQuestion,
  nextPage,
  type Page,
  pageShape,
  type Question,
  wholeList,
} from './answer.ts';
import type { FilterRules } from './filters.ts';
import { namesFor, type PartnershipView } from './partnership-view.ts';
import { dateOf, dateShape, nameOf, reportTypeShape, timingShape } from './shapes.ts';
import { inOrderOfTime, statusShape } from './timeline.ts';

/** The partnerships with at least one fact that counts through a cut; `listed` is the page of them. */
export function partnershipsAnswer(
  { cut: asked, firstRecordedAt }: ListQuestion,
  listed: Listed<{ readonly detail: PartnershipDetail }>,
  page: Page = wholeList,
): z.infer<typeof partnershipsAnswerShape> {
  const { total, items, last } = listed;
  const cut = cutOf(asked, last);
  const partnerships = items.map(({ detail: { byStatus: _byStatus, ...short } }) => short);
  const end = endAnswer({ cut: asked, firstRecordedAt }, last, listed.isRecorded);
  return { cut, total, partnerships, next: nextPage(total, page, cut), ...end };
}

export const partnershipShape = z
  .object({
    id: z.string(),
    name: z.string(),
    partner: z.object({ id: z.string(), name: z.string() }),
    rightsHolder: z.object({ id: z.string(), name: z.string() }),
    parties: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          role: z.enum(partyRoles),
          timing: timingShape,
          link: z.string().describe('the partnerships that it is a party to'),
        }),
      )
      .describe('the parties as of occurredAsOf, partners first: those of the id, and those that joined or took over'),
    status: z.enum(partnershipStatuses).describe('reported: neither announcement nor signing is reported by then'),
    timing: timingShape,
    otherStatuses: z
      .array(z.enum(partnershipStatuses))
      .describe(
        'where another order within the bounds of the dates ends, and what is only hearsay or of an unknown day',
      ),
    termOver: z
      .object({ since: z.string().describe('the last day of the known term') })
      .nullable()
      .describe('the known term is over, and no report tells how the partnership ended'),
    plannedEnds: z
      .array(
        z.object({
          fact: z.string().describe('the planned end, or the notice or the declined renewal that names the day'),
          type: reportTypeShape,
          status: z.enum(['planned', 'due', 'overdue-unconfirmed']).describe('a plan is no event: it ends nothing'),
          timing: timingShape,
          date: dateShape.nullable(),
        }),
      )
      .describe('how the partnership is to end, by first day; empty once a report tells that it has'),
    term: z.object({
      start: dateShape.nullable(),
      end: dateShape.nullable(),
      years: storedValue('quantity').nullable(),
      contested: z.boolean().describe('reports disagree on its start, its end or its length'),
    }),
    facts: z.int(),
    contested: z.int(),
    articles: z.int(),
    version: z.int().describe('position of the last event that it depends on'),
    links: z.record(z.string(), z.string()),
  })
  .describe('A partnership in short');

export const partnershipsAnswerShape = answerShape
  .extend({ total: pageShape.total, partnerships: z.array(partnershipShape), next: pageShape.next })
  .describe('The partnerships of the ledger');

/**
 * `status` and `party` are those of the partnership; the other filters select partnerships with a fact that passes all
 * of them.
 */
export const partnershipsFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: partnershipShape.shape.status.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
  party: 'slugs',
};

export function partnershipAnswer(question: Question): PartnershipAnswer {
  return { ...beginAnswer(question), ...partnershipDetail(question.view, question.names) };
}

const partnershipDetailShape = partnershipShape.extend({ byStatus: z.partialRecord(statusShape, z.int()) });

export type PartnershipDetail = z.infer<typeof partnershipDetailShape>;

export type PartnershipAnswer = z.infer<typeof partnershipAnswerShape>;

export const partnershipAnswerShape = answerShape
  .extend(partnershipDetailShape.shape)
  .describe('A partnership with the number of its facts in each status');

export function partnershipDetail(view: PartnershipView, register: SubjectNames): PartnershipDetail {
  const { partnership: id } = view;
  const names = namesFor(view, register);
  const inView = view.facts();
  const { facts, certain } = inView;
  const { start, end, years } = termOf(facts);
  const { status, otherStatuses } = partnershipStatus(isOfCertain(inView) ? withoutHearsay(facts) : facts);
  const isCertain = status === partnershipStatus(withoutHearsay(certain)).status;
  const since = termOver(facts, view.cut.occurredAsOf);
  const named = (slug: string) => ({ id: slug, name: nameOf(names, 'organisation', slug) });
  const [partner, rightsHolder] = [named(partnerOf(id)), named(rightsHolderOf(id))];
  const parties = partiesOf(inView, id).map(({ party, ...rest }) => ({
    ...named(party),
    ...rest,
    link: `/api/partnerships?party=${party}`,
  }));
  const articles = new Set(facts.flatMap(({ evidence }) => evidence.map(({ report }) => report.metadata.article)));
  const byStatus = Map.groupBy(facts, ({ status }) => status);
  return {
    id,
    name: names('partnership', id) ?? `${namesIn(parties, 'partner')} – ${namesIn(parties, 'rights-holder')}`,
    partner,
    rightsHolder,
    parties,
    status,
    timing: isCertain ? 'certain' : 'possible',
    otherStatuses: [...otherStatuses],
    termOver: since === null ? null : { since },
    plannedEnds: [...plannedEndsOf(inView, view.cut.occurredAsOf)],
    term: { start: start && dateOf(start), end: end && dateOf(end), years, contested: isTermContested(facts) },
    facts: facts.length,
    contested: facts.filter(({ contested }) => contested).length,
    articles: articles.size,
    version: view.lastHere?.position ?? 0,
    links: linksOf(id),
    byStatus: Object.fromEntries(
      statusShape.options.flatMap((status) => {
        const count = byStatus.get(status)?.length ?? 0;
        return count === 0 ? [] : [[status, count]];
      }),
    ),
  };
}

/**
 * How the partnership is to end, by first day; empty once a report tells that it has. A notice is an event, and the end
 * that it names a plan. What the parties agreed later takes its place.
 */
export function plannedEndsOf(view: FactsInView, day: Day): readonly PlannedEnd[] {
  const facts = isOfCertain(view) ? withoutHearsay(view.facts) : view.facts;
  const ended = reportedEnds(facts).flatMap(({ occurrence }) => occurrence?.date ?? []);
  if (ended.some((date) => !isAgreedAfter(facts, date))) return [];
  const timingOf = (fact: ViewFact) => (isHearsay(fact) ? 'possible' : fact.timing);
  const planned = facts.flatMap((fact) => {
    const { key, type, status, statusRule, plannedFor, plan } = fact;
    if (!endTypes.has(type.type) || statusRule === 'guess' || !isPlanned(status)) return [];
    if (plan.evidence.every(({ published }) => published !== null && isAgreedAfter(facts, published))) return [];
    return [{ fact: key, type: type.type, status, timing: timingOf(fact), date: plannedFor && dateOf(plannedFor) }];
  });
  const noticed = (happenedOfType(facts, 'NoticeGiven', 'RenewalDeclined') as readonly ViewFact[]).flatMap((fact) => {
    const { key, type, fields, occurrence } = fact;
    const named = fields['effective'] ?? fields['end'];
    if (named === undefined || (occurrence !== null && isAgreedAfter(facts, occurrence.date))) return [];
    const date = uncertainDate(asText(named.value));
    const { status } = planStatus(date, day);
    if (!isPlanned(status)) return [];
    return [{ fact: key, type: type.type, status, timing: timingOf(fact), date: dateOf(date) }];
  });
  return [...planned, ...noticed].toSorted(
    (a, b) => compare(a.date?.earliest ?? ':', b.date?.earliest ?? ':') || compare(a.fact, b.fact),
  );
}

type PlannedEnd = z.infer<typeof partnershipShape>['plannedEnds'][number];

const endTypes = new Set(['PartnershipTerminated', 'PartnershipExpired']);

function isPlanned(status: ViewFact['status']): status is PlannedEnd['status'] {
  return status === 'planned' || status === 'due' || status === 'overdue-unconfirmed';
}

function namesIn(parties: readonly { readonly name: string; readonly role: PartyRole }[], side: PartyRole): string {
  return parties.flatMap(({ name, role }) => (role === side ? [name] : [])).join(', ');
}

function partiesOf(view: FactsInView, id: string) {
  const sure = foldParties(withoutHearsay(view.certain), id);
  const parties = isOfCertain(view) ? sure : foldParties(withoutHearsay(view.facts), id);
  const inOrder = [...parties].toSorted(([, a], [, b]) => partyRoles.indexOf(a) - partyRoles.indexOf(b));
  return inOrder.map(([party, role]) => ({
    party,
    role,
    timing: sure.get(party) === role ? ('certain' as const) : ('possible' as const),
  }));
}

// The two parties of the id, and what became of them, in the order of its days.
function foldParties(facts: readonly ViewFact[], id: string): ReadonlyMap<string, PartyRole> {
  const parties = new Map<string, PartyRole>([
    [partnerOf(id), 'partner'],
    [rightsHolderOf(id), 'rights-holder'],
  ]);
  const turns = happenedOfType(facts, 'PartyJoined', 'PartySucceeded', 'PartyLeft') as readonly ViewFact[];
  for (const { type, subject, fields } of turns.toSorted(inOrderOfTime)) {
    if (subject === null) continue;
    const predecessor = fields['predecessor'] === undefined ? null : asText(fields['predecessor'].value);
    const told = partyRoles.find((role) => role === fields['role']?.value);
    const role = (predecessor === null ? null : parties.get(predecessor)) ?? told ?? 'partner';
    if (predecessor !== null) parties.delete(predecessor);
    if (type.type === 'PartyLeft') parties.delete(subject);
    else parties.set(subject, role);
  }
  return parties;
}

type PartyRole = (typeof partyRoles)[number];

function linksOf(id: string): Record<string, string> {
  const self = `/api/partnerships/${id}`;
  const parts = ['timeline', 'obligations', 'rollout', 'audit', 'drift', 'silence'];
  return { self, ...Object.fromEntries(parts.map((part) => [part, `${self}/${part}`])) };
}
