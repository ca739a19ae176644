import fc from 'fast-check';
import t from 'tap';
import { numberRanges } from '../../src/articles/values.ts';
import { cutLine, noticeText } from '../../src/cli/command.ts';
import { dateText, inSpans, valueText } from '../../src/cli/words.ts';
import { expandGames } from '../../src/domain/vocabulary/games-editions.ts';

const dates: Readonly<Record<string, string>> = {
  '2018-02-01': '2018-02-01',
  '2017-12~': 'about 2017-12',
  '2018?': 'perhaps 2018',
  '2018-02%': 'perhaps about 2018-02',
  '[2017-09-13..2018-02-08]': '2017-09-13 … 2018-02-08',
  '[..2018-01-31]': 'by 2018-01-31',
  '[2018-02-25..]': 'from 2018-02-25',
  '[2017~..2018-02]': 'about 2017 … 2018-02',
  '2018-02-09/2018-02-25': '2018-02-09 to 2018-02-25',
  '2017/..': 'from 2017',
};
for (const [edtf, text] of Object.entries(dates)) {
  t.test(`${edtf} reads "${text}"`, async (t) => t.equal(dateText({ edtf }), text));
}

t.test('a date with no known day is shown as no day', async (t) => {
  t.equal(dateText(null), 'no date');
  t.equal(dateText({ edtf: null }), 'no date');
});

t.test('a printed quantity says what it leaves open', async (t) => {
  t.equal(valueText(2000), '2,000');
  t.equal(valueText({ min: 3 }), 'at least 3');
  t.equal(valueText({ max: 3 }), 'at most 3');
  t.equal(valueText({ min: 3, max: 5 }), '3 to 5');
  t.equal(valueText({ about: 12 }), 'about 12');
  t.equal(valueText(['visa', 'intel']), 'visa, intel');
  t.equal(valueText(false), 'no');
});

t.test('consecutive Games are printed as a span, as authors write it', async (t) => {
  t.same(inSpans(['2018W', '2020S', '2022W']), ['2018W..2022W']);
  t.same(inSpans(['2018W', '2022W', '2024S', '2026W']), ['2018W', '2022W..2026W']);
  t.same(inSpans(['CN', 'GB', 'JP']), ['CN', 'GB', 'JP']);
});

const all = expandGames('2008S..2032S') as readonly string[];

t.test('a printed span reads back as exactly its Games', async () => {
  fc.assert(
    fc.property(fc.subarray([...all]), (editions) => {
      const read = inSpans(editions).map((span) => expandGames(span) as readonly string[]);
      return read.flat().join() === editions.join();
    }),
  );
});

t.test('consecutive paragraphs are printed as a range', async (t) => {
  t.equal(numberRanges([4, 5, 7]), '4-5, 7');
  t.equal(numberRanges([7, 5, 6]), '5-7');
});

const cut = {
  occurredAsOf: '2018-02-05',
  reportedAsOf: null,
  recordedAsOf: '2026-11-22T09:00:00.123Z',
  position: 112,
  timing: 'any',
} as const;

t.test('the cut is printed as one line with the three clocks', async (t) => {
  t.equal(cutLine(cut), 'occurred ≤ 2018-02-05 · reported at any time · recorded ≤ #112, 2026-11-22 09:00');
  t.match(cutLine({ ...cut, reportedAsOf: '2018-01-31', timing: 'certain' }), /reported ≤ 2018-01-31.*certain only$/);
  t.ok(cutLine({ ...cut, reportedAsOf: '2018-01-31', timing: 'certain' }).length <= 100);
});

t.test('the CLI prints a notice with options instead of REST parameters', async (t) => {
  const notice = {
    reason: 'recorded-later',
    text: 'Use reportedAsOf.',
    firstRecordedAt: null,
    try: '?reportedAsOf=2018',
  };
  t.equal(noticeText({ ...notice, reason: 'recorded-later' }), 'Use --reported-as-of. Try --reported-as-of 2018.');
  t.equal(noticeText({ ...notice, reason: 'published-later', try: '?' }), 'Use --reported-as-of.');
});
