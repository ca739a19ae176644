import { uncertainDate } from './dates.ts';
import type { EventType, Field, FieldKind } from './event-type.ts';
import { keyOfYear } from './fact-key.ts';
import { inYears } from './quantity.ts';

/** The event type of this name, or undefined for one that is not a milestone (ArticleRead, FactCorrected …). */
export function eventType(name: string): EventType | undefined {
  return byName.get(name);
}

type Fields = Readonly<Record<string, readonly [kind: FieldKind, meaning: string, oneOf?: readonly string[]]>>;

// What a number counts or measures.
const unitFields: Fields = {
  unit: ['word', 'what the number counts or measures: vehicles, % …'],
  of: ['word', 'of what, where the unit leaves it open: 90 % of the vehicles'],
};

const quantityFields: Fields = { quantity: ['quantity', 'how much or how many'], ...unitFields };

// An ending that the article counts from Games.
const afterGames: Fields = {
  after: [
    'edition',
    'the Games after which it ends, where the article names no day: it ends on their last day or later',
  ],
};

/** The sides of an agreement. */
export const partyRoles = ['partner', 'rights-holder'] as const;

// The partnership itself.
const partnershipTypes = typesOf({ subject: 'partnership', edition: 'none' }, [
  milestone('PartnershipAnnounced', 'partnership/announced', 'the act of announcing the partnership', {
    place: ['word', 'where it was announced'],
    occasion: ['text', 'at what occasion'],
  }),
  milestone('PartnershipSigned', 'partnership/signed', 'the act of signing the agreement', {
    place: ['word', 'where it was signed'],
  }),
  {
    ...milestone('TermAgreed', 'partnership/term-agreed', 'how long the partnership runs', {
      start: ['date', 'first day of the term'],
      end: ['date', 'last day of the term'],
      years: ['quantity', 'length of the term in years'],
      ...afterGames,
    }),
    wholes: { term: { kind: 'term', parts: ['start', 'end', 'years'] } },
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
    ...statement(
      'FinancialTermsReported',
      'partnership/financial-terms-reported',
      'what is known, or not known, of the price',
      {
        disclosed: ['flag', 'whether the parties disclosed the terms'],
        amount: ['quantity', 'the amount, in units of the currency'],
        currency: ['currency', 'ISO 4217 code'],
        per: [
          'word',
          'what the amount is for: all of the term, or each of these',
          ['total', 'year', 'games', 'season'],
        ],
        kind: ['word', 'how it is paid', ['cash', 'in-kind', 'both']],
        paidBy: ['word', 'who pays it'],
        estimate: ['text', 'an amount that is too vague for a number, as it is worded'],
        asOf: ['date', 'the day as of which the price is told, where it changed'],
      },
    ),
    wholes: { money: { kind: 'money', parts: ['amount', 'currency', 'per', 'kind', 'paidBy'] } },
  },
  recurring({
    ...milestone('PartnershipAmended', 'partnership/amended', 'a change of the agreement', {
      changed: ['word', 'what it changes, such as fee, territory, category or tier; for the term write start or end'],
      from: ['word', 'what held before'],
      to: ['word', 'what holds from then on'],
      start: ['date', 'first day of the term as amended'],
      end: ['date', 'last day of the term as amended'],
      ...afterGames,
    }),
    wholes: {
      change: { kind: 'words', parts: ['changed', 'from', 'to'] },
      term: { kind: 'term', parts: ['start', 'end'] },
    },
  }),
  recurring(
    milestone('PartnershipRenewed', 'partnership/renewed', 'an extension of the agreement', {
      end: ['date', 'last day of the extended term'],
      ...afterGames,
    }),
  ),
  recurring(
    milestone('OptionGranted', 'partnership/option-granted', 'a party may extend the agreement', {
      holder: ['word', 'the party that may'],
      until: ['date', 'by when it has to say so'],
      end: ['date', 'last day of the term if it does'],
    }),
  ),
  recurring(
    milestone(
      'OptionExercised',
      'partnership/option-exercised',
      'a party extends the agreement, as its option lets it',
      {
        holder: ['word', 'the party that does'],
        end: ['date', 'last day of the extended term'],
      },
    ),
  ),
  milestone('BreakAgreed', 'partnership/break-agreed', 'a party may end the agreement before its term', {
    holder: ['word', 'the party that may'],
    from: ['date', 'from when'],
    notice: ['text', 'with what notice, or on what condition'],
  }),
  recurring(
    milestone('NoticeGiven', 'partnership/notice-given', 'a party gives notice that it ends the agreement', {
      holder: ['word', 'the party that gives it'],
      effective: ['date', 'the day on which the agreement is to end by it'],
      ...afterGames,
    }),
  ),
  recurring(
    milestone('RenewalDeclined', 'partnership/renewal-declined', 'a party says that it will not renew the agreement', {
      holder: ['word', 'the party that says so'],
      end: ['date', 'last day of the agreement, which is not renewed'],
      ...afterGames,
    }),
  ),
  recurring(milestone('PartnershipSuspended', 'partnership/suspended', 'the partnership is put on hold')),
  recurring(milestone('PartnershipReinstated', 'partnership/reinstated', 'the partnership resumes')),
  milestone('PartnershipTerminated', 'partnership/terminated', 'the partnership ends before its term', afterGames),
  milestone('PartnershipExpired', 'partnership/expired', 'the partnership ends with its term', afterGames),
]);

