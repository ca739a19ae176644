import { lastDay } from '../domain/day.ts';
import { factsAt } from '../domain/fact.ts';
import { factState } from '../domain/fact-state.ts';
import { gamesCalendar } from '../domain/games-calendar.ts';
import { flagsOf } from '../domain/policies/policies.ts';
import type { Flag, PolicyContext } from '../domain/policies/policy.ts';
import type { Appended } from '../event-store/event-store.ts';
import { effectsByKind } from './article.ts';
import { effectsOf } from './effects.ts';
import { type Ground, windowsOf } from './facts-in-view.ts';
import type { History } from './histories.ts';
import type { EffectsShape } from './shapes/article.ts';

/** What an ingest led to: its effects on facts, and the business rules that its reports break. */
export type IngestResult = {
  readonly effects: EffectsShape;
  readonly flags: readonly (Flag & { readonly fact: string })[];
};

function thing(fact: string): string {
  return fact.split('/')[1] as string;
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

/** What the rules need to know beside the partnership, from all that a view at the end of an ingest is made of. */
export function policyContext({ games, otherHoldings }: Ground): PolicyContext {
  return {
    windows: windowsOf(gamesCalendar(games, null, lastDay, 'possible')),
    otherHoldings: otherHoldings.possible,
  };
}

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
