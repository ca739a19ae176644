import t from 'tap';
import { isMarket, marketCodes, nearestMarket } from '../../src/articles/codes.ts';

t.test('markets are the 249 codes that ISO 3166-1 assigns', async (t) => {
  t.equal(marketCodes().length, 249);
  t.equal(new Set(marketCodes()).size, 249);
  for (const code of ['CN', 'GB', 'TW', 'SS', 'AX', 'UM']) t.ok(isMarket(code), code);
  for (const code of ['UK', 'EU', 'XK', 'DD', 'SU', 'AN', 'ZZ', 'AA', 'cn', 'CHN', '']) t.notOk(isMarket(code), code);
});

t.test('a market name that is not a code suggests the code that is meant', async (t) => {
  const meant: readonly (readonly [string, string | undefined])[] = [
    ['UK', 'GB'],
    ['cn', 'CN'],
    ['China', 'CN'],
    ['Korea', 'KR'],
    ['South Korea', 'KR'],
    ['the U.S.', 'US'],
    ['Britain', 'GB'],
    ['Hong Kong', 'HK'],
    ['United Kingdom', 'GB'],
    ['Swedn', 'SE'],
    ['XX', undefined],
    ['world', undefined],
    ['', undefined],
  ];
  for (const [text, code] of meant) t.equal(nearestMarket(text), code, text);
});
