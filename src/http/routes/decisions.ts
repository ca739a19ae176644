import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Rejection } from '../../domain/decisions/rejection.ts';
import type { StewardCommand } from '../../domain/decisions/steward.ts';
import type { DecisionEvent, RetractionEvent } from '../../domain/vocabulary/events.ts';
import { effectsShape } from '../../projections/articles.ts';
import { typeOf } from '../../projections/effects.ts';
import { flagShape } from '../../projections/shapes.ts';
import { factLink } from '../../projections/timeline.ts';
import {
  type DecisionRequest,
  type RecordedDecision,
  recordDecision,
  type Seen,
  type Stale,
} from '../../recording/record-decision.ts';
import { type Context, findArticle, findPartnership } from '../context.ts';
import {
  articleRetractionBody,
  correctionBody,
  decisionHeadersShape,
  mergeBody,
  readDecisionBody,
  readDecisionHeaders,
  readDecisionJson,
  resolutionBody,
  retractionBody,
} from '../decision-requests.ts';
import type { ProblemName } from '../problem-types.ts';
import { HttpProblem, type Mistake, mistake, problemAnswers, problemWith } from '../problems.ts';
import { readParameters } from '../query.ts';
import { actorOf, requireToken } from '../tokens.ts';
import { articleParams } from './articles.ts';
import { partnershipParams } from './partnerships.ts';

/** Decisions of stewards: corrections, resolutions, retractions, merges, and retractions of articles. */
export function decisionRoutes(app: FastifyInstance, context: Context): void {
  const onPartnership = {
    params: partnershipParams,
    partnership: (id: string) => {
      findPartnership(context, id);
      return id;
    },
  };

  addDecisions(app, context, (add) => {
    add({
      ...onPartnership,
      url: '/api/partnerships/:id/corrections',
      operationId: 'correctFact',
      summary: 'Correct what reports say of a field of a fact',
      body: correctionBody,
      ask: ({ body: { reports = [], reference = null, ...body }, version, decided }) => ({
        command: { type: 'CorrectFact', ...body, reports, reference, ...decided },
        seen: [seenFact(body.fact, version)],
      }),
    });
    add({
      ...onPartnership,
      url: '/api/partnerships/:id/resolutions',
      operationId: 'resolveContest',
      summary: 'Settle a contest on a field of a fact',
      body: resolutionBody,
      ask: ({ body: { reports = [], reference = null, ...body }, version, decided }) => ({
        command: { type: 'ResolveContest', ...body, reports, reference, ...decided },
        seen: [seenFact(body.fact, version)],
      }),
    });
    add({
      ...onPartnership,
      url: '/api/partnerships/:id/retractions',
      operationId: 'retractFact',
      summary: 'Retract reports of a fact',
      body: retractionBody,
      ask: ({ body: { reports = [], ...body }, version, decided }) => ({
        command: { type: 'RetractFact', ...body, reports, ...decided },
        seen: [seenFact(body.fact, version)],
      }),
    });
    add({
      ...onPartnership,
      url: '/api/partnerships/:id/merges',
      operationId: 'mergeFacts',
      summary: 'Merge a fact into another',
      body: mergeBody,
      ask: ({ body: { fromVersion, ...body }, version, decided }) => ({
        command: { type: 'MergeFacts', ...body, ...decided },
        seen: [
          seenFact(body.fact, version),
          ...(fromVersion === undefined ? [] : [seenFact(body.from, fromVersion, 'fromVersion')]),
        ],
      }),
    });
    add({
      url: '/api/articles/:id/retraction',
      operationId: 'retractArticle',
      summary: 'Retract an article up to a revision',
      params: articleParams,
      body: articleRetractionBody,
      partnership: (id) => findArticle(context, id).partnership,
      ask: ({ id, body: { revision = null, reason }, version, decided }) => ({
        command: { type: 'RetractArticle', article: id, revision, reason, ...decided },
        seen: [{ what: 'article', id, version, from: 'if-match' }],
      }),
    });
  });
}

