import { eventTypes } from './event-type.ts';
import { date, text, word } from './field.ts';

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
