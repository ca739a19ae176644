import t from 'tap';
import { distantDay, factMatches, type KnownFact, keptDay } from '../../src/cli/fact-matches.ts';
import type { ReportDraft } from '../../src/domain/decisions/reading.ts';
import { uncertainDate } from '../../src/domain/vocabulary/dates.ts';
import { happened, planned } from '../support/given.ts';

const known = (...keys: readonly string[]): ReadonlyMap<string, KnownFact> =>
  new Map(keys.map((key) => [key, { key, status: 'happened', articles: ['a'], occurred: null, planned: null }]));

const unregistered = () => false;
const nearOf = (key: string, existing: ReadonlyMap<string, KnownFact>, isRegistered = unregistered) =>
  factMatches([key], existing, isRegistered).created[0]?.near;

t.test('a report joins a known fact or creates a new one, each listed once', async (t) => {
  const keys = ['tier/top/granted', 'tier/gold/granted', 'tier/top/granted'];
  const { joined, created } = factMatches(keys, known('tier/top/granted'), unregistered);
  t.same(
    joined.map(({ key }) => key),
    ['tier/top/granted'],
  );
  t.same(
    created.map(({ key }) => key),
    ['tier/gold/granted'],
  );
});

t.test('a subject close to a known one of the same kind is a near miss', async (t) => {
  const existing = known('category/electric-buses/granted', 'priority/electric-buses/stated');
  t.same(nearOf('category/electric-bus/granted', existing), ['category/electric-buses/granted']);
  t.same(nearOf('tier/electric-bus/granted', existing), [], 'of another kind it is another thing');
});

t.test('among near misses those of the same Games come first', async (t) => {
  const existing = known('obligation/transport.2026w/undertaken', 'obligation/transport.2028s/undertaken');
  t.same(nearOf('obligation/transprot.2028s/undertaken', existing), ['obligation/transport.2028s/undertaken']);
});

t.test('a known obligation for other Games is no near miss', async (t) => {
  t.same(nearOf('obligation/transport.2030w/undertaken', known('obligation/transport.2026w/undertaken')), []);
});

t.test('another milestone of a known subject is no near miss', async (t) => {
  t.same(
    nearOf('campaign/quiet-roads/ended', known('campaign/quiet-roads/launched', 'campaign/quiet-road/launched')),
    [],
  );
});

t.test('the same milestone with and without Games is a near miss', async (t) => {
  t.same(nearOf('storefront/depot/opened', known('storefront/depot.2026w/opened')), ['storefront/depot.2026w/opened']);
  t.same(nearOf('storefront/depot.2026w/opened', known('storefront/depot/opened')), ['storefront/depot/opened']);
});

t.test('a registered subject is never a near miss', async (t) => {
  const existing = known('category/electric-buses/granted');
  t.same(
    nearOf('category/electric-bus/granted', existing, () => true),
    [],
  );
});

t.test('an author hears of a fact that happened years from the day of the report', async (t) => {
  const occurred = { edtf: '2018-02-01', earliest: '2018-02-01', latest: '2018-02-01' };
  const launched: KnownFact = {
    key: 'campaign/spring/launched',
    status: 'happened',
    articles: ['a'],
    occurred,
    planned: null,
  };
  const onDay = (date: string | null) =>
    distantDay(launched, [happened('CampaignLaunched', date, { subject: 'spring' })]);
  t.match(onDay('2024-05-01'), /^2024-05-01 is 6 years from 2018-02-01/);
  t.match(onDay('2015'), /^2015 is 2 years from 2018-02-01/);
  t.equal(onDay('2018-12-01'), null);
  t.equal(onDay('[2018..2024]'), null, 'days that may be near are no doubt');
  t.equal(onDay(null), null);
});

t.test('a renewal in another year is near the known one', async (t) => {
  t.strictSame(nearOf('partnership/acme.ioc.2021/renewed', known('partnership/acme.ioc.2020/renewed')), [
    'partnership/acme.ioc.2020/renewed',
  ]);
});

t.test('an author whose plan has no day hears that the one that was told stays, and how to put it off', async (t) => {
  const plan = { date: uncertainDate('2026-03'), toldFrom: '2025-05-01' };
  const planOf = (key: string): KnownFact => ({
    key,
    status: 'planned',
    articles: ['a'],
    occurred: null,
    planned: plan,
  });
  const kept = (known: KnownFact, report: ReportDraft, { article = 'b', published = '2025-06-01' } = {}) =>
    keptDay(known, { article, published, reports: [report] });
  const [launch, opening, end] = [
    'campaign/spring/launched',
    'storefront/depot/opened',
    'partnership/acme.federation/terminated',
  ];
  const undated = planned('CampaignLaunched', null, { subject: 'spring' });
  t.match(kept(planOf(launch), undated), /^the plan for 2026-03 stays.* write CampaignPostponed/);
  t.match(
    kept(planOf(opening), planned('StorefrontOpened', null, { subject: 'depot' })),
    /put off, write Storefront\w*Postponed/,
  );
  t.match(
    kept(planOf(end), planned('PartnershipTerminated', null)),
    /given up, write PartnershipTerminated with denied: 2026-03/,
  );
  t.equal(kept(planOf(end), planned('PartnershipTerminated', null, { fields: { after: '2024S' } })), null);
  t.equal(kept(planOf(launch), planned('CampaignLaunched', '2026-04', { subject: 'spring' })), null, 'a new day');
  t.equal(kept(planOf(launch), happened('CampaignLaunched', null, { subject: 'spring' })), null);
  t.equal(kept({ ...planOf(launch), planned: null }, undated), null, 'nobody named a day');
  t.equal(kept({ ...planOf(launch), occurred: uncertainDate('2026-03-02') }, undated), null);
  t.equal(kept(planOf(launch), undated, { article: 'a' }), null, 'a further reading of the only article');
  t.equal(kept(planOf(launch), undated, { published: '2025-04' }), null, 'an article from before the day was told');
});
