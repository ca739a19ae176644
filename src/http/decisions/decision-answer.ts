import * as z from 'zod';
import type { DecisionEvent, RetractionEvent } from '../../domain/ledger-event.ts';
import { partnershipStream } from '../../domain/streams.ts';
import { typeOf } from '../../projections/audit.ts';
import type { History } from '../../projections/histories.ts';
import { ingestResult } from '../../projections/ingest-result.ts';
import { relevantHistory } from '../../projections/relevant-history.ts';
import { rulesAround } from '../../projections/rules-around.ts';
import { effectsShape } from '../../projections/shapes/article.ts';
import { flagShape } from '../../projections/shapes/source.ts';
import type { Context } from '../app-parts.ts';

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
export type DecisionAnswer = z.infer<typeof decisionAnswerShape>;

// The history as it was when something was recorded, so that a later answer is the one that was given then.
function upTo(history: History, position: number): History {
  if ((history.events.at(-1)?.position ?? 0) <= position) return history;
  const events = history.events.filter((event) => event.position <= position);
  const relevant = relevantHistory();
  relevant.add(events);
  return { ...history, events, relevant };
}

function subjectOf(event: DecisionEvent | RetractionEvent): Pick<DecisionAnswer, 'fact' | 'article' | 'revision'> {
  if (event.kind === 'decision') return { fact: event.decision.fact };
  const { article, revision } = event.retracted;
  return { article, revision };
}

/** What a decision that is recorded did, by the history up to it: the same whenever it is asked. */
export async function decisionAnswer(
  { ledger: { views, histories } }: Context,
  partnership: string,
  event: DecisionEvent | RetractionEvent,
): Promise<DecisionAnswer> {
  const around = await rulesAround(views, partnership, event.position);
  const history = upTo(await histories.of(partnershipStream(partnership)), event.position);
  const { effects, flags } = ingestResult(event, history, around);
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
