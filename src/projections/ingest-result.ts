import { factState, factsAt } from '../domain/facts/fact.ts';
import { windowsOf } from '../domain/facts/facts-at.ts';
import { gamesCalendar } from '../domain/facts/games-calendar.ts';
import { type Flag, flagsOf, type PolicyContext } from '../domain/facts/rules.ts';
import { lastDay } from '../domain/vocabulary/dates.ts';
import { type LedgerEvent, partnershipStream } from '../domain/vocabulary/events.ts';
import { type EffectsShape, effectsByKind } from './articles.ts';
import { effectsOf } from './effects.ts';
import { type Histories, type History, relevantHistory } from './live/histories.ts';
import type { LedgerViews } from './partnership-view.ts';

/**
 * What the ingest did that ended at a position of a partnership's stream, by the history up to there: the same whenever
 * it is asked.
 */
export async function ingestResult(
  partnership: string,
  position: number,
  { histories, views }: LedgerSources,
): Promise<IngestResult> {
  const context = await rulesAround(views, partnership, position);
  const loaded = await histories.refreshed(partnershipStream(partnership));
  const { events, relevant } = upTo(loaded, position);
  const { correlationId } = events.at(-1) as LedgerEvent;
  const ingest = events.filter((event) => event.correlationId === correlationId);
  const found = effectsOf(ingest, relevant);
  const trail = ingest.flatMap((event) =>
    event.kind === 'report' ? [{ fact: event.fact, effects: [...(found.get(event.fact) ?? [])] }] : [],
  );
  const dropped = [...found].filter(([fact]) => !trail.some((entry) => entry.fact === fact));
  const reported = new Set(found.keys());
  const about = relevant.about(related(reported, relevant.facts()));
  const states = factsAt(about, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
  const flags = flagsOf(states, context);
  return {
    effects: effectsByKind([...trail, ...dropped.map(([fact, effects]) => ({ fact, effects: [...effects] }))]),
    flags: [...flags].flatMap(([fact, broken]) =>
      reported.has(fact) ? broken.map((flag) => ({ fact, ...flag })) : [],
    ),
  };
}

/** What the result of an ingest is read from. */
export type LedgerSources = { readonly histories: Pick<Histories, 'refreshed'>; readonly views: LedgerViews };

/** What an ingest led to: its effects on facts, and the business rules that its reports break. */
export type IngestResult = {
  readonly effects: EffectsShape;
  readonly flags: readonly (Flag & { readonly fact: string })[];
};

function upTo(history: History, position: number): Pick<History, 'events' | 'relevant'> {
  if ((history.events.at(-1)?.position ?? 0) <= position) return history;
  const events = history.events.filter((event) => event.position <= position);
  const relevant = relevantHistory();
  relevant.add(events);
  return { events, relevant };
}

// Facts whose rules may tie them to the ones that were reported: the frame of the partnership, and what is of one thing.
function related(reported: ReadonlySet<string>, all: Iterable<string>): ReadonlySet<string> {
  const things = new Set([...reported].flatMap((fact) => [thing(fact), thing(fact).split('.')[0] as string]));
  const frame = new Set(['partnership', 'coverage']);
  return new Set(
    [...all].filter((fact) => {
      const [kind, subject] = fact.split('/') as [string, string];
      return (
        reported.has(fact) || frame.has(kind) || things.has(subject) || things.has(subject.split('.')[0] as string)
      );
    }),
  );
}

function thing(fact: string): string {
  return fact.split('/')[1] as string;
}

/** What the business rules need to know beside a partnership, once everything up to a position has been taken in. */
export async function rulesAround(
  { head, partnership }: Pick<LedgerViews, 'head' | 'partnership'>,
  id: string,
  position: number,
): Promise<PolicyContext> {
  await head();
  const { ground } = await partnership(id, { occurredAsOf: lastDay, reportedAsOf: null, position, timing: 'any' });
  return {
    windows: windowsOf(gamesCalendar(ground.games, null, lastDay, 'possible')),
    otherHoldings: ground.otherHoldings.possible,
  };
}
