import { newFlags } from '../../domain/decisions/decide.ts';
import { factState, factsAt } from '../../domain/facts/fact.ts';
import { windowsOf } from '../../domain/facts/facts-at.ts';
import { gamesCalendar } from '../../domain/facts/games-calendar.ts';
import { type FactFlag, flagsOf, type PolicyContext } from '../../domain/facts/rules.ts';
import { lastDay } from '../../domain/vocabulary/dates.ts';
import { type LedgerEvent, partnershipStream } from '../../domain/vocabulary/events.ts';
import { type EffectsShape, effectsByKind, effectsOf } from '../effects.ts';
import { type RelevantHistory, relevantHistory, upTo } from '../relevant-history.ts';
import type { Histories } from './histories.ts';
import type { LedgerViews } from './views.ts';

/**
 * What the ingest that ended at a position of a partnership's stream did. It uses only the history up to there, so it is
 * the same at any later time.
 */
export async function ingestResult(
  partnership: string,
  position: number,
  { histories, views }: LedgerSources,
): Promise<IngestResult> {
  const context = await policyContextAt(views, partnership, position);
  const loaded = await histories.refreshed(partnershipStream(partnership));
  const events = upTo(loaded.events, position);
  const relevant = events.length === loaded.events.length ? loaded.relevant : relevantHistory(events);
  return resultOf(events, relevant, context);
}

/** What the last ingest of a history did; `relevant` is the index of the history. */
export function resultOf(
  events: readonly LedgerEvent[],
  relevant: RelevantHistory,
  context: PolicyContext,
): IngestResult {
  const { correlationId } = events.at(-1) as LedgerEvent;
  const ingest = events.filter((event) => event.correlationId === correlationId);
  const effects = effectsOf(ingest, relevant).byFact;
  const related = relevant.about(relatedFacts([...effects.keys()], relevant.facts()));
  const states = factsAt(related, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
  const ofTouched = [...flagsOf(states, context)].flatMap(([fact, flags]) =>
    effects.has(fact) ? flags.map((flag) => ({ fact, ...flag })) : [],
  );
  return {
    effects: effectsByKind([...effects].map(([fact, had]) => ({ fact, effects: had }))),
    flags: [...ofTouched, ...flagsElsewhere(events, ingest, context).filter(({ fact }) => !effects.has(fact))],
  };
}

// A steward sees what their decision makes other facts look like. An article adds reports, and judges none.
function flagsElsewhere(
  events: readonly LedgerEvent[],
  ingest: readonly LedgerEvent[],
  context: PolicyContext,
): readonly FactFlag[] {
  if (ingest.some(({ kind }) => kind === 'reading')) return [];
  const before = events.slice(0, events.indexOf(ingest[0] as LedgerEvent));
  return newFlags(before, events, context);
}

/** The parts of a ledger that tell what an ingest did. */
export type LedgerSources = { readonly histories: Pick<Histories, 'refreshed'>; readonly views: LedgerViews };

/** What an ingest led to: its effects on facts, and the business rules that its reports break. */
export type IngestResult = {
  readonly effects: EffectsShape;
  readonly flags: readonly FactFlag[];
};

// A rule may tie a reported fact to the frame of the partnership, and to other facts of the same thing.
function relatedFacts(reported: readonly string[], facts: Iterable<string>): readonly string[] {
  const frame = new Set(['partnership', 'coverage']);
  const things = new Set(reported.map(thingOf));
  return [...facts].filter((fact) => frame.has(fact.split('/')[0] as string) || things.has(thingOf(fact)));
}

// What a fact is about, without its edition: `cloud-services` in `obligation/cloud-services.2018w/undertaken`.
function thingOf(fact: string): string | undefined {
  return fact.split('/')[1]?.split('.')[0];
}

/** What the business rules need to know beside a partnership, with everything up to a position. */
export async function policyContextAt(
  { head, partnership }: Pick<LedgerViews, 'head' | 'partnership'>,
  id: string,
  position: number,
): Promise<PolicyContext> {
  await head();
  const cut = { occurredAsOf: lastDay, reportedAsOf: null, position, timing: 'any' } as const;
  const { games, otherHoldings } = (await partnership(id, cut)).ground;
  return {
    windows: windowsOf(gamesCalendar(games, null, lastDay, 'possible')),
    otherHoldings: otherHoldings.possible,
  };
}