/** Adds addresses for decisions to an app: token, headers and body are read here, in this order. */
export function addDecisions(app: FastifyInstance, context: Context, routes: (add: AddDecision) => void): void {
  const handle =
    <Params extends z.ZodObject, Body extends z.ZodObject>(route: DecisionRoute<Params, Body>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { unknown } = readParameters(z.object({}), request.query as Record<string, unknown>);
      if (unknown.length > 0) throw problemWith('unknown-parameter', unknown);
      const { version, key } = readDecisionHeaders(request.headers);
      const { id } = request.params as { readonly id: string };
      await context.ledger.views.head();
      const partnership = route.partnership(id);
      const sent = bodyOf(request);
      const body = readDecisionBody(route.body, sent);
      const decided = { actor: actorOf(request), key, request: digestOf(route.operationId, id, sent) };
      const [status, answer] = await decide(context, partnership, route.ask({ id, body, version, decided }));
      decisionAnswerShape.parse(answer);
      return reply
        .code(status)
        .headers({ location: locationOf(partnership, answer), 'cache-control': 'no-store' })
        .type('application/json; charset=utf-8')
        .send(Buffer.from(JSON.stringify(answer)));
    };

  app.register(async (writing) => {
    writing.removeAllContentTypeParsers();
    const consumes = ['application/json'];
    writing.addContentTypeParser(consumes, { parseAs: 'string', bodyLimit }, (_request, body, done) =>
      done(null, body),
    );
    routes((route) => {
      const { url, operationId, summary, params, body } = route;
      const schema = {
        operationId,
        summary,
        description,
        tags: ['write'],
        security: [{ writeToken: [] }],
        consumes,
        params,
        headers: decisionHeadersShape,
        body,
        response: {
          200: decisionAnswerShape.describe('The same request was carried out before; nothing was appended'),
          201: decisionAnswerShape.describe('It was recorded'),
          ...problemAnswers('4xx', '5xx'),
        },
      };
      writing.post(url, { schema, onRequest: requireToken(context) }, handle(route));
    });
  });
}

type AddDecision = <Params extends z.ZodObject, Body extends z.ZodObject>(route: DecisionRoute<Params, Body>) => void;

/** An address for decisions: what it takes, and the command that it stands for. */
export type DecisionRoute<Params extends z.ZodObject, Body extends z.ZodObject> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly body: Body;
  /** The partnership that an id in the address stands for. Throws the problem that it is unknown. */
  readonly partnership: (id: string) => string;
  readonly ask: (asked: Asked<z.infer<Body>>) => Pick<DecisionRequest, 'command' | 'seen'>;
};

/** What a steward asks for, once his request is read. */
export type Asked<Body> = {
  /** The id in the address. */
  readonly id: string;
  readonly body: Body;
  /** The version that he saw. */
  readonly version: number;
  readonly decided: { readonly actor: string; readonly key: string; readonly request: string };
};

function bodyOf({ body }: FastifyRequest): unknown {
  if (typeof body === 'string' && body.trim() !== '') return readDecisionJson(body);
  throw new HttpProblem('malformed-body', 'the request has no body: send the decision as JSON');
}

// The address tells what kind of decision it is, and on which article.
function digestOf(operationId: string, id: string, body: unknown): string {
  return createHash('sha256')
    .update(canonicalize([operationId, id, body]) ?? '')
    .digest('hex');
}

async function decide(
  { ledger }: Context,
  partnership: string,
  asked: Pick<DecisionRequest, 'command' | 'seen'>,
): Promise<readonly [201 | 200, DecisionAnswer]> {
  const decided = await recordDecision({ partnership, ...asked }, ledger);
  if (decided.outcome === 'refused') throw refusalOf(decided.rejection, asked.command);
  if (decided.outcome === 'stale') throw staleProblem(decided.stale);
  return [decided.outcome === 'recorded' ? 201 : 200, decisionAnswer(decided)];
}

export type DecisionAnswer = z.infer<typeof decisionAnswerShape>;

/** What became of a decision; the same request again is answered with the same. */
export const decisionAnswerShape = z
  .object({
    decision: z.string().describe('id of the event: UUIDv5 of stream, actor and key'),
    type: z.string(),
    fact: z.string().optional(),
    article: z.string().optional(),
    revision: z.int().optional().describe('of an article: the last one that no longer counts'),
    position: z.int(),
    recordedAt: z.string(),
    recordedBy: z.string().describe('the name that the token belongs to'),
    effects: effectsShape.describe('the facts by what the decision did to them'),
    flags: z.array(flagShape.extend({ fact: z.string() })).describe('business rules that these facts break'),
    version: z.int().describe('of the fact or article from here on'),
  })
  .describe('What became of a decision');

