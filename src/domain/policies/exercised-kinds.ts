/**
 * The kinds of facts in which a partner exercises its rights or meets its duties, and which the rules on term and
 * coverage bind. Statements about the partnership may come at any time and concern any Games.
 */
export const exercisedKinds: ReadonlySet<string> = new Set([
  'obligation',
  'campaign',
  'phase',
  'creative',
  'market',
  'activation',
  'co-activation',
  'storefront',
  'initiative',
]);
