import * as fc from 'fast-check';
import { reportTypes } from '../../../src/domain/vocabulary/event-types.ts';
import { wholeList } from '../../../src/projections/answer.ts';
import { type Filters, noFilters } from '../../../src/projections/filters.ts';
import { partnershipShape } from '../../../src/projections/partnerships.ts';
import {
  firstPartnerships,
  listed,
  listedArticles,
  namedGames,
  owedFor,
  summary,
} from '../../../src/projections/summary.ts';
import { firstDifference } from '../../support/first-difference.ts';
import { anyLedger } from '../../support/histories.ts';
import { law } from '../../support/law.ts';
import type { MadeLedger } from '../../support/random/made-ledger.ts';
import { anyWorldDay } from '../../support/random/random-dates.ts';
import { openReadSide } from '../../support/read-side.ts';

const editions = ['2018W', '2022W', 'paralympics.2018'];

// Few values, so that lists are seldom empty.
const anyFilters: fc.Arbitrary<Filters> = fc
  .record({
    type: fc.subarray(reportTypes.map(({ type }) => type).slice(0, 12), { maxLength: 6 }),
    status: fc.oneof(fc.constant([]), fc.subarray(partnershipShape.shape.status.options)),
    games: fc.oneof(fc.constant([]), fc.subarray(editions)),
    article: fc.oneof(fc.constant([]), fc.subarray(['a', 'b', 'r'])),
    party: fc.oneof(fc.constant([]), fc.subarray(['acme', 'rival', 'federation'])),
    contested: fc.constantFrom(null, true, false),
  })
  .map((some) => ({ ...noFilters, ...some }));

const anyStep = fc.record({ take: fc.integer({ min: 1, max: 12 }), day: anyWorldDay, filters: anyFilters });

type Step = typeof anyStep extends fc.Arbitrary<infer One> ? One : never;

law<[MadeLedger, Step[], boolean]>(
  'a list of the present, from kept summaries, equals one that is folded anew, whatever came and whatever day it became',
  [anyLedger, fc.array(anyStep, { minLength: 1, maxLength: 5 }), fc.boolean()],
  async ({ events }, steps, isInOrder) => {
    let today = '';
    const side = openReadSide(() => `${today}T12:00:00.000Z`);
    try {
      let taken = 0;
      const days = isInOrder ? steps.map(({ day }) => day).toSorted() : steps.map(({ day }) => day);
      for (const [i, { take, filters }] of steps.entries()) {
        today = days[i] as string;
        side.take(events.slice(taken, taken + take));
        taken += take;
        const { cut } = await side.views.resolve({});
        if (cut === null) return 'no cut';
        const ids = side.views.catalogue.partnerships(cut.position);
        const views = await Promise.all(ids.map((id) => side.views.partnership(id, cut)));
        const folded = views.map((view) => summary(view, () => null));
        const page = { offset: 0, limit: 1 };
        for (const asked of [noFilters, filters]) {
          const is = await side.summaries.listed(cut, asked, page);
          const should = listed(folded, asked, page);
          if (JSON.stringify(is) !== JSON.stringify(should)) return `on ${today}: ${firstDifference(should, is)}`;
        }
        for (const asked of [noFilters, filters]) {
          const is = await side.summaries.articles(cut, asked, wholeList);
          const should = listedArticles(folded, asked, wholeList);
          if (JSON.stringify(is) !== JSON.stringify(should))
            return `articles on ${today}: ${firstDifference(should, is)}`;
        }
        const first = await side.summaries.first(cut, 1);
        const shouldBeFirst = firstPartnerships(folded, 1);
        if (JSON.stringify(first) !== JSON.stringify(shouldBeFirst)) {
          return `the first on ${today}: ${firstDifference(shouldBeFirst, first)}`;
        }
        const named = await side.summaries.named(editions, cut);
        const shouldBeNamed = editions.flatMap((edition) => namedGames(edition, folded) ?? []);
        if (JSON.stringify(named) !== JSON.stringify(shouldBeNamed)) {
          return `Games on ${today}: ${firstDifference(shouldBeNamed, named)}`;
        }
        for (const edition of editions) {
          const is = await side.summaries.owedFor(edition, cut, page);
          const naming = new Set(side.views.catalogue.concernedBy(edition, cut.position));
          const should = owedFor(
            edition,
            folded.filter(({ partnership }) => naming.has(partnership)),
            page,
          );
          if (JSON.stringify(is) !== JSON.stringify(should))
            return `${edition} on ${today}: ${firstDifference(should, is)}`;
        }
      }
      return null;
    } finally {
      side.close();
    }
  },
  0.2,
);
