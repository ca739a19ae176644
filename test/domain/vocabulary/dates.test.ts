import edtf, { parse } from 'edtf';
import * as fc from 'fast-check';
import t from 'tap';
import {
  addDays,
  certainlyBefore,
  clipLatest,
  compareDates,
  contains,
  daysBetween,
  endOfPeriod,
  equalBounds,
  intersect,
  parseMilestoneDate,
  parsePeriod,
  type UncertainDate,
  uncertainDate,
} from '../../../src/domain/vocabulary/dates.ts';
import { isProblem, type Problem } from '../../../src/domain/vocabulary/problem.ts';
import { periods, plainDates, qualifiers, spans, statedDates } from '../../support/dates.ts';

const dates = fc.oneof(statedDates, spans).map(uncertainDate);
const refused = (result: UncertainDate | Problem | string): Problem => {
  if (typeof result === 'object' && isProblem(result)) return result;
  throw new Error(`read as ${JSON.stringify(result)}, though it should be refused`);
};

const utcDay = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
const shared = (a: string, b: string) => intersect(uncertainDate(a), uncertainDate(b));
const bounds = (date: UncertainDate | null) => date && [date.earliest, date.latest].join('/');
const both = (a: UncertainDate | null, b: UncertainDate | null) => a && b && intersect(a, b);
const same = (a: UncertainDate | null, b: UncertainDate | null) => JSON.stringify(a) === JSON.stringify(b);
const before = (a: string, b: string) => certainlyBefore(uncertainDate(a), uncertainDate(b));
const clipped = (text: string, latest: string) => clipLatest(uncertainDate(text), latest);

t.test('a date is bounded by the days that its text allows', async (t) => {
  const table: readonly (readonly [text: string, earliest: string | null, latest: string | null])[] = [
    ['2017', '2017-01-01', '2017-12-31'],
    ['2016-02', '2016-02-01', '2016-02-29'],
    ['2000-02', '2000-02-01', '2000-02-29'],
    ['1900-02', '1900-02-01', '1900-02-28'],
    ['2017-01-19', '2017-01-19', '2017-01-19'],
    ['2017~', '2016-01-01', '2018-12-31'],
    ['2017-12~', '2017-11-01', '2018-01-31'],
    ['2018-02?', '2018-01-01', '2018-03-31'],
    ['2018-03-01%', '2018-02-28', '2018-03-02'],
    ['[2017-09-13..2018-02-08]', '2017-09-13', '2018-02-08'],
    ['[2017-09..2018-02]', '2017-09-01', '2018-02-28'],
    ['[2018-02..2018-02-15]', '2018-02-01', '2018-02-15'],
    ['[2017-01~..2017-06]', '2016-12-01', '2017-06-30'],
    ['[2017-01..2017-06?]', '2017-01-01', '2017-07-31'],
    ['[..2018-02]', null, '2018-02-28'],
    ['[2018-02..]', '2018-02-01', null],
    ['0001~', '0001-01-01', '0002-12-31'],
    ['9999-12~', '9999-11-01', '9999-12-31'],
  ];
  for (const [text, earliest, latest] of table) {
    t.same(parseMilestoneDate(text), { edtf: text, earliest, latest }, text);
  }
});

t.test('a month ends on its own last day', async (t) => {
  const lastDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  for (const [index, lastDay] of lastDays.entries()) {
    const month = `2017-${String(index + 1).padStart(2, '0')}`;
    t.equal(uncertainDate(month).latest, `${month}-${lastDay}`);
    t.match(refused(parseMilestoneDate(`${month}-${lastDay + 1}`)).message, /there is no day/);
  }
});

t.test('the short forms of authors become brackets', async (t) => {
  t.match(parseMilestoneDate('2017-09-13..2018-02-08'), { edtf: '[2017-09-13..2018-02-08]' });
  t.match(parseMilestoneDate('2017..'), { edtf: '[2017..]', latest: null });
  t.match(parseMilestoneDate('..2018-02'), { edtf: '[..2018-02]', earliest: null });
});

