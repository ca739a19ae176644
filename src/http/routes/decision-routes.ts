import type { FastifyInstance } from 'fastify';
import type { Seen } from '../../decisions/staleness.ts';
import type { Context } from '../app-parts.ts';
import { addDecisions } from '../decisions/add-decisions.ts';
import {
  articleRetractionBody,
  correctionBody,
  mergeBody,
  resolutionBody,
  retractionBody,
} from '../decisions/decision-bodies.ts';
import { articleNamed, checkPartnership } from '../lookups.ts';
import { articleParams } from './article-routes.ts';
import { partnershipParams } from './partnership-routes.ts';

function seenFact(id: string, version: number, from: Seen['from'] = 'if-match'): Seen {
  return {
    what: 'fact',
    id,
    version,
    from,
  };
}

/** Decisions of stewards: corrections, resolutions, retractions, merges, and retractions of articles. */
export function decisionRoutes(app: FastifyInstance, context: Context): void {
  const onPartnership = {
    params: partnershipParams,
    partnership: (id: string) => {
      checkPartnership(context, id);
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
      partnership: (id) => articleNamed(context, id).partnership,
      ask: ({ id, body: { revision = null, reason }, version, decided }) => ({
        command: { type: 'RetractArticle', article: id, revision, reason, ...decided },
        seen: [{ what: 'article', id, version, from: 'if-match' }],
      }),
    });
  });
}
