import { happenedOfType } from '../domain/policies/happened.ts';
import { termOf } from '../domain/term.ts';
import { partnerOf, rightsHolderOf } from './catalogue.ts';
import { nameOf, type SubjectNames } from './names.ts';
import type { PartnershipView } from './partnership-view.ts';
import type { Partnership, PartnershipDetail } from './shapes/partnership.ts';
import { statusShape } from './shapes/timeline.ts';
import { dateOf } from './source-of.ts';

type Status = Partnership['status'];

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

function party(id: string, names: SubjectNames) {
  return { id, name: nameOf(names, 'organisation', id) };
}

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
