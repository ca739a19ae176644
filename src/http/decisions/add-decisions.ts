import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type Request, recordDecision } from '../../decisions/record-decision.ts';
import { rulesAround } from '../../projections/rules-around.ts';
import { factLink } from '../../projections/timeline.ts';
import type { Context } from '../app-parts.ts';
import { actorOf, requireToken } from '../plugins/require-token.ts';
import { HttpProblem, problemWith } from '../problem.ts';
import { problemAnswers } from '../problem-schemas.ts';
import { readParameters } from '../query/read-parameters.ts';
import { type DecisionAnswer, decisionAnswer, decisionAnswerShape } from './decision-answer.ts';
import { decisionHeadersShape, readDecisionHeaders } from './decision-headers.ts';
import { refusalOf, staleProblem } from './decision-problem.ts';
import { readDecisionBody, readDecisionJson } from './read-decision-body.ts';

/** What a steward asks for, once his request is read. */
export type Asked<Body> = {
  /** The id in the address. */
  readonly id: string;
  readonly body: Body;
  /** The version that he saw. */
  readonly version: number;
  readonly decided: { readonly actor: string; readonly key: string; readonly request: string };
};

/** An address for decisions: what it takes, and the command that it stands for. */
export type DecisionRoute<Params extends z.ZodObject, Body extends z.ZodObject> = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: Params;
  readonly body: Body;
  /** The partnership that an id in the address stands for. Throws the problem that it is unknown. */
  readonly partnership: (id: string) => string;
  readonly ask: (asked: Asked<z.infer<Body>>) => Pick<Request, 'command' | 'seen'>;
};

type AddDecision = <Params extends z.ZodObject, Body extends z.ZodObject>(route: DecisionRoute<Params, Body>) => void;

// A decision may name every report of a fact.
const bodyLimit = 1024 * 1024;

const description =
  'Recorded once by its Idempotency-Key, however often it is sent. If-Match names the version of the fact or article ' +
  'that was seen: on what has been touched since, nothing is decided. Nothing is overwritten: earlier cuts stay as they are.';

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

function locationOf(partnership: string, { fact, article = '' }: DecisionAnswer): string {
  return fact === undefined ? `/api/articles/${encodeURIComponent(article)}` : factLink(partnership, fact);
}

async function decide(
  context: Context,
  partnership: string,
  asked: Pick<Request, 'command' | 'seen'>,
): Promise<readonly [201 | 200, DecisionAnswer]> {
  const { views, recorder } = context.ledger;
  const rules = async () => await rulesAround(views, partnership, (await views.head()).position);
  const decided = await recordDecision({ partnership, ...asked }, { ...recorder, rules });
  if (decided.outcome === 'refused') throw refusalOf(decided.rejection, asked.command);
  if (decided.outcome === 'stale') throw staleProblem(decided.stale);
  return [decided.outcome === 'recorded' ? 201 : 200, await decisionAnswer(context, partnership, decided.event)];
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
