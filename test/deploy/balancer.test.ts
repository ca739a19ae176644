import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readComposeFile } from './compose-file.ts';
import { serversIn } from './compose-roles.ts';

const root = join(import.meta.dirname, '../..');
const config = readFileSync(join(root, 'deploy/haproxy.cfg'), 'utf8');
const compose = readComposeFile(readFileSync(join(root, 'docker-compose.yml'), 'utf8'));

const problems = (text: string): readonly string[] => {
  const servers = [...text.matchAll(/^ {2}server (\S+) (\S+):(\d+)$/gm)].map(([, name, host, port]) => ({
    name,
    host,
    port,
  }));
  const expected = serversIn(compose, 'cluster').map(([name]) => ({ name, host: name, port: '3000' }));
  const found: string[] = [];
  if (JSON.stringify(servers) !== JSON.stringify(expected)) found.push('other servers than those of the cluster');
  if (!/^ {2}option httpchk GET \/health\/ready$/m.test(text)) found.push('does not ask whether a server is ready');
  if (!/^ {2}default-server check /m.test(text)) found.push('does not check the servers');
  if (!/^ {2}timeout check ([4-9]|\d\d)s$/m.test(text)) found.push('gives up before a server has said how it is');
  if (/cookie|stick|balance (source|uri|hdr|url_param)/.test(text)) found.push('ties a client to a server');
  if (!/^ {2}retry-on conn-failure$/m.test(text)) found.push('may send a write twice');
  if (!/^ {2}bind :3000$/m.test(text)) found.push('does not listen where Compose publishes');
  for (const [, body = '{}'] of text.matchAll(/^ {2}http-error .* string '([^']*)'/gm)) {
    const { type, status } = JSON.parse(body) as { type?: string; status?: number };
    if (type !== 'about:blank' || !text.includes(`status ${status} content-type application/problem+json`))
      found.push('an error is no problem details');
  }
  return found;
};

t.test('the load balancer has the servers of the cluster behind it, any of them for any request', async (t) => {
  t.same(problems(config), []);
});

t.test('another configuration is found out', async (t) => {
  const broken: readonly (readonly [problem: RegExp, from: string | RegExp, to: string])[] = [
    [/other servers/, 'application2:3000', 'application3:3000'],
    [/other servers/, /^.*server application2.*\n/m, ''],
    [/other servers/, 'application1:3000', 'application1:3001'],
    [/whether a server is ready/, '/health/ready', '/health/live'],
    [/gives up/, 'timeout check 4s', 'timeout check 2s'],
    [/does not check/, 'default-server check', 'default-server'],
    [/ties a client/, 'balance roundrobin', 'balance source'],
    [/ties a client/, 'balance roundrobin', 'balance roundrobin\n  cookie SERVER insert'],
    [/twice/, 'retry-on conn-failure', 'retry-on all-retryable-errors'],
    [/where Compose publishes/, 'bind :3000', 'bind :80'],
    [/no problem details/, '"status":503', '"status":500'],
  ];
  for (const [problem, from, to] of broken) {
    t.match(problems(config.replace(from, to)), [problem], `${from} -> ${to}`);
  }
});
