import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import {
  articleRetraction,
  correction,
  type DecisionForm,
  merge,
  resolution,
  retraction,
  separation,
} from '../../domain/decisions/decision-forms.ts';
import type { Rejection } from '../../domain/decisions/rejection.ts';
import type { StewardCommand } from '../../domain/decisions/steward.ts';
import { effectsShape, typeOf } from '../../projections/effects.ts';
import { changeShape, contestShape } from '../../projections/live/ingest-result.ts';
import { closingTypeShape, flagShape } from '../../projections/shapes.ts';
import { factLink } from '../../projections/timeline.ts';
import {
  onEachPartnership,
  type RecordedDecision,
  type RehearsedDecision,
  recordDecision,
  rehearseDecision,
  type Seen,
  type Stale,
} from '../../recording/record-decision.ts';
import { findArticle, findPartnership, type ServerContext } from '../context.ts';
import { decisionHeadersShape, readDecisionBody, readDecisionHeaders, readDecisionJson } from '../decision-requests.ts';
import { unknownIn } from '../described-answers.ts';
import type { ProblemName } from '../problem-types.ts';
import { HttpProblem, problemIn } from '../problems.ts';
import { bodyOf, dryRunParameter, type WriteRoute, writeRoutes } from '../writes.ts';
import { articleParams } from './articles.ts';
import { partnershipParams } from './partnerships.ts';

/** Decisions of stewards: corrections, resolutions, retractions, merges and their undoing, and retractions of articles. */
export function decisionRoutes(app: FastifyInstance, context: ServerContext): void {
  const onFact = {
    params: partnershipParams,
    findPartnerships: (id: string) => {
      findPartnership(context, id);
      return [id];
    },
    seen: ({ fact }: { readonly fact: string }, version: number) => [seenFact(fact, version)],
  };

  writeRoutes(
    app,
    ['application/json'],
    [
      decisionRoute(context, {
        ...onFact,
        url: '/api/partnerships/:id/corrections',
        operationId: 'correctFact',
        summary: 'Correct what reports say of a field of a fact',
        ...correction,
      }),
      decisionRoute(context, {
        ...onFact,
        url: '/api/partnerships/:id/resolutions',
        operationId: 'resolveContest',
        summary: 'Settle a contest on a field of a fact',
        ...resolution,
      }),
      decisionRoute(context, {
        ...onFact,
        url: '/api/partnerships/:id/retractions',
        operationId: 'retractFact',
        summary: 'Retract reports of a fact',
        ...retraction,
      }),
      decisionRoute(context, {
        ...onFact,
        url: '/api/partnerships/:id/merges',
        operationId: 'mergeFacts',
        summary: 'Merge a fact into another',
        ...merge,
        seen: ({ fact, from, fromVersion }, version) => [
          seenFact(fact, version),
          ...(fromVersion === undefined ? [] : [seenFact(from, fromVersion, 'fromVersion')]),
        ],
      }),
      decisionRoute(context, {
        ...onFact,
        url: '/api/partnerships/:id/separations',
        operationId: 'undoMerge',
        summary: 'Undo a merge of facts',
        ...separation,
      }),
      decisionRoute(context, {
        url: '/api/articles/:id/retraction',
        operationId: 'retractArticle',
        summary: 'Retract an article up to a revision',
        params: articleParams,
        ...articleRetraction,
        findPartnerships: (id) => findArticle(context, id).partnerships,
        seen: (_, version, id) => [{ what: 'article', id, version, from: 'if-match' }],
      }),
    ],
  );
}

function seenFact(id: string, version: number, from: Seen['from'] = 'if-match'): Seen {
  return { what: 'fact', id, version, from };
}

