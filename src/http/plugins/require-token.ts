import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problem.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * A check that a request carries the token, before its body is read: 401 where it carries none, 403 where it is
 * another one (RFC 6750, but for the status of a wrong token). It takes equally long whatever was sent.
 */
export const requireToken = (token: string): ((request: FastifyRequest) => Promise<void>) => {
  const expected = digest(token);
  return async ({ headers }) => {
    const [, sent] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (sent === undefined) {
      throw new HttpProblem('token-missing', 'writing needs the token of this ledger: Authorization: Bearer <token>', {
        headers: { 'www-authenticate': 'Bearer realm="partnership-ledger"' },
      });
    }
    if (!timingSafeEqual(digest(sent), expected)) {
      throw new HttpProblem('token-wrong', 'this is not the token of this ledger');
    }
  };
};