t.test('a slash is read only in periods', async (t) => {
  t.same(parsePeriod('2022-02-04/2022-02-20'), {
    edtf: '2022-02-04/2022-02-20',
    earliest: '2022-02-04',
    latest: '2022-02-20',
  });
  t.same(parsePeriod('2017/..'), { edtf: '2017/..', earliest: '2017-01-01', latest: null });
  t.same(parsePeriod('../2028'), { edtf: '../2028', earliest: null, latest: '2028-12-31' });
  for (const [text, brackets] of [
    ['2017-01/2017-02', '[2017-01..2017-02]'],
    ['2017/..', '[2017..]'],
    ['../2028', '[..2028]'],
    ['2017/', '[2017..]'],
    ['2017 / 2018', '[2017..2018]'],
  ] as const) {
    t.match(refused(parseMilestoneDate(text)), {
      message: /slash is a duration.*write \[a\.\.b\]/,
      suggestion: brackets,
    });
  }
  t.match(refused(parsePeriod('2017/')), { suggestion: '2017/..' }, 'an unknown end is not an open one');
});

t.test('a refused date says what to write instead', async (t) => {
  const table: readonly (readonly [text: string, message: RegExp, suggestion: string | undefined])[] = [
    ['', /date is missing/, undefined],
    ['2017-02-30', /no day 30: 2017-02 has 28 days/, undefined],
    ['2100-02-29', /no day 29: 2100-02 has 28 days/, undefined],
    ['2017-13', /no month 13/, undefined],
    ['0000-01', /0001 to 9999/, undefined],
    ['-0044', /0001 to 9999/, undefined],
    ['Y17000', /0001 to 9999/, undefined],
    ['17', /four digits/, undefined],
    ['2/1/18', /four digits/, undefined],
    ['1 Feb 18', /four digits/, undefined],
    ['2017-21', /a season is not a date: write the months as \[a\.\.b\]/, undefined],
    ['[2017-21..2018]', /start 2017-21: a season is not a date/, undefined],
    ['201X', /unspecified digits/, '[2010..2019]'],
    ['2017-XX', /unspecified digits/, '2017'],
    ['2017-01-XX', /unspecified digits/, '2017-01'],
    ['2017?-01', /at the end of the date/, '2017-01?'],
    ['?2017-01', /at the end of the date/, '2017-01?'],
    ['2017-01?~', /at the end of the date/, '2017-01%'],
    ['2017-01-19T10:00:00Z', /time of day/, '2017-01-19'],
    ['2017-01-19 10:00', /time of day/, '2017-01-19'],
    ['[2017-01-19,2018-01-09]', /a list is not a date/, undefined],
    ['{2017..2018}', /a list is not a date/, undefined],
    ['[2017]', /brackets are for spans/, '2017'],
    ['..', /at least one end/, undefined],
    ['[2018-02..2018-01]', /reverse order/, '[2018-01..2018-02]'],
    ['2018-02..2017', /reverse order/, '[2017..2018-02]'],
    ['2/1/2018', /cannot be told apart: write 2018-01-02 or 2018-02-01/, undefined],
    ['13/2/2018', /year first/, '2018-02-13'],
    ['2/13/2018', /year first/, '2018-02-13'],
    ['2.2.2018', /year first/, '2018-02-02'],
    ['2/2018', /year first/, '2018-02'],
    ['2018/2/1', /year first/, '2018-02-01'],
    ['2018-2-1', /two digits for month and day/, '2018-02-01'],
    ['20180201', /year first/, '2018-02-01'],
    ['1 Feb 2018', /year first/, '2018-02-01'],
    ['Thursday, Sept. 28th, 2017', /year first/, '2017-09-28'],
    ['30 Feb 2018', /no day 30/, undefined],
    ['February 2018', /year first/, '2018-02'],
    ['Feb 1', /year is missing/, undefined],
    ['1 Feb 2018..', /year first/, '[2018-02-01..]'],
    ['Feb 2018 – Mar 2018', /span is written \[a\.\.b\]/, '[2018-02..2018-03]'],
    ['Feb - Mar 2018', /span is written \[a\.\.b\]/, undefined],
    ['2017-2018', /span is written \[a\.\.b\]/, '[2017..2018]'],
    ['2017 .. 2018', /without spaces/, '2017..2018'],
    ['soon', /write a year \(2018\), a month \(2018-02\) or a day \(2018-02-01\)/, undefined],
    ['.'.repeat(100_000), /too long/, undefined],
  ];
  for (const [text, message, suggestion] of table) {
    const problem = refused(parseMilestoneDate(text));
    t.match(problem.message, message, text.slice(0, 40));
    t.equal(problem.suggestion, suggestion, `instead of ${text.slice(0, 40)}`);
  }
});

