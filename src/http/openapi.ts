import type { SwaggerTransform } from '@fastify/swagger';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { cutShape, noticeShape } from '../projections/answer.ts';
import { articleDetailShape, articleShape } from '../projections/articles.ts';
import { changeShape } from '../projections/diff-changes.ts';
import { meaningShape, standingShape } from '../projections/diff-parts.ts';
import { auditEntryShape, effectsShape } from '../projections/effects.ts';
import { gamesShape } from '../projections/games.ts';
import { cellShape, rowShape } from '../projections/obligations.ts';
import { partnershipShape } from '../projections/partnerships.ts';
import {
  alternativeShape,
  closingTypeShape,
  dateShape,
  eventTypeShape,
  flagShape,
  gamesTypeShape,
  occurredShape,
  plannedShape,
  reportTypeShape,
  sourceShape,
  valueShape,
} from '../projections/shapes.ts';
import { entryShape } from '../projections/timeline.ts';
import { etagOf, jsonType, sendTagged } from './answers.ts';
import { conditionalHeaders, headersOf, notModified, problemAnswers } from './described-answers.ts';
import { dataByType } from './openapi-data.ts';
import { completeDocument, type Examples } from './openapi-document.ts';
import { problemShape, requestProblemShape } from './problems.ts';

/**
 * Adds the OpenAPI 3.1 document of all later routes, made from the schemas that check requests and answers, with
 * examples.
 */
export function describeApi(app: FastifyInstance, version: string, examples: Examples): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Partnership Ledger', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: defaultServer, description: 'A server as it starts without settings' }],
      security: [],
      tags: [
        { name: 'read', description: 'Read models, through any cut of the three clocks' },
        { name: 'write', description: 'Recording articles and decisions' },
        { name: 'follow', description: 'What was recorded after a position, and what is being recorded' },
        { name: 'export', description: 'Read models as files, by the end of the address; `Accept` gives the same' },
        { name: 'timemap', description: 'Every recorded state of a read (RFC 7089)' },
        { name: 'proof', description: 'Proof for outsiders that nothing in the ledger was changed' },
        { name: 'help', description: 'What problems and parameters mean' },
        { name: 'health', description: 'Whether it runs' },
      ],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token that the first start prints, or one of `partnership-ledger token create`',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'ledger',
            description: 'What /sign-in gives a browser, to read',
          },
        },
      },
    },
    stripBasePath: false,
    convertConstToEnum: false,
    transform,
    transformObject: (parts) => completeDocument(parts, examples),
  });
}

const defaultServer = 'http://127.0.0.1:3000';

const description = `Sponsorship deals, replayed from articles as domain events. Every read looks through three clocks:
occurredAsOf (what was true in the world by then), reportedAsOf (what a reader could have known by then), and recordedAsOf
or atPosition (what this ledger held then). An answer echoes them as \`cut\`; its \`Link\` with rel="cite-as" is the address
that gives the same answer for good. Every read also takes Accept-Datetime (RFC 7089) for the recorded clock, and has a
TimeMap: put /timemap after /api.`.replaceAll('\n', ' ');

// Passes on what the transform of schemas knows nothing of: headers of answers, and answers without a body.
const transform: SwaggerTransform = (document) => {
  const { response = {}, ...schema } = (document.schema ?? {}) as {
    readonly response?: Readonly<Record<string, Described>>;
  };
  const statuses = Object.entries(response);
  const withBody = statuses.filter(([, answer]) => answer instanceof z.ZodType || 'content' in answer);
  const ofBodies = { ...schema, ...(withBody.length > 0 && { response: Object.fromEntries(withBody) }) };
  const changed = jsonSchemaTransform({ ...document, schema: ofBodies });
  const bodies = (changed.schema as { readonly response?: Readonly<Record<string, object>> }).response ?? {};
  const answers = statuses.map(([status, answer]) => {
    const { headers, description = '' } = answer as Exclude<Described, z.ZodType>;
    const body = bodies[status] ?? { type: 'null', description };
    return [status, { ...body, ...(headers && { headers }) }];
  });
  const described = statuses.length > 0 && { response: Object.fromEntries(answers) };
  return { ...changed, schema: { ...changed.schema, ...described } };
};

type Described = z.ZodType | { readonly description?: string; readonly headers?: object; readonly content?: object };

// Schemas that the document names once and refers to; all others stand where they are used.
const components: Readonly<Record<string, z.ZodType>> = {
  Cut: cutShape,
  Notice: noticeShape,
  Date: dateShape,
  Occurred: occurredShape,
  Planned: plannedShape,
  Value: valueShape,
  Source: sourceShape,
  Alternative: alternativeShape,
  Flag: flagShape,
  Entry: entryShape,
  Cell: cellShape,
  Row: rowShape,
  Partnership: partnershipShape,
  Games: gamesShape,
  AuditEntry: auditEntryShape,
  Effects: effectsShape,
  Article: articleShape,
  ArticleDetail: articleDetailShape,
  Change: changeShape,
  Standing: standingShape,
  Meaning: meaningShape,
  Mistake: requestProblemShape,
  Problem: problemShape,
  ReportType: reportTypeShape,
  GamesType: gamesTypeShape,
  ClosingType: closingTypeShape,
  EventType: eventTypeShape,
  ...dataByType(),
};

for (const [id, shape] of Object.entries(components)) z.globalRegistry.add(shape, { ...shape.meta(), id });

/** GET /openapi.json: the OpenAPI 3.1 document, made once; its server is the one that was asked. */
export function openapiRoute(app: FastifyInstance): void {
  let text: string | null = null;
  const content = { 'application/json': { schema: z.record(z.string(), z.unknown()) } };
  const description = 'The OpenAPI 3.1 document of this API';
  const schema = {
    operationId: 'getOpenApi',
    summary: 'This document',
    tags: ['help'],
    headers: z.object(conditionalHeaders),
    response: {
      200: { description, content, headers: headersOf('etag', 'cache-control') },
      304: notModified,
      ...problemAnswers(),
    },
  };
  app.get('/openapi.json', { schema, config: { role: null } }, async (request, reply) => {
    text ??= JSON.stringify(app.swagger());
    const origin = `${request.protocol}://${request.host}`;
    const own = text.replace(
      JSON.stringify({ url: defaultServer }).slice(1, -1),
      JSON.stringify({ url: origin }).slice(1, -1),
    );
    return sendTagged(request, reply, etagOf(own), jsonType, Buffer.from(own));
  });
}