// Further parties beside the two that its id names, and those that leave or hand over.
const partyTypes = typesOf({ subject: 'named', edition: 'none' }, [
  milestone('PartyJoined', 'party/joined', 'a further party joins the agreement; the subject is that organisation', {
    role: ['word', 'which side it joins; left out: the partner', partyRoles],
  }),
  milestone('PartySucceeded', 'party/succeeded', 'a party takes the place of another; the subject is the new one', {
    predecessor: ['word', 'the party whose place it takes, as a slug'],
  }),
  milestone('PartyLeft', 'party/left', 'a party leaves the agreement, and the others go on'),
]);

const territoryFields: Fields = {
  territory: [
    'territories',
    'where it holds: worldwide, or ISO 3166-1 alpha-2 codes; left out: wherever the agreement does',
  ],
  excludedTerritory: ['territories', 'where it does not hold, though it does around'],
  startByTerritory: ['territoryDates', 'from when it holds where that differs: territory -> day'],
};

// The rights that it grants.
const rightsTypes = typesOf({ subject: 'named', edition: 'none' }, [
  milestone('TierGranted', 'tier/granted', 'the sponsorship tier that the partner holds', territoryFields),
  {
    ...milestone('TierChanged', 'tier/changed', 'the partner moves up or down from one tier to another', {
      from: ['word', 'the slug of the tier that it held'],
      to: ['word', 'the slug of the tier that it holds from then on'],
    }),
    wholes: { change: { kind: 'words', parts: ['from', 'to'] } },
    subject: 'partnership',
  },
  milestone('TierLost', 'tier/lost', 'the partner gives up or loses a tier'),
  milestone('CategoryGranted', 'category/granted', 'a product category granted to the partner', {
    exclusive: ['flag', 'whether the category is exclusive'],
    designation: ['word', 'the designation that the partner may use'],
    ...territoryFields,
  }),
  milestone('CategoryLost', 'category/lost', 'the partner gives up or loses a product category', {
    to: ['word', 'who holds it from then on'],
  }),
  milestone(
    'RoleGranted',
    'role/granted',
    'a role beside the categories, such as founding partner of a channel',
    territoryFields,
  ),
  milestone('RoleLost', 'role/lost', 'the partner gives up or loses a role'),
  {
    ...milestone('CoverageDeclared', 'coverage/declared', 'a Games edition that the partnership covers', {
      complete: ['flag', 'whether the Games of this statement are all that are covered'],
    }),
    subject: 'none',
    edition: 'required',
  },
]);

// What the rights reach: names, places at the Games, people, brands and teams; and what may not be used for a time.
const scopeTypes = typesOf({ subject: 'named', edition: 'field' }, [
  milestone(
    'NamingRightsGranted',
    'naming-rights/granted',
    'a venue, an event or a prize bears the name of the partner',
    {
      name: ['word', 'the name with that of the partner'],
      ...territoryFields,
    },
  ),
  milestone('HospitalityGranted', 'hospitality/granted', 'hospitality, tickets or accreditations for the partner', {
    ...quantityFields,
  }),
  milestone('AmbassadorNamed', 'ambassador/named', 'a person or a team stands for the partner or the partnership', {
    role: ['word', 'as what'],
  }),
  milestone('AmbassadorLeft', 'ambassador/left', 'an ambassador does so no longer'),
  milestone('BrandIncluded', 'brand/included', 'a brand or a subsidiary of the partner may use the rights too'),
  milestone('TeamIncluded', 'team/included', 'a team, an event or a member of the rights holder is part of the deal'),
  milestone('EmbargoAgreed', 'embargo/agreed', 'what the partner may not use or say for a time; the subject names it', {
    period: ['period', 'from when to when, with a slash'],
    until: ['date', 'the last day, where only that is told'],
    territory: ['territories', 'where: ISO 3166-1 alpha-2 codes, or worldwide'],
  }),
  milestone('EmbargoLifted', 'embargo/lifted', 'an embargo ends before its time, or with it'),
]);

