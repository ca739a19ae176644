import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import { admitToView } from '../guard.ts';
import { HttpProblem } from '../problems.ts';

/**
 * Reads the secret addresses of single views: a program that subscribes to a feed or a calendar, and a frame of another
 * site, send no token. From here on such a request is one for the view, whose address holds no secret.
 */
export function sharedViews({ viewOf }: Access): (request: IncomingMessage) => string {
  return (request) => {
    const { url = '/', method = '' } = request;
    const [, secret] = /^\/shared\/([^/?]+)/.exec(url) ?? [];
    if (secret === undefined || !['GET', 'HEAD'].includes(method)) return url;
    const view = viewOf(secret);
    if (view === null) return url;
    admitToView(request);
    return view;
  };
}

/** GET /shared/…: an address that reads nothing, or nothing any more. */
export function sharedRoute(app: FastifyInstance): void {
  const route = { schema: { hide: true }, config: { role: null } };
  const refuse = async () => {
    throw new HttpProblem('unknown-address', 'this address reads nothing: it was revoked, is over, or is mistyped');
  };
  app.get('/shared/:secret', route, refuse);
  app.get('/shared/:secret/:name', route, refuse);
}
