import * as z from 'zod';
import type { ViewFact } from '../domain/facts/facts-at.ts';
import type { FieldValue } from '../domain/vocabulary/event-type.ts';
import { factParts } from '../domain/vocabulary/fact-parts.ts';
import { isSeason } from '../domain/vocabulary/games-editions.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { nameOf } from './shapes.ts';

/**
 * A short title of a fact, for a line of a table or a drawing. It names neither Games nor market: facts that differ in
 * these alone share it, so that a face can show them as one row. It is worded so that it fits every status: "Campaign
 * launched" stands beside "planned" as well as beside "happened".
 */
export function titleOf(fact: TitledFact, names: SubjectNames): string {
  const { type, kind } = fact.type;
  const name = fact.subject === null ? null : nameOf(names, kind, fact.subject);
  const title = titles[type];
  const text = (field: string) => {
    const settled = fact.fields[field];
    return settled === undefined ? null : textOf(settled.value);
  };
  const campaign = fact.campaign === null ? null : quoted(nameOf(names, 'campaign', fact.campaign));
  const areSeasons = fact.games.length > 0 && fact.games.every(isSeason);
  return title === undefined ? (name ?? type) : title({ name, campaign, areSeasons, text });
}

/** What a title is made from. */
type TitledFact = Pick<ViewFact, 'key' | 'type' | 'subject' | 'campaign' | 'fields' | 'games'>;

type Words = {
  /** The name of the subject; null where the fact has none. */
  readonly name: string | null;
  readonly campaign: string | null;
  readonly areSeasons: boolean;
  /** The displayed value of a field, in words; null where it has none or an inexact one. */
  readonly text: (field: string) => string | null;
};

// Free text and lists are too long for a title.
function textOf(value: FieldValue): string | null {
  if (typeof value === 'number') return value.toLocaleString('en');
  return typeof value === 'string' && value.length <= longestValue ? value : null;
}

const longestValue = 32;

function quoted(name: string): string {
  return `“${name}”`;
}

function after(text: string | null, before: string): string {
  return text === null ? '' : `${before}${text}`;
}

function years(count: string | null): string {
  return count === null ? '' : `: ${count} ${count === '1' ? 'year' : 'years'}`;
}

function promise(what: string): (words: Words) => string {
  return ({ name }) => `${name ?? 'Its part as a whole'}${what}`;
}

