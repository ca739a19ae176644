import type { Edition } from '../edition.ts';
import { termOf } from '../term.ts';
import type { UncertainDate } from '../uncertain-date.ts';
import { exercisedKinds } from './exercised-kinds.ts';
import { happenedOfType } from './happened.ts';
import type { Policy } from './policy.ts';

const rule = 'coverage';

function afterTheTerm(edition: Edition, window: UncertainDate | undefined, end: UncertainDate | null): boolean {
  return end?.latest != null && (window?.earliest ?? `${edition.slice(0, 4)}-01-01`) > end.latest;
}

/**
 * What the partner does or owes concerns Games that the partnership covers. Games are outside if a list that claims
 * to be complete lacks them, or if they certainly open after the term has ended. Nothing declared is a gap.
 */
export const coveragePolicy: Policy = (facts, { windows }) => {
  const declared = happenedOfType(facts, 'CoverageDeclared');
  const covered = new Set(declared.flatMap(({ games }) => games));
  const complete = declared.some(({ fields }) => fields['complete']?.value === true);
  const { end } = termOf(facts);
  return facts.flatMap((fact) => {
    if (fact.stage === 'denied' || !(fact.type.kind === 'coverage' || exercisedKinds.has(fact.type.kind))) return [];
    return fact.games.flatMap((edition) => {
      if (complete && !covered.has(edition)) {
        return [
          { fact: fact.key, flag: { rule, detail: `${edition} is not among the Games that the partnership covers` } },
        ];
      }
      return afterTheTerm(edition, windows.get(edition), end)
        ? [{ fact: fact.key, flag: { rule, detail: `${edition} opens after the end of the term (${end?.edtf})` } }]
        : [];
    });
  });
};
