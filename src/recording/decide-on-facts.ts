import { asRecorded, refuseBreach, statesOf } from '../domain/decisions/decide.ts';
import type { Outcome } from '../domain/decisions/rejection.ts';
import { decideSteward, type StewardCommand } from '../domain/decisions/steward.ts';
import type { PolicyContext } from '../domain/facts/rules.ts';
import { decode } from '../domain/vocabulary/events.ts';
import type { History } from '../projections/relevant-history.ts';

/**
 * Decides a steward's command as `decide` does, from the events on the facts that it judges alone: the rest of a long
 * history says nothing of them.
 */
export function decideOnFacts(
  command: StewardCommand,
  partnership: string,
  { events: history, relevant }: Pick<History, 'events' | 'relevant'>,
  context: PolicyContext,
): Outcome {
  if (command.type === 'RetractArticle') return decideSteward(command, partnership, history);
  const facts = relevant.sharing('from' in command ? [command.fact, command.from] : [command.fact]);
  const part = relevant.about(facts);
  const outcome = decideSteward(command, partnership, part);
  // What a refusal suggests may be any fact.
  if (!outcome.accepted) return decideSteward(command, partnership, history);
  const states = () => {
    const recorded = outcome.events.map(asRecorded({ partnership, history })).flatMap((event) => decode(event) ?? []);
    const before = relevant.statesAt(relevant.linked([command.fact]), history.at(-1)?.position ?? 0);
    const others = before.filter(({ evidence }) => evidence.every(({ report }) => !facts.has(report.fact)));
    const judged = statesOf([...part, ...recorded]).filter(({ evidence }) =>
      evidence.some(({ report }) => facts.has(report.fact)),
    );
    return { before, after: [...others, ...judged].toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
  };
  return refuseBreach(command, states, context) ?? outcome;
}
