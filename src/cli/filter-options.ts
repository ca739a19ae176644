import { type FilterRules, type FilterTexts, filterNames } from '../projections/answers/filters.ts';
import { flagOf, type Option } from './option.ts';
import type { ParsedArguments } from './parse-arguments.ts';

/** The filters of lists, as options. */
export const filterOptions: readonly Option[] = [
  { name: 'type', value: '<type>', says: 'event types, such as CampaignLaunched' },
  { name: 'status', value: '<status>', says: 'such as due, happened, overdue-unconfirmed' },
  { name: 'games', value: '<edition>', says: 'Games editions, such as 2022W' },
  { name: 'article', value: '<id>', says: 'articles that are among the sources' },
  { name: 'contested', value: null, says: 'only that on which reports disagree (--contested=false: only the rest)' },
  { name: 'include', value: 'unsupported', says: 'also what no report supports any more (drift: told-once as well)' },
  { name: 'actor', value: '<name>', says: 'what these recorded' },
  { name: 'fact', value: '<key>', says: 'what touched these facts, such as campaign/greatness-of-small/launched' },
  { name: 'effect', value: '<effect>', says: 'such as entered, contested, superseded' },
  { name: 'late', value: null, says: 'only late arrivals (--late=false: only the rest)' },
  { name: 'recordedFrom', value: '<date>', says: 'recorded from then on, a date or an instant' },
  { name: 'recordedTo', value: '<date>', says: 'recorded by then, a date or an instant' },
];

/** The filters that the view takes, as given; one that it does not take is a problem. */
export function filtersOf(
  { options }: ParsedArguments,
  view: string,
  rules: FilterRules,
): { readonly texts: FilterTexts; readonly problems: readonly string[] } {
  const given = filterNames.filter((name) => options.has(name));
  const taken = filterNames.filter((name) => rules[name] !== undefined).map(flagOf);
  const instead = taken.length === 0 ? 'it is always shown whole' : `it takes ${taken.join(', ')}`;
  return {
    texts: Object.fromEntries(
      given.filter((name) => rules[name] !== undefined).map((name) => [name, options.get(name)]),
    ),
    problems: given
      .filter((name) => rules[name] === undefined)
      .map((name) => `"show ${view}" takes no ${flagOf(name)}; ${instead}`),
  };
}
