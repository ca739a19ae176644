import { eventTypes } from './event-type.ts';
import { period, word } from './field.ts';

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