// Its surroundings.
const contextTypes = typesOf({ subject: 'named', edition: 'field' }, [
  statement(
    'PriorInvolvementReported',
    'prior-involvement/reported',
    'what the partner did in the field before the partnership',
    { period: ['period', 'when it took place'], with: ['word', 'with whom'] },
  ),
  statement('PredecessorReported', 'predecessor/reported', 'an earlier partner in a comparable position', {
    partner: ['word', 'the earlier partner'],
    role: ['text', 'its position'],
  }),
  statement('DistinctionClaimed', 'distinction/claimed', 'a claim to be the first, the largest, the only one'),
  statement('PriorityStated', 'priority/stated', 'an aim or a preference of a party', {
    target: ['quantity', 'a number aimed at'],
    ...unitFields,
  }),
  statement('ReceptionReported', 'reception/reported', 'how a party or the public takes the partnership'),
  milestone('ReputationIssueRaised', 'reputation/raised', 'a matter that burdens the name of a party', {
    raisedBy: ['word', 'who raised it'],
    company: ['word', 'the company concerned'],
  }),
  {
    ...milestone('ReputationIssueAnswered', 'reputation/answered', 'what a party says or does about such a matter', {
      staff: ['quantity', 'people who work on it'],
      spending: ['quantity', 'spending a year, in units of the currency'],
      currency: ['currency', 'ISO 4217 code'],
    }),
    wholes: { money: { kind: 'money', parts: ['spending', 'currency'], given: { per: 'year' } } },
  },
  milestone('ReputationIssueClosed', 'reputation/closed', 'such a matter is settled or given up'),
  statement('RosterReported', 'roster/reported', 'who else is a sponsor', {
    members: ['names', 'sponsors named'],
    others: ['quantity', 'how many other sponsors there are, those named included'],
    complete: ['flag', 'whether the members named are all'],
    asOf: ['date', 'the day as of which they are sponsors; else that of the publication'],
  }),
  milestone('SponsorJoined', 'sponsor/joined', 'another sponsor joins the programme', {
    programme: ['word', 'the programme that it joins'],
    succeeds: ['word', 'the sponsor whose place it takes'],
  }),
  milestone('SponsorLeft', 'sponsor/left', 'a fellow sponsor leaves the programme', {
    programme: ['word', 'the programme that it leaves'],
  }),
]);

const owedBy: Field = { kind: 'word', meaning: 'who owes it; left out: the partner', oneOf: partyRoles };

// What the parties owe each other: a fact per Games edition, or one of the whole programme.
const obligationTypes = typesOf({ subject: 'named', edition: 'key' }, [
  milestone('ObligationUndertaken', 'obligation/undertaken', 'the agreement imposes an obligation on a party', {
    scope: ['text', 'what it comprises'],
    ...quantityFields,
  }),
  statement('ObligationConfirmed', 'obligation/confirmed', 'a later reaffirmation of the obligation', {
    scope: ['text', 'what it comprises'],
    ...quantityFields,
  }),
  {
    ...statement(
      'ObligationQualified',
      'obligation/qualified',
      "a limit or an aim of the obligation; without a subject, of the partner's whole part at these Games",
      { scope: ['text', 'what is said of the extent'], ...quantityFields },
    ),
    subject: 'optional',
  },
  milestone('ObligationMilestoneReached', 'obligation/milestone-reached', 'a step on the way to delivery', {
    step: ['word', 'the step'],
    ...quantityFields,
  }),
  milestone('ObligationPartlyDelivered', 'obligation/partly-delivered', 'a part was delivered', {
    scope: ['text', 'which part'],
    ...quantityFields,
  }),
  milestone('ObligationPostponed', 'obligation/postponed', 'moved to a later day', { until: ['date', 'to when'] }),
  milestone('ObligationWaived', 'obligation/waived', 'the party to which it is owed gives it up'),
  milestone('ObligationBreached', 'obligation/breached', 'a party or a court states a breach; silence is none'),
  milestone('BreachCured', 'obligation/cured', 'a breach was made good'),
  milestone('ObligationDelivered', 'obligation/delivered', 'delivered, as a source reports', {
    scope: ['text', 'what was delivered'],
    ...quantityFields,
  }),
]).map((type): EventType => ({ ...type, fields: { ...type.fields, owedBy } }));

