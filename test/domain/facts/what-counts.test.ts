import t from 'tap';
import { historyAfter, retractsArticle, type Step } from '../../support/decided.ts';
import { article, happened } from '../../support/given.ts';
import { see } from '../../support/see.ts';

const signed = happened('PartnershipSigned', '2016');
const renewed = happened('PartnershipRenewed', '2016');
const amended = happened('PartnershipAmended', '2016');

type Timing = 'any' | 'certain';

// The milestones of the facts that are seen at a reportedAsOf (null: no limit).
const seen = (steps: readonly Step[], reportedAsOf: string | null = null, timing: Timing = 'any') =>
  see(historyAfter(...steps), { reportedAsOf, timing })
    .map(({ type }) => type.milestone)
    .toSorted();

const first = article('a', '2017-03-10', [signed, renewed]);

t.test('an article counts from its publication on', async (t) => {
  t.strictSame(seen([first], '2017-03-09'), []);
  t.strictSame(seen([first], '2017-03-10'), ['renewed', 'signed']);
  const uncertain = article('a', '[2017-03..2017-05]', [signed]);
  t.strictSame(seen([uncertain], '2017-02-28'), []);
  t.strictSame(seen([uncertain], '2017-03-01'), ['signed'], 'possibly from the first day within its bounds');
  t.strictSame(seen([uncertain], '2017-05-30', 'certain'), []);
  t.strictSame(seen([uncertain], '2017-05-31', 'certain'), ['signed'], 'certainly from the last');
});

t.test('the highest revision of an article replaces the report list of lower ones', async (t) => {
  const second = article('a', null, [signed], { revision: 2, because: 'reread' });
  t.strictSame(seen([first, second]), ['signed'], 'what it no longer lists is dropped');
});

t.test('a re-reading replaces the earlier one at every reportedAsOf and inherits its publication date', async (t) => {
  const second = article('a', null, [amended], { revision: 2, because: 'reread' });
  t.strictSame(seen([first, second], '2017-03-09'), []);
  for (const timing of ['any', 'certain'] as const) {
    t.strictSame(
      seen([first, second], '2017-03-10', timing),
      ['amended'],
      `${timing}: from the day of what it replaces`,
    );
  }
  const third = article('a', null, [renewed], { revision: 3, because: 'reread' });
  t.strictSame(seen([first, second, third], '2017-03-10'), ['renewed'], 'over several re-readings');
});

t.test('a re-reading may give a better publication date', async (t) => {
  const second = article('a', '2017-06-01', [amended], { revision: 2, because: 'reread' });
  t.strictSame(seen([first, second], '2017-05-31'), [], 'then neither counts before it');
  t.strictSame(seen([first, second], '2017-06-01'), ['amended']);
});

const republished = article('a', '[2018-01-10..2018-01-20]', [amended], { revision: 2, because: 'republished' });

t.test('a republished text counts from its own date, and the preceding text until then', async (t) => {
  t.strictSame(seen([first, republished], '2018-01-09'), ['renewed', 'signed']);
  t.strictSame(seen([first, republished], '2018-01-20'), ['amended'], 'it replaces once it is certainly published');
  t.strictSame(seen([first, republished]), ['amended']);
});

t.test('a possible view counts both texts until the republished one is certainly published', async (t) => {
  for (const day of ['2018-01-10', '2018-01-19']) {
    t.strictSame(seen([first, republished], day), ['amended', 'renewed', 'signed'], day);
    t.strictSame(
      seen([first, republished], day, 'certain'),
      ['renewed', 'signed'],
      `${day}, certainly the former alone`,
    );
  }
});

t.test('a re-reading of a republished text replaces that text, not the one before', async (t) => {
  const reread = article('a', null, [signed], { revision: 3, because: 'reread' });
  t.strictSame(seen([first, republished, reread], '2018-01-09'), ['renewed', 'signed']);
  t.strictSame(seen([first, republished, reread], '2018-01-20'), ['signed']);
});

t.test('a lower revision that arrives later counts as if it had come first', async (t) => {
  for (const day of ['2018-01-09', '2018-01-15', '2018-01-20', null]) {
    t.strictSame(seen([republished, first], day), seen([first, republished], day), `at ${day}`);
  }
  const reread = article('a', null, [signed], { revision: 3, because: 'reread' });
  for (const day of ['2018-01-09', '2018-01-15', '2018-01-20', null]) {
    t.strictSame(seen([reread, first, republished], day), seen([first, republished, reread], day), `at ${day}`);
  }
});

t.test('a retracted article stops counting at every reportedAsOf', async (t) => {
  t.strictSame(seen([first, retractsArticle('a')]), []);
  t.strictSame(seen([first, retractsArticle('a')], '2017-03-10'), []);
  t.strictSame(seen([first, article('b', '2017', [signed]), retractsArticle('a')]), ['signed'], 'others do');
});

t.test('a retraction judges revisions up to one, and a higher revision counts again', async (t) => {
  const second = article('a', null, [amended], { revision: 2, because: 'reread' });
  t.strictSame(seen([first, retractsArticle('a', 1), second]), ['amended']);
  t.strictSame(seen([first, second, retractsArticle('a', 1)]), ['amended'], 'also one that was recorded before');
  t.strictSame(seen([first, second, retractsArticle('a', 2)]), [], 'judging the second takes the first with it');
  t.strictSame(
    seen([first, retractsArticle('a', 1), republished], '2018-01-09'),
    [],
    'before a republished text is out, nothing stands in for what was retracted',
  );
  t.strictSame(seen([first, retractsArticle('a', 1), republished]), ['amended']);
  for (const day of ['2018-01-09', '2018-01-15', null]) {
    t.strictSame(
      seen([first, republished, retractsArticle('a', 2)], day),
      [],
      `judged with all that it replaced, at ${day}`,
    );
  }
});
