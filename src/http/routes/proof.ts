import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { verifierKeyText } from '../../proof/checkpoint.ts';
import { toBase64 } from '../../proof/merkle-tree.ts';
import { etagOf, sendTagged } from '../answers.ts';
import type { ServerContext } from '../context.ts';
import {
  conditionalHeaders,
  type DescribedProblem,
  headersOf,
  notModified,
  problemAnswers,
  queryProblems,
  storeProblems,
} from '../described-answers.ts';
import { HttpProblem, problemIn, type RequestProblem } from '../problems.ts';
import { type Query, readParameters, refuse } from '../query.ts';
import { jsonType } from '../ready-answers.ts';

/** The addresses under /api/audit that prove what the ledger holds: checkpoint, inclusion, consistency, key, verifier. */
export function proofRoutes(
  app: FastifyInstance,
  { ledger, identity, proof, verifier = null, witnesses = null }: ServerContext,
): void {
  // Builds before it compares ETags: what cannot be signed or shown must not be "not modified" either.
  const add = <Sizes extends z.ZodObject>(route: ProofRoute<Sizes>): void => {
    const {
      url,
      operationId,
      summary,
      querystring,
      limits,
      isConstant,
      answer,
      type = jsonType,
      problems = [],
      build,
    } = route;
    const response = {
      200: { ...answer, headers: headersOf('etag', 'cache-control') },
      304: notModified,
      ...problemAnswers(...queryProblems, 'unknown-position', ...storeProblems, ...problems),
    };
    const headers = z.object(conditionalHeaders);
    const schema = { operationId, summary, tags: ['proof'], querystring, headers, response };
    app.get(url, { schema }, async (request, reply) => {
      const head = isConstant === true ? 0 : (await ledger.views.head()).position;
      const sizes = readSizes(querystring, request.query as Query, head, limits);
      const { etag, text } = await build(sizes, head);
      return sendTagged(request, reply, etag, type, Buffer.from(text));
    });
  };

  add({
    url: '/api/audit/checkpoint',
    operationId: 'getCheckpoint',
    summary: 'The signed head of the ledger',
    querystring: noParameters,
    answer: signedNote,
    type: 'text/plain; charset=utf-8',
    build: async (_, head) => {
      const text = await proof.checkpoint(head);
      return { etag: etagOf(text), text };
    },
  });
  add({
    url: '/api/audit/witnessed',
    operationId: 'getWitnessedCheckpoint',
    summary: 'The last checkpoint that witnesses cosigned',
    querystring: noParameters,
    isConstant: true,
    answer: cosignedNote,
    type: 'text/plain; charset=utf-8',
    problems: ['unknown-address'],
    build: async () => {
      const text = (await witnesses?.checkpoint()) ?? null;
      if (text !== null) return { etag: etagOf(text), text };
      const why = witnesses === null ? 'the operator has named no witnesses' : 'no witness has cosigned one yet';
      throw new HttpProblem('unknown-address', `there is no cosigned checkpoint: ${why}`);
    },
  });
  add({
    url: '/api/audit/proofs/inclusion',
    operationId: 'getInclusionProof',
    summary: 'That an event is in the ledger',
    querystring: inclusionQuery,
    limits: { smaller: 'position', larger: 'size' },
    answer: asJson(inclusionShape),
    build: async ({ position, size: asked }, head) => {
      const size = asked ?? head;
      const { leaf, leafHash, proof: hashes } = await proof.inclusion(position, size);
      const tree = { position, size, leafIndex: position - 1, leaf, leafHash: toBase64(leafHash) };
      const rootHash = toBase64(proof.rootAt(size));
      const answer = { ...tree, rootHash, proof: hashes.map(toBase64), verify: howToVerifyInclusion };
      return { etag: etagOf(identity.id, 'inclusion', position, size), text: JSON.stringify(answer) };
    },
  });
  add({
    url: '/api/audit/proofs/consistency',
    operationId: 'getConsistencyProof',
    summary: 'That the ledger only grew',
    querystring: consistencyQuery,
    limits: { smaller: 'from', larger: 'to' },
    answer: asJson(consistencyShape),
    build: async ({ from, to: asked }, head) => {
      const to = asked ?? head;
      const hashes = await proof.consistency(from, to);
      const [fromRootHash, toRootHash] = [from, to].map((size) => toBase64(proof.rootAt(size)));
      const roots = { from, fromRootHash, to, toRootHash };
      const answer = { ...roots, proof: hashes.map(toBase64), verify: howToVerifyConsistency };
      return { etag: etagOf(identity.id, 'consistency', from, to), text: JSON.stringify(answer) };
    },
  });
  add({
    url: '/api/audit/public-key',
    operationId: 'getPublicKey',
    summary: 'The key that checkpoints are signed with',
    querystring: noParameters,
    isConstant: true,
    answer: asJson(keyShape),
    build: async () => {
      const { name: origin, publicKey } = proof.key;
      const pem = publicKey.export({ format: 'pem', type: 'spki' });
      const jwk = publicKey.export({ format: 'jwk' });
      const text = JSON.stringify({ origin, verifierKey: verifierKeyText(proof.key), pem, jwk });
      return { etag: etagOf(text), text };
    },
  });
  add({
    url: '/api/audit/verifier',
    operationId: 'getVerifier',
    summary: 'A program that checks an exported file',
    querystring: noParameters,
    isConstant: true,
    answer: program,
    type: 'text/javascript; charset=utf-8',
    problems: ['unknown-address'],
    build: async () => {
      if (verifier === null)
        throw new HttpProblem('unknown-address', 'the verifier is not built: npm run build makes it');
      return { etag: etagOf(verifier), text: verifier };
    },
  });
}