// A row for each type of report.
const titles: Readonly<Record<string, (words: Words) => string>> = {
  PartnershipAnnounced: ({ text }) => `Partnership announced${after(text('place'), ', in ')}`,
  PartnershipSigned: ({ text }) => `Agreement signed${after(text('place'), ', in ')}`,
  TermAgreed: ({ text }) =>
    `Term agreed${after(text('after'), ', to end after ') || after(text('end'), ': through ') || years(text('years'))}`,
  FinancialTermsReported: ({ text }) => {
    const amount = text('amount');
    return `Price of the deal${amount === null ? '' : `: ${amount}${after(text('currency'), ' ')}`}`;
  },
  PartnershipAmended: () => 'Agreement amended',
  PartnershipRenewed: ({ text }) =>
    `Agreement renewed${after(text('after'), ', to end after ') || after(text('end'), ', through ')}`,
  OptionGranted: ({ text }) => `Option to extend${after(text('end'), ', through ')}`,
  OptionExercised: ({ text }) => `Agreement extended by option${after(text('end'), ', through ')}`,
  BreakAgreed: ({ text }) => `Right to end early${after(text('from'), ', from ')}`,
  NoticeGiven: ({ text }) =>
    `Notice given${after(text('after'), ', to end after ') || after(text('effective'), ', for ')}`,
  RenewalDeclined: () => 'No renewal intended',
  PartnershipSuspended: () => 'Partnership suspended',
  PartnershipReinstated: () => 'Partnership resumed',
  PartnershipTerminated: () => 'Partnership ended before its term',
  PartnershipExpired: () => 'Partnership ended with its term',
  TierGranted: ({ name }) => `Sponsor tier: ${name}`,
  TierChanged: ({ text }) => `Sponsor tier changed${after(text('from'), ' from ')}${after(text('to'), ' to ')}`,
  TierLost: ({ name }) => `Sponsor tier lost: ${name}`,
  CategoryGranted: ({ name }) => `Category granted: ${name}`,
  CategoryLost: ({ name }) => `Category lost: ${name}`,
  RoleGranted: ({ name }) => `Role: ${name}`,
  RoleLost: ({ name }) => `Role lost: ${name}`,
  NamingRightsGranted: ({ name, text }) => `Naming rights: ${text('name') ?? name}`,
  HospitalityGranted: promise(' granted'),
  AmbassadorNamed: ({ name }) => `Ambassador named: ${name}`,
  AmbassadorLeft: ({ name }) => `Ambassador no longer: ${name}`,
  BrandIncluded: ({ name }) => `Brand included: ${name}`,
  TeamIncluded: ({ name }) => `Team included: ${name}`,
  EmbargoAgreed: ({ name }) => `Embargo: ${name}`,
  EmbargoLifted: ({ name }) => `Embargo lifted: ${name}`,
  PartyJoined: ({ name }) => `${name} joins`,
  PartySucceeded: ({ name, text }) => `${name} takes over${after(text('predecessor'), ' from ')}`,
  PartyLeft: ({ name }) => `${name} leaves`,
  CoverageDeclared: ({ areSeasons }) => (areSeasons ? 'Seasons covered' : 'Games covered'),
  PriorInvolvementReported: ({ name }) => `Before the deal: ${name}`,
  PredecessorReported: ({ name }) => `Earlier partner: ${name}`,
  DistinctionClaimed: ({ name }) => `Claim: ${name}`,
  PriorityStated: ({ name }) => `Aim: ${name}`,
  ReceptionReported: ({ name }) => `Reception: ${name}`,
  ReputationIssueRaised: ({ name }) => `Reputation: ${name}`,
  ReputationIssueAnswered: ({ name }) => `Answer: ${name}`,
  ReputationIssueClosed: ({ name }) => `Settled: ${name}`,
  RosterReported: ({ name }) => `Roster: ${name}`,
  SponsorJoined: ({ name, text }) => `${name} joins${after(text('programme'), ' ') || ' the programme'}`,
  SponsorLeft: ({ name, text }) => `${name} leaves${after(text('programme'), ' ') || ' the programme'}`,
  ObligationUndertaken: promise(' promised'),
  ObligationConfirmed: promise(' confirmed'),
  ObligationQualified: promise(': scope stated'),
  ObligationMilestoneReached: ({ name, text }) => `${name}: ${text('step') ?? 'a step reached'}`,
  ObligationPartlyDelivered: promise(' partly delivered'),
  ObligationPostponed: promise(' put off'),
  ObligationWaived: promise(' waived'),
  ObligationBreached: promise(': breach stated'),
  BreachCured: promise(': breach made good'),
  ObligationDelivered: promise(' delivered'),
  CampaignAnnounced: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} unveiled`,
  CampaignLaunched: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} launched`,
  CampaignPostponed: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} put off`,
  CampaignPaused: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} paused`,
  CampaignResumed: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} resumed`,
  CreativeCountStated: ({ campaign, name, text }) =>
    `Creatives of ${campaign ?? quoted(name ?? '')}${after(text('count'), ': ')}`,
  CampaignEnded: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} ended`,
  CampaignCancelled: ({ campaign, name }) => `Campaign ${campaign ?? quoted(name ?? '')} called off`,
  CampaignPhaseStarted: ({ name }) => `Phase started: ${name}`,
  CampaignPhaseEnded: ({ name }) => `Phase ended: ${name}`,
  CreativeReleased: ({ name }) => `Creative released: ${name}`,
  MarketEntered: ({ campaign }) => `Campaign ${campaign ?? ''} runs abroad`,
  MarketPostponed: ({ campaign }) => `Campaign ${campaign ?? ''} put off abroad`,
  MarketPaused: ({ campaign }) => `Campaign ${campaign ?? ''} paused abroad`,
  MarketResumed: ({ campaign }) => `Campaign ${campaign ?? ''} resumed abroad`,
  MarketLeft: ({ campaign }) => `Campaign ${campaign ?? ''} ended abroad`,
  ActivationPostponed: promise(' put off'),
  ActivationStaged: ({ name }) => `${name}`,
  CoActivationDiscussed: () => 'Joint activation discussed',
  CoActivationAgreed: () => 'Joint activation agreed',
  StorefrontPostponed: promise(': opening put off'),
  StorefrontReopened: promise(' opened again'),
  StorefrontOpened: promise(' opened'),
  StorefrontSuspended: promise(' closed for a time'),
  StorefrontClosed: promise(' closed for good'),
  InitiativeAnnounced: promise(': announced'),
  InitiativePiloted: promise(': tried out'),
  InitiativeDeployed: promise(': in use'),
  InitiativePostponed: promise(': put off'),
  InitiativeShelved: promise(': given up'),
};

/**
 * The row on which a fact stands with its like: the same statement on several Games, markets or fellow sponsors. Null for
 * a fact that stands alone.
 */
export function groupOf({ key, type, subject, campaign, games }: TitledFact): Group | null {
  const { kind, milestone } = type;
  const rowOf = (...owner: readonly (string | null)[]) =>
    `${kind}/${[...owner, '*'].filter(Boolean).join('.')}/${milestone}`;
  if (type.markets === true && subject !== null) {
    return { row: rowOf(campaign), over: 'markets', member: subject.toUpperCase() };
  }
  if (kind === 'co-activation' && subject !== null) return { row: rowOf(), over: 'sponsors', member: subject };
  const [edition] = games;
  const isOfEdition = edition !== undefined && factParts(key).edition === edition;
  return isOfEdition ? { row: rowOf(subject), over: 'games', member: edition } : null;
}

type Group = z.infer<typeof groupShape>;

export const groupShape = z.object({
  row: z.string().describe('the same for all facts of the row: a fact key with * in the place of what they differ in'),
  over: z.enum(['games', 'markets', 'sponsors']).describe('what the facts of the row differ in'),
  member: z.string().describe('the edition, the market or the sponsor of this fact'),
});
