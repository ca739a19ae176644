import * as z from 'zod';
import { type FilterName, type FilterRules, filterNames } from '../../projections/answers/filters.ts';
import { mostPerPage } from '../../projections/answers/page.ts';
import { movingClocks } from '../../projections/diff/comparison.ts';

const day = 'a year, a month or a day (2018, 2018-02, 2018-02-05), whose end is meant';

/** The clocks that every read takes. */
export const clockShape = {
  occurredAsOf: z
    .string()
    .optional()
    .describe(`What was true in the world by then: ${day}. Left out: the earliest of the other clocks, else today`),
  reportedAsOf: z.string().optional().describe(`What a reader could have known by then: ${day}. Left out: no limit`),
  recordedAsOf: z
    .string()
    .optional()
    .describe(`What this ledger held then: ${day}, or an instant (2026-11-22T09:00:00Z). Left out: all of it`),
  atPosition: z.string().optional().describe('The same clock, exactly: the number of the last event that counts'),
  timing: z
    .string()
    .optional()
    .meta({
      enum: ['any', 'certain'],
      description: 'certain: only what was certainly so; any: also what possibly was',
    }),
};

/** What a comparison takes beside the clocks that hold on both sides. */
export const comparisonShape = {
  clock: z
    .string()
    .optional()
    .meta({ enum: [...movingClocks], default: 'occurred', description: 'Which clock moves from `from` to `to`' }),
  from: z
    .string('from= is missing: say from where the clock moves, such as from=2018-01-01')
    .meta({ description: `Where it moves from: ${day}; on clock=recorded also an instant, or position:12` }),
  to: z
    .string()
    .optional()
    .describe('Where it moves to, in the same form. Left out: where the clock stands that is not set'),
};

/** The names of the clocks. */
export const clockNames = Object.keys(clockShape) as readonly (keyof typeof clockShape)[];

/** What every read takes beside the clocks. */
export const freshnessShape = {
  atLeast: z
    .string()
    .optional()
    .describe('A position that the answer must know of, such as that of an own write; it is waited for, bounded'),
};

/** What every list takes. */
export const pageQueryShape = {
  limit: z
    .preprocess(
      (text) => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN),
      z
        .number('limit is a whole number, such as 50')
        .min(1, 'limit is at least 1')
        .max(mostPerPage, `limit is at most ${mostPerPage}`),
    )
    .optional()
    .meta({ type: 'integer', default: mostPerPage, description: 'How many entries a page has at most' }),
  cursor: z.string().optional().describe('Where the next page begins, as in `next`; it keeps its clocks'),
};

const says: Readonly<Record<FilterName, string>> = {
  type: 'Event types, as in CampaignLaunched',
  status: 'Statuses',
  games: 'Games editions, as in 2018W',
  article: 'Articles',
  contested: 'true: only what reports disagree on; false: only what they do not',
  include:
    'unsupported: also facts that no report supports any more; told-once, of the drift: also what was told once and never planned',
  actor: 'Who recorded it',
  fact: 'Fact keys, as in campaign/greatness-of-small/launched',
  effect: 'Effects',
  late: 'true: only late arrivals; false: all others',
  recordedFrom: `When the period of recording begins: ${day.replace('whose end', 'whose beginning')}, or an instant. Inclusive`,
  recordedTo: `When it ends: ${day}, or an instant. Inclusive`,
};

const listed: ReadonlySet<FilterName> = new Set(['status', 'effect']);
const single: ReadonlySet<FilterName> = new Set(['contested', 'late', 'recordedFrom', 'recordedTo']);

/** The filters that a list takes, for its query. */
export function filterShape(rules: FilterRules): Record<string, z.ZodType> {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const rule = rules[name];
      if (rule === undefined) return [];
      const values = listed.has(name) && Array.isArray(rule) ? `: ${rule.join(', ')}` : '';
      const several = single.has(name) ? '' : '. Several with commas between them, or repeated: any of them';
      const text = z.union([z.string(), z.array(z.string())]).optional();
      return [[name, text.describe(`${says[name]}${values}${several}`)]];
    }),
  );
}
