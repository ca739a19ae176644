import { date, type EventType, eventTypes, flag, names, period, quantityOf, text, word } from './event-type.ts';

/** The event type of this name, or undefined for one that is not a milestone (ArticleRead, FactCorrected …). */
export function eventType(name: string): EventType | undefined {
  return byName.get(name);
}

const campaigns = eventTypes({ kind: 'campaign', subject: 'named', edition: 'field' }, [
  {
    type: 'CampaignAnnounced',
    milestone: 'announced',
    says: 'the act of announcing or unveiling a campaign',
    fields: { theme: word('its theme or slogan') },
  },
  { type: 'CampaignLaunched', milestone: 'launched', says: 'the campaign starts' },
  {
    type: 'CreativeCountStated',
    milestone: 'creative-count-stated',
    statement: true,
    says: 'how many creatives the campaign has',
    fields: { count: quantityOf('number of creatives') },
  },
  { type: 'CampaignEnded', milestone: 'ended', says: 'the campaign ends as intended' },
  { type: 'CampaignCancelled', milestone: 'cancelled', says: 'the campaign is called off' },
]);

const parts = eventTypes({ kind: 'phase', subject: 'named', edition: 'field' }, [
  { type: 'CampaignPhaseStarted', kind: 'phase', milestone: 'started', within: 'campaign', says: 'a phase starts' },
  {
    type: 'CreativeReleased',
    kind: 'creative',
    milestone: 'released',
    within: 'campaign',
    says: 'a named advertisement, film or poster is released',
    fields: { features: word('whom or what it features'), story: text('what it tells') },
  },
  {
    type: 'MarketEntered',
    kind: 'market',
    milestone: 'entered',
    within: 'campaign',
    markets: true,
    says: 'the campaign runs in a market (ISO 3166-1 alpha-2)',
  },
]);

const activations = eventTypes({ kind: 'activation', subject: 'named', edition: 'key' }, [
  {
    type: 'ActivationStaged',
    milestone: 'staged',
    says: 'the partner uses its rights on the ground: a showcase, hospitality, a visit',
    fields: {
      campaign: word('the campaign that it belongs to'),
      obligation: word('the obligation that it is a milestone of'),
      people: quantityOf('how many people take part'),
      place: word('where'),
    },
  },
  {
    type: 'CoActivationDiscussed',
    kind: 'co-activation',
    milestone: 'discussed',
    edition: 'field',
    says: 'talks with another sponsor on a joint activation; the subject is that sponsor',
    fields: { topics: names('what the talks are about') },
  },
  {
    type: 'CoActivationAgreed',
    kind: 'co-activation',
    milestone: 'agreed',
    edition: 'field',
    says: 'an agreement with another sponsor on a joint activation',
    fields: { topics: names('what was agreed') },
  },
]);

/** Milestones of the marketing of the partnership: campaigns, their parts, activations. */
export const campaignEvents = [...campaigns, ...parts, ...activations];

const fields = {
  parts: names('what it comprises'),
  aim: text('what it is for'),
  obligation: word('the obligation that it is a milestone of'),
};

/** Milestones of a technology project of the partner. */
export const initiativeEvents = eventTypes({ kind: 'initiative', subject: 'named', edition: 'field' }, [
  { type: 'InitiativeAnnounced', milestone: 'announced', says: 'the act of announcing a project', fields },
  { type: 'InitiativePiloted', milestone: 'piloted', says: 'the project is tried out', fields },
  { type: 'InitiativeDeployed', milestone: 'deployed', says: 'the project is in operation', fields },
  { type: 'InitiativeShelved', milestone: 'shelved', says: 'the project is given up' },
]);