/** An address for decisions, and the command that it stands for. `id` is from the address. */
type DecisionRoute<Body extends z.ZodObject> = DecisionForm<Body> & {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  /** The partnerships that an id stands for, several only of an article. Throws the problem that it is unknown. */
  readonly findPartnerships: (id: string) => readonly string[];
  /** What the steward saw; `version` is that of If-Match. */
  readonly seen: (body: z.infer<Body>, version: number, id: string) => readonly Seen[];
};

// Reads headers, then body; then records the decision.
function decisionRoute<Body extends z.ZodObject>({ ledger }: ServerContext, route: DecisionRoute<Body>): WriteRoute {
  const { url, operationId, summary, params, body: shape } = route;
  return {
    url,
    role: 'steward',
    schema: {
      operationId,
      summary,
      description,
      params,
      querystring: z.object({ dryRun: dryRunParameter }),
      headers: decisionHeadersShape,
      body: shape,
    },
    answer: z.union([decisionAnswerShape, rehearsedShape]),
    problems: [...decisionProblems, ...unknownIn(url)],
    unchanged: 'The same request was carried out before, or dryRun=true; nothing was appended',
    record: async (request, actor, query) => {
      const isDryRun = query['dryRun'] === 'true';
      const { version, key } = readDecisionHeaders(request.headers, isDryRun);
      const { id } = request.params as { readonly id: string };
      await ledger.views.head();
      const partnerships = route.findPartnerships(id);
      const json = readDecisionJson(bodyOf(request, 'the decision as JSON'));
      const body = readDecisionBody(shape, json);
      const command = route.toCommand(body, { actor, key, request: digestOf(operationId, id, json) }, id);
      const asked = { command, seen: route.seen(body, version, id) };
      const decideOne = isDryRun ? rehearseDecision : recordDecision;
      const recorded = await onEachPartnership<RecordedDecision | RehearsedDecision>(
        decideOne,
        partnerships,
        asked,
        ledger,
      );
      if (recorded.outcome === 'refused') throw refusalOf(recorded.rejection, command);
      if (recorded.outcome === 'stale') throw staleProblem(recorded.stale);
      if (recorded.outcome === 'rehearsed') return { status: 200, location: null, answer: rehearsed(recorded) };
      const answer = decisionAnswer(recorded);
      const { fact, article = '' } = answer;
      return {
        status: recorded.outcome === 'recorded' ? 201 : 200,
        location: fact === undefined ? `/api/articles/${encodeURIComponent(article)}` : factLink(id, fact),
        answer,
      };
    },
  };
}

const decisionProblems = [
  'invalid-header',
  'idempotency-key-missing',
  'idempotency-key-taken',
  'version-missing',
  'version-stale',
  'invalid-decision',
  'decision-refused',
  'rule-broken',
  'unknown-fact',
] as const;

const description =
  'Recorded once per Idempotency-Key, however often it is sent. If-Match names the version of the fact or article that ' +
  'was seen; the decision is refused if anything has touched it since. Nothing is overwritten: earlier cuts stay as they are.';

// The operation is the kind of decision; the id may be that of an article.
function digestOf(operationId: string, id: string, body: unknown): string {
  return createHash('sha256')
    .update(canonicalize([operationId, id, body]) ?? '')
    .digest('hex');
}

function refusalOf({ rule, message, flags, at = [], suggestion }: Rejection, { type }: StewardCommand): HttpProblem {
  if (flags.length > 0) {
    const errors = [problemIn('body', `/${decisiveMembers[type]}`, message)];
    return new HttpProblem('rule-broken', message, { rule, flags: [...flags], errors });
  }
  if (rule === 'key-taken') {
    const errors = [problemIn('header', 'Idempotency-Key', message)];
    return new HttpProblem('idempotency-key-taken', message, { rule, errors });
  }
  const errors = at.map((member, i) => problemIn('body', `/${member}`, message, i === 0 ? suggestion : undefined));
  return new HttpProblem(problemsByRule[rule] ?? 'invalid-decision', message, { rule, errors });
}

