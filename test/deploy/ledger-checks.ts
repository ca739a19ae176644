import { readServerConfig, settings } from '../../src/config.ts';
import type { ComposeCheck } from './compose-checks.ts';
import { servicesIn } from './compose-file.ts';
import { environmentOf, serversIn } from './compose-roles.ts';

/** The environment of every server is one that it starts with: each name is a setting, each value is accepted. */
export const settingsAreTaken: ComposeCheck = (file) =>
  ['single', 'cluster'].flatMap((profile) =>
    serversIn(file, profile).flatMap(([name, service]) => {
      const environment = environmentOf(service);
      const unknown = Object.keys(environment).filter((setting) => !(setting in settings));
      const problems = unknown.map((setting) => `${name}: ${setting} is no setting`);
      try {
        readServerConfig(environment);
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
    if (profiles.length !== 1 || !/^(single|cluster)$/.test(profiles[0] ?? ''))
      problems.push(`${name}: in no one profile`);
    if (ports.some((port) => !port.startsWith('127.0.0.1:'))) problems.push(`${name}: published to other machines`);
    const outside = networks.filter((network) => file.networks[network]?.internal !== true);
    if (name.startsWith('eventstore') && (outside.length > 0 || ports.length > 0))
      problems.push(`${name}: can be reached`);
  }
  for (const profile of ['single', 'cluster']) {
    const publishing = servicesIn(file, profile).filter((name) => file.services[name]?.ports !== undefined);
    if (publishing.length !== 1) problems.push(`${profile}: ${publishing.length} services are published`);
  }
  return problems;
};