/** Milestones of what the partner owes; an obligation is a fact per Games edition, or of the whole programme. */
export const obligationEvents = eventTypes({ kind: 'obligation', subject: 'named', edition: 'key' }, [
  {
    type: 'ObligationUndertaken',
    milestone: 'undertaken',
    says: 'the agreement imposes an obligation on the partner',
    fields: { scope: text('what it comprises') },
  },
  {
    type: 'ObligationConfirmed',
    milestone: 'confirmed',
    statement: true,
    says: 'a later reaffirmation of the obligation',
    fields: { scope: text('what it comprises') },
  },
  {
    type: 'ObligationQualified',
    milestone: 'qualified',
    subject: 'optional',
    statement: true,
    says: "a limit or an aim of the obligation; without a subject, of the partner's whole part at these Games",
    fields: { scope: text('what is said of the extent') },
  },
  {
    type: 'ObligationMilestoneReached',
    milestone: 'milestone-reached',
    says: 'a step on the way to delivery',
    fields: { step: word('the step') },
  },
  {
    type: 'ObligationPartlyDelivered',
    milestone: 'partly-delivered',
    says: 'a part was delivered',
    fields: { scope: text('which part') },
  },
  {
    type: 'ObligationPostponed',
    milestone: 'postponed',
    says: 'moved to a later day',
    fields: { until: date('to when') },
  },
  { type: 'ObligationWaived', milestone: 'waived', says: 'the rights holder gives it up' },
  { type: 'ObligationBreached', milestone: 'breached', says: 'a party or a court states a breach; silence is none' },
  { type: 'BreachCured', milestone: 'cured', says: 'a breach was made good' },
  {
    type: 'ObligationDelivered',
    milestone: 'delivered',
    says: 'delivered, as a source reports',
    fields: { scope: text('what was delivered') },
  },
]);

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

/** Milestones of an online store that the partner runs for the rights holder or an OCOG. */
export const storefrontEvents = eventTypes({ kind: 'storefront', subject: 'named', edition: 'key' }, [
  {
    type: 'StorefrontOpened',
    milestone: 'opened',
    says: 'the store opens',
    fields: {
      platform: word('the platform that it is on'),
      for: word('for whom it sells'),
      obligation: word('the obligation that it is a milestone of'),
    },
  },
  { type: 'StorefrontSuspended', milestone: 'suspended', says: 'the store is closed for a time' },
  { type: 'StorefrontClosed', milestone: 'closed', says: 'the store is closed for good' },
]);

/** Every milestone that an article can report, in the order of the life of a partnership. */
export const reportTypes: readonly EventType[] = [
  ...partnershipEvents,
  ...obligationEvents,
  ...campaignEvents,
  ...storefrontEvents,
  ...initiativeEvents,
];

/** Milestones of a Games edition; they come from references, never from articles. */
export const gamesEvents = eventTypes({ kind: 'games', subject: 'none', edition: 'required' }, [
  {
    type: 'HostElected',
    milestone: 'host-elected',
    says: 'the host of the edition is elected',
    fields: { host: word('the host as it is commonly named') },
  },
  {
    type: 'GamesDatesSet',
    milestone: 'dates-set',
    says: 'opening and closing day become public',
    fields: { window: period('first to last day, with a slash') },
  },
  {
    type: 'GamesRescheduled',
    milestone: 'rescheduled',
    says: 'the edition is moved; its name stays',
    fields: { window: period('new first to last day, with a slash') },
  },
  { type: 'GamesCancelled', milestone: 'cancelled', says: 'the edition does not take place' },
]);

const all = [...reportTypes, ...gamesEvents];

const byName = new Map(all.map((type) => [type.type, type]));

// A count in months, exact or a bound, as one in years.
function inYears(months: unknown): unknown {
  if (typeof months === 'number') return months / 12;
  // What is no number was damaged when it was stored: it is left as it is, and decoding names it.
  if (typeof months !== 'object' || months === null) return months;
  return Object.fromEntries(Object.entries(months).map(([bound, count]) => [bound, inYears(count)]));
}

/** Place of a type in the life of a partnership: what comes earlier on the same day sorts first. */
export function lifecycleRank(name: string): number {
  return ranks.get(name) ?? all.length;
}

const ranks = new Map(all.map((type, rank) => [type.type, rank]));
