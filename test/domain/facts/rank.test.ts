import * as fc from 'fast-check';
import t from 'tap';
import type { Evidence } from '../../../src/domain/facts/evidence.ts';
import { rank } from '../../../src/domain/facts/rank.ts';
import { attributions } from '../../../src/domain/vocabulary/event-data.ts';
import { told } from '../../support/evidence.ts';
import { law } from '../../support/law.ts';

const saying = ({ date }: Evidence): string => date?.edtf ?? 'nothing';

// Reports are grouped by the date that they give; the date of the group that is chosen.
const ranked = (...reports: readonly Evidence[]): readonly string[] =>
  rank([...Map.groupBy(reports, saying).values()].map((evidence) => ({ evidence }))).map(({ group }) =>
    saying(group.evidence[0] as Evidence),
  );
const chosen = (...reports: readonly Evidence[]): string | undefined => ranked(...reports)[0];

t.test('the ranking first prefers the better attribution', async (t) => {
  t.strictSame(
    attributions,
    ['joint-statement', 'party', 'outlet', 'second-hand', 'inference'],
    'in this order of weight',
  );
  attributions.slice(1).forEach((weaker, i) => {
    const stronger = attributions[i] ?? 'inference';
    const one = told({ in: 'a', date: '2016', by: stronger });
    const two = [told({ in: 'b', date: '2017', by: weaker }), told({ in: 'c', date: '2017', by: weaker })];
    t.equal(chosen(...two, one), '2016', `one ${stronger} outweighs two of ${weaker}`);
  });
});

t.test('at equal attribution the ranking prefers more independent articles', async (t) => {
  const early = { published: '2018-01-01', date: '2016' };
  const late = told({ in: 'z', published: '2018-06-01', date: '2017' });
  t.equal(chosen(late, told({ in: 'a', ...early }), told({ in: 'b', ...early })), '2016', 'two outweigh a later one');
  t.equal(
    chosen(late, told({ in: 'a', ...early, publisher: 'Daily' }), told({ in: 'b', ...early, publisher: 'Daily' })),
    '2017',
    'two articles of one publisher are one voice, so the later publication decides',
  );
  t.equal(
    chosen(late, told({ in: 'a', ...early, publisher: null }), told({ in: 'b', ...early, publisher: null })),
    '2016',
    'an unknown publisher counts for itself',
  );
  t.equal(
    chosen(
      late,
      told({ in: 'a', ...early, publisher: null, speaker: 'Ann' }),
      told({ in: 'a', ...early, publisher: null, speaker: 'Bob' }),
    ),
    '2017',
    'two mouths in one article are one voice',
  );
});

t.test('with equally many articles the ranking prefers the certainly later publication', async (t) => {
  const earlier = told({ in: 'a', published: '2018-01-01', date: '2016' });
  t.equal(chosen(earlier, told({ in: 'b', published: '[2018-01-02..2018-12]', date: '2017' })), '2017');
  t.equal(
    chosen(earlier, told({ in: 'b', published: '[2018-01-01..2018-12]', date: '2017' })),
    '2016',
    'one that may be of the same day is not certainly later, so the narrower bounds decide',
  );
});

t.test('when neither is certainly later the ranking prefers the narrower publication bounds', async (t) => {
  t.equal(
    chosen(
      told({ in: 'a', published: '[2018-01-01..2018-01-31]', date: '2016' }),
      told({ in: 'b', published: '[2018-01-30..2018-02-01]', date: '2017' }),
    ),
    '2017',
  );
  t.equal(
    chosen(
      told({ in: 'a', published: '[2018-01-01..]', date: '2016' }),
      told({ in: 'b', published: '[2017..2019]', date: '2017' }),
    ),
    '2017',
    'bounds with an open end are the widest',
  );
});

t.test('as a last resort the ranking prefers the smallest report id', async (t) => {
  const reports = ['a', 'b', 'c', 'd'].map((id, i) => told({ in: id, date: `201${i}` }));
  const inOrderOfId = reports.toSorted((a, b) => (a.report.id < b.report.id ? -1 : 1)).map(saying);
  t.strictSame(ranked(...reports), inOrderOfId);
});

