import * as fc from 'fast-check';
import { addDays, uncertainDate } from '../../../src/domain/vocabulary/dates.ts';

// Few days, so that reports agree, narrow and contradict each other often; with every form that a date may have.
/** The days on which things happen, or are to happen (EDTF). */
export const milestoneDays: readonly string[] = [
  '2017',
  '2017-06',
  '2017-06-15',
  '2017-06-15?',
  '2017-12~',
  '2018-01',
  '2018-02-01',
  '[2017-06..2018-01]',
  '[2017-06-15..2017-06-16]',
  '[2018..]',
  '[..2017-06]',
  '2019-05-04%',
];

const publications = [
  '2017-01-20',
  '2017-06-15',
  '2017-07',
  '2017-12~',
  '[2017-07..2018-03]',
  '[2018-01-02..2018-01-31]',
  '2018-02-01',
  '2018-06',
  '[..2017-12-31]',
  '[2018-01..]',
];

/** When something happened or is to happen (EDTF); null where no day is given. */
export const anyDay = fc.option(fc.constantFrom(...milestoneDays), { nil: null });

/** When an article or a reference became public (EDTF). */
export const anyPublication = fc.constantFrom(...publications);

/** First to last day of Games. */
export const anyWindow = fc.constantFrom('2018-02-09/2018-02-25', '2018-03-09/2018-03-18', '2022-02-04/2022-02-20');

// Laws must hold at a bound, not only on either side of it.
const boundsOf = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => {
    const { earliest, latest } = uncertainDate(text);
    return [earliest, latest].flatMap((bound) =>
      bound === null ? [] : [addDays(bound, -1), bound, addDays(bound, 1)],
    );
  });

const beforeAll = '2001-01-01';
const afterAll = '2099-12-31';
const clock = (texts: readonly string[]): readonly string[] =>
  [...new Set([beforeAll, ...boundsOf(texts), afterAll])].toSorted();

/** A day of the world: at, just before and just after every bound of a date; before and after all of them. */
export const anyWorldDay = fc.constantFrom(...clock([...milestoneDays, ...publications, '2018-02-09/2018-02-25']));

/** A reportedAsOf, or no limit. */
export const anyReaderDay = fc.option(fc.constantFrom(...clock(publications)), { nil: null });
