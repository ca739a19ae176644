import { parse } from 'yaml';

export type Dependency = { condition: string };

/** A service as this project writes them: maps and lists, no short forms, so that a check need not know both. */
export type Service = {
  profiles?: string[];
  image?: string;
  build?: string;
  user?: string;
  restart?: string;
  read_only?: boolean;
  network_mode?: string;
  cap_drop?: string[];
  security_opt?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, Dependency>;
  healthcheck?: { test: string[] };
  networks?: string[];
  ports?: string[];
  volumes?: string[];
};

/** A Compose file with its anchors merged and its variables (`${NAME}`) as they are written. */
export type ComposeFile = {
  name?: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
};

/** Reads a Compose file; throws where it is no YAML. */
export const readComposeFile = (text: string): ComposeFile => parse(text, { merge: true }) as ComposeFile;

/** The value with its variables replaced, as Compose does it: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. */
export const interpolated = (value: string, variables: Readonly<Record<string, string>>): string =>
  value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, operator?: string, rest = '') => {
    const given = variables[name];
    if (given) return given;
    if (operator === '?') throw new Error(`required variable ${name} is missing a value: ${rest}`);
    return operator === '-' ? rest : '';
  });

/** The service of that name; throws where there is none. */
export const serviceOf = (file: ComposeFile, name: string): Service => {
  const service = file.services[name];
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
};

/** The names of the services that run in a profile. */
export const servicesIn = (file: ComposeFile, profile: string): readonly string[] =>
  Object.entries(file.services)
    .filter(([, { profiles = [] }]) => profiles.length === 0 || profiles.includes(profile))
    .map(([name]) => name);

/** A job ends by itself, and is not started again when it has. */
export const isJob = ({ restart }: Service): boolean => restart === 'no';
