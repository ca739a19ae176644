import { STATUS_CODES } from 'node:http';
import type { SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { eventTypeShape, reportTypeShape } from '../projections/shapes.ts';

/**
 * Completes the OpenAPI document of the routes: tells what stands in `data` by type, puts in the examples, names once
 * what stands in many places, and drops the schemas that nothing refers to.
 */
export function completeDocument(
  parts: Parameters<SwaggerTransformObject>[0],
  examples: Examples,
): ReturnType<SwaggerTransformObject> {
  const document = jsonSchemaTransformObject(parts) as unknown as Document;
  const schemas = { ...document.components.schemas };
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = listMembers(schema);
  Object.assign(schemas, ...splitByType(schemas, entrySplit), ...splitByType(schemas, auditSplit));
  const paths = mapOperations(document.paths, (operation) => withExamples(operation, examples));
  const shared = shareParts(paths);
  const components = { ...document.components, ...shared.components, schemas: usedSchemas(schemas, shared) };
  return { ...document, paths: shared.paths, components };
}

/** Real requests and answers by `operationId`: the parameters of the path, the body, and the answers by status and type. */
export type Examples = Readonly<Record<string, Example>>;

export type Example = {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

// biome-ignore lint/suspicious/noExplicitAny: JSON Schema and OpenAPI, of any form
type Json = any; // oxlint-disable-line typescript/no-explicit-any

type Document = { readonly paths: Paths; readonly components: { readonly schemas: Readonly<Record<string, Json>> } };

type Paths = Readonly<Record<string, Readonly<Record<string, Json>>>>;

function mapOperations(paths: Paths, change: (operation: Json) => Json): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, change(operation)])),
    ]),
  );
}

// A record with a value for each of some names has them as members.
function listMembers(schema: Json): Json {
  const { propertyNames, additionalProperties, required, ...rest } = schema;
  if (propertyNames?.enum === undefined || required === undefined) return schema;
  const properties = Object.fromEntries(required.map((name: string) => [name, additionalProperties]));
  return { ...rest, properties, required, additionalProperties: false };
}

type Split = {
  /** The component, and its members that depend on the type. */
  readonly name: string;
  readonly members: readonly string[];
  readonly types: readonly string[];
  readonly discriminator?: string;
  readonly ofType: (type: string) => Readonly<Record<string, Json>>;
};

const namesIn = (shape: { meta: () => unknown }) => (shape.meta() as { readonly enum: readonly string[] }).enum;

const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const entrySplit: Split = {
  name: 'Entry',
  members: ['type', 'data'],
  types: namesIn(reportTypeShape),
  discriminator: 'type',
  ofType: (type) => ({ type: { type: 'string', const: type }, data: refTo(`${type}Data`) }),
};

const auditSplit: Split = {
  name: 'AuditEntry',
  members: ['event', 'asserted'],
  types: namesIn(eventTypeShape),
  ofType: (type) => ({
    event: {
      type: 'object',
      properties: {
        id: { type: 'string' },
        type: { type: 'string', const: type },
        stream: { type: 'string' },
        revision: { type: 'integer' },
      },
      required: ['id', 'type', 'stream', 'revision'],
    },
    asserted: refTo(`${type}Asserted`),
  }),
};

// A component as one of several, one for each type; what does not depend on the type stands in one place.
function splitByType(schemas: Readonly<Record<string, Json>>, split: Split): readonly Readonly<Record<string, Json>>[] {
  const { name, members, types, discriminator, ofType } = split;
  const { properties, required, additionalProperties: _closed, description, ...rest } = schemas[name];
  const kept = (one: string) => !members.includes(one);
  const common = {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([one]) => kept(one))),
    required: (required as readonly string[]).filter(kept),
  };
  const nameOf = (type: string) => `${type}${name}`;
  const mapping = Object.fromEntries(types.map((type) => [type, refTo(nameOf(type)).$ref]));
  return [
    { [`${name}Members`]: common },
    ...types.map((type) => ({
      [nameOf(type)]: {
        type: 'object',
        properties: ofType(type),
        required: [...members],
        allOf: [refTo(`${name}Members`)],
        unevaluatedProperties: false,
      },
    })),
    {
      [name]: {
        description,
        oneOf: types.map((type) => refTo(nameOf(type))),
        ...(discriminator === undefined ? {} : { discriminator: { propertyName: discriminator, mapping } }),
      },
    },
  ];
}