// The member of the body that would break a business rule.
const decisiveMembers: Readonly<Record<StewardCommand['type'], string>> = {
  CorrectFact: 'value',
  ResolveContest: 'value',
  RetractFact: 'fact',
  MergeFacts: 'from',
  UndoMerge: 'from',
  RetractArticle: 'revision',
};

const problemsByRule: Readonly<Record<string, ProblemName>> = {
  'unknown-fact': 'unknown-fact',
  'nothing-counts': 'decision-refused',
  'no-change': 'decision-refused',
  'not-contested': 'decision-refused',
  'already-retracted': 'decision-refused',
  'fact-merged': 'decision-refused',
  'not-merged': 'decision-refused',
};

function staleProblem({ seen, version, since }: Stale): HttpProblem {
  const name = seen.what === 'fact' ? seen.id : `article ${seen.id}`;
  const events = since.map((event) => `${typeOf(event)} by ${event.recordedBy} at ${event.position}`).join(', ');
  const reason = events === '' ? `it never was at version ${seen.version}` : `since version ${seen.version}: ${events}`;
  const message = `${name} is at version ${version}; ${reason}. Read it again and decide anew`;
  const errors = [
    seen.from === 'if-match' ? problemIn('header', 'If-Match', message) : problemIn('body', '/fromVersion', message),
  ];
  return new HttpProblem('version-stale', message, {
    version,
    since: since.map((event) => ({
      position: event.position,
      type: typeOf(event),
      recordedAt: event.recordedAt,
      recordedBy: event.recordedBy,
    })),
    errors,
  });
}

type Recorded = Extract<RecordedDecision, { event: unknown }>;

function decisionAnswer({ event, result: { effects, flags } }: Recorded): z.infer<typeof decisionAnswerShape> {
  const { id, position, recordedAt, recordedBy } = event;
  return {
    decision: id,
    type: typeOf(event),
    ...judgedBy(event),
    position,
    recordedAt,
    recordedBy,
    effects,
    flags: [...flags],
    version: position,
  };
}

function judgedBy(event: Recorded['event']) {
  return event.kind === 'decision'
    ? { fact: event.decision.fact }
    : { article: event.retracted.article, revision: event.retracted.revision };
}

const judgedShape = {
  fact: z.string().optional(),
  article: z.string().optional(),
  revision: z.int().optional().describe('of an article: the last one that no longer counts'),
};

const resultShape = {
  effects: effectsShape.describe('the facts by what the decision did to them'),
  flags: z.array(flagShape.extend({ fact: z.string() })).describe('business rules that these and other facts break'),
};

const decisionAnswerShape = z
  .object({
    decision: z.string().describe('id of the event: UUIDv5 of stream, actor and key'),
    type: closingTypeShape,
    ...judgedShape,
    position: z.int(),
    recordedAt: z.string(),
    recordedBy: z.string().describe('the name that the token belongs to'),
    ...resultShape,
    version: z.int().describe('of the fact or article from now on'),
  })
  .describe('What became of a decision');

function rehearsed({ event, result, changes }: Rehearsed): z.infer<typeof rehearsedShape> {
  const { effects, flags, contests } = result;
  return {
    dryRun: true,
    type: typeOf(event),
    ...judgedBy(event),
    effects,
    flags: [...flags],
    warnings: [],
    contests: [...contests],
    changes: [...changes],
  };
}

type Rehearsed = Extract<RehearsedDecision, { outcome: 'rehearsed' }>;

const rehearsedShape = z
  .object({
    dryRun: z.literal(true),
    type: closingTypeShape,
    ...judgedShape,
    ...resultShape,
    warnings: z.array(z.never()).describe('none: a decision is recorded or refused'),
    contests: z.array(contestShape).describe('what reports would still disagree on, of the facts that it touches'),
    changes: z.array(changeShape).describe('the facts that would look otherwise'),
  })
  .describe('What would come of a decision; nothing was recorded');
