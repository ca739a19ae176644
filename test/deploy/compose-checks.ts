import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ComposeFile, isJob, type Service, servicesIn } from './compose-file.ts';

/** A check of a Compose file: what is wrong, a sentence each. */
export type ComposeCheck = (file: ComposeFile) => readonly string[];

const each = (
  judge: (service: Service, name: string, file: ComposeFile) => readonly (string | false)[],
): ComposeCheck => {
  return (file) =>
    Object.entries(file.services).flatMap(([name, service]) =>
      judge(service, name, file)
        .filter((problem) => problem !== false)
        .map((problem) => `${name}: ${problem}`),
    );
};

// A tag with all of its version's numbers; a digest may follow.
const exactImage = /^[a-z][\w./-]*:[\w.-]*\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/;

/** Every image that is not built here has an exact version. */
export const imagesArePinned = each(({ image, build }) => [
  image === undefined && build === undefined && 'has neither image nor build',
  image !== undefined && !exactImage.test(image) && `the image ${image} has no exact version`,
]);

/** What a service waits for runs in the same profile, and gets to the state that is waited for. */
export const dependenciesAreMet = each(({ depends_on = {}, profiles = [] }, _, file) =>
  Object.entries(depends_on).flatMap(([target, { condition }]) => {
    const other = file.services[target];
    if (other === undefined) return [`waits for ${target}, which there is not`];
    return [
      !profiles.every((profile) => servicesIn(file, profile).includes(target)) && `${target} is in another profile`,
      condition === 'service_started' && `takes ${target} as soon as it runs, ready or not`,
      condition === 'service_healthy' && isJob(other) && `${target} ends, and is never healthy`,
      condition === 'service_completed_successfully' && !isJob(other) && `${target} never ends`,
    ];
  }),
);

/** Whatever keeps running has a health check: its own, or that of the image which is built here. */
export const healthIsChecked = each((service) => [
  !isJob(service) && service.build === undefined && !service.healthcheck?.test.length && 'has no health check',
]);

/** No service is root or can become it, the one exception a job that no network reaches; what is built here cannot write. */
export const servicesAreConfined = each((service) => {
  const { user, build, cap_drop, security_opt, network_mode, read_only } = service;
  const root = user === undefined || /^(0|root)(:|$)/.test(user);
  const alone = isJob(service) && network_mode === 'none';
  return [
    !cap_drop?.includes('ALL') && 'keeps capabilities',
    !security_opt?.includes('no-new-privileges:true') && 'may gain privileges',
    build === undefined && root && !alone && 'does not say a user other than root',
    build !== undefined && user !== undefined && 'has a user other than that of the image',
    build !== undefined && read_only !== true && 'can write to its root file system',
  ];
});

// One variable, with no default to fall back on but nothing.
const fromEnvironment = /^\$\{\w+(:-|:\?[^}]*)?\}$/;
const passwordInAddress = /:\/\/[^/:@]*:(\$\{[^}]*\}|[^@]*)@/;

/** Tokens, passwords and keys come from the environment of whoever starts it. */
export const secretsAreElsewhere = each(({ environment = {} }) =>
  Object.entries(environment).flatMap(([name, value]) => {
    const password = passwordInAddress.exec(value)?.[1];
    return [
      /(TOKEN|PASSWORD|SECRET|KEY)$/.test(name) && !fromEnvironment.test(value) && `${name} is written in the file`,
      password !== undefined && !fromEnvironment.test(password) && `${name} has a password in it`,
    ];
  }),
);

/** A named volume is declared, and what is mounted from here is here, and cannot be written to. */
export const mountsExist = (root: string): ComposeCheck =>
  each(({ volumes = [] }, _, file) =>
    volumes.flatMap((mount) => {
      const [source = '', , mode] = mount.split(':');
      if (!source.startsWith('.')) return [!(source in file.volumes) && `the volume ${source} is not declared`];
      return [
        !existsSync(join(root, source)) && `${source} is not there`,
        mode !== 'ro' && `${source} can be written to`,
      ];
    }),
  );

/** Every volume and network that is declared is used, and those that are used are declared. */
export const nothingIsLeftOver: ComposeCheck = ({ services, volumes, networks }) => {
  const all = Object.values(services);
  const mounted = new Set(all.flatMap((service) => service.volumes ?? []).map((mount) => mount.split(':')[0]));
  const joined = new Set(all.flatMap((service) => service.networks ?? []));
  return [
    ...Object.keys(volumes).filter((name) => !mounted.has(name)),
    ...Object.keys(networks).filter((name) => !joined.has(name)),
    ...[...joined].filter((name) => !(name in networks)),
  ].map((name) => `${name} is declared or used, not both`);
};
