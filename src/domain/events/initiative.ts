import { eventTypes } from './event-type.ts';
import { names, text, word } from './field.ts';

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
