import { type ComparisonTexts, movingClocks } from '../projections/diff/comparison.ts';
import { flagOf, type Option } from './option.ts';
import type { ParsedArguments } from './parse-arguments.ts';

/** The clocks, as options. */
export const clockOptions: readonly Option[] = [
  {
    name: 'occurredAsOf',
    value: '<date>',
    says: 'what was true in the world by then (default: the earliest of the others, else today)',
  },
  { name: 'reportedAsOf', value: '<date>', says: 'what a reader could have known by then (default: no limit)' },
  { name: 'recordedAsOf', value: '<date>', says: 'what this ledger held then, a date or an instant (default: now)' },
  { name: 'atPosition', value: '<n>', says: 'the same, exactly: the first n events' },
  { name: 'timing', value: 'any|certain', says: 'certain leaves out what the dates make possible only (default: any)' },
];

/** The clock that moves, and from where to where, as options. */
export const comparisonOptions: readonly Option[] = [
  { name: 'clock', value: movingClocks.join('|'), says: 'which clock moves (default: occurred)' },
  { name: 'from', value: '<date>', says: 'where it moves from; on the recorded clock also an instant, or position:12' },
  { name: 'to', value: '<date>', says: 'where it moves to (default: where the clock stands that is not set)' },
];

type Clocks = { readonly clocks: ComparisonTexts; readonly problems: readonly string[] };

/** The clocks that were given; one that was given twice is a problem. */
export function clocksOf({ options }: ParsedArguments): Clocks {
  const given = [...comparisonOptions, ...clockOptions].flatMap(({ name }) => {
    const values = options.get(name);
    return values === undefined ? [] : [{ name, values }];
  });
  return {
    clocks: Object.fromEntries(given.map(({ name, values }) => [name, values[0]])),
    problems: given
      .filter(({ values }) => values.length > 1)
      .map(({ name, values }) => `${flagOf(name)} is given ${values.length} times; a clock stands at one day`),
  };
}
