import { factState, factsAt } from '../domain/facts/fact.ts';
import { type Ground, windowsOf } from '../domain/facts/facts-at.ts';
import { gamesCalendar } from '../domain/facts/games-calendar.ts';
import { type Flag, flagsOf, type PolicyContext } from '../domain/facts/rules.ts';
import { lastDay } from '../domain/vocabulary/dates.ts';
import type { Appended } from '../event-store/event-store.ts';
import { type EffectsShape, effectsByKind } from './articles.ts';
import { effectsOf } from './effects.ts';
import type { History } from './live/histories.ts';
import type { LedgerViews } from './partnership-view.ts';

/** What the ingest that ended at `appended` did; `history` holds at least everything up to there. */
export function ingestResult(
  appended: Pick<Appended, 'position'>,
  history: History,
  context: PolicyContext,
): IngestResult {
  const upTo = history.events.filter(({ position }) => position <= appended.position);
  const last = upTo.at(-1);
  const ingest = upTo.filter(({ correlationId }) => correlationId === last?.correlationId);
  const found = effectsOf(ingest, history.relevant);
  const trail = ingest.flatMap((event) =>
    event.kind === 'report' ? [{ fact: event.fact, effects: [...(found.get(event.fact) ?? [])] }] : [],
  );
  const dropped = [...found].filter(([fact]) => !trail.some((entry) => entry.fact === fact));
  const reported = new Set(found.keys());
  const about = history.relevant.about(related(reported, history.relevant.facts()));
  const states = factsAt(about, null, 'possible').flatMap((fact) => factState(fact, lastDay, 'possible') ?? []);
  const flags = flagsOf(states, context);
  return {
    effects: effectsByKind([...trail, ...dropped.map(([fact, effects]) => ({ fact, effects: [...effects] }))]),
    flags: [...flags].flatMap(([fact, broken]) =>
      reported.has(fact) ? broken.map((flag) => ({ fact, ...flag })) : [],
    ),
  };
}

/** What an ingest led to: its effects on facts, and the business rules that its reports break. */
export type IngestResult = {
  readonly effects: EffectsShape;
  readonly flags: readonly (Flag & { readonly fact: string })[];
};

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

/** What the rules need to know beside the partnership, from all that a view at the end of an ingest is made of. */
export function policyContext({ games, otherHoldings }: Ground): PolicyContext {
  return {
    windows: windowsOf(gamesCalendar(games, null, lastDay, 'possible')),
    otherHoldings: otherHoldings.possible,
  };
}

/** What the rules need to know beside a partnership, once everything up to a position has been taken in. */
export async function rulesAround(
  { head, partnership }: Pick<LedgerViews, 'head' | 'partnership'>,
  id: string,
  position: number,
): Promise<PolicyContext> {
  await head();
  const { ground } = await partnership(id, { occurredAsOf: lastDay, reportedAsOf: null, position, timing: 'any' });
  return policyContext(ground);
}
