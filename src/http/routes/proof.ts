import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { verifierKeyText } from '../../proof/checkpoint.ts';
import { etagOf, isKnown, notModified } from '../answers.ts';
import type { Context } from '../context.ts';
import type { ProblemName } from '../problem-types.ts';
import { type Mistake, mistake, problemAnswers, problemWith } from '../problems.ts';
import { readParameters } from '../query.ts';

/** The addresses under /api/audit that prove what the ledger holds: checkpoint, inclusion, consistency, public key. */
export function proofRoutes(app: FastifyInstance, { ledger, identity, proof }: Context): void {
  const schemaOf = (operationId: string, summary: string, querystring: z.ZodObject, answer: unknown) => ({
    operationId,
    summary,
    tags: ['proof'],
    querystring,
    response: { 200: answer, 304: notModified, ...problemAnswers('4xx', '5xx') },
  });
  const head = async (): Promise<number> => (await ledger.views.head()).position;

  const checkpoint = schemaOf('getCheckpoint', 'The signed head of the ledger', nothingAsked, signedNote);
  app.get('/api/audit/checkpoint', { schema: checkpoint }, async (request, reply) => {
    const size = await head();
    readSizes(nothingAsked, request.query as Query, { head: size });
    const text = await proof.checkpoint(size);
    return await send(request, reply, etagOf(text), 'text/plain; charset=utf-8', async () => text);
  });

  const inclusion = schemaOf('getInclusionProof', 'That an event is in the ledger', inclusionQuery, inclusionShape);
  app.get('/api/audit/proofs/inclusion', { schema: inclusion }, async (request, reply) => {
    const most = await head();
    const limits = { head: most, smaller: 'position', larger: 'size' };
    const { position, size = most } = readSizes(inclusionQuery, request.query as Query, limits);
    return await send(request, reply, etagOf(identity.id, 'inclusion', position, size), json, async () => {
      const { leaf, leafHash, proof: hashes } = await proof.inclusion(position, size);
      const rootHash = base64(proof.rootAt(size));
      const answer = { position, size, leafIndex: position - 1, leaf, leafHash: base64(leafHash), rootHash };
      return JSON.stringify({ ...answer, proof: hashes.map(base64), verify: howToIncluded });
    });
  });

  const consistency = schemaOf('getConsistencyProof', 'That the ledger only grew', consistencyQuery, consistencyShape);
  app.get('/api/audit/proofs/consistency', { schema: consistency }, async (request, reply) => {
    const most = await head();
    const limits = { head: most, smaller: 'from', larger: 'to' };
    const { from, to = most } = readSizes(consistencyQuery, request.query as Query, limits);
    return await send(request, reply, etagOf(identity.id, 'consistency', from, to), json, async () => {
      const hashes = await proof.consistency(from, to);
      const [fromRootHash, toRootHash] = [from, to].map((size) => base64(proof.rootAt(size)));
      const answer = { from, fromRootHash, to, toRootHash };
      return JSON.stringify({ ...answer, proof: hashes.map(base64), verify: howToConsistent });
    });
  });

  const key = schemaOf('getPublicKey', 'The key that checkpoints are signed with', nothingAsked, keyShape);
  app.get('/api/audit/public-key', { schema: key }, async (request, reply) => {
    readSizes(nothingAsked, request.query as Query, { head: 0 });
    const { name: origin, publicKey } = proof.key;
    const pem = publicKey.export({ format: 'pem', type: 'spki' });
    const text = JSON.stringify({
      origin,
      verifierKey: verifierKeyText(proof.key),
      pem,
      jwk: publicKey.export({ format: 'jwk' }),
    });
    return await send(request, reply, etagOf(text), json, async () => text);
  });
}

/** What takes no parameter. */
export const nothingAsked = z.strictObject({});

const signedNote = {
  description: 'The size and the root of the tree of all events, signed: a C2SP tlog-checkpoint',
  content: { 'text/plain': { schema: z.string() } },
};

/**
 * Reads sizes and positions of a query. Throws a problem with everything that is wrong with them: parameters that are
 * unknown, numbers that are none, one above the other, and what lies beyond the head.
 */
