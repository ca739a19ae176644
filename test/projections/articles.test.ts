import t from 'tap';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { articleDetail, articleOf } from '../../src/projections/articles.ts';
import { audit } from '../../src/projections/effects.ts';
import { historyAfter, retractsArticle, type Step } from '../support/decided.ts';
import { acme, article, happened } from '../support/given.ts';
import { textOf } from '../support/text-of.ts';

const launched = 'campaign/spring/launched';
const signed = `partnership/${acme}/signed`;
const launch = (date: string | null, said = {}) => happened('CampaignLaunched', date, { subject: 'spring', ...said });
const sign = (date: string | null) => happened('PartnershipSigned', date);

const of = (history: readonly LedgerEvent[], id = 'a') => ({ partnership: acme, history, article: id });
const seen = (
  steps: readonly Step[],
  reportedAsOf: string | null = null,
  certainty: 'certain' | 'possible' = 'possible',
) => articleOf(of(historyAfter(...steps)), reportedAsOf, certainty);

const first = {
  ...article('a', '2018-01-10', [launch('2018'), sign('2017')], { publisher: 'Daily' }),
  publishedBasis: 'Printed.',
};
const reread = article('a', null, [launch('2018')], { revision: 2, because: 'reread', publisher: 'Daily' });
const republished = article('a', '[2018-06-01..2018-06-10]', [sign('2017')], { revision: 2, because: 'republished' });

t.test('an article shows its title, its publication date and how that is known', async (t) => {
  t.match(seen([first]), {
    id: 'a',
    revision: 1,
    title: null,
    publisher: 'Daily',
    published: { edtf: '2018-01-10', earliest: '2018-01-10', latest: '2018-01-10', basis: 'Printed.' },
    textSha256: textOf('a'),
    partnerships: [acme],
    retracted: null,
    version: 3,
  });
});

t.test('an article that is not recorded or not yet published is not visible', async (t) => {
  t.equal(articleOf(of(historyAfter(first), 'b'), null, 'possible'), null);
  t.equal(seen([first], '2018-01-09'), null);
  t.equal(seen([first], '2018-01-10')?.revision, 1);
});

t.test('an article shows the reading that counts with the date it inherits', async (t) => {
  const shown = seen([first, reread]);
  t.match(shown, { revision: 2, published: { edtf: '2018-01-10' }, version: 5 });
  t.match(shown?.revisions, [
    { revision: 1, because: null, published: { edtf: '2018-01-10' }, counts: false, position: 3 },
    { revision: 2, because: 'reread', published: { edtf: '2018-01-10' }, counts: true, position: 5 },
  ]);
});

t.test('a republished article shows its new revision from its own date on', async (t) => {
  const at = (day: string, certainty: 'certain' | 'possible') => seen([first, republished], day, certainty);
  t.match(at('2018-06-10', 'certain'), { revision: 2, published: { edtf: '[2018-06-01..2018-06-10]' } });
  t.strictSame(
    at('2018-06-05', 'possible')?.revisions.map(({ revision, counts }) => [revision, counts]),
    [
      [1, true],
      [2, true],
    ],
    'while it is only possibly out both count',
  );
  t.match(at('2018-06-05', 'certain'), { revision: 1 });
  const before = at('2018-05-31', 'possible');
  t.match(before, { revision: 1, version: 3 });
  t.equal(before?.revisions.length, 1, 'before that nothing is to be seen of it');
});

t.test('a retracted article says why, up to the judged revision', async (t) => {
  t.match(seen([first, retractsArticle('a')]), {
    revision: 1,
    retracted: { revision: 1, reason: 'looked again' },
    revisions: [{ counts: false }],
    version: 4,
  });
  t.match(
    seen([first, retractsArticle('a'), reread]),
    { revision: 2, retracted: null, revisions: [{ counts: false }, { counts: true }] },
    'a higher one counts again',
  );
  t.match(seen([first, reread, retractsArticle('a', 1), retractsArticle('a', 2)]), { retracted: { revision: 2 } });
});

const detail = (...steps: readonly Step[]) => {
  const history = historyAfter(...steps);
  const shown = articleOf(of(history), null, 'possible');
  const trail = audit(history).filter((entry) => entry.article === 'a');
  return shown && articleDetail(history, shown, trail);
};

t.test('an article shows for each paragraph its reports or why it was left out', async (t) => {
  const long = {
    ...article('a', '2018', [
      { ...launch('2018'), paragraphs: [1, 3] },
      { ...launch('2018', { by: 'party' }), paragraphs: [3] },
      { ...sign('2017'), paragraphs: [3] },
    ]),
    paragraphs: 4,
    omitted: [{ reason: 'page furniture', paragraphs: [2, 4] }],
  };
  t.strictSame(detail(long)?.paragraphs, [
    { paragraph: 1, reports: [launched], omitted: null },
    { paragraph: 2, reports: [], omitted: 'page furniture' },
    { paragraph: 3, reports: [launched, signed], omitted: null },
    { paragraph: 4, reports: [], omitted: 'page furniture' },
  ]);
});

t.test('an article lists its effects on facts by kind', async (t) => {
  const other = article('b', '2018-01-10', [launch('2018')]);
  const had = (seen: ReturnType<typeof detail>) =>
    Object.fromEntries(Object.entries(seen?.effects ?? {}).filter(([, facts]) => facts.length > 0));
  t.strictSame(had(detail(first)), { entered: [launched, signed] });
  t.strictSame(had(detail(other, first)), { entered: [signed], corroborated: [launched] });
  t.strictSame(detail(first, reread)?.effects.entered, [], 'those of the reading that is shown');
});

t.test('the effects of an article name the facts that its reading or a retraction dropped', async (t) => {
  const detailOf = (...steps: readonly Step[]) => {
    const history = historyAfter(...steps);
    const shown = articleOf(of(history), null, 'possible');
    if (shown === null) throw new Error('nothing of the article is visible');
    const trail = audit(history).filter((entry) => entry.article === 'a');
    return articleDetail(history, shown, trail).effects;
  };
  t.match(detailOf(first, reread), { corroborated: [launched], superseded: [launched, signed].toSorted() });
  t.match(detailOf(first, retractsArticle('a')), { entered: [launched, signed], retracted: [launched, signed] });
});