// The marketing of the partnership: campaigns, their parts, activations.
const campaignTypes = typesOf({ subject: 'named', edition: 'field' }, [
  milestone('CampaignAnnounced', 'campaign/announced', 'the act of announcing or unveiling a campaign', {
    theme: ['word', 'its theme or slogan'],
  }),
  milestone('CampaignLaunched', 'campaign/launched', 'the campaign starts'),
  postponement('CampaignPostponed', 'campaign/postponed', 'the launch is put off'),
  milestone('CampaignPaused', 'campaign/paused', 'the campaign stops for a time'),
  milestone('CampaignResumed', 'campaign/resumed', 'the campaign runs again after a pause'),
  statement('CreativeCountStated', 'campaign/creative-count-stated', 'how many creatives the campaign has', {
    count: ['quantity', 'number of creatives'],
  }),
  milestone('CampaignEnded', 'campaign/ended', 'the campaign ends as intended'),
  milestone('CampaignCancelled', 'campaign/cancelled', 'the campaign is called off'),
  { ...milestone('CampaignPhaseStarted', 'phase/started', 'a phase starts'), within: 'campaign' },
  { ...milestone('CampaignPhaseEnded', 'phase/ended', 'a phase ends'), within: 'campaign' },
  {
    ...milestone('CreativeReleased', 'creative/released', 'a named advertisement, film or poster is released', {
      features: ['word', 'whom or what it features'],
      story: ['text', 'what it tells'],
    }),
    within: 'campaign',
  },
  {
    ...milestone('MarketEntered', 'market/entered', 'the campaign runs in a market (ISO 3166-1 alpha-2)'),
    within: 'campaign',
    markets: true,
  },
  inMarket(postponement('MarketPostponed', 'market/postponed', 'the campaign is put off in a market')),
  inMarket(milestone('MarketPaused', 'market/paused', 'the campaign stops in a market for a time')),
  inMarket(milestone('MarketResumed', 'market/resumed', 'the campaign runs again in a market after a pause')),
  inMarket(milestone('MarketLeft', 'market/left', 'the campaign ends in a market')),
  {
    ...milestone(
      'ActivationStaged',
      'activation/staged',
      'the partner uses its rights on the ground: a showcase, hospitality, a visit',
      {
        campaign: ['word', 'the campaign that it belongs to'],
        obligation: ['word', 'the obligation that it is a milestone of'],
        people: ['quantity', 'how many people take part'],
        place: ['word', 'where'],
      },
    ),
    edition: 'key',
  },
  {
    ...postponement('ActivationPostponed', 'activation/postponed', 'an activation is put off', {
      campaign: ['word', 'the campaign that it belongs to'],
    }),
    edition: 'key',
  },
  milestone(
    'CoActivationDiscussed',
    'co-activation/discussed',
    'talks with another sponsor on a joint activation; the subject is that sponsor',
    { topics: ['names', 'what the talks are about'] },
  ),
  milestone('CoActivationAgreed', 'co-activation/agreed', 'an agreement with another sponsor on a joint activation', {
    topics: ['names', 'what was agreed'],
  }),
]);

const storefrontFields: Fields = {
  platform: ['word', 'the platform that it is on'],
  for: ['word', 'for whom it sells'],
  obligation: ['word', 'the obligation that it is a milestone of'],
};

// An online store that the partner runs for the rights holder or an OCOG.
const storefrontTypes = typesOf({ subject: 'named', edition: 'key' }, [
  postponement('StorefrontPostponed', 'storefront/postponed', 'the opening of the store is put off'),
  milestone('StorefrontOpened', 'storefront/opened', 'the store opens', storefrontFields),
  milestone('StorefrontSuspended', 'storefront/suspended', 'the store is closed for a time'),
  milestone(
    'StorefrontReopened',
    'storefront/reopened',
    'the store opens again; also what a StorefrontOpened is that is certainly after a suspension or a closing',
    storefrontFields,
  ),
  milestone('StorefrontClosed', 'storefront/closed', 'the store is closed for good'),
]);

const initiativeFields: Fields = {
  parts: ['names', 'what it comprises'],
  aim: ['text', 'what it is for'],
  obligation: ['word', 'the obligation that it is a milestone of'],
};

