import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import t from 'tap';
import { parse } from 'yaml';
import { readServerConfig, settings } from '../../src/config.ts';

type Service = {
  profiles: string[];
  image?: string;
  build?: string;
  user?: string;
  restart: string;
  read_only?: boolean;
  network_mode?: string;
  networks?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
  volumes?: string[];
};

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const servers = services.filter(([, { build }]) => build !== undefined);
const nodes = services.filter(([, { image }]) => image?.startsWith('eventstore/eventstore:'));
const nodesBeside = ({ profiles }: Service): readonly string[] =>
  nodes.filter(([, node]) => node.profiles[0] === profiles[0]).map(([name]) => name);
const mountsOf = (named: readonly (readonly [string, Service])[]): readonly string[] =>
  named.flatMap(([, { volumes = [] }]) => volumes);

const given: Readonly<Record<string, string>> = {
  WRITE_TOKEN: '0123456789abcdef0123456789abcdef',
  SIGNING_KEY: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  EVENTSTORE_ADMIN_PASSWORD: 'a-password.of~the_administrator',
};
const interpolate = (value: string): string =>
  value.replaceAll(/\$\{(\w+)(?::-(\w*)|:\?[^}]*)?\}/g, (_, name: string, fallback = '') => given[name] ?? fallback);

t.test('docker-compose.yml is valid by the Compose Specification and passes a linter', async (t) => {
  const linter = new DCLinter({
    // The order of things tells a reader something here.
    rules: {
      'require-quotes-in-ports': [1, { quoteType: 'double' }],
      'service-keys-order': 0,
      'services-alphabetical-order': 0,
      'top-level-properties-order': 0,
    },
    quiet: false,
    debug: false,
    exclude: [],
  });
  // The linter's own types cannot be resolved from an ES module.
  const [linted] = linter.lintFiles([join(root, 'docker-compose.yml')], false) as readonly { messages: unknown[] }[];
  t.same(linted?.messages ?? [], []);
});

t.test('every image has a tag with all of its version numbers', async (t) => {
  for (const [name, { image, build }] of services) {
    if (build === undefined) t.match(image, /:[\w.-]*\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/, name);
  }
});

