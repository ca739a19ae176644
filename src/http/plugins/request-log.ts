import type { FastifyInstance } from 'fastify';

/** Logs a line for every answer: method, address, status and duration; never a header, so never the token. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ log, method, url }, { statusCode, elapsedTime }) => {
    log.info({ method, url, status: statusCode, milliseconds: Math.round(elapsedTime * 10) / 10 }, 'answered');
  });
}
