import * as fc from 'fast-check';
import t from 'tap';
import { parseMilestoneDate } from '../../../src/domain/vocabulary/dates.ts';
import { isProblem } from '../../../src/domain/vocabulary/problem.ts';
import { toDay, toSpokenDay } from '../../../src/domain/vocabulary/spoken-periods.ts';
import { law } from '../../support/law.ts';

// A Tuesday.
const today = '2026-12-01';

const spoken: Readonly<Record<string, readonly [begins: string, ends: string]>> = {
  '2017-Q4': ['2017-10-01', '2017-12-31'],
  'q1 2018': ['2018-01-01', '2018-03-31'],
  'Q2/2018': ['2018-04-01', '2018-06-30'],
  'the fourth quarter of 2018': ['2018-10-01', '2018-12-31'],
  '2018H1': ['2018-01-01', '2018-06-30'],
  'second half of 2018': ['2018-07-01', '2018-12-31'],
  today: ['2026-12-01', '2026-12-01'],
  yesterday: ['2026-11-30', '2026-11-30'],
  Tomorrow: ['2026-12-02', '2026-12-02'],
  'last week': ['2026-11-23', '2026-11-29'],
  'last Tuesday': ['2026-11-24', '2026-11-24'],
  'last monday': ['2026-11-30', '2026-11-30'],
  'next Tue': ['2026-12-08', '2026-12-08'],
  'last-month': ['2026-11-01', '2026-11-30'],
  'this quarter': ['2026-10-01', '2026-12-31'],
  'last quarter': ['2026-07-01', '2026-09-30'],
  'previous year': ['2025-01-01', '2025-12-31'],
  'next year': ['2027-01-01', '2027-12-31'],
  '3 months ago': ['2026-09-01', '2026-09-01'],
  'a year ago': ['2025-12-01', '2025-12-01'],
  'in 2 weeks': ['2026-12-15', '2026-12-15'],
  'end of 2018': ['2018-12-31', '2018-12-31'],
  'start of 2018-02': ['2018-02-01', '2018-02-01'],
  'end of last month': ['2026-11-30', '2026-11-30'],
  'beginning of Q3 2018': ['2018-07-01', '2018-07-01'],
  'February 2020': ['2020-02-01', '2020-02-29'],
  '5 Feb 2018': ['2018-02-05', '2018-02-05'],
  'Feb 5th, 2018': ['2018-02-05', '2018-02-05'],
};

t.test('a period as people say it begins on its first day and ends on its last', async (t) => {
  for (const [text, [begins, ends]] of Object.entries(spoken)) {
    t.equal(toSpokenDay(text, today, 'begins'), begins, text);
    t.equal(toSpokenDay(text, today, 'ends'), ends, text);
  }
});

t.test('what says no period, or leaves a choice, stays as it is written', async (t) => {
  const others = [
    '',
    '2017-Q5',
    'third half of 2018',
    '1/2/2018',
    '2 weeks',
    'Feb',
    'soon',
    'position:12',
    '9999 years ago',
  ];
  for (const text of [...others, `yesterday${' '.repeat(60)}`]) t.equal(toSpokenDay(text, today, 'ends'), text);
});

law(
  'a date in EDTF keeps its own meaning',
  [fc.stringMatching(/^\[?[12]\d{3}(-[01]\d(-[0-3]\d)?)?[~?%]?(\.\.)?\]?$/)],
  (text) => {
    const meant = isProblem(parseMilestoneDate(text)) ? text : toSpokenDay(text, today, 'ends');
    return meant === text ? null : `read as ${meant}`;
  },
);

t.test('a bound of a list takes a year and a month by the day on which they begin or end', async (t) => {
  t.equal(toDay('2018', today, 'begins'), '2018-01-01');
  t.equal(toDay('2018-02', today, 'ends'), '2018-02-28');
  t.equal(toDay('2018~', today, 'ends'), '2018~', 'no bound is made of an uncertain date');
});
