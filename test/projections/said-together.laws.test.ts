import * as fc from 'fast-check';
import type { ViewFact } from '../../src/domain/facts/facts-at.ts';
import { attributions } from '../../src/domain/vocabulary/event-data.ts';
import type { FieldValue } from '../../src/domain/vocabulary/event-type.ts';
import { type Quantity, quantityBounds } from '../../src/domain/vocabulary/quantity.ts';
import { article, given, happened } from '../support/given.ts';
import { law } from '../support/law.ts';
import { see } from '../support/see.ts';

type Fields = Readonly<Record<string, FieldValue>>;

const maybe = <T>(...values: readonly T[]) => fc.constantFrom<T | undefined>(undefined, ...values);

const number = maybe<FieldValue>(2, 3, { min: 2 }, { max: 3 }, { about: 3 }, { min: 2, max: 5 });

const anyMoney = fc.record({
  amount: number,
  currency: maybe('EUR', 'USD', 'eur'),
  per: maybe('total', 'year'),
  kind: maybe('cash', 'in-kind'),
  paidBy: maybe('Acme', 'acme', 'Owner'),
});

const anyTarget = fc.record({ target: number, unit: maybe('vehicles', '%'), of: maybe('fleet', 'vehicles') });

const anyTerm = fc.record({
  start: maybe('2017', '2018-02', '[2016..2018]'),
  end: maybe('2024', '2028', '[2024..]'),
  years: maybe<FieldValue>(7, 8, 12, { min: 8 }),
});

const anyTold = (fields: fc.Arbitrary<Readonly<Record<string, FieldValue | undefined>>>) =>
  fc.array(
    fc.record({
      fields: fields.map(
        (one): Fields =>
          Object.fromEntries(
            Object.entries(one).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
          ),
      ),
      by: fc.constantFrom(...attributions),
    }),
    { minLength: 1, maxLength: 5 },
  );

type Told = readonly { readonly fields: Fields; readonly by: (typeof attributions)[number] }[];

const seeTold = (type: string, told: Told): ViewFact | undefined =>
  see(
    given(
      ...told.map(({ fields, by }, i) =>
        article(`a${i}`, `2018-0${i + 1}`, [
          happened(type, null, {
            by,
            fields,
            ...(type === 'PriorityStated' ? { subject: 'it' } : {}),
          }),
        ]),
      ),
    ),
  )[0];

const plain = (value: FieldValue | undefined) => (typeof value === 'string' ? value.toLowerCase() : value);

const allows = (given: FieldValue | undefined, shown: FieldValue) => {
  if (given === undefined) return false;
  const [outer, inner] = [quantityBounds(given as Quantity), quantityBounds(shown as Quantity)];
  return outer.min <= inner.min && inner.max <= outer.max;
};

for (const [what, type, number, fields] of [
  ['money', 'FinancialTermsReported', 'amount', anyMoney],
  ['a number and its unit', 'PriorityStated', 'target', anyTarget],
] as const) {
  law<[Told]>(`of ${what}, one report says together all that is displayed`, [anyTold(fields)], (told) => {
    const shown = Object.entries(seeTold(type, told)?.fields ?? {}).filter(([name]) => name !== 'money');
    if (shown.length === 0)
      return told.every((one) => Object.keys(one.fields).length === 0) ? null : 'nothing is shown';
    const isSaid = told.some((one) =>
      shown.every(([name, { value }]) =>
        name === number ? allows(one.fields[name], value) : plain(one.fields[name]) === plain(value),
      ),
    );
    return isSaid ? null : `nobody said ${JSON.stringify(shown.map(([name, { value }]) => [name, value]))}`;
  });

  law<[Told]>(`of ${what}, an amount is displayed where any is told`, [anyTold(fields)], (told) => {
    const isTold = told.some((one) => number in one.fields);
    return number in (seeTold(type, told)?.fields ?? {}) === isTold ? null : `${number} is told: ${isTold}`;
  });
}

const year = (value: FieldValue | undefined) => (typeof value === 'string' ? Number(/\d{4}/.exec(value)?.[0]) : null);

law<[Told]>('each part of a term is told by a report that agrees with every other part', [anyTold(anyTerm)], (told) => {
  const fields = seeTold('TermAgreed', told)?.fields ?? {};
  for (const [name, { value }] of Object.entries(fields)) {
    const tellers = told.filter((one) => {
      const said = one.fields[name];
      return said !== undefined && (name === 'years' ? allows(said, value) : true);
    });
    const agreeing = tellers.filter(({ fields: said }) => {
      const [start, end] = [said['start'], said['end']];
      // Exact years exclude each other.
      const differs = (a: FieldValue | undefined, b: FieldValue | undefined) =>
        typeof a === 'string' &&
        typeof b === 'string' &&
        !a.startsWith('[') &&
        !b.startsWith('[') &&
        year(a) !== year(b);
      return !differs(start, fields['start']?.value) && !differs(end, fields['end']?.value);
    });
    if (agreeing.length === 0) return `${name} ${JSON.stringify(value)} stands beside what its tellers contradict`;
  }
  return null;
});
