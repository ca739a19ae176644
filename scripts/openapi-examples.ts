import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import type { Examples } from '../src/http/openapi-document.ts';

/** The tokens of the server that answers the examples. */
export const exampleTokens = {
  writeToken: 'the-token-of-this-ledger',
  writeTokens: [{ name: 'anna', token: 'the-token-of-anna' }],
};

/**
 * Examples for the operations of an OpenAPI document: what a server that serves the seeds answers. Lists and texts are
 * shortened.
 */
export async function takeExamples(app: FastifyInstance, document: unknown, seeds: string): Promise<Examples> {
  const ask = asking(app);
  const subjects = await findSubjects(ask);
  const examples = new Map<string, MutableExample>();
  for (const { path, method, operation } of operationsIn(document)) {
    if (method === 'get' && !withoutExample.has(operation.operationId)) {
      examples.set(
        operation.operationId,
        await readExample(ask, path, operation, typesOf(operation, document), subjects),
      );
    }
  }
  for (const [operationId, example] of await writeExamples(ask, document, seeds, subjects))
    examples.set(operationId, example);
  return Object.fromEntries(examples);
}

// A stream has no end, and the document would be its own example.
const withoutExample: ReadonlySet<string> = new Set(['followChanges', 'getOpenApi']);

// biome-ignore lint/suspicious/noExplicitAny: answers and OpenAPI, of any form
type Json = any; // oxlint-disable-line typescript/no-explicit-any

type MutableExample = {
  parameters: Record<string, string>;
  body?: Record<string, unknown>;
  answers: Record<string, Record<string, unknown>>;
};

function operationsIn(document: unknown): readonly { path: string; method: string; operation: Json }[] {
  return Object.entries<Json>((document as Json).paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

// The media types of an answer of status 200, which may stand among the components.
function typesOf({ responses }: Json, document: unknown): readonly string[] {
  const { $ref = '', content } = responses['200'];
  return Object.keys(content ?? (document as Json).components.responses[$ref.split('/').at(-1)].content);
}

type Ask = (
  method: 'GET' | 'POST',
  url: string,
  headers?: Record<string, string>,
  payload?: string,
) => Promise<Answered>;

type Answered = { readonly status: number; readonly type: string; readonly body: Json };

function asking(app: FastifyInstance): Ask {
  return async (method, url, headers = {}, payload) => {
    const answer = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
    const type = answer.headers['content-type']?.split(';')[0] ?? '';
    const isJson = /[/+]json$/.test(type);
    return { status: answer.statusCode, type, body: isJson ? JSON.parse(answer.body) : answer.body };
  };
}

type Subjects = {
  readonly partnership: string;
  readonly article: string;
  readonly edition: string;
  readonly contested: Json;
};

// What the seeds are about: their partnership, an article, Games, and a fact on which articles disagree.
async function findSubjects(ask: Ask): Promise<Subjects> {
  const { partnerships } = (await ask('GET', '/api/partnerships')).body;
  const partnership = partnerships[0].id;
  const base = `/api/partnerships/${partnership}`;
  const { articles } = (await ask('GET', '/api/articles')).body;
  const { rows } = (await ask('GET', `${base}/obligations`)).body;
  const { entries } = (await ask('GET', `${base}/timeline?contested=true`)).body;
  const contested = entries.find(({ alternatives }: Json) => alternatives.some(({ field }: Json) => field === 'count'));
  return { partnership, article: articles[0].id, edition: rows[0].edition, contested };
}

// Parameters of the path, and those of the query that a read demands.
function parametersOf(
  path: string,
  operationId: string,
  { partnership, article, edition, contested }: Subjects,
): Record<string, string> {
  const [kind, subject, milestone] = contested.fact.split('/');
  const demanded: Readonly<Record<string, Record<string, string>>> = {
    getDiff: { from: '2018-01-01', to: '2018-03-01' },
    search: { q: partnership.split('.')[0] ?? '' },
    getInclusionProof: { position: '2' },
    getConsistencyProof: { from: '2' },
    listChanges: { since: '2' },
  };
  const inPath: Readonly<Record<string, string>> = {
    id: path.includes('/articles/') ? article : partnership,
    kind,
    subject,
    milestone,
    edition,
    name: 'unknown-games',
  };
  return {
    ...Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, inPath[name] ?? ''])),
    ...demanded[operationId.replace(/(?:As[A-Z]\w*|TimeMap)$/, '')],
  };
}

function addressOf(path: string, parameters: Readonly<Record<string, string>>): string {
  const rest = Object.entries(parameters).filter(([name]) => !path.includes(`{${name}}`));
  const query = new URLSearchParams(rest).toString();
  return `${path.replaceAll(/\{(\w+)\}/g, (_, name) => parameters[name] ?? '')}${query === '' ? '' : `?${query}`}`;
}

async function readExample(
  ask: Ask,
  path: string,
  operation: Json,
  types: readonly string[],
  subjects: Subjects,
): Promise<MutableExample> {
  const parameters = parametersOf(path, operation.operationId, subjects);
  const example: MutableExample = { parameters, answers: {} };
  const address = addressOf(path, parameters);
  for (const accept of types) keep(example, await ask('GET', address, { accept }));
  keep(example, await ask('GET', `${address}${address.includes('?') ? '&' : '?'}asOf=2018`));
  const [first] = path.match(/\{\w+\}/) ?? [];
  if (first !== undefined) {
    const name = first.slice(1, -1);
    keep(example, await ask('GET', addressOf(path, { ...parameters, [name]: `${parameters[name]}x` })));
  }
  return example;
}

// The first answer of a status and type stays.
function keep({ answers }: MutableExample, { status, type, body }: Answered): void {
  answers[status] = { [type]: shorten(body), ...answers[status] };
}