function withExamples(operation: Json, examples: Examples): Json {
  const { parameters: values = {}, body, answers = {} } = examples[operation.operationId] ?? {};
  const parameters = operation.parameters?.map((one: Json) =>
    values[one.name] === undefined
      ? one
      : { ...one, example: one.schema.type === 'integer' ? Number(values[one.name]) : values[one.name] },
  );
  const { requestBody } = operation;
  const responses = Object.entries<Json>(operation.responses).map(([status, answer]) => [
    status,
    { ...answer, ...(answer.content && { content: withExample(answer.content, answers[status] ?? {}) }) },
  ]);
  return {
    ...operation,
    ...(parameters && { parameters }),
    ...(requestBody && body !== undefined
      ? {
          requestBody: {
            ...requestBody,
            content: withExample(requestBody.content, body as Readonly<Record<string, unknown>>),
          },
        }
      : {}),
    responses: Object.fromEntries(responses),
  };
}

function withExample(content: Readonly<Record<string, Json>>, byType: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, media]) => [
      type,
      byType[type] === undefined ? media : { ...media, example: byType[type] },
    ]),
  );
}

// Parameters, headers and answers that stand in several operations become components.
function shareParts(paths: Paths): { readonly paths: Paths; readonly components: Readonly<Record<string, Json>> } {
  const components: Record<string, Json> = {};
  let shared = paths;
  // Headers before the answers that they are in.
  for (const [section, visitParts] of Object.entries({
    parameters: visitParameters,
    headers: visitHeaders,
    responses: visitAnswers,
  })) {
    const places = new Map<string, { readonly part: Json; readonly name: string; count: number }>();
    const count: Visit = (part, name) => {
      const text = JSON.stringify(part);
      const place = places.get(text) ?? { part, name, count: 0 };
      places.set(text, { ...place, count: place.count + 1 });
      return part;
    };
    mapOperations(shared, (operation) => visitParts(operation, count));
    const names = nameShared(
      [...places].flatMap(([text, place]) => (place.count > 1 ? [[text, place.name] as const] : [])),
    );
    const refer: Visit = (part) => {
      const name = names.get(JSON.stringify(part));
      return name === undefined ? part : { $ref: `#/components/${section}/${name}` };
    };
    shared = mapOperations(shared, (operation) => visitParts(operation, refer));
    components[section] = Object.fromEntries([...names].map(([text, name]) => [name, places.get(text)?.part]));
  }
  return { paths: shared, components };
}

type Visit = (part: Json, name: string) => Json;

function visitParameters(operation: Json, visit: Visit): Json {
  const { parameters } = operation;
  return parameters === undefined
    ? operation
    : { ...operation, parameters: parameters.map((one: Json) => visit(one, one.name)) };
}

function visitHeaders(operation: Json, visit: Visit): Json {
  return visitAnswers(operation, (answer) => {
    const headers = Object.entries<Json>(answer.headers ?? {}).map(([name, header]) => [name, visit(header, name)]);
    return headers.length === 0 ? answer : { ...answer, headers: Object.fromEntries(headers) };
  });
}

function visitAnswers(operation: Json, visit: Visit): Json {
  const answers = Object.entries<Json>(operation.responses).map(([status, answer]) => [
    status,
    visit(answer, (STATUS_CODES[status] ?? status).replaceAll(' ', '')),
  ]);
  return { ...operation, responses: Object.fromEntries(answers) };
}

// Different parts of one name get numbers.
function nameShared(parts: readonly (readonly [text: string, name: string])[]): ReadonlyMap<string, string> {
  const taken = new Map<string, number>();
  return new Map(
    parts.map(([text, name]) => {
      const number = (taken.get(name) ?? 0) + 1;
      taken.set(name, number);
      return [text, number === 1 ? name : `${name}-${number}`];
    }),
  );
}

// Every schema comes in an input and an output form, and most are used in one of them.
function usedSchemas(schemas: Readonly<Record<string, Json>>, parts: unknown): Readonly<Record<string, Json>> {
  const used = new Set(referencesIn(parts));
  // A set may grow while it is walked.
  for (const name of used) for (const other of referencesIn(schemas[name] ?? {})) used.add(other);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
}

function referencesIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)].map(([, name]) => name as string);
}