t.test('every suggested date is one that is accepted', async () => {
  const marks = [...Array.from('0123456789-/.[]~?%X, '), '..', ' Feb ', '2018', '2018-02', '2018-02-01'];
  const scribbles = fc.array(fc.constantFrom(...marks), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(scribbles, fc.constantFrom(parseMilestoneDate, parsePeriod), (text, read) => {
      const result = read(text);
      return !isProblem(result) || result.suggestion === undefined || !isProblem(read(result.suggestion));
    }),
    { numRuns: 2000 },
  );
});

t.test('a printed date is read back as the same date', async () => {
  fc.assert(
    fc.property(fc.oneof(statedDates, spans, periods), (text) => {
      const date = uncertainDate(text);
      const again = parsePeriod(date.edtf);
      return !isProblem(again) && JSON.stringify(again) === JSON.stringify(date);
    }),
  );
});

t.test('the bounds of an unqualified date equal those of the edtf library', async () => {
  fc.assert(
    fc.property(plainDates, (text) => {
      const { earliest, latest } = uncertainDate(text);
      const { min, max } = edtf(text);
      return earliest === utcDay(min) && latest === utcDay(max);
    }),
  );
});

t.test('every accepted date or period is valid EDTF', async () => {
  fc.assert(fc.property(fc.oneof(statedDates, periods), (text) => ['Date', 'Interval'].includes(parse(text).type)));
});

t.test('a span reaches from the first day of its start to the last day of its end', async () => {
  fc.assert(
    fc.property(spans, (text) => {
      const [from = '', to = ''] = text.slice(1, -1).split('..');
      const span = uncertainDate(text);
      const earliest = from === '' ? null : uncertainDate(from).earliest;
      const latest = to === '' ? null : uncertainDate(to).latest;
      return span.earliest === earliest && span.latest === latest;
    }),
  );
});

t.test('the earliest day is never after the latest', async () => {
  fc.assert(fc.property(dates, ({ earliest, latest }) => earliest === null || latest === null || earliest <= latest));
});

t.test('a qualifier widens both ends', async () => {
  const inTheMiddle = plainDates.filter((text) => text > '0003' && text < '9997');
  fc.assert(
    fc.property(inTheMiddle, qualifiers, (text, qualifier) => {
      const plain = uncertainDate(text);
      const widened = uncertainDate(`${text}${qualifier}`);
      return `${widened.earliest}` < `${plain.earliest}` && `${plain.latest}` < `${widened.latest}`;
    }),
  );
});

t.test('a malformed stored date throws', async (t) => {
  t.throws(() => uncertainDate('2017-21'), RangeError);
});

t.test('the intersection of two dates allows the days that both allow', async (t) => {
  t.match(shared('2017-01', '2017-01-19'), { edtf: '2017-01-19' }, 'the narrower is kept as written');
  t.match(shared('2017-12~', '2017-12'), { edtf: '2017-12' });
  t.match(shared('2017-01', '[2017-01-01..2017-01-31]'), { edtf: '2017-01' }, 'the shorter of two that say the same');
  t.match(shared('[2017-01-01..2017-01-31]', '2017-01'), { edtf: '2017-01' });
  t.match(shared('2017~', '2017?'), { edtf: '2017?' }, 'of the same length, the first by text');
  t.match(shared('2017?', '2017~'), { edtf: '2017?' });
  t.same(shared('[2017-09..2018-01]', '[2018-01-15..2018-06]'), {
    edtf: '[2018-01-15..2018-01-31]',
    earliest: '2018-01-15',
    latest: '2018-01-31',
  });
  t.same(shared('[2017..2018-01-09]', '[2018-01-09..2018]'), {
    edtf: '2018-01-09',
    earliest: '2018-01-09',
    latest: '2018-01-09',
  });
  t.same(shared('[2017..]', '[..2018-02]'), {
    edtf: '[2017-01-01..2018-02-28]',
    earliest: '2017-01-01',
    latest: '2018-02-28',
  });
  t.match(shared('[2017..]', '[2018..]'), { edtf: '[2018..]' });
  t.equal(shared('2017', '2018'), null);
  t.equal(shared('[..2017]', '[2018..]'), null);
});