// A technology project of the partner.
const initiativeTypes = typesOf({ subject: 'named', edition: 'field' }, [
  milestone('InitiativeAnnounced', 'initiative/announced', 'the act of announcing a project', initiativeFields),
  milestone('InitiativePiloted', 'initiative/piloted', 'the project is tried out', initiativeFields),
  milestone('InitiativeDeployed', 'initiative/deployed', 'the project is in operation', initiativeFields),
  postponement('InitiativePostponed', 'initiative/postponed', 'the project is put off'),
  milestone('InitiativeShelved', 'initiative/shelved', 'the project is given up'),
]);

/** Every milestone that an article can report, in the order of the life of a partnership. */
export const reportTypes: readonly EventType[] = [
  ...partnershipTypes,
  ...partyTypes,
  ...rightsTypes,
  ...scopeTypes,
  ...contextTypes,
  ...obligationTypes,
  ...campaignTypes,
  ...storefrontTypes,
  ...initiativeTypes,
];

const hostField: Fields = { host: ['word', 'the host as it is commonly named'] };

/** Milestones of a Games edition; they come from references, never from articles. */
export const gamesTypes = typesOf({ subject: 'none', edition: 'required' }, [
  milestone('HostElected', 'games/host-elected', 'the host of the edition is elected', hostField),
  milestone('HostWithdrew', 'games/host-withdrew', 'the host gives the edition back', hostField),
  milestone('GamesDatesSet', 'games/dates-set', 'opening and closing day become public', {
    window: ['period', 'first to last day, with a slash'],
  }),
  milestone('GamesRescheduled', 'games/rescheduled', 'the edition is moved; its name stays', {
    window: ['period', 'new first to last day, with a slash'],
  }),
  milestone('GamesCancelled', 'games/cancelled', 'the edition does not take place', {
    decided: ['date', 'the day on which it was decided, where one is known'],
  }),
  milestone('SeriesNamed', 'games/series-named', 'the edition is one of a series beside the Olympic Games', {
    series: ['word', 'the series as it is commonly named'],
  }),
]);

const allTypes = [...reportTypes, ...gamesTypes];

const byName = new Map(allTypes.map((type) => [type.type, type]));

/** Place of a type in the life of a partnership: what comes earlier on the same day sorts first. */
export function lifecycleRank(name: string): number {
  return ranks.get(name) ?? allTypes.length;
}

const ranks = new Map(allTypes.map((type, rank) => [type.type, rank]));

/** The types of a group, which share their rules unless a type states its own. */
function typesOf(rules: Pick<EventType, 'subject' | 'edition'>, types: readonly Definition[]): readonly EventType[] {
  return types.map((type) => ({ ...rules, upcasters: [], ...type }));
}

type Definition = Pick<EventType, 'type' | 'kind' | 'milestone' | 'meaning' | 'fields' | 'wholes'> & Partial<EventType>;

/** A type of event: `place` is the `kind/milestone` of its fact key. */
function milestone(type: string, place: string, meaning: string, fields: Fields = {}): Definition {
  const [kind = '', name = ''] = place.split('/');
  const described = Object.entries(fields).map(([field, [kind, meaning, oneOf]]): [string, Field] => [
    field,
    oneOf === undefined ? { kind, meaning } : { kind, meaning, oneOf },
  ]);
  const [number] = Object.keys(fields).filter((field) => field === 'quantity' || field === 'target');
  const wholes: EventType['wholes'] =
    number === undefined ? {} : { [number]: { kind: 'measure', parts: [number, 'unit', 'of'] } };
  return { type, kind, milestone: name, meaning, fields: Object.fromEntries(described), wholes };
}

/** A milestone that puts off what was planned: to a new day, or until further notice. */
function postponement(type: string, place: string, meaning: string, fields: Fields = {}): Definition {
  const until = ['date', 'to when; left out: until further notice'] as const;
  return milestone(type, place, meaning, { until, ...fields });
}

function inMarket(definition: Definition): Definition {
  return { ...definition, within: 'campaign', markets: true };
}

/** A type whose milestone is itself a statement. */
function statement(type: string, place: string, meaning: string, fields: Fields = {}): Definition {
  return { ...milestone(type, place, meaning, fields), statement: true };
}

// Version 1 kept every renewal, suspension and the like under one key.
function recurring(definition: Definition): Definition {
  return { ...definition, recurs: true, upcasters: [carryYear] };
}

function carryYear(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { fact, subject, date } = data;
  if (typeof fact !== 'string' || typeof date !== 'string' || subject !== null) return data;
  return { ...data, fact: keyOfYear(fact, uncertainDate(date)) };
}
