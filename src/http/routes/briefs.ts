import * as z from 'zod';
import { briefMd } from '../../exports/brief.ts';
import { type BriefAnswer, briefAnswer, briefAnswerShape, defaultSince, eveOf } from '../../projections/brief.ts';
import { instantAt, type ResolvedCut } from '../../projections/live/clocks.ts';
import type { AddAnswer } from '../answers.ts';
import { type Context, partnershipAt } from '../context.ts';
import { HttpProblem, problemIn } from '../problems.ts';
import { queryOf, readRequest } from '../query.ts';
import { partnershipParams } from './partnerships.ts';

/** GET /api/partnerships/{id}/brief: what a manager asks, in one answer. */
export function briefRoute(add: AddAnswer, context: Context): void {
  const querystring = queryOf(undefined, false).extend({ since: sinceParameter });
  const route = {
    url: '/api/partnerships/:id/brief',
    operationId: 'getBrief',
    summary: 'A briefing: what is due, silent and ahead, what changed since a day, what is contested',
    params: partnershipParams,
    answer: briefAnswerShape,
    exports: [briefMd],
  };
  add(route, querystring, async (raw) => {
    const { cut, citation } = await readRequest(context, querystring, {}, raw);
    const { since, ...prepared } = await briefAt(context, raw.params.id, cut, raw.query['since']);
    return {
      ...prepared,
      request: [since, cut.occurredAsOf, cut.reportedAsOf, cut.timing],
      citation: (answer) => `${citation(answer.cut)}&since=${since}`,
    };
  });
}

/** The parameter of a briefing beside the clocks. */
const sinceParameter = z
  .string()
  .optional()
  .describe('a year, a month or a day, from its beginning on: what changed since (default: 90 days before the day)');

/** A briefing through a cut, not yet built. Throws invalid-parameter for a day that cannot be read or comes later. */
export async function briefAt(
  context: Context,
  id: string,
  cut: ResolvedCut,
  text: unknown,
): Promise<{ readonly since: string; readonly dependsOn: unknown; readonly build: () => BriefAnswer }> {
  const since = readSince(text, cut);
  const eve = eveOf(since);
  const known = cut.reportedAsOf !== null && cut.reportedAsOf < eve ? cut.reportedAsOf : eve;
  const question = await partnershipAt(context, id, cut);
  const before = await partnershipAt(context, id, { ...cut, occurredAsOf: eve, reportedAsOf: known });
  return {
    since,
    dependsOn: [question.view.dependsOn, before.view.dependsOn],
    build: () => briefAnswer(question, before, since),
  };
}

function readSince(text: unknown, { occurredAsOf }: ResolvedCut): string {
  if (text === undefined || text === null) return defaultSince(occurredAsOf);
  const refuse = (message: string): never => {
    throw new HttpProblem('invalid-parameter', message, { errors: [problemIn('query', 'since', message)] });
  };
  if (typeof text !== 'string') return refuse('since is given more than once');
  const read = instantAt(text, 'begins');
  if (typeof read !== 'string') return refuse(`since: ${read.message}`);
  const day = read.slice(0, 10);
  return day > occurredAsOf ? refuse(`since (${day}) comes after the day of the briefing (${occurredAsOf})`) : day;
}