function shorten(value: Json): Json {
  if (typeof value === 'string') {
    const lines = value.split('\n');
    return lines.length > mostLines ? `${lines.slice(0, mostLines).join('\n')}\n` : value;
  }
  if (Array.isArray(value)) return value.slice(0, mostItems).map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shorten(member)]));
}

const mostLines = 5;

const mostItems = 1;

// Writes are carried out in this order: each finds what the ones before it left.
async function writeExamples(
  ask: Ask,
  document: unknown,
  seeds: string,
  { partnership, article, contested }: Subjects,
): Promise<ReadonlyMap<string, MutableExample>> {
  const base = `/api/partnerships/${partnership}`;
  const paths = new Map(operationsIn(document).map(({ path, operation }) => [operation.operationId as string, path]));
  const examples = new Map<string, MutableExample>();
  const exampleOf = (operationId: string, ids: Record<string, string>): MutableExample => {
    const example = examples.get(operationId) ?? { parameters: ids, answers: {} };
    examples.set(operationId, example);
    return example;
  };

  const anna = { authorization: `Bearer ${exampleTokens.writeTokens[0]?.token}` };
  const text = smallestArticle(seeds);
  const reread = { ...parse(text), revision: 2, because: 'reread' };
  const recording = exampleOf('recordArticle', {});
  const yaml = { ...anna, 'content-type': 'application/yaml' };
  const json = { ...anna, 'content-type': 'application/json' };
  recording.body = { 'application/yaml': parse(text), 'application/json': parse(text) };
  keep(recording, await ask('POST', '/api/articles?dryRun=true', json, JSON.stringify(reread)));
  keep(recording, await ask('POST', '/api/articles', json, JSON.stringify(reread)));
  keep(recording, await ask('POST', '/api/articles', json, JSON.stringify({ ...reread, title: 'Another title' })));
  keep(recording, await ask('POST', '/api/articles', yaml, text.replace(/^article:.*$/m, '')));
  for (const headers of wrongHeaders)
    keep(recording, await ask('POST', '/api/articles', { ...yaml, ...headers }, text));

  const drafting = exampleOf('draftArticle', {});
  const plain = { ...anna, 'content-type': 'text/plain' };
  const draftText = 'Alibaba and the IOC\nThe campaign starts on 1 February 2018, before PyeongChang 2018.\n';
  drafting.body = { 'text/plain': draftText };
  keep(drafting, await ask('POST', '/api/drafts', plain, draftText));
  for (const headers of wrongHeaders)
    keep(drafting, await ask('POST', '/api/drafts', { ...plain, ...headers }, draftText));

  const [displayed, other] = contested.alternatives;
  const judged = {
    fact: contested.fact,
    field: displayed.field,
    basis: 'misread',
    reason: 'Counted again in the text',
  };
  const rest = (await ask('GET', `${base}/timeline?type=PriorityStated`)).body.entries as readonly Json[];
  const [into, from] = rest.map(({ fact }) => fact);
  const decisions: readonly (readonly [operationId: string, id: string, fact: string | null, body: Json])[] = [
    ['resolveContest', partnership, contested.fact, { ...judged, value: displayed.value }],
    ['correctFact', partnership, contested.fact, { ...judged, value: displayed.value, reports: [other.sources[0].id] }],
    ['mergeFacts', partnership, into, { fact: into, from, reason: 'Two names of one aim' }],
    ['undoMerge', partnership, into, { fact: into, from, reason: 'Two aims after all' }],
    ['retractFact', partnership, into, { fact: into, reason: 'The article says nothing of the kind' }],
    ['retractArticle', article, null, { revision: 1, reason: 'The publisher withdrew it' }],
  ];
  for (const [operationId, id, fact, body] of decisions) {
    const example = exampleOf(operationId, { id });
    example.body = { 'application/json': body };
    const url = (paths.get(operationId) ?? '').replace('{id}', id);
    const version = await versionOf(ask, base, fact, id);
    const headers = { ...json, 'if-match': `"${version}"`, 'idempotency-key': `${operationId}-1` };
    example.parameters = { id, 'if-match': headers['if-match'], 'idempotency-key': headers['idempotency-key'] };
    keep(example, await ask('POST', `${url}?dryRun=true`, headers, JSON.stringify(body)));
    keep(example, await ask('POST', url, headers, JSON.stringify(body)));
    const { 'if-match': _version, ...unseen } = headers;
    const again = { ...headers, 'idempotency-key': `${operationId}-2` };
    keep(example, await ask('POST', url, unseen, JSON.stringify(body)));
    keep(example, await ask('POST', url, again, JSON.stringify(body)));
    keep(example, await ask('POST', url, again, JSON.stringify({ ...body, reason: '' })));
    for (const wrong of wrongHeaders)
      keep(example, await ask('POST', url, { ...headers, ...wrong }, JSON.stringify(body)));
  }
  return examples;
}

const wrongHeaders: readonly Record<string, string>[] = [
  { authorization: '' },
  { authorization: 'Bearer of-another-ledger' },
  { 'content-type': 'application/xml' },
];

function smallestArticle(seeds: string): string {
  const texts = readdirSync(seeds).flatMap((name) =>
    name.endsWith('.yaml') ? [readFileSync(join(seeds, name), 'utf8')] : [],
  );
  return texts.toSorted((a, b) => a.length - b.length)[0] ?? '';
}

async function versionOf(ask: Ask, base: string, fact: string | null, article: string): Promise<number> {
  if (fact === null) return (await ask('GET', `/api/articles/${article}`)).body.article.version;
  return (await ask('GET', `${base}/facts/${fact}`)).body.entry.version;
}
