import type { SwaggerTransformObject } from '@fastify/swagger';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
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
  dateShape,
  flagShape,
  occurredShape,
  plannedShape,
  sourceShape,
  valueShape,
} from '../projections/shapes.ts';
import { entryShape } from '../projections/timeline.ts';
import { etagOf, jsonType, notModified, sendTagged } from './answers.ts';
import { problemShape, requestProblemShape } from './problems.ts';

/** Adds the OpenAPI 3.1 document of all later routes, made from the schemas that check requests and answers. */
export function describeApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Partnership Ledger', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      tags: [
        { name: 'read', description: 'Read models, through any cut of the three clocks' },
        { name: 'write', description: 'Recording articles and decisions' },
        { name: 'proof', description: 'Proof for outsiders that nothing in the ledger was changed' },
        { name: 'help', description: 'What problems and parameters mean' },
        { name: 'health', description: 'Whether it runs' },
      ],
      components: {
        securitySchemes: {
          writeToken: { type: 'http', scheme: 'bearer', description: 'The token that the first start prints' },
        },
      },
    },
    stripBasePath: false,
    convertConstToEnum: false,
    transform: jsonSchemaTransform,
    transformObject: dropUnused,
  });
}

const description = `Sponsorship deals, replayed from articles as domain events. Every read looks through three clocks:
occurredAsOf (what was true in the world by then), reportedAsOf (what a reader could have known by then), and recordedAsOf
or atPosition (what this ledger held then). An answer echoes them as \`cut\`; its \`Link\` with rel="cite-as" is the address
that gives the same answer for good. Every read also takes Accept-Datetime (RFC 7089) for the recorded clock, and has a
TimeMap: put /timemap after /api.`.replaceAll('\n', ' ');

// Every schema comes in an input and an output form, and most are used in one of them. Drops the other.
function dropUnused(parts: Parameters<SwaggerTransformObject>[0]): ReturnType<SwaggerTransformObject> {
  const document: Document = jsonSchemaTransformObject(parts);
  const schemas = document.components?.schemas ?? {};
  const used = new Set(referencesIn(document.paths));
  // A set may grow while it is walked.
  for (const name of used) for (const other of referencesIn(schemas[name] ?? {})) used.add(other);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...document.components, schemas: kept } } as ReturnType<SwaggerTransformObject>;
}

type Document = {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
};

function referencesIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)].map(([, name]) => name as string);
}

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
};

for (const [id, shape] of Object.entries(components)) z.globalRegistry.add(shape, { ...shape.meta(), id });

/** GET /openapi.json: the OpenAPI 3.1 document, made once. */
export function openapiRoute(app: FastifyInstance): void {
  let made: { readonly body: Buffer; readonly etag: string } | null = null;
  const make = () => {
    const text = JSON.stringify(app.swagger());
    return { body: Buffer.from(text), etag: etagOf(text) };
  };
  const schema = {
    operationId: 'getOpenApi',
    summary: 'This document',
    tags: ['help'],
    response: {
      200: z.record(z.string(), z.unknown()).describe('The OpenAPI 3.1 document of this API'),
      304: notModified,
    },
  };
  app.get('/openapi.json', { schema }, async (request, reply) => {
    made ??= make();
    return sendTagged(request, reply, made.etag, jsonType, made.body);
  });
}
