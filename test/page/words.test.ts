import t from 'tap';
import { uncertainDate } from '../../src/domain/vocabulary/dates.ts';
import { dateWords, endWords, listWords, marketName, spanWords, valueWords } from '../../src/page/words.ts';

const dates: Readonly<Record<string, string>> = {
  '2018-02-05': '5 Feb 2018',
  '2016-12': 'in Dec 2016',
  '2018': 'in 2018',
  '2017-12~': 'about Dec 2017',
  '2018-02-05?': 'perhaps 5 Feb 2018',
  '2018%': 'about 2018',
  '[..2018-01-31]': 'by 31 Jan 2018',
  '[2018-02-25..]': 'from 25 Feb 2018 on',
  '[2018-02-10..2018-02-25]': 'between 10 and 25 Feb 2018',
  '[2017-09-13..2018-02-08]': 'between 13 Sep 2017 and 8 Feb 2018',
  '[2018-01..2018-03]': 'between Jan and Mar 2018',
  '[2018..2019]': 'between 2018 and 2019',
  '2018-02-09/2018-02-25': '9–25 Feb 2018',
  '2021-07-23/2021-08-08': '23 Jul – 8 Aug 2021',
};

for (const [edtf, words] of Object.entries(dates)) {
  t.test(`${edtf} is told as "${words}"`, async (t) => t.equal(dateWords(uncertainDate(edtf)), words));
}

t.test('a date that nothing bounds is no day', async (t) => {
  t.equal(dateWords(null), 'no day told');
  t.equal(dateWords({ edtf: null, earliest: null, latest: null }), 'no day told');
});

t.test('a span across years names both', async (t) =>
  t.equal(spanWords('2017-12-30', '2018-01-02'), '30 Dec 2017 – 2 Jan 2018'),
);

t.test('lists and markets read as prose', async (t) => {
  t.equal(listWords(['a', 'b', 'c']), 'a, b and c');
  t.equal(listWords(['a']), 'a');
  t.equal(marketName('KR'), 'South Korea');
});

const values: readonly (readonly [words: string, value: unknown])[] = [
  ['500 vehicles', { value: 500, unit: 'vehicles', of: null, contested: false }],
  ['90 % of the fleet', { value: 90, unit: '%', of: 'the fleet' }],
  ['about 3,300 vehicles', { about: 3300, unit: 'vehicles', of: null }],
  ['at least 2,650 vehicles', { min: 2650, unit: 'vehicles', of: null }],
  ['at most 12 MW', { max: 12, unit: 'MW', of: null }],
  ['2,000 to 3,000', { min: 2000, max: 3000 }],
  ['at least 40,000,000 GBP a year', { amount: { min: 40_000_000 }, currency: 'GBP', per: 'year', kind: null }],
  ['120 USD in all, in cash and in kind', { amount: 120, currency: 'USD', per: 'total', kind: 'both' }],
  ['amount not told, in kind', { amount: null, currency: null, per: null, kind: 'in-kind' }],
  ['Japan by 31 Dec 2016 and worldwide in 2017', { JP: '[..2016-12-31]', worldwide: '2017' }],
  ['Japan and South Korea', ['JP', 'KR']],
  ['between 1 and 24 Jan 2020', '[2020-01-01..2020-01-24]'],
];

for (const [words, value] of values) {
  t.test(`a value reads as "${words}"`, async (t) => t.equal(valueWords(value), words));
}

t.test('the end of a term reads as prose, be it a period or bounds', async (t) => {
  t.equal(endWords(uncertainDate('2028')), 'through 2028');
  t.equal(endWords(uncertainDate('[2023-01-01..2023-09-27]')), 'with an end between 1 January and 27 September 2023');
});
