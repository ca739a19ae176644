import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { articleDetailShape, articleShape, effectsShape } from '../../projections/shapes/article.ts';
import { auditEntryShape } from '../../projections/shapes/audit.ts';
import { cutShape, noticeShape } from '../../projections/shapes/cut.ts';
import { dateShape, occurredShape, plannedShape } from '../../projections/shapes/date.ts';
import { changeShape, meaningShape, standingShape } from '../../projections/shapes/diff.ts';
import { gamesShape } from '../../projections/shapes/games.ts';
import { cellShape, rowShape } from '../../projections/shapes/obligations.ts';
import { partnershipShape } from '../../projections/shapes/partnership.ts';
import { alternativeShape, flagShape, sourceShape, valueShape } from '../../projections/shapes/source.ts';
import { entryShape } from '../../projections/shapes/timeline.ts';
import { mistakeShape, problemShape } from '../problem.ts';

// What the document names once and refers to; everything else stands where it is used.
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
  Mistake: mistakeShape,
  Problem: problemShape,
};

for (const [id, shape] of Object.entries(components)) z.globalRegistry.add(shape, { ...shape.meta(), id });

const description = `Sponsorship deals replayed from articles as domain events. Every read looks through three clocks:
occurredAsOf (what was true in the world by then), reportedAsOf (what a reader could have known by then), and recordedAsOf
or atPosition (what this ledger held then). An answer echoes them as \`cut\`, and names in \`Link\` (rel="cite-as") the
address that gives the same answer for good. Every read also takes Accept-Datetime (RFC 7089) for the recorded clock, and has
a TimeMap: put /timemap after /api.`.replaceAll('\n', ' ');

type Transform = NonNullable<SwaggerTransformObject>;
type Document = {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
};

function references(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)].map(([, name]) => name as string);
}

// Only what is referred to: every schema comes both as it is read and as it is written, and most are needed once.
const withoutUnused: Transform = (parts) => {
  const document: Document = jsonSchemaTransformObject(parts);
  const schemas = document.components?.schemas ?? {};
  const used = new Set(references(document.paths));
  // A set may grow while it is walked.
  for (const name of used) for (const other of references(schemas[name] ?? {})) used.add(other);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...document.components, schemas: kept } } as ReturnType<Transform>;
};

/** Adds the OpenAPI 3.1 document of all routes that follow, made from the schemas that check requests and answers. */
export function describeApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Partnership Ledger', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      tags: [
        { name: 'read', description: 'Read models, through any cut of the three clocks' },
        { name: 'write', description: 'Recording articles' },
        { name: 'proof', description: 'That nothing in the ledger was changed, for outsiders to verify' },
        { name: 'help', description: 'What answers mean' },
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
    transformObject: withoutUnused,
  });
}
