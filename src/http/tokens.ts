import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ownWriters } from '../domain/vocabulary/events.ts';
import type { AppParts } from './context.ts';
import { HttpProblem } from './problems.ts';

/** Who sent a request that carries a token: the name that his token belongs to. */
export function actorOf(request: FastifyRequest): string {
  const actor = actors.get(request);
  if (actor === undefined) throw new Error('the token of this request was not checked');
  return actor;
}

const actors = new WeakMap<FastifyRequest, string>();

/**
 * A check that a request carries one of the tokens, before its body is read: 401 where it carries none, 403 where it is
 * another one (RFC 6750, but for the status of a wrong token). It takes equally long whatever was sent.
 */
export function requireToken({
  writeToken,
  writeTokens = [],
}: Pick<AppParts, 'writeToken' | 'writeTokens'>): (request: FastifyRequest) => Promise<void> {
  const expected = [{ name: ownWriters.api, token: writeToken }, ...writeTokens].map(({ name, token }) => ({
    name,
    digest: digest(token),
  }));
  return async (request) => {
    const [, sent] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    if (sent === undefined) {
      throw new HttpProblem('token-missing', 'writing needs the token of this ledger: Authorization: Bearer <token>', {
        headers: { 'www-authenticate': 'Bearer realm="partnership-ledger"' },
      });
    }
    // All of them are compared, whichever it is.
    const given = digest(sent);
    const [known] = expected.filter((one) => timingSafeEqual(given, one.digest));
    if (known === undefined) throw new HttpProblem('token-wrong', 'this is not a token of this ledger');
    actors.set(request, known.name);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
