import t from 'tap';
import { eventType, lifecycleRank, reportTypes } from '../../../src/domain/vocabulary/event-types.ts';
import { gamesStream, ledgerStream, partnershipStream } from '../../../src/domain/vocabulary/events.ts';
import { factKey } from '../../../src/domain/vocabulary/fact-key.ts';

const key = (type: string, parts: Partial<Parameters<typeof factKey>[1]>) => {
  const definition = eventType(type);
  if (definition === undefined) throw new RangeError(type);
  return factKey(definition, {
    partnership: 'acme.federation',
    subject: null,
    campaign: null,
    edition: null,
    ...parts,
  });
};

t.test('every milestone that an article can report is in the vocabulary', async (t) => {
  const names = `
    PartnershipAnnounced PartnershipSigned TermAgreed CategoryGranted RoleGranted TierGranted CoverageDeclared
    CategoryLost RoleLost TierChanged TierLost
    FinancialTermsReported PriorInvolvementReported PredecessorReported DistinctionClaimed PriorityStated
    ReceptionReported ReputationIssueRaised ReputationIssueAnswered RosterReported SponsorLeft PartnershipAmended
    PartnershipRenewed PartnershipSuspended PartnershipReinstated PartnershipTerminated PartnershipExpired
    ObligationUndertaken ObligationConfirmed ObligationQualified ObligationMilestoneReached ObligationDelivered
    ObligationPartlyDelivered ObligationPostponed ObligationWaived ObligationBreached BreachCured
    CampaignAnnounced CampaignLaunched CampaignPhaseStarted CreativeReleased CreativeCountStated MarketEntered
    ActivationStaged CoActivationDiscussed CoActivationAgreed CampaignEnded CampaignCancelled
    OptionGranted OptionExercised BreakAgreed NoticeGiven RenewalDeclined SponsorJoined
    PartyJoined PartySucceeded PartyLeft NamingRightsGranted HospitalityGranted AmbassadorNamed AmbassadorLeft
    BrandIncluded TeamIncluded EmbargoAgreed EmbargoLifted
    StorefrontOpened StorefrontSuspended StorefrontClosed StorefrontReopened StorefrontPostponed
    CampaignPostponed CampaignPaused CampaignResumed CampaignPhaseEnded MarketPostponed MarketPaused MarketResumed
    MarketLeft ActivationPostponed InitiativePostponed ReputationIssueClosed
    InitiativeAnnounced InitiativePiloted InitiativeDeployed InitiativeShelved`;
  t.strictSame(reportTypes.map(({ type }) => type).toSorted(), names.trim().split(/\s+/).toSorted());
});

t.test('a milestone that is itself a statement is marked as one, and no other', async (t) => {
  for (const { type, statement } of reportTypes) {
    const isStatement = /(Stated|Reported|Claimed|Qualified|Confirmed)$|^Roster/.test(type);
    t.equal(statement === true, isStatement, type);
  }
});

t.test('every event type has its own kind and milestone', async (t) => {
  const pairs = reportTypes.map(({ kind, milestone }) => `${kind}/${milestone}`);
  t.equal(new Set(pairs).size, pairs.length);
});

t.test('event types follow the life of a partnership', async (t) => {
  const inOrder = [
    'PartnershipSigned',
    'ObligationUndertaken',
    'ObligationDelivered',
    'CampaignLaunched',
    'CampaignEnded',
  ];
  t.strictSame(
    inOrder.toReversed().toSorted((a, b) => lifecycleRank(a) - lifecycleRank(b)),
    inOrder,
  );
});

t.test('a fact key has three segments: kind, subject, milestone', async (t) => {
  t.equal(
    key('ObligationUndertaken', { subject: 'cloud-services', edition: '2018W' }),
    'obligation/cloud-services.2018w/undertaken',
  );
  t.equal(
    key('ObligationUndertaken', { subject: 'merchandise' }),
    'obligation/merchandise/undertaken',
    'what binds no single Games',
  );
  t.equal(key('StorefrontOpened', { subject: 'shop', edition: '2022W' }), 'storefront/shop.2022w/opened');
  t.equal(key('CampaignLaunched', { subject: 'spring' }), 'campaign/spring/launched');
  t.equal(
    key('MarketEntered', { subject: 'jp', campaign: 'spring' }),
    'market/spring.jp/entered',
    'a part of a campaign',
  );
  t.equal(key('PartnershipSigned', {}), 'partnership/acme.federation/signed', 'the partnership itself');
  t.equal(key('PartnershipAmended', { subject: '2020' }), 'partnership/acme.federation.2020/amended', 'an instance');
  t.equal(key('CoverageDeclared', { edition: '2018W' }), 'coverage/2018w/declared', 'the edition alone');
  t.equal(key('ObligationQualified', { edition: '2018W' }), 'obligation/2018w/qualified', 'of a whole row');
  t.equal(key('ObligationQualified', {}), 'obligation/programme/qualified', 'of the whole programme');
  t.equal(
    key('ReputationIssueRaised', { subject: 'counterfeits.ustr-2016' }),
    'reputation/counterfeits.ustr-2016/raised',
  );
});

t.test('a stream name has its category before the first hyphen', async (t) => {
  t.equal(partnershipStream('acme.federation'), 'partnership-acme.federation');
  t.equal(gamesStream('2018W'), 'games-2018W');
  t.equal(ledgerStream, 'ledger-main');
});