type ProofRoute<Sizes extends z.ZodObject> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly querystring: Sizes;
  /** Of two parameters, the one that must not exceed the other. */
  readonly limits?: { readonly smaller: string; readonly larger: string };
  /** It depends on no event, so it needs no answer of the store. */
  readonly isConstant?: true;
  readonly answer: { readonly description: string; readonly content: Readonly<Record<string, { schema: z.ZodType }>> };
  readonly type?: string;
  readonly problems?: readonly DescribedProblem[];
  readonly build: (sizes: z.infer<Sizes>, head: number) => Promise<{ readonly etag: string; readonly text: string }>;
};

function asJson(schema: z.ZodType): ProofRoute<z.ZodObject>['answer'] {
  return { description: schema.description ?? '', content: { 'application/json': { schema } } };
}

// Throws a problem with everything wrong: unknown parameters, invalid numbers, one above the other, one above the head.
function readSizes<Sizes extends z.ZodObject>(
  shape: Sizes,
  query: Query,
  head: number,
  limits: ProofRoute<Sizes>['limits'],
): z.infer<Sizes> {
  const { values, unknown, invalid } = readParameters(shape, query);
  const sizes = values as Readonly<Record<string, number | undefined>>;
  const beyond = Object.entries(sizes).flatMap(([name, size = 0]): RequestProblem[] =>
    size <= head
      ? []
      : [problemIn('query', name, `${name}=${size} is beyond the end of the ledger, which has ${head} events`)],
  );
  const { smaller = '', larger = '' } = limits ?? {};
  const [low = 0, high = Number.POSITIVE_INFINITY] = [sizes[smaller], sizes[larger]];
  const crossed = low > high ? [problemIn('query', smaller, `${smaller}=${low} is above ${larger}=${high}`)] : [];
  refuse(['unknown-parameter', unknown], ['invalid-parameter', [...invalid, ...crossed]], ['unknown-position', beyond]);
  return values;
}

const noParameters = z.strictObject({});

const signedNote = {
  description: 'The size and the root of the tree of all events, signed: a C2SP tlog-checkpoint',
  content: { 'text/plain': { schema: z.string() } },
};

const cosignedNote = {
  description: 'A tlog-checkpoint, signed by this ledger, with cosignatures of witnesses (C2SP tlog-cosignature)',
  content: { 'text/plain': { schema: z.string() } },
};

const program = {
  description: 'One file without packages, for Node 18 and later: node verify.mjs <exported file>',
  content: { 'text/javascript': { schema: z.string() } },
};

const inclusionQuery = z.strictObject({
  position: wholeNumber('position', 'the position of the event'),
  size: wholeNumber('size', 'the number of events in the tree, as in a checkpoint (default: all)').optional(),
});

function wholeNumber(name: string, description: string) {
  return z
    .string(`${name} is missing: a whole number from 1`)
    .regex(/^[1-9]\d{0,14}$/, `${name} is a whole number from 1`)
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, description });
}

const hash = z.string().describe('SHA-256, in base64');

const proofMembers = {
  proof: z.array(hash).describe('the proof: hashes in the order of RFC 9162'),
  verify: z.string().describe('what to do with it'),
};

const inclusionShape = z
  .object({
    position: z.int(),
    size: z.int(),
    leafIndex: z.int().describe('position - 1'),
    leaf: z.string().describe('the event as canonical JSON (RFC 8785)'),
    leafHash: hash,
    rootHash: hash,
    ...proofMembers,
  })
  .describe('That an event is in the ledger (RFC 9162, 2.1.3)');

const howToVerifyInclusion =
  'leafHash is SHA-256 of 0x00 and leaf. Fold it with proof (RFC 9162, 2.1.3.2, with leafIndex and size): it must come ' +
  'to the root of a checkpoint of this size whose signature you have checked.';

const consistencyQuery = z.strictObject({
  from: wholeNumber('from', 'the number of events in the earlier tree, as in a checkpoint'),
  to: wholeNumber('to', 'the number of events in the later tree, as in a checkpoint (default: all)').optional(),
});

const consistencyShape = z
  .object({ from: z.int(), fromRootHash: hash, to: z.int(), toRootHash: hash, ...proofMembers })
  .describe('That the ledger only grew (RFC 9162, 2.1.4)');

const howToVerifyConsistency =
  'Fold proof (RFC 9162, 2.1.4.2, with from and to): it must come to the roots of both checkpoints, the earlier one, ' +
  'which you kept, and the later one, whose signatures you have checked.';

const keyShape = z
  .object({
    origin: z.string().describe('the name of the key, and the first line of every checkpoint'),
    verifierKey: z.string().describe('in the form that tools for C2SP signed notes take'),
    pem: z.string(),
    jwk: z.object({ kty: z.string(), crv: z.string(), x: z.string() }),
  })
  .describe('The key that checkpoints are signed with: Ed25519');
