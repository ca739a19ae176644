import { splitConnectionString } from '../../src/event-store/eventstoredb/connection-string.ts';
import type { ComposeCheck } from './compose-checks.ts';
import { isJob, type Service } from './compose-file.ts';
import { environmentOf, nodesIn, serversIn } from './compose-roles.ts';

/** Where a server looks for the store, as the adapter reads it. */
const storeOf = (service: Service): { hosts: string[]; query: string; hasLogin: boolean } => {
  const { address, credentials } = splitConnectionString(environmentOf(service)['EVENT_STORE'] ?? '');
  const [, hosts = '', query = ''] = /^esdb:\/\/([^?]*)\?(.*)$/.exec(address) ?? [];
  return { hosts: hosts.split(','), query, hasLogin: credentials !== undefined };
};

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));

/** The servers know every node of their profile, with TLS just where the nodes have it. */
export const serversFindTheStore: ComposeCheck = (file) =>
  ['single', 'cluster'].flatMap((profile) => {
    const addresses = nodesIn(file, profile).map(([name]) => `${name}:2113`);
    const insecure = nodesIn(file, profile).some(
      ([, { environment }]) => environment?.['EVENTSTORE_INSECURE'] === 'true',
    );
    return serversIn(file, profile).flatMap(([name, service]) => {
      const { hosts, query, hasLogin } = storeOf(service);
      const trust = /tlsCAFile=(.*)\/ca\.crt$/.exec(query)?.[1];
      const trusted = trust !== undefined && service.volumes?.includes(`trust:${trust}:ro`);
      return [
        ...(same(hosts, addresses) ? [] : [`${name}: knows ${hosts.join(', ')}, not ${addresses.join(', ')}`]),
        ...(insecure === query.startsWith('tls=false') ? [] : [`${name}: TLS here, or there, but not both`]),
        ...(insecure !== hasLogin ? [] : [`${name}: logs in where there are no users, or the other way round`]),
        ...(insecure || trusted ? [] : [`${name}: has no certificate of the authority`]),
        ...(same(
          Object.keys(service.depends_on ?? {}),
          nodesIn(file, profile).map(([node]) => node),
        )
          ? []
          : [`${name}: does not wait for its nodes`]),
      ];
    });
  });

/** Every node runs without what is not used; one alone, or three that know each other under the names they go by. */
export const nodesAreSetUp: ComposeCheck = (file) => {
  const three = nodesIn(file, 'cluster').map(([name]) => name);
  const problems = three.length === 3 ? [] : [`the cluster has ${three.length} nodes`];
  for (const [name, { environment = {}, volumes = [] }] of [...nodesIn(file, 'single'), ...nodesIn(file, 'cluster')]) {
    const off = { RUN_PROJECTIONS: 'None', START_STANDARD_PROJECTIONS: 'false', ENABLE_ATOM_PUB_OVER_HTTP: 'false' };
    for (const [option, value] of Object.entries(off)) {
      if (environment[`EVENTSTORE_${option}`] !== value) problems.push(`${name}: ${option} is not ${value}`);
    }
    if (!volumes.includes(`${name}:/var/lib/eventstore`)) problems.push(`${name}: has no volume of its own`);
  }
  for (const [name, { environment = {} }] of nodesIn(file, 'cluster')) {
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
  const holders = Object.values(file.services).filter(({ volumes = [] }) =>
    volumes.some((mount) => mount.startsWith('authority:')),
  );
  return [
    ...(jobs.length === 1 && holders.length === 1 && holders[0] === jobs[0]
      ? []
      : ['the key of the authority is not with the job alone']),
    ...nodesIn(file, 'cluster').flatMap(([name, { volumes = [], depends_on = {} }]) => {
      const [volume] = made.find((mount) => mount.endsWith(`:/certificates/${name}`))?.split(':') ?? [];
      const arrives = volumes.includes(`${volume}:/certificate:ro`) && volumes.includes('trust:/trust:ro');
      return [
        ...(arrives ? [] : [`${name}: does not get its certificate`]),
        ...(depends_on['certificates'] ? [] : [`${name}: does not wait for its certificate`]),
      ];
    }),
  ];
};
