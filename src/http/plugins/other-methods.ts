import type { FastifyInstance, HTTPMethods } from 'fastify';
import { HttpProblem } from '../problem.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The addresses of an app and the methods that each takes. */
export type Addresses = ReadonlyMap<string, ReadonlySet<string>>;

/** Notes every route that is added from here on. */
export function noteAddresses(app: FastifyInstance): Addresses {
  const addresses = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = addresses.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    addresses.set(url, known);
  });
  return addresses;
}

/** Answers OPTIONS at every address, and any method that it does not take with 405; both name the ones that it takes. */
export function answerOtherMethods(app: FastifyInstance, addresses: Addresses): void {
  app.register(async (others) => {
    // Adding routes adds to the addresses, so these are the ones that there were.
    const known = new Map(addresses);
    for (const [url, taken] of known) {
      const allowed = [...methods.filter((method) => taken.has(method)), 'OPTIONS'];
      const allow = allowed.join(', ');
      const refused = methods.filter((method) => !taken.has(method));
      others.options(url, { schema: { hide: true } }, async (_request, reply) =>
        reply.code(204).header('allow', allow).send(),
      );
      others.route({
        method: refused,
        url,
        schema: { hide: true },
        // Before the body is read: whatever it holds, it is not taken.
        onRequest: async ({ method }) => {
          throw new HttpProblem('method-not-allowed', `${method} is not allowed here; allowed are ${allow}`, {
            headers: { allow },
          });
        },
        handler: async () => undefined,
      });
    }
  });
}