t.test('intersection of dates is commutative and associative', async () => {
  fc.assert(fc.property(dates, dates, (a, b) => same(intersect(a, b), intersect(b, a))));
  fc.assert(fc.property(dates, (a) => same(intersect(a, a), a)));
  fc.assert(fc.property(dates, dates, dates, (a, b, c) => bounds(both(both(a, b), c)) === bounds(both(a, both(b, c)))));
});

t.test('an intersection lies within both dates and is read back from its text', async () => {
  fc.assert(
    fc.property(dates, dates, (a, b) => {
      const common = intersect(a, b);
      if (!common) return certainlyBefore(a, b) || certainlyBefore(b, a);
      return contains(a, common) && contains(b, common) && equalBounds(uncertainDate(common.edtf), common);
    }),
  );
});

t.test('a date contains another if their intersection is the other', async () => {
  fc.assert(
    fc.property(dates, dates, (a, b) => {
      const common = intersect(a, b);
      return contains(a, b) === (common !== null && equalBounds(common, b));
    }),
  );
});

t.test('a date is certainly before another only if every choice of days is', async (t) => {
  t.ok(before('2017', '2018-01'));
  t.notOk(before('2017~', '2018-01'));
  t.notOk(before('2017-01-19', '2017-01-19'), 'the same day');
  t.notOk(before('[2017..]', '2020'), 'no end');
  t.notOk(before('2017', '[..2020]'), 'no beginning');
});

t.test('what a report says happened ends at its publication', async (t) => {
  t.same(clipped('2018-02', '2018-02-08'), {
    edtf: '[2018-02-01..2018-02-08]',
    earliest: '2018-02-01',
    latest: '2018-02-08',
  });
  t.match(clipped('[2017-06..]', '2018-02-08'), { edtf: '[2017-06-01..2018-02-08]' });
  t.match(clipped('2018-02', '2018-02-28'), { edtf: '2018-02' }, 'the last day is within');
  t.match(clipped('[..2018-01]', '2018-02-08'), { edtf: '[..2018-01]' });
  t.match(clipped('[..2018-01-30~]', '2018-01-31'), { edtf: '[..2018-01-30~]' }, 'as written, if nothing is cut off');
  t.match(clipped('2019', '2018-02-08'), { edtf: '2019' }, 'a contradiction stays visible');
});

t.test('dates are sorted by first day, then last day, then text', async (t) => {
  const inOrder = ['[..2017]', '[..2018]', '2017-01', '[2017-01-01..2017-01-31]', '2017', '[2017..]', '2017-01-02'];
  const listed = inOrder.toReversed().map(uncertainDate).toSorted(compareDates);
  t.same(
    listed.map(({ edtf }) => edtf),
    inOrder,
  );
});

t.test('days are counted by the calendar', async (t) => {
  t.equal(daysBetween('2018-02-01', '2018-03-01'), 28);
  t.equal(daysBetween('2016-03-01', '2016-02-01'), -29);
  t.equal(addDays('2018-02-25', 30), '2018-03-27');
  t.equal(addDays('2018-01-01', -1), '2017-12-31');
  t.equal(addDays('9999-12-31', 1), '9999-12-31', 'where the calendar ends');
  t.equal(addDays('0001-01-01', -1), '0001-01-01', 'and begins');
});

t.test('a clock set to a year, a month or a day stands at its end', async (t) => {
  t.equal(endOfPeriod('2017'), '2017-12-31');
  t.equal(endOfPeriod('2017-02'), '2017-02-28');
  t.equal(endOfPeriod('2017-02-03'), '2017-02-03');
  t.match(refused(endOfPeriod('2017~')), { message: /one day/, suggestion: '2017' });
  t.match(refused(endOfPeriod('[2017..2018]')).message, /one day/);
  t.match(refused(endOfPeriod('2017/2018')).message, /one day/);
  t.match(refused(endOfPeriod('2017-02-30')).message, /no day 30/);
});
