import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerChanges } from '../../projections/ledger-changes.ts';
import type { AddTimeMap } from '../answer-route.ts';
import type { Context } from '../app-parts.ts';
import { changesAt } from '../memento/changes-at.ts';
import { linkFormat } from '../memento/links.ts';
import { mementoAddress, toSearchParams } from '../memento/memento-address.ts';
import { timeMap } from '../memento/time-map.ts';
import { HttpProblem, mistake } from '../problem.ts';
import { pathOf } from '../query/address-of.ts';

function refuse(parameter: string, message: string): never {
  throw new HttpProblem('invalid-parameter', message, { errors: [mistake('query', parameter, message)] });
}

function readBefore(texts: readonly string[]): number | null {
  const [text, ...more] = texts;
  if (text === undefined) return null;
  if (more.length > 0 || !/^[1-9]\d{0,14}$/.test(text))
    refuse('before', 'before is one position, a whole number from 1 on');
  return Number(text);
}

type Query = Readonly<Record<string, string | readonly string[]>>;

// The page that is asked for, and the query of the resource.
function readQuery({ before = [], ...query }: Query): { readonly before: number | null; readonly query: Query } {
  for (const name of ['atPosition', 'recordedAsOf', 'cursor']) {
    if (Object.hasOwn(query, name)) refuse(name, `a TimeMap lists what was recorded at any time: leave out ${name}`);
  }
  return { before: readBefore([before].flat()), query };
}

function without(path: string): HttpProblem {
  return new HttpProblem('unknown-address', `${path} has no TimeMap: it has no recorded clock`);
}

/**
 * GET /api/timemap and what follows /api in the address of any read: every recorded state of it, as links (RFC 7089,
 * RFC 6690). A long one comes in pages, the newest first, each linking to the one before. The router finds the read
 * that is meant, so that however an address is written, a TimeMap is never that of a TimeMap.
 */
export function timemapRoutes(app: FastifyInstance, changes: LedgerChanges, context: Context): AddTimeMap {
  const schema = { hide: true };
  const refuseOthers = (request: FastifyRequest): never => {
    const { '*': rest } = request.params as { readonly '*': string };
    if (/^timemap(?:\/|$)/.test(rest)) throw new HttpProblem('unknown-address', 'a TimeMap has no TimeMap of its own');
    throw without(`/api/${rest.slice(0, 200)}`);
  };
  app.get('/api/timemap/*', { schema }, refuseOthers);

  return (url, check) => {
    const answer = async ({ query: asked, params }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { before, query } = readQuery(asked as Query);
      const path = pathOf(url, params);
      await check({ params, path, query });
      const address = mementoAddress(path, toSearchParams(query));
      const found = address.kind === 'original' ? await changesAt(address, changes, context) : null;
      if (found === null) throw without(path);
      const { position } = await context.ledger.views.head();
      const isNewest = before === null || before > position;
      const page = await found.upTo(isNewest ? position : before - 1);
      const text = timeMap(address, { ...page, before: isNewest ? null : before });
      return await reply.header('cache-control', 'no-cache').type(linkFormat).send(text);
    };
    app.get(url.replace('/api', '/api/timemap'), { schema }, answer);
  };
}
