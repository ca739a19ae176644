import { orderPolicy } from './order.ts';

const fulfilment = [
  'ObligationConfirmed',
  'ObligationMilestoneReached',
  'ObligationPartlyDelivered',
  'ObligationDelivered',
];

/** Nothing precedes the undertaking, nothing follows a waiver, and what is delivered cannot be put off or broken. */
export const obligationTransitionsPolicy = orderPolicy('obligation-transitions', [
  {
    types: [...fulfilment, 'ObligationPostponed', 'ObligationWaived', 'ObligationBreached'],
    notBefore: ['ObligationUndertaken'],
  },
  { types: [...fulfilment, 'ObligationPostponed', 'ObligationBreached'], notAfter: ['ObligationWaived'] },
  { types: ['ObligationPostponed', 'ObligationWaived', 'ObligationBreached'], notAfter: ['ObligationDelivered'] },
  { types: ['BreachCured'], notBefore: ['ObligationBreached'] },
]);
