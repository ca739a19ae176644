/** Where a node listens. */
export type Endpoint = { readonly host: string; readonly port: number };

/** What a node is in its cluster. A follower knows the leader, or who led last. */
export type Role =
  | { readonly kind: 'leader' }
  | { readonly kind: 'follower'; readonly leader: Endpoint }
  | { readonly kind: 'electing' };

/** A node as the gossip tells of it. */
export type Member = {
  readonly instanceId: string;
  readonly endpoint: Endpoint;
  readonly role: Role['kind'];
  readonly isAlive: boolean;
};
