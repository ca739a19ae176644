import { eventTypes } from './event-type.ts';
import { word } from './field.ts';

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
