import * as fc from 'fast-check';
import t from 'tap';
import type { Attribution } from '../../../src/domain/vocabulary/event-data.ts';
import type { LedgerEvent } from '../../../src/domain/vocabulary/events.ts';
import { article, given, happened } from '../../support/given.ts';
import { see, seeFact } from '../../support/see.ts';

const key = 'campaign/spring/launched';
const launch = (date: string | null, said = {}) => happened('CampaignLaunched', date, { subject: 'spring', ...said });
const later = '2020-01-01';

type Claim = readonly [date: string | null, by?: Attribution];

// When it happened, by what articles say, in the order of the articles a, b, c …
const when = (...claims: readonly Claim[]) =>
  seeFact(
    given(...claims.map(([date, by = 'outlet'], i) => article('abc'[i] ?? 'd', later, [launch(date, { by })]))),
    key,
  );
const dates = (...claims: readonly Claim[]) => {
  const fact = when(...claims);
  return { date: fact?.occurrence?.date.edtf, basis: fact?.occurrence?.basis, contested: fact?.contested };
};

t.test('a date stated by one source is the date of the fact', async (t) => {
  t.strictSame(dates(['2018-02-01']), { date: '2018-02-01', basis: 'stated', contested: false });
});

t.test('dates that overlap narrow each other', async (t) => {
  t.strictSame(dates(['2018'], ['2018-02']), { date: '2018-02', basis: 'stated', contested: false });
  t.strictSame(
    dates(['[2018-01..2018-03]'], ['[2018-03..2018-05]']),
    { date: '[2018-03-01..2018-03-31]', basis: 'derived', contested: false },
    'to days that no source states alone',
  );
});

t.test('a date that does not overlap the better one becomes an alternative', async (t) => {
  const fact = when(['2018-02', 'party'], ['2018-03']);
  t.equal(fact?.contested, true);
  t.equal(fact?.occurrence?.date.edtf, '2018-02', 'the better attribution is shown');
  t.match(fact?.contests, [
    {
      field: 'date',
      alternatives: [
        { value: '2018-02', displayed: true },
        { value: '2018-03', displayed: false },
      ],
    },
  ]);
});

t.test('dates are intersected from the best report down, so the worse one becomes the alternative', async (t) => {
  t.match(
    when(['2018-01', 'party'], ['[2018-01..2018-02]'], ['2018-02']),
    { occurrence: { date: { edtf: '2018-01' } }, contested: true },
    'a party says January, an outlet January or February, another February',
  );
});

t.test('second-hand reports and guesses never narrow a better date', async (t) => {
  for (const by of ['second-hand', 'inference'] as const) {
    t.strictSame(dates(['2018'], ['2018-02', by]), { date: '2018', basis: 'stated', contested: false }, by);
    t.match(
      when(['2018'], ['2017', by]),
      { occurrence: { date: { edtf: '2018' } }, contested: true },
      `${by} contests`,
    );
  }
  t.equal(dates([null], ['2018-02', 'second-hand']).date, '2018-02', 'hearsay dates what nothing dates');
  t.equal(dates([null], ['2018-02', 'inference']).date, '[..2020-01-01]', 'a guess does not');
  t.strictSame(
    dates(['2018', 'second-hand'], ['2018-02', 'inference']),
    { date: '2018', basis: 'stated', contested: false },
    'nor a guess what is told at second hand',
  );
  t.equal(dates(['2018', 'second-hand'], ['2018-02', 'second-hand']).date, '2018-02', 'but each its own kind');
});

t.test('a date of what happened never ends after the publication of its article', async (t) => {
  const fact = seeFact(given(article('a', '2018-02-08', [launch('2018-02')])), key);
  t.match(fact?.occurrence, {
    date: { edtf: '[2018-02-01..2018-02-08]', earliest: '2018-02-01', latest: '2018-02-08' },
    basis: 'derived',
  });
  const open = seeFact(given(article('a', '[2018-01..2018-02]', [launch('[2017..]')])), key);
  t.match(open?.occurrence?.date, { earliest: '2017-01-01', latest: '2018-02-28' }, 'the last day of an uncertain one');
});

t.test('an undated fact happened by the first day on which a report of it was certainly published', async (t) => {
  const undated = given(article('a', '[2018-01..2018-03]', [launch(null)]), article('b', '2018-02-10', [launch(null)]));
  t.strictSame(
    {
      ...seeFact(undated, key)?.occurrence?.date,
      basis: seeFact(undated, key)?.occurrence?.basis,
    },
    { edtf: '[..2018-02-10]', earliest: null, latest: '2018-02-10', basis: 'publication' },
  );
});

// On which of these days a fact can be seen, possibly and certainly.
const seenOn = (history: readonly LedgerEvent[], days: readonly string[]) =>
  days.map((occurredAsOf) => {
    const seen = (timing: 'any' | 'certain') => seeFact(history, key, { occurredAsOf, timing }) !== undefined;
    if (seen('certain')) return seen('any') ? 'certain' : 'certain, yet not possible';
    return seen('any') ? 'possible' : 'not yet';
  });

