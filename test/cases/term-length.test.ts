import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

const terms: readonly [title: string, terms: readonly string[], flag: RegExp | null][] = [
  ['12 calendar years, both ends counted', ['start: 2017, end: 2028, years: 12'], null],
  ['12 calendar years between days', ['start: 2017-06-01, end: 2028-03-31, years: 12'], null],
  ['half a year less', ['start: 2018-09-18, end: 2024-03-20, years: 6'], null],
  ['half a year more', ['start: 2018-07-01, end: 2024-12-31, years: 6'], null],
  ['bounds that allow it', ['start: 2017..2019, end: 2028.., years: 40'], null],
  ['no start', ['end: 2028, years: 40'], null],
  ['about 10', ['start: 2017-01-01, end: 2027-12-31, years: { about: 10 }'], null],
  ['too long', ['start: 2017, end: 2028, years: 20'], /20 years does not fit 2017 to 2028/],
  ['too short', ['start: 2017-01-01, end: 2028-12-31, years: 8'], /8 years does not fit/],
  ['at least 20', ['start: 2017, end: 2028, years: { min: 20 }'], /min 20 years does not fit/],
  ['of another report', ['by: party, start: 2017, end: 2028', 'years: 8'], /8 years does not fit 2017 to 2028/],
  ['that leads', ['start: 2017, end: 2028', 'by: party, years: 8'], /8 years does not fit 2017 to 2028/],
  ['of a guess', ['start: 2017, end: 2028', 'by: inference, years: 8'], null],
];

for (const [i, [title, said, flag]] of terms.entries()) {
  t.test(`a length of a term against its start and end: ${title}`, async (t) => {
    const told = said.map((term, n): Told => [`a${n}`, '2016-12-01', [`TermAgreed: ~, happened: 2016, ${term}`]]);
    const { get } = await openToldApp(t, `term${i}.ioc`, ...told);
    const [entry] = (await get(`/api/partnerships/term${i}.ioc/timeline`)).body.entries;
    t.match(entry.flags, flag === null ? [] : [{ rule: 'term-length', detail: flag }]);
    t.equal(entry.flags.length, flag === null ? 0 : 1);
    t.equal(entry.contested, said.length > 1, 'two reports that exclude each other are contested');
  });
}
