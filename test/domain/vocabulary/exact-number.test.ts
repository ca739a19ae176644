import * as fc from 'fast-check';
import t from 'tap';
import { inexactNumber } from '../../../src/domain/vocabulary/quantity.ts';

t.test('a number that keeps its value is exact, however it is spelt', async (t) => {
  for (const text of [
    '0',
    '-0',
    '0.00',
    '3',
    '1e9',
    '1E+9',
    '1.50',
    '0.1',
    '47.5',
    '100e-2',
    '9007199254740992',
    '5e-324',
  ]) {
    t.equal(inexactNumber(text), null, text);
  }
});

t.test('a number whose JSON form is another value is refused, and the message names it', async (t) => {
  t.match(inexactNumber('9007199254740993'), /it would become 9007199254740992/);
  t.match(inexactNumber('0.1000000000000000055'), /it would become 0\.1:/);
  t.match(inexactNumber('1e-400'), /it would become 0:/);
  t.match(inexactNumber('9'.repeat(309)), /too large/);
  t.match(inexactNumber('-1e309'), /too large/);
});

t.test('every number that JSON writes is exact, and with extra zeros too', async () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, fc.nat(30), (number, zeros) => {
      const [digits = '', power] = JSON.stringify(number).split('e');
      const point = digits.includes('.') ? '' : '.';
      const padded = `${digits}${point}${'0'.repeat(zeros + 1)}${power === undefined ? '' : `e${power}`}`;
      return inexactNumber(JSON.stringify(number)) === null && inexactNumber(padded) === null;
    }),
  );
});

t.test('a whole number of which a digit would be lost is refused', async () => {
  const [most, large] = [2n ** 53n, 2n ** 69n];
  fc.assert(
    fc.property(fc.bigInt({ min: most, max: large }), (whole) => {
      // Below 1e21 JSON writes whole numbers without an exponent.
      const isKept = JSON.stringify(Number(whole)) === String(whole);
      return (inexactNumber(String(whole)) === null) === isKept;
    }),
  );
});
