import * as z from 'zod';
import { happenedOfType, termOf } from '../domain/facts/rules.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
import { partnerOf, rightsHolderOf } from '../domain/vocabulary/fact-key.ts';
import {
  answerShape,
  beginAnswer,
  cutOf,
  type Page,
  pageOf,
  pageShape,
  publishedLater,
  type Question,
  recordedLater,
  wholeList,
} from './answer.ts';
import { type FilterRules, type Filters, factsThatPass, noFilters } from './filters.ts';
import type { ResolvedCut } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';
import { latestOf } from './partnership-view.ts';
import { dateShape, nameOf, type SubjectNames } from './shapes.ts';
import { dateOf, statusShape } from './timeline.ts';

/** A partnership in short, with the number of facts in each status. */
export function partnershipSummary(view: PartnershipView, names: SubjectNames): PartnershipDetail {
  const { partnership: id } = view;
  const { facts } = view.facts();
  const term = termOf(facts);
  const [partner, rightsHolder] = [party(partnerOf(id), names), party(rightsHolderOf(id), names)];
  const articles = new Set(facts.flatMap(({ evidence }) => evidence.map(({ report }) => report.metadata.article)));
  return {
    id,
    name: names('partnership', id) ?? `${partner.name} – ${rightsHolder.name}`,
    partner,
    rightsHolder,
    status: statusOf(view),
    term: { start: term.start && dateOf(term.start), end: term.end && dateOf(term.end), years: term.years },
    facts: facts.length,
    contested: facts.filter(({ contested }) => contested).length,
    articles: articles.size,
    version: view.last?.position ?? 0,
    links: linksOf(id),
    byStatus: Object.fromEntries(
      statusShape.options.flatMap((status) => {
        const count = facts.filter((fact) => fact.status === status).length;
        return count === 0 ? [] : [[status, count]];
      }),
    ),
  };
}

export type PartnershipDetail = z.infer<typeof partnershipDetailShape>;

const partyShape = z.object({ id: z.string(), name: z.string() });

/** A partnership in short. */
export const partnershipShape = z
  .object({
    id: z.string(),
    name: z.string(),
    partner: partyShape,
    rightsHolder: partyShape,
    status: z
      .enum(['reported', 'announced', 'signed', 'suspended', 'terminated', 'expired'])
      .describe('reported: neither announcement nor signing is reported by then'),
    term: z.object({ start: dateShape.nullable(), end: dateShape.nullable(), years: z.unknown().nullable() }),
    facts: z.int(),
    contested: z.int(),
    articles: z.int(),
    version: z.int(),
    links: z.record(z.string(), z.string()),
  })
  .describe('A partnership in short');

/** A partnership with the number of facts in each status. */
export const partnershipDetailShape = partnershipShape.extend({ byStatus: z.partialRecord(statusShape, z.int()) });

function party(id: string, names: SubjectNames) {
  return { id, name: nameOf(names, 'organisation', id) };
}

function statusOf(view: PartnershipView): Status {
  const unflagged = view.facts().facts.filter(({ flags }) => flags.length === 0);
  const facts = happenedOfType(unflagged, ...Object.keys(turns));
  const sorted = facts.toSorted((a, b) => {
    const [x, y] = [a.occurrence?.date.latest ?? ':', b.occurrence?.date.latest ?? ':'];
    if (x !== y) return x < y ? -1 : 1;
    return (
      strength.indexOf(turns[a.type.type] as Status) - strength.indexOf(turns[b.type.type] as Status) ||
      (a.key < b.key ? -1 : 1)
    );
  });
  const last = sorted.at(-1);
  if (last !== undefined) return turns[last.type.type] as Status;
  // An announcement may come after the signature, and takes nothing back.
  return happenedOfType(unflagged, 'PartnershipAnnounced').length > 0 ? 'announced' : 'reported';
}

type Status = Partnership['status'];

export type Partnership = z.infer<typeof partnershipShape>;

// What starts, ends or interrupts a partnership, and what takes that back: the last of them tells.
const turns: Readonly<Record<string, Status>> = {
  PartnershipSigned: 'signed',
  PartnershipSuspended: 'suspended',
  PartnershipReinstated: 'signed',
  PartnershipRenewed: 'signed',
  PartnershipTerminated: 'terminated',
  PartnershipExpired: 'expired',
};

const strength: readonly Status[] = ['signed', 'suspended', 'expired', 'terminated'];

function linksOf(id: string): Record<string, string> {
  const self = `/api/partnerships/${id}`;
  return {
    self,
    timeline: `${self}/timeline`,
    obligations: `${self}/obligations`,
    rollout: `${self}/rollout`,
    audit: `${self}/audit`,
    drift: `${self}/drift`,
    silence: `${self}/silence`,
  };
}

/** A partnership in short through a cut. */
export function partnershipAnswer(asked: Question): PartnershipAnswer {
  return {
    ...beginAnswer(asked),
    ...partnershipSummary(asked.view, asked.names),
  };
}

export type PartnershipAnswer = z.infer<typeof partnershipAnswerShape>;

export const partnershipAnswerShape = answerShape
  .extend(partnershipDetailShape.shape)
  .describe('A partnership with the number of its facts in each status');

/** The partnerships of which a fact is known through a cut. */
export function partnershipsAnswer(
  { views, names, cut: asked, firstRecordedAt }: PartnershipsAsked,
  filters: Filters = noFilters,
  page: Page = wholeList,
): PartnershipsAnswer {
  const { status, ...ofFacts } = filters;
  const limited =
    ofFacts.contested !== null || [ofFacts.type, ofFacts.games, ofFacts.article].some((one) => one.length > 0);
  const cut = cutOf(asked, latestOf(views.map(({ last }) => last)));
  const found = views
    .filter((view) => storeExists(view) && (!limited || factsThatPass(view, { ...ofFacts, status: [] }).length > 0))
    .map((view) => partnershipSummary(view, names))
    .filter((summary) => status.length === 0 || status.includes(summary.status));
  const { total, items, next } = pageOf(found, page, cut);
  const partnerships = items.map(({ byStatus: _byStatus, ...summary }) => summary);
  const empty = { cut, total, partnerships, next };
  if (firstRecordedAt === null || cut.position > 0) return empty;
  return {
    ...empty,
    notice: views.length === 0 ? recordedLater(asked, firstRecordedAt) : publishedLater(firstRecordedAt),
  };
}

/** What the list of partnerships is made from. */
export type PartnershipsAsked = Pick<Question, 'names' | 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  /** The partnerships of which something is recorded at the cut, in order of id. */
  readonly views: readonly PartnershipView[];
};

export type PartnershipsAnswer = z.infer<typeof partnershipsAnswerShape>;

export const partnershipsAnswerShape = answerShape
  .extend({ total: pageShape.total, partnerships: z.array(partnershipShape), next: pageShape.next })
  .describe('The partnerships of the ledger');

// A partnership is there as soon as there is anything to tell of it, be it that nothing supports it any more.
function storeExists(view: PartnershipView): boolean {
  return view.facts().facts.length > 0 || view.unsupported().length > 0;
}

/** The filters of the list of partnerships: its own status; of the others, some fact of it passes all. */
export const partnershipsFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: partnershipShape.shape.status.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};
