import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { newFlags } from '../../domain/decisions/decide.ts';
import { type FactState, factState, factsAt } from '../../domain/facts/fact.ts';
import { type Ground, windowsOf } from '../../domain/facts/facts-at.ts';
import { gamesCalendar } from '../../domain/facts/games-calendar.ts';
import { type FactFlag, flagsOf, type PolicyContext } from '../../domain/facts/rules.ts';
import { lastDay } from '../../domain/vocabulary/dates.ts';
import { modality } from '../../domain/vocabulary/event-data.ts';
import { type LedgerEvent, partnershipStream } from '../../domain/vocabulary/events.ts';
import { type EffectsShape, effectsByKind, effectsOf, joinEffects } from '../effects.ts';
import { type RelevantHistory, relevantHistory, upTo } from '../relevant-history.ts';
import { alternativeShape, valueShape } from '../shapes.ts';
import { alternativesOf } from '../timeline.ts';
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
  const states = statesOf(related);
  const ofTouched = [...flagsOf(states, context)].flatMap(([fact, flags]) =>
    effects.has(fact) ? flags.map((flag) => ({ fact, ...flag })) : [],
  );
  const isDecision = ingest.every(({ kind }) => kind === 'decision' || kind === 'retraction');
  const reports = isDecision ? null : new Set(ingest.map(({ id }) => id));
  return {
    effects: effectsByKind([...effects].map(([fact, had]) => ({ fact, effects: had }))),
    contests: states.flatMap((state) => (effects.has(state.key) ? contestsOf(state, reports) : [])),
    flags: [
      ...ofTouched,
      ...(isDecision ? flagsElsewhere(events, ingest, context).filter(({ fact }) => !effects.has(fact)) : []),
    ],
  };
}

// The contests of a fact in which these reports have a part, or those that a decision leaves (null), with every value.
function contestsOf({ key, contests }: FactState, reports: ReadonlySet<string> | null): readonly ContestShape[] {
  const ofReports = contests.filter(({ alternatives, contested }) =>
    reports === null
      ? contested
      : alternatives.some(({ evidence }) => evidence.some(({ report }) => reports.has(report.id))),
  );
  return ofReports.map((contest) => ({
    fact: key,
    field: contest.field,
    values: alternativesOf([contest]).map(({ value, displayed, sources }) => ({ value, displayed, sources })),
  }));
}

/** A field of a fact on which reports disagree: each value with its sources. */
export const contestShape = z.object({
  fact: z.string(),
  field: z.string(),
  values: z.array(alternativeShape.omit({ field: true })),
});

type ContestShape = z.infer<typeof contestShape>;

// A steward sees what their decision makes other facts look like. An article adds reports, and judges none.
function flagsElsewhere(
  events: readonly LedgerEvent[],
  ingest: readonly LedgerEvent[],
  context: PolicyContext,
): readonly FactFlag[] {
  const before = events.slice(0, events.indexOf(ingest[0] as LedgerEvent));
  return newFlags(before, events, context);
}

/** The parts of a ledger that tell what an ingest did. */
export type LedgerSources = { readonly histories: Pick<Histories, 'refreshed'>; readonly views: LedgerViews };

/** What an ingest led to: its effects on facts, the contests it has a part in, and the business rules it breaks. */
export type IngestResult = {
  readonly effects: EffectsShape;
  readonly contests: readonly ContestShape[];
  readonly flags: readonly FactFlag[];
};

/** How facts look before and after the last event of a history that touches them, through the recorded clock alone. */
export function changesBy(event: LedgerEvent, relevant: RelevantHistory): readonly ChangeShape[] {
  const about = relevant.about(relevant.touchedBy([event]));
  const looks = (events: readonly LedgerEvent[]) => new Map(statesOf(events).map((state) => [state.key, state]));
  const [before, after] = [looks(about.filter((one) => one !== event)), looks(about)] as const;
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys
    .map((fact) => ({ fact, before: lookOf(before.get(fact)), after: lookOf(after.get(fact)) }))
    .filter((change) => !isDeepStrictEqual(change.before, change.after));
}

const lookShape = z
  .object({
    modality,
    occurred: z.string().nullable().describe('EDTF'),
    planned: z.string().nullable().describe('EDTF; the plan in force'),
    data: z.record(z.string(), valueShape),
    contested: z.boolean(),
    reports: z.int().describe('how many reports count'),
  })
  .nullable()
  .describe('null: no report counts for it');

export const changeShape = z.object({ fact: z.string(), before: lookShape, after: lookShape });

export type ChangeShape = z.infer<typeof changeShape>;

function statesOf(events: readonly LedgerEvent[]): readonly FactState[] {
  return factsAt(events, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
}

function lookOf(state: FactState | undefined): z.infer<typeof lookShape> {
  if (state === undefined) return null;
  const { stage, occurrence, plan, fields, contested, evidence } = state;
  return {
    modality: stage,
    occurred: occurrence?.date.edtf ?? null,
    planned: plan.current?.date.edtf ?? null,
    data: Object.fromEntries(
      Object.entries(fields).map(([name, { value }]) => [name, value as z.infer<typeof valueShape>]),
    ),
    contested,
    reports: evidence.length,
  };
}

/** What an article did to all its partnerships. */
export function joinResults(results: readonly IngestResult[]): IngestResult {
  return {
    effects: joinEffects(results.map(({ effects }) => effects)),
    contests: results.flatMap(({ contests }) => contests),
    flags: results.flatMap(({ flags }) => flags),
  };
}

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
  return policyContextOf((await partnership(id, cut)).ground);
}

/** What the business rules need to know beside a partnership, from the ground of its facts. */
export function policyContextOf({ games, otherHoldings }: Ground): PolicyContext {
  return {
    windows: windowsOf(gamesCalendar(games, null, lastDay, 'possible')),
    otherHoldings: otherHoldings.possible,
  };
}
