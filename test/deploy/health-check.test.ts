import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';

const program = join(import.meta.dirname, '../../deploy/health-check.js');

const check = async (port: number): Promise<{ code: number; errors: string }> => {
  const env = { PATH: process.env['PATH'] ?? '', PORT: String(port) };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: code as number, errors };
};

const serverThat = async (t: Test, answer: RequestListener): Promise<number> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

t.test('a server that says it is ready is healthy', async (t) => {
  const asked: (string | undefined)[] = [];
  const port = await serverThat(t, (request, response) => {
    asked.push(request.url);
    response.end('{"status":"ready"}');
  });
  t.same(await check(port), { code: 0, errors: '' });
  t.same(asked, ['/health/ready']);
});

t.test('one that says it is not, is not, and the log of the container tells why', async (t) => {
  const port = await serverThat(t, (_, response) => {
    response.writeHead(503).end('the event store does not answer');
  });
  const { code, errors } = await check(port);
  t.equal(code, 1);
  t.match(errors, /503 the event store does not answer/);
});

t.test('nor is one that is not there', async (t) => {
  const { code, errors } = await check(1);
  t.equal(code, 1);
  t.match(errors, /:1\/health\/ready: /);
});

t.test('nor one that does not answer, and the check ends before it is ended', async (t) => {
  const port = await serverThat(t, () => {});
  const before = performance.now();
  const { code, errors } = await check(port);
  t.equal(code, 1);
  t.match(errors, /timeout/);
  t.ok(performance.now() - before < 5_000, 'within the five seconds of HEALTHCHECK');
});