t.test('an undated fact is possible from its first publication and certain from its latest day', async (t) => {
  const undated = given(article('a', '[2018-01..2018-03]', [launch(null)]), article('b', '2018-02-10', [launch(null)]));
  t.strictSame(seenOn(undated, ['2017-12-31', '2018-01-01', '2018-02-09', '2018-02-10']), [
    'not yet',
    'possible',
    'possible',
    'certain',
  ]);
});

t.test('a dated fact is possible from its earliest day and certain from its latest', async (t) => {
  const dated = given(article('a', later, [launch('2018-02~')]));
  t.strictSame(seenOn(dated, ['2017-12-31', '2018-01-01', '2018-03-30', '2018-03-31']), [
    'not yet',
    'possible',
    'possible',
    'certain',
  ]);
});

t.test('a fact without an earliest day is possible from its first publication', async (t) => {
  const byThen = given(article('a', '2018-01-15', [launch('[..2018-01]')]));
  t.strictSame(seenOn(byThen, ['2018-01-14', '2018-01-15']), ['not yet', 'certain'], 'cut off at its publication');
  const lookedBack = given(article('a', '2018-01-15', [launch('[..2017-06]')]));
  t.strictSame(
    seenOn(lookedBack, ['2017-06-29', '2017-06-30']),
    ['not yet', 'certain'],
    'but is never certain before it is possible',
  );
});

const anyDate = fc.option(fc.constantFrom('2017', '2018-02-01', '[..2017-06]', '[..2018-03]', '[2018..]', '2018-02~'), {
  nil: null,
});
const anyPublication = fc.constantFrom('2017-03-01', '2018-01-15', '[2018-01..2018-06]', '[..2018]', '2019');

t.test('a fact that certainly happened by a day possibly happened by then too', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyDate, anyPublication), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('2017-03-01', '2017-06-30', '2017-12-31', '2018-01-15', '2018-02-01', '2018-03-31', '2020-01-01'),
      (claims, occurredAsOf) => {
        const history = given(...claims.map(([date, published], i) => article(`a${i}`, published, [launch(date)])));
        const possible = new Set(see(history, { occurredAsOf }).map((fact) => fact.key));
        return see(history, { occurredAsOf, timing: 'certain' }).every((fact) => possible.has(fact.key));
      },
    ),
    { numRuns: 300 },
  );
});

t.test('an undated report bounds a dated one, and contradicts one for a day after its publication', async (t) => {
  const told = (...reports: readonly (readonly [published: string, date: string | null, by?: Attribution])[]) =>
    given(...reports.map(([published, date, by = 'outlet'], i) => article(`a${i}`, published, [launch(date, { by })])));
  const shown = (history: readonly LedgerEvent[]) => {
    const fact = seeFact(history, key);
    return { date: fact?.occurrence?.date.edtf, basis: fact?.occurrence?.basis, contested: fact?.contested };
  };
  t.strictSame(shown(told(['2018-12', '2018'], ['2018-06-10', null])), {
    date: '[2018-01-01..2018-06-10]',
    basis: 'derived',
    contested: false,
  });
  t.strictSame(
    shown(told(['2018-12', '2018'], ['2018-06-10', null, 'second-hand'])),
    { date: '2018', basis: 'stated', contested: false },
    'hearsay never narrows a better date',
  );
  t.strictSame(shown(told(['2019-04', '2019-03-01'], ['2019-01-10', null])), {
    date: '2019-03-01',
    basis: 'stated',
    contested: true,
  });
});

t.test('a contested date is possible from its first value and certain from its last that is no hearsay', async (t) => {
  const days = ['2018-01-31', '2018-02-01', '2018-03-30', '2018-03-31', '2018-05-31'];
  const both = (by: Attribution) =>
    given(article('a', later, [launch('2018-02')]), article('b', later, [launch('2018-03', { by })]));
  t.strictSame(seenOn(both('outlet'), days), ['not yet', 'possible', 'possible', 'certain', 'certain']);
  t.strictSame(seenOn(both('inference'), days), ['not yet', 'possible', 'certain', 'certain', 'certain']);
});

t.test('a vaguer report of the same mouth never turns certain into possible', async () => {
  const months = ['2018-01', '2018-02', '2018-03', '2018-04'] as const;
  const vaguer = { '2018-01': '[2017-12..2018-02]', '2018-02': '2018', '2018-03': '[2018-03..]', '2018-04': null };
  const order = ['not yet', 'possible', 'certain'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...months), { minLength: 1, maxLength: 3 }), fc.nat(2), (dates, pick) => {
      const told = dates.map((date, i) => article(`a${i}`, '2019', [launch(date)]));
      const again = article('z', '2019-06', [launch(vaguer[dates[pick % dates.length] as (typeof months)[number]])]);
      const days = ['2017-12-31', '2018-01-31', '2018-02-28', '2018-03-31', '2018-04-30', '2019-12-31'];
      const [before, after] = [seenOn(given(...told), days), seenOn(given(...told, again), days)];
      return before.every((seen, i) => order.indexOf(after[i] as string) >= order.indexOf(seen));
    }),
    { numRuns: 300 },
  );
});
