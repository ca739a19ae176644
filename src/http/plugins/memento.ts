import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { LedgerChanges } from '../../projections/ledger-changes.ts';
import type { Context } from '../app-parts.ts';
import { type ChangesAt, changesAt } from '../memento/changes-at.ts';
import { httpDate } from '../memento/http-date.ts';
import { around, mainLinks, mementoLinks } from '../memento/links.ts';
import { type MementoAddress, mementoAddress, toSearchParams } from '../memento/memento-address.ts';
import { negotiated, refuseComparison, varying } from '../memento/negotiate.ts';
import { pathOf } from '../query/address-of.ts';

// Every read with a recorded clock has a past.
function hasPast({ method, routeOptions }: FastifyRequest): boolean {
  const query = routeOptions.schema?.querystring;
  return (method === 'GET' || method === 'HEAD') && query instanceof z.ZodObject && 'atPosition' in query.shape;
}

// The ones around a position; of the whole ledger, of which there may be too many to tell, none.
function neighbours(address: MementoAddress, { all }: ChangesAt, position: number): readonly string[] {
  const { changes, rels } = around(all ?? [], position);
  return mementoLinks(address, changes, rels);
}

function redirect(reply: FastifyReply, address: MementoAddress, changes: ChangesAt, position: number): FastifyReply {
  const link = [...mainLinks(address), ...neighbours(address, changes, position)].join(', ');
  return reply
    .code(302)
    .headers({ location: address.at(position), ...varying, 'cache-control': 'no-cache', link })
    .send();
}

// An answer that shows something is cited, at the last event that bears on it: a 304 has no more of it than that.
function citedAt(reply: FastifyReply): number | null {
  const [, position] = /[?&]atPosition=(\d+)[^>]*>; rel="cite-as"/.exec(String(reply.getHeader('link') ?? '')) ?? [];
  return position === undefined ? null : Number(position);
}

/**
 * Gives every read of an app a past (RFC 7089, pattern 1.1; docs/adr/0023): a request with Accept-Datetime is sent on to
 * the memento, and every answer says where its original, its TimeGate, its TimeMap and, if it is one, the mementos
 * around it are.
 */
export function giveMementos(app: FastifyInstance, changes: LedgerChanges, context: Context): void {
  // Addresses are asked again and again, and taking one apart costs more than all else here.
  const known = new LRUCache<string, { readonly address: MementoAddress; readonly links: string }>({ max: 2_000 });
  const read = ({ url, routeOptions, params, query }: FastifyRequest) => {
    const found = known.get(url);
    if (found !== undefined) return found;
    const address = mementoAddress(pathOf(routeOptions.url ?? '', params), toSearchParams(query));
    const one = { address, links: mainLinks(address).join(', ') };
    known.set(url, one);
    return one;
  };

  app.addHook('onRequest', async (request, reply) => {
    const text = request.headers['accept-datetime'];
    if (text === undefined || !hasPast(request)) return undefined;
    const { address } = read(request);
    if (address.kind === 'comparison') refuseComparison();
    // A memento has one state, and a page that of its list, whatever is asked for.
    if (address.kind !== 'original') return undefined;
    const found = await changesAt(address, changes, context);
    const chosen = found && (await negotiated(String(text), address, found, context));
    return found === null || chosen === null ? undefined : redirect(reply, address, found, chosen.position);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { statusCode } = reply;
    if ((statusCode !== 200 && statusCode !== 304) || !hasPast(request)) return payload;
    const { address, links: main } = read(request);
    if (address.kind === 'page' || address.kind === 'comparison') return payload;
    if (address.kind === 'original') reply.headers(varying);
    const links = [reply.getHeader('link'), main].filter((one) => one !== undefined);
    const position = address.kind === 'memento' ? citedAt(reply) : null;
    if (position !== null) {
      const found = await changesAt(address, changes, context);
      const listed = found?.all?.find((change) => change.position === position)?.recordedAt;
      const recordedAt = listed ?? (await context.ledger.views.recordedAt(position));
      if (recordedAt !== null) reply.header('memento-datetime', httpDate(recordedAt));
      if (found !== null) links.push(...neighbours(address, found, position));
    }
    reply.header('link', links.join(', '));
    return payload;
  });
}
