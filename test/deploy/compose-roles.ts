import { type ComposeFile, interpolated, type Service, servicesIn } from './compose-file.ts';

export type Named = readonly [name: string, service: Service];

const those = (file: ComposeFile, profile: string, are: (service: Service) => boolean): readonly Named[] => {
  const names = servicesIn(file, profile);
  return Object.entries(file.services).filter(([name, service]) => names.includes(name) && are(service));
};

/** The nodes of the event store that run in a profile. */
export const nodesIn = (file: ComposeFile, profile: string): readonly Named[] =>
  those(file, profile, ({ image }) => image?.startsWith('eventstore/eventstore:') === true);

/** The servers of this project that run in a profile. */
export const serversIn = (file: ComposeFile, profile: string): readonly Named[] =>
  those(file, profile, ({ build }) => build !== undefined);

const secrets = {
  WRITE_TOKEN: '0123456789abcdef0123456789abcdef',
  SIGNING_KEY: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  EVENTSTORE_ADMIN_PASSWORD: 'a-password.of~the_administrator',
  EVENTSTORE_OPS_PASSWORD: 'another-password.of~the_operators',
};

/** The environment of a service with every secret given. */
export const environmentOf = ({ environment = {} }: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolated(value, secrets)]));
