import type { Certainty } from '../domain/cut.ts';
import { asText } from '../domain/events/field.ts';
import type { Evidence } from '../domain/evidence.ts';
import { type UncertainDate, uncertainDate } from '../domain/uncertain-date.ts';
import type { FactsInView, ViewFact } from './facts-in-view.ts';
import { flagsShown } from './flags-shown.ts';
import { lastReported } from './last-reported.ts';
import { obligations } from './obligations.ts';
import type { Cell } from './shapes/obligations.ts';
import type { Silent } from './shapes/silence.ts';
import { daysSince, linksTo, type SilenceContext } from './silent-plans.ts';
import { dateOf, sourceOf } from './source-of.ts';
import { inOrderOfTime, summaryOf } from './timeline.ts';

// What promises, or promises again: it does not tell what came of the promise.
const promising = ['ObligationUndertaken', 'ObligationConfirmed', 'ObligationQualified'];

// A period is promised until its last day.
function endOf(window: UncertainDate): UncertainDate {
  const end = window.edtf.split('/')[1];
  return end === undefined || end === '..' ? window : uncertainDate(end);
}

function postponedTo(cell: Cell, own: readonly ViewFact[]): UncertainDate | null {
  if (cell.status !== 'postponed') return null;
  const until = own.findLast(({ type }) => type.type === 'ObligationPostponed')?.fields['until'];
  return until === undefined ? null : uncertainDate(asText(until.value));
}

/** Whether a report was published after a date: certainly, or possibly. */
function isSince({ published }: Evidence, { earliest, latest }: UncertainDate, certainty: Certainty): boolean {
  return certainty === 'certain'
    ? published?.earliest != null && latest !== null && published.earliest > latest
    : published?.latest == null || earliest === null || published.latest > earliest;
}

type Found = { readonly edition: string; readonly cell: Cell; readonly window: UncertainDate };

function closedCells(view: FactsInView, { partnership, names, cut }: SilenceContext): readonly Found[] {
  return obligations(view, cut, partnership, names).rows.flatMap((row) => {
    const { edition } = row;
    const window = view.games.find((games) => games.edition === edition)?.window ?? null;
    if (window === null) return [];
    return Object.values(row.cells).flatMap((cell) =>
      cell.closedWithoutReport && cell.status !== null ? [{ edition, cell, window }] : [],
    );
  });
}

/**
 * The obligations whose Games have closed, or whose later day has come, without a report since of what came of them. A
 * report published before that is none, be it of a step on the way. `certainty` tells how sure one is of the silence:
 * certainly nothing since, or possibly.
 */
export function silentObligations(view: FactsInView, certainty: Certainty, context: SilenceContext): readonly Silent[] {
  const { partnership, names, cut } = context;
  const byKey = new Map(view.facts.map((fact) => [fact.key, fact]));
  const ofObligation = Map.groupBy(
    view.facts.filter(({ type }) => type.kind === 'obligation').toSorted(inOrderOfTime),
    ({ subject, games: [edition] }) => `${edition} ${subject}`,
  );
  return closedCells(view, context).flatMap(({ edition, cell, window }) => {
    const own = ofObligation.get(`${edition} ${cell.obligation}`) ?? [];
    const happened = own.filter(({ stage }) => stage === 'happened');
    const promise = happened.filter(({ type }) => type.type !== 'ObligationQualified' && promising.includes(type.type));
    const [first] = promise.length > 0 ? promise : happened;
    const later = postponedTo(cell, own);
    const promised = later ?? endOf(window);
    if (first === undefined || promised.latest === null || promised.latest > cut.occurredAsOf) return [];
    const related = cell.milestones.flatMap(({ fact }) => byKey.get(fact) ?? []);
    const telling = [...happened, ...related.filter(({ stage }) => stage === 'happened')].filter(
      ({ type }) => !promising.includes(type.type),
    );
    const asked = certainty === 'certain' ? 'possible' : 'certain';
    if (telling.some(({ evidence }) => evidence.some((one) => isSince(one, promised, asked)))) return [];
    return [
      {
        fact: first.key,
        type: first.type.type,
        summary: summaryOf(first, names),
        status: 'closedWithoutReport' as const,
        timing: cell.timing,
        cell: {
          obligation: cell.obligation,
          name: cell.name,
          edition,
          status: cell.status as NonNullable<Cell['status']>,
        },
        promisedFor: later === null ? { ...dateOf(window), basis: 'games' } : { ...dateOf(later), basis: 'stated' },
        overdue: daysSince(promised, cut.occurredAsOf),
        normalUntil: null,
        games: [edition],
        lastReported: lastReported([...own, ...related].flatMap(({ evidence }) => evidence)),
        flags: own.flatMap(flagsShown),
        sources: (promise.length > 0 ? promise : [first]).flatMap(({ evidence }) => evidence.map(sourceOf)),
        links: linksTo(partnership, first.key),
      } satisfies Silent,
    ];
  });
}