/** The problem that a decision is refused, with the rule that refuses it and the members of the body that are wrong. */
export function refusalOf(
  { rule, message, flags, at = [], suggestion }: Rejection,
  { type }: StewardCommand,
): HttpProblem {
  if (flags.length > 0) {
    const errors = [mistake('body', `/${decisive[type]}`, message)];
    return new HttpProblem('rule-broken', message, { rule, flags: [...flags], errors });
  }
  if (rule === 'key-taken') {
    return new HttpProblem('idempotency-key-taken', message, {
      rule,
      errors: [mistake('header', 'Idempotency-Key', message)],
    });
  }
  const errors = at.map(
    (member, i): Mistake => mistake('body', `/${member}`, message, i === 0 ? suggestion : undefined),
  );
  return new HttpProblem(problems[rule] ?? 'invalid-decision', message, { rule, errors });
}

// Which member of the body would make a business rule be broken.
const decisive: Readonly<Record<StewardCommand['type'], string>> = {
  CorrectFact: 'value',
  ResolveContest: 'value',
  RetractFact: 'fact',
  MergeFacts: 'from',
  RetractArticle: 'revision',
};

const problems: Readonly<Record<string, ProblemName>> = {
  'unknown-fact': 'unknown-fact',
  'key-taken': 'idempotency-key-taken',
  'nothing-counts': 'decision-refused',
  'no-change': 'decision-refused',
  'not-contested': 'decision-refused',
  'already-retracted': 'decision-refused',
  'fact-merged': 'decision-refused',
};

/** The problem that what was seen is no longer so, with what has touched it since. */
export function staleProblem({ seen, version, since }: Stale): HttpProblem {
  const name = seen.what === 'fact' ? seen.id : `article ${seen.id}`;
  const told = since.map((event) => `${typeOf(event)} by ${event.recordedBy} at ${event.position}`).join(', ');
  const what = told === '' ? `${seen.version} is no version that it had` : `since ${seen.version} came ${told}`;
  const message = `${name} is at version ${version}: ${what}. Look again, and decide anew`;
  const [where, path] =
    seen.from === 'if-match' ? (['header', 'If-Match'] as const) : (['body', '/fromVersion'] as const);
  return new HttpProblem('version-stale', message, {
    version,
    since: since.map((event) => ({
      position: event.position,
      type: typeOf(event),
      recordedAt: event.recordedAt,
      recordedBy: event.recordedBy,
    })),
    errors: [mistake(where, path, message)],
  });
}

function decisionAnswer({ event, result: { effects, flags } }: Recorded): DecisionAnswer {
  const { id, position, recordedAt, recordedBy } = event;
  return {
    decision: id,
    type: typeOf(event),
    ...subjectOf(event),
    position,
    recordedAt,
    recordedBy,
    effects,
    flags: [...flags],
    version: position,
  };
}

type Recorded = Extract<RecordedDecision, { event: unknown }>;

function subjectOf(event: DecisionEvent | RetractionEvent): Pick<DecisionAnswer, 'fact' | 'article' | 'revision'> {
  if (event.kind === 'decision') return { fact: event.decision.fact };
  const { article, revision } = event.retracted;
  return { article, revision };
}

function locationOf(partnership: string, { fact, article = '' }: DecisionAnswer): string {
  return fact === undefined ? `/api/articles/${encodeURIComponent(article)}` : factLink(partnership, fact);
}

// A decision may name every report of a fact.
const bodyLimit = 1024 * 1024;

const description =
  'Recorded once by its Idempotency-Key, however often it is sent. If-Match names the version of the fact or article ' +
  'that was seen: on what has been touched since, nothing is decided. Nothing is overwritten: earlier cuts stay as they are.';

function seenFact(id: string, version: number, from: Seen['from'] = 'if-match'): Seen {
  return {
    what: 'fact',
    id,
    version,
    from,
  };
}
