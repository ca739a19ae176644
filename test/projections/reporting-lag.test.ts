import * as fc from 'fast-check';
import t from 'tap';
import { lagStatistic } from '../../src/projections/reporting-lag.ts';

const exactly = (days: number) => ({ min: days, max: days });

t.test('exact lags have an exact range and median', async (t) => {
  t.strictSame(lagStatistic([exactly(1), exactly(5), exactly(3)]), {
    known: 3,
    unknown: 0,
    range: { min: 1, max: 5 },
    median: { min: 3, max: 3 },
  });
});

t.test('uncertain lags have a bounded range and median, and fewer than three have no median', async (t) => {
  t.strictSame(lagStatistic([{ min: 0, max: 10 }, exactly(5), { min: 2, max: null }, null]), {
    known: 3,
    unknown: 1,
    range: { min: 0, max: null },
    median: { min: 2, max: 10 },
  });
  t.strictSame(lagStatistic([exactly(1), exactly(9), null]), {
    known: 2,
    unknown: 1,
    range: { min: 1, max: 9 },
    median: null,
  });
  t.strictSame(lagStatistic([null]), { known: 0, unknown: 1, range: null, median: null });
});

t.test('the median of the true lags lies within the bounds of the uncertain ones', async () => {
  const uncertain = fc
    .tuple(fc.nat(50), fc.nat(50), fc.nat(50))
    .map((days) => days.toSorted((a, b) => a - b) as [number, number, number]);
  fc.assert(
    fc.property(fc.array(uncertain, { minLength: 3, maxLength: 9 }), (lags) => {
      const { median } = lagStatistic(lags.map(([min, , max]) => ({ min, max })));
      const truth = lags.map(([, day]) => day).toSorted((a, b) => a - b);
      const middle = [(truth.length - 1) / 2, truth.length / 2].map(
        (at, i) => truth[i === 0 ? Math.floor(at) : Math.floor(at)],
      );
      return middle.every(
        (day) =>
          median !== null && (median.min as number) <= (day as number) && (day as number) <= (median.max as number),
      );
    }),
  );
});
