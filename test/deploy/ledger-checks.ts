import { readConfig, settings } from '../../src/config.ts';
import type { ComposeCheck } from './compose-checks.ts';
import { type ComposeFile, interpolated, isJob, type Service, servicesIn } from './compose-file.ts';

type Named = readonly [name: string, service: Service];

const withPrefix = (file: ComposeFile, profile: string, image: string): readonly Named[] =>
  Object.entries(file.services).filter(
    ([name, service]) => servicesIn(file, profile).includes(name) && service.image?.startsWith(image),
  );

const nodes = (file: ComposeFile, profile: string) => withPrefix(file, profile, 'eventstore/eventstore:');

const applications = (file: ComposeFile, profile: string): readonly Named[] =>
  Object.entries(file.services).filter(
    ([name, { build }]) => servicesIn(file, profile).includes(name) && build !== undefined,
  );

const secrets = {
  WRITE_TOKEN: '0123456789abcdef0123456789abcdef',
  EVENTSTORE_ADMIN_PASSWORD: 'a-password.of~the_administrator',
  EVENTSTORE_OPS_PASSWORD: 'another-password.of~the_operators',
};

/** The environment of a service with every secret given. */
export const environmentOf = ({ environment = {} }: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolated(value, secrets)]));

/** The environment of every server is one that it starts with: each name is a setting, each value is accepted. */
export const settingsAreTaken: ComposeCheck = (file) =>
  ['single', 'cluster'].flatMap((profile) =>
    applications(file, profile).flatMap(([name, service]) => {
      const environment = environmentOf(service);
      const unknown = Object.keys(environment).filter((setting) => !(setting in settings));
      const problems = unknown.map((setting) => `${name}: ${setting} is no setting`);
      try {
        readConfig(environment);
      } catch (error) {
        problems.push(`${name}: ${String(error)}`);
      }
      return problems;
    }),
  );

/** Every service is in one of the two profiles; each publishes one port, on this machine alone; stores are out of reach. */
export const profilesAreApart: ComposeCheck = (file) => {
  const problems: string[] = [];
  for (const [name, { profiles = [], ports = [], networks = [] }] of Object.entries(file.services)) {
    if (profiles.length !== 1 || !/^(single|cluster)$/.test(profiles[0] ?? '')) problems.push(`${name}: in no one profile`);
    if (ports.some((port) => !port.startsWith('127.0.0.1:'))) problems.push(`${name}: published to other machines`);
    const outside = networks.filter((network) => file.networks[network]?.internal !== true);
    if (name.startsWith('eventstore') && (outside.length > 0 || ports.length > 0)) problems.push(`${name}: can be reached`);
  }
  for (const profile of ['single', 'cluster']) {
    const publishing = servicesIn(file, profile).filter((name) => file.services[name]?.ports !== undefined);
    if (publishing.length !== 1) problems.push(`${profile}: ${publishing.length} services are published`);
  }
  return problems;
};

/** Where the servers of a profile look for the store: the hosts and the rest of the address. */
const storeOf = (service: Service): { hosts: string[]; query: string } => {
  const [, hosts = '', query = ''] = /^esdb:\/\/(?:[^@]*@)?([^?]*)\?(.*)$/.exec(environmentOf(service)['EVENT_STORE'] ?? '') ?? [];
  return { hosts: hosts.split(','), query };
};

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));

/** The servers know every node of their profile, with TLS just where the nodes have it. */
export const serversFindTheStore: ComposeCheck = (file) =>
  ['single', 'cluster'].flatMap((profile) => {
    const addresses = nodes(file, profile).map(([name]) => `${name}:2113`);
    const insecure = nodes(file, profile).some(([, { environment }]) => environment?.['EVENTSTORE_INSECURE'] === 'true');
    return applications(file, profile).flatMap(([name, service]) => {
      const { hosts, query } = storeOf(service);
      const trust = /tlsCAFile=(.*)\/ca\.crt$/.exec(query)?.[1];
      const trusted = trust !== undefined && service.volumes?.includes(`trust:${trust}:ro`);
      return [
        ...(same(hosts, addresses) ? [] : [`${name}: knows ${hosts.join(', ')}, not ${addresses.join(', ')}`]),
        ...(insecure === query.startsWith('tls=false') ? [] : [`${name}: TLS here, or there, but not both`]),
        ...(insecure || trusted ? [] : [`${name}: has no certificate of the authority`]),
        ...(same(Object.keys(service.depends_on ?? {}), nodes(file, profile).map(([node]) => node)) ? [] : [`${name}: does not wait for its nodes`]),
      ];
    });
  });

/** Every node runs without what is not used; one alone, or three that know each other under the names they go by. */
export const nodesAreSetUp: ComposeCheck = (file) => {
  const three = nodes(file, 'cluster').map(([name]) => name);
  const problems = three.length === 3 ? [] : [`the cluster has ${three.length} nodes`];
  for (const [name, { environment = {}, volumes = [] }] of [...nodes(file, 'single'), ...nodes(file, 'cluster')]) {
    const off = { RUN_PROJECTIONS: 'None', START_STANDARD_PROJECTIONS: 'false', ENABLE_ATOM_PUB_OVER_HTTP: 'false' };
    for (const [option, value] of Object.entries(off)) {
      if (environment[`EVENTSTORE_${option}`] !== value) problems.push(`${name}: ${option} is not ${value}`);
    }
    if (!volumes.includes(`${name}:/var/lib/eventstore`)) problems.push(`${name}: has no volume of its own`);
  }
  for (const [name, { environment = {} }] of nodes(file, 'cluster')) {
    const seeds = environment['EVENTSTORE_GOSSIP_SEED']?.split(',') ?? [];
    const others = three.filter((other) => other !== name).map((other) => `${other}:2113`);
    if (!same(seeds, others)) problems.push(`${name}: does not look for the others`);
    for (const option of ['NODE_HOST_ADVERTISE_AS', 'REPLICATION_HOST_ADVERTISE_AS']) {
      if (environment[`EVENTSTORE_${option}`] !== name) problems.push(`${name}: ${option} is not its name`);
    }
    if (environment['EVENTSTORE_INSECURE'] !== undefined) problems.push(`${name}: is not secure`);
  }
  return problems;
};

/** Each node gets the certificate that the job makes under the node's name, and only the job has the authority's key. */
export const certificatesArrive: ComposeCheck = (file) => {
  const jobs = Object.values(file.services).filter(isJob);
  const made = jobs.flatMap(({ volumes = [] }) => volumes);
  const holders = Object.values(file.services).filter(({ volumes = [] }) => volumes.some((mount) => /^authority:/.test(mount)));
  return [
    ...(jobs.length === 1 && holders.length === 1 && holders[0] === jobs[0] ? [] : ['the key of the authority is not with the job alone']),
    ...nodes(file, 'cluster').flatMap(([name, { volumes = [], depends_on = {} }]) => {
      const [volume] = made.find((mount) => mount.endsWith(`:/certificates/${name}`))?.split(':') ?? [];
      const arrives = volumes.includes(`${volume}:/certificate:ro`) && volumes.includes('trust:/trust:ro');
      return [
        ...(arrives ? [] : [`${name}: does not get its certificate`]),
        ...(depends_on['certificates'] ? [] : [`${name}: does not wait for its certificate`]),
      ];
    }),
  ];
};
