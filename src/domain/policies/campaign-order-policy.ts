import { orderPolicy } from './order.ts';

/** A campaign ends after it was launched, and nothing of it starts once it has ended or was called off. */
export const campaignOrderPolicy = orderPolicy('campaign-order', [
  { types: ['CampaignEnded'], notBefore: ['CampaignLaunched'] },
  { types: ['CampaignLaunched', 'CampaignEnded'], notAfter: ['CampaignCancelled'] },
  {
    types: ['CampaignPhaseStarted', 'CreativeReleased', 'MarketEntered'],
    notAfter: ['CampaignEnded', 'CampaignCancelled'],
  },
]);
