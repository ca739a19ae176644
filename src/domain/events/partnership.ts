import { eventTypes } from './event-type.ts';
import { date, flag, names, period, quantityOf, text, word } from './field.ts';

// A count in months, exact or a bound, as one in years.
function inYears(months: unknown): unknown {
  if (typeof months === 'number') return months / 12;
  // What is no number was damaged when it was stored: it is left as it is, and decoding names it.
  if (typeof months !== 'object' || months === null) return months;
  return Object.fromEntries(Object.entries(months).map(([bound, count]) => [bound, inYears(count)]));
}

const aboutThePartnership = eventTypes({ kind: 'partnership', subject: 'partnership', edition: 'none' }, [
  {
    type: 'PartnershipAnnounced',
    milestone: 'announced',
    says: 'the act of announcing the partnership',
    fields: { place: word('where it was announced'), occasion: text('at what occasion') },
  },
  {
    type: 'PartnershipSigned',
    milestone: 'signed',
    says: 'the act of signing the agreement',
    fields: { place: word('where it was signed') },
  },
  {
    type: 'TermAgreed',
    milestone: 'term-agreed',
    says: 'how long the partnership runs',
    fields: {
      start: date('first day of the term'),
      end: date('last day of the term'),
      years: quantityOf('length of the term in years'),
    },
    // Version 1 gave the length in months and called the last day `until`.
    upcasters: [
      ({ until, months, ...rest }) => ({
        ...rest,
        ...(until === undefined ? {} : { end: until }),
        ...(months === undefined ? {} : { years: inYears(months) }),
      }),
    ],
  },
  {
    type: 'FinancialTermsReported',
    milestone: 'financial-terms-reported',
    says: 'what is known, or not known, of the price',
    statement: true,
    fields: {
      disclosed: flag('whether the parties disclosed the terms'),
      amount: quantityOf('the amount, in units of the currency'),
      currency: word('ISO 4217 code'),
      estimate: text('an amount that is too vague for a number, as it is worded'),
    },
  },
  { type: 'PartnershipAmended', milestone: 'amended', says: 'a change of the agreement' },
  {
    type: 'PartnershipRenewed',
    milestone: 'renewed',
    says: 'an extension of the agreement',
    fields: { end: date('last day of the extended term') },
  },
  { type: 'PartnershipSuspended', milestone: 'suspended', says: 'the partnership is put on hold' },
  { type: 'PartnershipReinstated', milestone: 'reinstated', says: 'the partnership resumes' },
  { type: 'PartnershipTerminated', milestone: 'terminated', says: 'the partnership ends before its term' },
  { type: 'PartnershipExpired', milestone: 'expired', says: 'the partnership ends with its term' },
]);

const rights = eventTypes({ kind: 'category', subject: 'named', edition: 'none' }, [
  { type: 'TierGranted', kind: 'tier', milestone: 'granted', says: 'the sponsorship tier that the partner holds' },
  {
    type: 'CategoryGranted',
    kind: 'category',
    milestone: 'granted',
    says: 'a product category granted to the partner',
    fields: {
      exclusive: flag('whether the category is exclusive'),
      designation: word('the designation that the partner may use'),
    },
  },
  {
    type: 'RoleGranted',
    kind: 'role',
    milestone: 'granted',
    says: 'a role beside the categories, such as founding partner of a channel',
  },
  {
    type: 'CoverageDeclared',
    kind: 'coverage',
    milestone: 'declared',
    subject: 'none',
    edition: 'required',
    says: 'a Games edition that the partnership covers',
    fields: { complete: flag('whether the Games of this statement are all that are covered') },
  },
]);

const context = eventTypes({ kind: 'context', subject: 'named', edition: 'field' }, [
  {
    type: 'PriorInvolvementReported',
    kind: 'prior-involvement',
    milestone: 'reported',
    statement: true,
    says: 'what the partner did in the field before the partnership',
    fields: { period: period('when it took place'), with: word('with whom') },
  },
  {
    type: 'PredecessorReported',
    kind: 'predecessor',
    milestone: 'reported',
    statement: true,
    says: 'an earlier partner in a comparable position',
    fields: { partner: word('the earlier partner'), role: text('its position') },
  },
  {
    type: 'DistinctionClaimed',
    kind: 'distinction',
    milestone: 'claimed',
    statement: true,
    says: 'a claim to be the first, the largest, the only one',
  },
  {
    type: 'PriorityStated',
    kind: 'priority',
    milestone: 'stated',
    statement: true,
    says: 'an aim or a preference of a party',
    fields: { target: quantityOf('a number aimed at') },
  },
  {
    type: 'ReceptionReported',
    kind: 'reception',
    milestone: 'reported',
    statement: true,
    says: 'how a party or the public takes the partnership',
  },
  {
    type: 'ReputationIssueRaised',
    kind: 'reputation',
    milestone: 'raised',
    says: 'a matter that burdens the name of a party',
    fields: { raisedBy: word('who raised it'), company: word('the company concerned') },
  },
  {
    type: 'ReputationIssueAnswered',
    kind: 'reputation',
    milestone: 'answered',
    says: 'what a party says or does about such a matter',
    fields: {
      staff: quantityOf('people who work on it'),
      spending: quantityOf('spending a year, in units of the currency'),
      currency: word('ISO 4217 code'),
    },
  },
  {
    type: 'RosterReported',
    kind: 'roster',
    milestone: 'reported',
    statement: true,
    says: 'who else is a sponsor',
    fields: {
      members: names('sponsors named'),
      others: quantityOf('how many other sponsors there are'),
      complete: flag('whether the members named are all'),
    },
  },
  {
    type: 'SponsorLeft',
    kind: 'sponsor',
    milestone: 'left',
    says: 'a fellow sponsor leaves the programme',
    fields: { programme: word('the programme that it leaves') },
  },
]);

/** Milestones of the partnership itself, of the rights that it grants, and of its surroundings. */
export const partnershipEvents = [...aboutThePartnership, ...rights, ...context];
