import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { notModified } from '../answer-route.ts';
import { etagOf, isKnown } from '../etag.ts';

/** GET /openapi.json: the OpenAPI 3.1 document, made once. */
export function openapiRoute(app: FastifyInstance): void {
  let made: { readonly body: Buffer; readonly etag: string } | null = null;
  const make = () => {
    const text = JSON.stringify(app.swagger());
    return { body: Buffer.from(text), etag: etagOf(text) };
  };
  const document = z.record(z.string(), z.unknown()).describe('The OpenAPI 3.1 document of this API');
  const schema = {
    operationId: 'getOpenApi',
    summary: 'This document',
    tags: ['help'],
    response: { 200: document, 304: notModified },
  };
  app.get('/openapi.json', { schema }, async (request, reply) => {
    made ??= make();
    reply.header('etag', made.etag).header('cache-control', 'no-cache');
    if (isKnown(request.headers['if-none-match'], made.etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(made.body);
  });
}