export function readSizes<Shape extends z.ZodObject>(
  shape: Shape,
  query: Readonly<Record<string, unknown>>,
  { head, smaller = '', larger = '' }: Limits,
): z.infer<Shape> {
  const { values, unknown, invalid } = readParameters(shape, query);
  const numbers = Object.entries(values as Readonly<Record<string, number | undefined>>);
  const beyond = numbers.flatMap(([name, value]): Mistake[] => {
    if (value === undefined || value <= head) return [];
    return [mistake('query', name, `${name}=${value} lies beyond the end of the ledger, which has ${head} events`)];
  });
  const { [smaller]: low, [larger]: high } = Object.fromEntries(numbers);
  const crossed =
    low !== undefined && high !== undefined && low > high
      ? [mistake('query', smaller, `${smaller}=${low} is above ${larger}=${high}`)]
      : [];
  const found: readonly (readonly [ProblemName, readonly Mistake[]])[] = [
    ['unknown-parameter', unknown],
    ['invalid-parameter', [...invalid, ...crossed]],
    ['unknown-position', beyond],
  ];
  const [first] = found.filter(([, errors]) => errors.length > 0);
  if (first === undefined) return values;
  throw problemWith(
    first[0],
    found.flatMap(([, errors]) => errors),
  );
}

type Limits = {
  readonly head: number;
  /** The parameter that must not be above another one, and that one. */
  readonly smaller?: string;
  readonly larger?: string;
};

type Query = Readonly<Record<string, unknown>>;

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  type: string,
  build: () => Promise<string>,
): Promise<FastifyReply> {
  // What cannot be signed or shown must not be "not modified" either.
  const body = await build();
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(type).send(Buffer.from(body));
}

/** What an inclusion proof is asked for. */
export const inclusionQuery = z.strictObject({
  position: wholeNumber('position').meta(described('The position of the event')),
  size: wholeNumber('size')
    .optional()
    .meta(described('How many events the tree has that it is shown to be in, as in a checkpoint; else all there are')),
});

function wholeNumber(name: string) {
  return z
    .string(`${name} is missing: a whole number from 1`)
    .regex(/^[1-9]\d{0,14}$/, `${name} is a whole number from 1`)
    .transform(Number);
}

function described(text: string) {
  return { type: 'integer', minimum: 1, description: text } as const;
}

const hash = z.string().describe('SHA-256, in base64');

const path = z.array(hash).describe('the proof: hashes in the order of RFC 9162');

const verify = z.string().describe('what to do with it');

const inclusionShape = z
  .object({ position: z.int(), size: z.int(), leafIndex: z.int().describe('position - 1') })
  .extend({ leaf: z.string().describe('the event as canonical JSON (RFC 8785)'), leafHash: hash, rootHash: hash })
  .extend({ proof: path, verify })
  .describe('That an event is in the ledger (RFC 9162, 2.1.3)');

const json = 'application/json; charset=utf-8';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

const howToIncluded =
  'leafHash is SHA-256 of 0x00 and leaf. Fold it with proof (RFC 9162, 2.1.3.2, with leafIndex and size): it must come ' +
  'to the root of a checkpoint of this size whose signature you have checked.';

/** What a consistency proof is asked for. */
export const consistencyQuery = z.strictObject({
  from: wholeNumber('from').meta(described('How many events the earlier tree has, as in a checkpoint')),
  to: wholeNumber('to')
    .optional()
    .meta(described('How many events the later tree has, as in a checkpoint; else all there are')),
});

const consistencyShape = z
  .object({ from: z.int(), fromRootHash: hash, to: z.int(), toRootHash: hash, proof: path, verify })
  .describe('That the ledger only grew (RFC 9162, 2.1.4)');

const howToConsistent =
  'Fold proof (RFC 9162, 2.1.4.2, with from and to): it must come to the roots of both checkpoints, the earlier one, ' +
  'which you kept, and the later one, whose signatures you have checked.';

const keyShape = z
  .object({
    origin: z.string().describe('the name of the key, and the first line of every checkpoint'),
    verifierKey: z.string().describe('as tools for C2SP signed notes take it'),
    pem: z.string(),
    jwk: z.object({ kty: z.string(), crv: z.string(), x: z.string() }),
  })
  .describe('The key that checkpoints are signed with: Ed25519');
