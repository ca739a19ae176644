import { orderPolicy } from './order.ts';

/** A storefront is suspended or closed after it was opened, and not suspended once it is closed for good. */
export const storefrontOrderPolicy = orderPolicy('storefront-order', [
  { types: ['StorefrontSuspended', 'StorefrontClosed'], notBefore: ['StorefrontOpened'] },
  { types: ['StorefrontSuspended'], notAfter: ['StorefrontClosed'] },
]);