t.test('a plain `docker compose up` starts one node and one server', async (t) => {
  t.equal(read('.env').replaceAll(/^#.*\n/gm, ''), 'COMPOSE_PROFILES=single\n');
  const byProfile = Object.groupBy(services, ([, { profiles }]) => profiles.join());
  t.same(
    Object.entries(byProfile).map(([profile, those = []]) => [profile, those.map(([name]) => name)]),
    [
      ['single', ['eventstore', 'application']],
      [
        'cluster',
        ['certificates', 'eventstore1', 'eventstore2', 'eventstore3', 'application1', 'application2', 'balancer'],
      ],
    ],
  );
});

t.test('each profile publishes one port, on loopback, and no store is reachable from outside', async (t) => {
  const published = services.filter(([, { ports }]) => ports !== undefined);
  t.same(
    published.map(([name, { ports }]) => [name, ports]),
    ['application', 'balancer'].map((name) => [name, [`127.0.0.1:\${PORT:-3000}:3000`]]),
  );
  t.equal(compose.networks['store']?.internal, true);
  for (const [name, { networks }] of nodes) t.same(networks, ['store'], name);
});

t.test('every variable that docker-compose.yml asks for is explained in the manual', async (t) => {
  const manual = read('docs/running-in-containers.md');
  for (const [, name] of text.matchAll(/\$\{(\w+)/g)) t.match(manual, `| \`${name}\` |`);
});

t.test('tokens, passwords and keys come from the environment, without a default', async (t) => {
  const all = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
  for (const [name, value] of all.filter(([name]) => /(TOKENS?|PASSWORD|SIGNING_KEY)$/.test(name)))
    t.match(value, new RegExp(`^\\$\\{${name.replace('DEFAULT_', '')}(:-|:\\?[^}]+)\\}$`), name);
  for (const [name, value] of all) {
    const password = /:\/\/[^/:@]*:(.*)@/.exec(value)?.[1];
    if (password !== undefined) t.match(password, /^\$\{EVENTSTORE_\w+_PASSWORD:-\}$/, name);
  }
});

t.test('every server starts with its settings, and finds and trusts the nodes of its profile', async (t) => {
  for (const [name, server] of servers) {
    const environment = Object.fromEntries(
      Object.entries(server.environment ?? {}).map(([setting, value]) => [setting, interpolate(value)]),
    );
    t.same(
      Object.keys(environment).filter((setting) => !(setting in settings)),
      [],
      `${name}: no setting`,
    );
    for (const needed of ['WRITE_TOKEN', 'SIGNING_KEY']) t.ok(environment[needed], `${name}: ${needed}`);
    readServerConfig(environment);

    const beside = nodesBeside(server);
    const hosts = beside.map((node) => `${node}:2113`).join();
    const isSecure = beside.length > 1;
    t.equal(
      environment['EVENT_STORE'],
      isSecure
        ? `esdb://admin:${given['EVENTSTORE_ADMIN_PASSWORD']}@${hosts}?tls=true&tlsCAFile=/trust/ca.crt`
        : `esdb://${hosts}?tls=false`,
      name,
    );
    t.equal(server.volumes?.includes('trust:/trust:ro') ?? false, isSecure, `${name}: the authority's certificate`);
    t.same(Object.keys(server.depends_on ?? {}), beside, `${name}: waits for its nodes`);
  }
});

t.test('every service waits for services of its own profile that can reach the state it waits for', async (t) => {
  for (const [name, { profiles, depends_on = {} }] of services) {
    for (const [target, { condition }] of Object.entries(depends_on)) {
      const other = compose.services[target];
      t.same(other?.profiles, profiles, `${name}: ${target}`);
      t.equal(
        condition,
        other?.restart === 'no' ? 'service_completed_successfully' : 'service_healthy',
        `${name}: ${target}`,
      );
    }
  }
});

t.test('every long-running service has a health check', async (t) => {
  const unchecked = services.filter(([, { build, healthcheck }]) => build === undefined && !healthcheck?.test.length);
  t.same(
    unchecked.map(([name]) => name),
    ['certificates'],
  );
  t.equal(compose.services['certificates']?.restart, 'no');
});

t.test('no service but the offline certificate job runs as root, and our image is read-only', async (t) => {
  for (const [name, service] of services) {
    t.match(service, { cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }, name);
    if (service.build !== undefined) t.match(service, { user: undefined, read_only: true }, name);
    else if (/^(0|root|)(:|$)/.test(service.user ?? ''))
      t.match(service, { restart: 'no', network_mode: 'none' }, name);
  }
});

t.test('each server and node keeps its data in a volume of its own, and every mounted path exists', async (t) => {
  const data = mountsOf([...servers, ...nodes]).filter((mount) => /:\/(data|var\/lib\/eventstore)$/.test(mount));
  t.equal(new Set(data).size, servers.length + nodes.length);
  const [files, volumes] = [/^\.\/.*/, /^\w.*/].map((kind) => mountsOf(services).filter((mount) => kind.test(mount)));
  t.same(new Set(volumes?.map((mount) => mount.split(':')[0])), new Set(Object.keys(compose.volumes)));
  for (const mount of files ?? []) {
    t.ok(existsSync(join(root, mount.split(':')[0] ?? '')), mount);
    t.match(mount, /:ro$/);
  }
});

t.test('the three cluster nodes look for each other under their own names', async (t) => {
  const three = nodes.slice(1).map(([name]) => name);
  for (const [name, { environment = {} }] of nodes.slice(1)) {
    t.match(environment, {
      EVENTSTORE_INSECURE: undefined,
      EVENTSTORE_CLUSTER_SIZE: '3',
      EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
      EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS: name,
      EVENTSTORE_GOSSIP_SEED: three
        .filter((other) => other !== name)
        .map((other) => `${other}:2113`)
        .join(),
    });
  }
});

t.test('each cluster node gets its own certificate, and only the job has the authority key', async (t) => {
  const made = mountsOf([['certificates', compose.services['certificates'] as Service]]);
  for (const [name, { volumes, depends_on }] of nodes.slice(1)) {
    const [volume] = made.find((mount) => mount.endsWith(`:/certificates/${name}`))?.split(':') ?? [];
    t.strictSame(volumes, [`${name}:/var/lib/eventstore`, `${volume}:/certificate:ro`, 'trust:/trust:ro'], name);
    t.ok(depends_on?.['certificates'], name);
  }
  t.same(
    mountsOf(services).filter((mount) => mount.startsWith('authority:')),
    made.filter((mount) => mount.startsWith('authority:')),
  );
});

t.test('the balancer asks each server for readiness and sends no write twice', async (t) => {
  const config = read('deploy/haproxy.cfg');
  t.same(
    [...config.matchAll(/^ {2}server (.*)$/gm)].map(([, server]) => server),
    servers.filter(([, { profiles }]) => profiles[0] === 'cluster').map(([name]) => `${name} ${name}:3000`),
  );
  for (const line of [
    'bind :3000',
    'balance roundrobin',
    'http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host localhost',
    'option forwardfor',
    'default-server check inter 2s fall 2 rise 1 resolvers docker init-addr last,libc,none',
    'retry-on conn-failure',
    'timeout check 4s',
  ])
    t.match(config, `\n  ${line}\n`);
  t.notMatch(config, /cookie|stick/, 'no client is tied to a server');
  for (const [, status, body = ''] of config.matchAll(/http-error status (\d+) .*problem\+json string '(.*)'/g))
    t.match(JSON.parse(body), { type: 'about:blank', status: Number(status) });
});
