import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';

/** The version whose behaviour the server has. */
export const serverVersion = '23.10.8';

const methods = (service: string, names: string, supported: readonly string[] = []) =>
  names.split(' ').map((name) => ({ service: `event_store.client.${service}`, name, supported }));

// What a server of this version says it has, whether or not it is of use here.
const supportedMethods = [
  ...methods('gossip.gossip', 'read'),
  ...methods('monitoring.monitoring', 'stats'),
  ...methods(
    'operations.operations',
    'mergeindexes resignnode restartpersistentsubscriptions setnodepriority shutdown startscavenge stopscavenge',
  ),
  ...methods(
    'persistent_subscriptions.persistentsubscriptions',
    'create delete getinfo list read replayparked restartsubsystem update',
    ['stream', 'all'],
  ),
  ...methods('redaction.redaction', 'geteventpositions switchchunks'),
  ...methods('server_features.serverfeatures', 'getsupportedmethods'),
  ...methods('streams.streams', 'append delete tombstone'),
  ...methods('streams.streams', 'batchappend', ['deadline_duration']),
  ...methods('streams.streams', 'read', ['position', 'events']),
  ...methods('users.users', 'changepassword create delete details disable enable resetpassword update'),
];

/** ServerFeatures.GetSupportedMethods. */
export const serverFeatures = (): SupportedMethods => {
  const list = supportedMethods.map(({ service, name, supported }) =>
    new features.SupportedMethod()
      .setServiceName(service)
      .setMethodName(name)
      .setFeaturesList([...supported]),
  );
  return new features.SupportedMethods().setEventStoreServerVersion(serverVersion).setMethodsList(list);
};