t.test('the ranking by "certainly later" has no cycles', async (t) => {
  // c is certainly later than a; b overlaps both and has the narrowest bounds, but is beaten by none.
  const a = told({ in: 'a', published: '[2018-01-01..2018-03-31]', date: '2015' });
  const b = told({ in: 'b', published: '[2018-03-30..2018-04-02]', date: '2016' });
  const c = told({ in: 'c', published: '[2018-04-01..2018-06-30]', date: '2017' });
  for (const order of [
    [a, b, c],
    [c, b, a],
    [b, a, c],
    [c, a, b],
  ])
    t.strictSame(ranked(...order), ['2016', '2017', '2015']);
});

const pool = ['a', 'b', 'c', 'd', 'e'].flatMap((id) =>
  ['2018-01-01', '[2018-01-01..2018-02-01]', '[2018-01-20..2018-03]', '2018-06'].flatMap((published) =>
    (['party', 'outlet'] as const).map((by, i) =>
      told({ in: id, published, by, date: `201${(id.charCodeAt(0) + i) % 4}`, publisher: id < 'c' ? 'Daily' : null }),
    ),
  ),
);

t.test('the order in which reports are given does not change the ranking', async () => {
  fc.assert(
    fc.property(
      fc
        .subarray(pool, { minLength: 2, maxLength: 8 })
        .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
      ([one, other]) => ranked(...one).join() === ranked(...other).join(),
    ),
    { numRuns: 300 },
  );
});

type Voice = { readonly publisher: string; readonly speaker: string | null };

const anyVoices = fc.array(
  fc.record({
    publisher: fc.constantFrom('Daily', 'Weekly', 'Post', 'Times'),
    speaker: fc.constantFrom('Ann', 'Bob', null, null),
  }),
  { minLength: 1, maxLength: 5 },
);

// The dates of the groups that are left after the count of independent articles.
const leftByCount = (reports: readonly Evidence[]): readonly string[] => {
  const groups = [...Map.groupBy(reports, saying).values()].map((evidence) => ({ evidence }));
  const rounds = rank(groups)[0]?.rounds ?? [];
  const counted = rounds.find(({ rule }) => rule === 'independent-articles')?.after ?? [];
  return counted.map(({ group }) => saying(group.evidence[0] as Evidence)).toSorted();
};

const voiced = (date: string, voices: readonly Voice[]): readonly Evidence[] =>
  voices.map(({ publisher, speaker }, i) =>
    told({ in: `${date}-${i}`, date, publisher, ...(speaker === null ? {} : { speaker }) }),
  );

law<[Voice[], Voice[], number, Voice, 'copy' | 'text' | 'quote']>(
  'a copy, the same text under another id, or a quote retold supports its value no more than what it repeats',
  [
    anyVoices,
    anyVoices,
    fc.nat(4),
    anyVoices.map(([voice]) => voice as Voice),
    fc.constantFrom('copy', 'text', 'quote'),
  ],
  (one, other, nth, { publisher }, how) => {
    // Another publisher may well be a second source, unless it retells the one mouth that all of them quote.
    const voices = how === 'quote' ? one.map((voice) => ({ ...voice, speaker: 'Ann' })) : one;
    const reports = [...voiced('2016', voices), ...voiced('2017', other)];
    const repeated = reports[nth % one.length] as Evidence;
    const speaker = repeated.report.metadata.speaker?.name;
    const retold = told({
      in: 'z',
      date: '2016',
      publisher,
      ...(speaker === undefined ? {} : { speaker }),
      ...(how === 'copy' ? { copyOf: repeated.report.metadata.article } : {}),
      ...(how === 'text' ? { textSha256: repeated.citation.textSha256 ?? '' } : {}),
    });
    const [before, after] = [leftByCount(reports), leftByCount([...reports, retold])].map((dates) => dates.join(', '));
    return before === after ? null : `${before} is left without it, ${after} with it`;
  },
);
