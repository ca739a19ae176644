import * as fc from 'fast-check';
import t from 'tap';
import { intersectQuantities, type Quantity, quantityBounds } from '../../../src/domain/vocabulary/quantity.ts';

t.test('a quantity is exact, bounded or approximate', async (t) => {
  t.strictSame(quantityBounds(3), { min: 3, max: 3 });
  t.strictSame(quantityBounds({ min: 3 }), { min: 3, max: Infinity });
  t.strictSame(quantityBounds({ max: 3 }), { min: -Infinity, max: 3 });
  t.strictSame(quantityBounds({ min: 2, max: 3 }), { min: 2, max: 3 });
  t.strictSame(quantityBounds({ about: 100 }), { min: 90, max: 110 }, 'about leaves a tenth to both sides');
});

t.test('the intersection of two quantities allows what both allow', async (t) => {
  const cases: readonly (readonly [Quantity, Quantity, Quantity | null])[] = [
    [3, 3, 3],
    [2, 3, null],
    [{ min: 3 }, 5, 5],
    [{ min: 3 }, 3, 3],
    [{ min: 3 }, 2, null],
    [{ max: 10 }, { min: 3 }, { min: 3, max: 10 }],
    [{ max: 3 }, { min: 3 }, 3],
    [{ max: 2 }, { min: 3 }, null],
    [{ min: 3 }, { min: 5 }, { min: 5 }],
    [{ about: 100 }, 105, 105],
    [{ about: 100 }, 120, null],
    [{ about: 100 }, { min: 50 }, { about: 100 }],
  ];
  for (const [a, b, both] of cases) {
    const name = `${JSON.stringify(a)} and ${JSON.stringify(b)}`;
    t.strictSame(intersectQuantities(a, b), both, name);
    t.strictSame(intersectQuantities(b, a), both, `${name}, the other way round`);
  }
});

const quantities: fc.Arbitrary<Quantity> = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 30 }).map((about) => ({ about })),
  fc.integer({ min: 0, max: 30 }).map((min) => ({ min })),
  fc.integer({ min: 0, max: 30 }).map((max) => ({ max })),
);

t.test('a number is in the intersection of two quantities exactly if it is in each', async () => {
  const leavesOpen = (quantity: Quantity | null, number: number): boolean => {
    if (quantity === null) return false;
    const { min, max } = quantityBounds(quantity);
    return min <= number && number <= max;
  };
  fc.assert(
    fc.property(quantities, quantities, fc.integer({ min: 0, max: 30 }), (a, b, number) => {
      const both = intersectQuantities(a, b);
      return leavesOpen(both, number) === (leavesOpen(a, number) && leavesOpen(b, number));
    }),
  );
});
