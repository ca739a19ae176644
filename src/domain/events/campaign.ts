import { eventTypes } from './event-type.ts';
import { names, quantityOf, text, word } from './field.ts';

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
