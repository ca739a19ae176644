import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { newFlags, statesOf } from '../../domain/decisions/decide.ts';
import type { FactState } from '../../domain/facts/fact.ts';
import { type Ground, type IngestEvents, windowsOf } from '../../domain/facts/facts-at.ts';
import { gamesCalendar } from '../../domain/facts/games-calendar.ts';
import { type FactFlag, flagsOf, type PolicyContext } from '../../domain/facts/rules.ts';
import { lastDay } from '../../domain/vocabulary/dates.ts';
import { modality } from '../../domain/vocabulary/event-data.ts';
import { type LedgerEvent, partnershipOfStream, partnershipStream } from '../../domain/vocabulary/events.ts';
import { type EffectsShape, effectsByKind, effectsOf, joinEffects } from '../effects.ts';
import { categoriesIn } from '../holdings.ts';
import { editionsIn } from '../partnership-view.ts';
import { type History, ingestAt, isOfFrame, type RelevantHistory, upTo } from '../relevant-history.ts';
import { alternativeShape, moreShape, valueShape } from '../shapes.ts';
import { alternativesOf } from '../sources.ts';
import { factLink } from '../timeline.ts';
import type { Histories } from './histories.ts';
import type { LedgerViews } from './views.ts';

/**
 * What the ingest that ended at a position of a partnership's stream did. It uses only the history up to there, so it is
 * the same at any later time.
 */
export async function ingestResult(
  partnership: string,
  position: number,
  sources: LedgerSources,
): Promise<IngestResult> {
  const context = await policyContextAt(sources, partnership, position);
  return resultOf(await sources.histories.refreshed(partnershipStream(partnership)), position, context);
}

/** What the ingest of a history did that ended at a position. */
export function resultOf(
  { events, relevant }: Pick<History, 'events' | 'relevant'>,
  position: number,
  context: PolicyContext,
): IngestResult {
  const ingest = ingestAt(events, position);
  const partnership = partnershipOfStream(ingest[0]?.stream ?? '') ?? '';
  const effects = effectsOf(ingest, relevant).byFact;
  const states = relevant.statesAt(relevant.related(effects.keys()), position);
  const ofTouched = [...flagsOf(states, context)].flatMap(([fact, flags]) =>
    effects.has(fact) ? flags.map((flag) => ({ fact, ...flag })) : [],
  );
  const isDecision = ingest.every(({ kind }) => kind === 'decision' || kind === 'retraction');
  const reports = isDecision ? null : new Set(ingest.map(({ id }) => id));
  return {
    effects: effectsByKind([...effects].map(([fact, had]) => ({ fact, effects: had }))),
    contests: states.flatMap((state) => (effects.has(state.key) ? contestsOf(state, partnership, reports) : [])),
    flags: [
      ...ofTouched,
      ...(isDecision
        ? flagsElsewhere([...effects.keys()], ingest, { events, relevant }, context).filter(
            ({ fact }) => !effects.has(fact),
          )
        : []),
    ],
  };
}

// The contests of a fact in which these reports have a part, or those that a decision leaves (null), with every value.
function contestsOf(
  { key, contests }: FactState,
  partnership: string,
  reports: ReadonlySet<string> | null,
): readonly ContestShape[] {
  const ofReports = contests.filter(({ alternatives, contested }) =>
    reports === null
      ? contested
      : alternatives.some(({ evidence }) => evidence.some(({ report }) => reports.has(report.id))),
  );
  return ofReports.map((contest) => {
    const { alternatives, moreAlternatives } = alternativesOf([contest], [factLink(partnership, key)]);
    return {
      fact: key,
      field: contest.field,
      values: alternatives.map(({ value, displayed, sources, moreSources }) => ({
        value,
        displayed,
        sources,
        ...(moreSources && { moreSources }),
      })),
      ...(moreAlternatives && { moreValues: moreAlternatives }),
    };
  });
}

/** A field of a fact on which reports disagree: each value with its sources. */
export const contestShape = z.object({
  fact: z.string(),
  field: z.string(),
  values: z.array(alternativeShape.omit({ field: true })),
  moreValues: moreShape.optional(),
});

type ContestShape = z.infer<typeof contestShape>;

// A steward sees what their decision makes other facts look like. An article adds reports, and judges none.
function flagsElsewhere(
  touched: readonly string[],
  ingest: IngestEvents,
  { events, relevant }: Pick<History, 'events' | 'relevant'>,
  context: PolicyContext,
): readonly FactFlag[] {
  const [before, end] = [(ingest[0]?.position ?? 0) - 1, ingest.at(-1)?.position ?? 0];
  if (!touched.some(isOfFrame)) {
    const linked = relevant.linked(touched);
    return newFlags(relevant.statesAt(linked, before), relevant.statesAt(linked, end), context);
  }
  // The frame bears on every fact. Only those that the decision touches were other ones before it.
  const after = statesOf(upTo(events, end));
  const changed = relevant.sharing([...touched, ...relevant.turned(touched)]);
  const others = after.filter(({ evidence }) => evidence.every(({ report }) => !changed.has(report.fact)));
  const all = [...others, ...relevant.statesAt(changed, before)].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return newFlags(all, after, context);
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

/** What the business rules need to know beside a partnership, with everything up to a position. */
export async function policyContextAt(
  { histories, views }: LedgerSources,
  id: string,
  position: number,
): Promise<PolicyContext> {
  await views.head();
  const { events, relevant } = await histories.refreshed(partnershipStream(id));
  const isLast = (events.at(-1)?.position ?? 0) <= position;
  const past = isLast ? [] : upTo(events, position);
  const names = {
    editions: isLast ? new Set(relevant.editions()) : editionsIn(past),
    categories: isLast ? new Set(relevant.categories()) : categoriesIn(past),
  };
  const cut = { occurredAsOf: lastDay, reportedAsOf: null, position, timing: 'any' } as const;
  return policyContextOf(await views.beside(id, names, cut));
}

/** What the business rules need to know beside a partnership, from the ground of its facts. */
export function policyContextOf({ games, otherHoldings }: Pick<Ground, 'games' | 'otherHoldings'>): PolicyContext {
  return {
    windows: windowsOf(gamesCalendar(games, null, lastDay, 'possible')),
    otherHoldings: otherHoldings.possible,
  };
}
