import * as fc from 'fast-check';
import t from 'tap';
import type { ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { isTermContested, termOf } from '../../../src/domain/facts/term.ts';
import { article, given, happened } from '../../support/given.ts';
import { see } from '../../support/see.ts';

// Given what an article of 2040 reports, then the term runs from … to …, so many years.
const term = (...reports: readonly ReportDraft[]) => {
  const { start, end, years } = termOf(see(given(article('a', '2040-01-01', reports))));
  return { start: start?.edtf ?? null, end: end?.edtf ?? null, years };
};
const agreed = (subject: string, fields: Readonly<Record<string, string | number>>, on = '2017') =>
  happened('TermAgreed', on, { subject, fields });

t.test('a single agreement gives the term', async (t) => {
  t.strictSame(term(agreed('a', { start: '2017-01-19', end: '2028', years: 12 })), {
    start: '2017-01-19',
    end: '2028',
    years: 12,
  });
  t.strictSame(term(), { start: null, end: null, years: null });
});

t.test('the term runs from the earliest start to the latest end of all agreements', async (t) => {
  const early = { start: '2019', end: '2022', years: 4 };
  const late = { start: '2025', end: '2028', years: 4 };
  // Nobody said that it runs for four years from 2019 to 2028.
  const whole = { start: '2019', end: '2028', years: null };
  t.strictSame(term(agreed('a', early), agreed('b', late)), whole);
  t.strictSame(term(agreed('a', late), agreed('b', early)), whole);
  t.strictSame(
    term(agreed('a', { years: 4 }), agreed('b', { start: '2025', end: '2028' })),
    { start: '2025', end: '2028', years: 4 },
    'a length that another agreement tells is shown where it fits',
  );
  t.equal(
    term(agreed('a', { years: 4 }), agreed('b', { start: '2025' })).years,
    null,
    'it may be that of another term',
  );
  t.strictSame(term(agreed('a', { years: 4 }), agreed('b', { years: 12 })).years, null, 'two lengths are not one');
});

t.test('a term with uncertain days has the bounds that hold for every choice of days', async (t) => {
  t.equal(
    term(agreed('a', { end: '[2020..2028]' }), agreed('b', { end: '2027' })).end,
    '[2027-01-01..2028-12-31]',
    'it lasts through 2027 by the one, perhaps to 2028 by the other',
  );
  t.equal(term(agreed('a', { end: '[2028..]' }), agreed('b', { end: '2024' })).end, '[2028..]');
  t.equal(
    term(agreed('a', { start: '[2019..2030]' }), agreed('b', { start: '2025' })).start,
    '[2019-01-01..2025-12-31]',
  );
  t.equal(
    term(agreed('a', { end: '2028' }), agreed('b', { end: '2028-01..2028-12' })).end,
    '2028',
    'as it was written',
  );
});

t.test('the end of a term counts by its date, not by its type', async (t) => {
  const first = agreed('a', { start: '2017', end: '2028' });
  const terminated = (on: string, subject?: string) =>
    happened('PartnershipTerminated', on, subject === undefined ? {} : { subject });
  t.equal(term(first, terminated('2020-05')).end, '2020-05');
  t.equal(term(first, terminated('2020-05'), happened('PartnershipExpired', '2021')).end, '2021', 'the last of two');
  t.equal(term(first, terminated('2021', 'a'), terminated('2020-05', 'b')).end, '2021');
  t.equal(term(first, terminated('2021', 'b'), terminated('2020-05', 'a')).end, '2021');
});

t.test('an agreement or resumption after an end is not ended by it', async (t) => {
  const first = agreed('first', { start: '2017', end: '2024' });
  const ended = happened('PartnershipTerminated', '2020-05');
  t.equal(term(first, ended, agreed('second', { start: '2025', end: '2032' }, '2024-06')).end, '2032');
  t.equal(term(first, ended, happened('PartnershipReinstated', '2021')).end, '2024');
  t.equal(term(first, ended, happened('PartnershipRenewed', '2022', { fields: { end: '2030' } })).end, '2030');
  t.equal(
    term(first, ended, agreed('second', { end: '2032' }, '2020')).end,
    '2020-05',
    'what may have been agreed before it is ended by it',
  );
});

t.test('neither fact names nor the order of arrival change the term', async () => {
  const field = fc.constantFrom('2019', '2024', '[2020..2028]', '[2025..]', '[..2022]', '2024-05~');
  const anyAgreed = fc.record({ start: field, end: field }, { requiredKeys: [] });
  const anyEnding = fc.constantFrom('2018', '2020-05', '[2019..2030]');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyAgreed, fc.constantFrom('2017', '2019', '2021')), { minLength: 1, maxLength: 4 }),
      fc.array(anyEnding, { maxLength: 3 }),
      fc.boolean(),
      (terms, ends, backwards) => {
        const reports = (names: readonly string[]) => [
          ...terms.map(([fields, on], i) => agreed(`t${names[i]}`, fields as Record<string, string>, on)),
          ...ends.map((on, i) => happened('PartnershipTerminated', on, { subject: `e${names[i]}` })),
        ];
        const names = ['1', '2', '3', '4'];
        const one = reports(names);
        const other = reports(names.toReversed());
        const [a, b] = [term(...one), term(...(backwards ? other.toReversed() : other))];
        return JSON.stringify(a) === JSON.stringify(b);
      },
    ),
    { numRuns: 200 },
  );
});

t.test('a term of which one part is contested is contested, though that part has no displayed value', async (t) => {
  const facts = see(
    given(
      article('a', '2017-02-01', [
        happened('TermAgreed', '2017', { fields: { start: '2017-01-19', end: '2028-12-31' } }),
      ]),
      article('b', '2018-02-01', [happened('TermAgreed', '2017', { fields: { years: 8 } })]),
    ),
  );
  t.equal(isTermContested(facts), true);
});
