import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';

const program = join(import.meta.dirname, '../../deploy/health-check.js');

const check = async (port: number): Promise<{ code: number; errors: string }> => {
  const env = { PATH: process.env['PATH'] ?? '', PORT: String(port) };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: code as number, errors };
};

const checkServerThat = async (answer: RequestListener): Promise<{ code: number; errors: string }> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const result = await check((server.address() as AddressInfo).port);
  server.closeAllConnections();
  server.close();
  return result;
};

t.test('a ready server is healthy', async (t) => {
  t.same(
    await checkServerThat((request, response) => {
      response.writeHead(request.url === '/health/ready' ? 200 : 404).end('{"status":"ready"}');
    }),
    { code: 0, errors: '' },
  );
});

t.test('a server that is not ready, absent or silent is unhealthy, and the container log says why', async (t) => {
  const results = await Promise.all([
    checkServerThat((_, response) => response.writeHead(503).end('the event store does not answer')),
    check(1),
    checkServerThat(() => {}),
  ]);
  t.match(results, [
    { code: 1, errors: /503 the event store does not answer/ },
    { code: 1, errors: /:1\/health\/ready: / },
    { code: 1, errors: /timeout/ },
  ]);
});
