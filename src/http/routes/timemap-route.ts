import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerChanges } from '../../projections/ledger-changes.ts';
import type { Context } from '../app-parts.ts';
import { changesAt } from '../memento/changes-at.ts';
import { linkFormat } from '../memento/links.ts';
import { joined, mementoAddress } from '../memento/memento-address.ts';
import { timeMap } from '../memento/time-map.ts';
import { HttpProblem, mistake } from '../problem.ts';

const refuse = (parameter: string, message: string): never => {
  throw new HttpProblem('invalid-parameter', message, { errors: [mistake('query', parameter, message)] });
};

const readBefore = (texts: readonly string[]): number | null => {
  const [text, ...more] = texts;
  if (text === undefined) return null;
  if (more.length > 0 || !/^[1-9]\d{0,14}$/.test(text))
    refuse('before', 'before is one position, a whole number from 1 on');
  return Number(text);
};

type Asked = { readonly resource: string; readonly before: number | null };

const askedFor = (url: string): Asked => {
  const { pathname, searchParams: query } = new URL(url, 'http://ledger.invalid');
  for (const name of ['atPosition', 'recordedAsOf', 'cursor']) {
    if (query.has(name)) refuse(name, `a TimeMap lists what was recorded at any time: leave out ${name}`);
  }
  const before = readBefore(query.getAll('before'));
  query.delete('before');
  const path = pathname.replace(/^\/api\/timemap/, '/api');
  if (path.startsWith('/api/timemap')) throw new HttpProblem('unknown-address', 'a TimeMap has no TimeMap of its own');
  return { resource: joined(path, query), before };
};

/**
 * GET /api/timemap and what follows /api in the address of any read: every recorded state of it, as links (RFC 7089,
 * RFC 6690). A long one comes in pages, the newest first, each linking to the one before.
 */
export const timemapRoute = (app: FastifyInstance, changes: LedgerChanges, context: Context): void => {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { resource, before } = askedFor(request.url);
    // Whether there is such a resource, and what is wrong with its address, it tells itself.
    const present = await app.inject({ method: 'GET', url: resource });
    if (present.statusCode >= 400) {
      return await reply
        .code(present.statusCode)
        .header('cache-control', 'no-store')
        .header('content-type', present.headers['content-type'])
        .send(present.rawPayload);
    }
    const address = mementoAddress(resource);
    const found = present.headers['vary'] === 'accept-datetime' ? await changesAt(address, changes, context) : null;
    if (found === null)
      throw new HttpProblem('unknown-address', `${address.path} has no TimeMap: it has no recorded clock`);
    const { position } = await context.ledger.views.head();
    const isNewest = before === null || before > position;
    const page = await found.upTo(isNewest ? position : before - 1);
    const text = timeMap(address, { ...page, before: isNewest ? null : before });
    return await reply.header('cache-control', 'no-cache').type(linkFormat).send(text);
  };
  for (const url of ['/api/timemap', '/api/timemap/*']) app.get(url, { schema: { hide: true } }, answer);
};
