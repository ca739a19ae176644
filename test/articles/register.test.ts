import t from 'tap';
import { readSubjects } from '../../src/articles/register.ts';
import { emptyRegistry, type SubjectRegistry } from '../../src/articles/registry.ts';
import { articleText, articleWith, read } from './article-text.ts';
import { placesOf } from './refuses-all.ts';

const register = `partnerships:
  kestrel.ioc: { name: Kestrel – IOC, partner: kestrel, rightsHolder: ioc }
organisations:
  kestrel: { name: Kestrel, aliases: [Kestrel Motors] }
  ioc: { name: International Olympic Committee, aliases: [IOC] }
  harbour-lines: Harbour Lines
categories:
  electric-buses: { name: Electric buses, aliases: [zero-emission coaches] }
campaigns:
  quiet-roads: Quiet Roads
creatives:
  first-snow: { name: First snow, campaign: quiet-roads }
reputations:
  noise: Noise at night
  noise.night-of-2024: Noise on the night of the opening
predecessors:
  harbour-lines: Harbour Lines, the ferries before the buses
`;

const registryOf = (text: string): SubjectRegistry => {
  const { registry, problems } = readSubjects(text, { file: 'subjects.yaml' });
  if (!registry) throw new Error(JSON.stringify(problems));
  return registry;
};

t.test('a registered subject is found by its kind and slug', async (t) => {
  const { name, subjectsOf, partnership } = registryOf(register);
  t.equal(name('category', 'electric-buses'), 'Electric buses');
  t.equal(name('obligation', 'electric-buses'), null, 'not under another kind');
  t.equal(name('category', 'trams'), null);
  t.equal(name('partnership', 'kestrel.ioc'), 'Kestrel – IOC');
  t.strictSame(subjectsOf('creative'), [
    { slug: 'first-snow', name: 'First snow', aliases: [], campaign: 'quiet-roads' },
  ]);
  t.match(partnership('kestrel.ioc'), { partner: 'kestrel', rightsHolder: 'ioc' });
  t.equal(partnership('kestrel.fifa'), null);
});

t.test('a fellow sponsor or predecessor may be registered as an organisation', async (t) => {
  const { name } = registryOf(register);
  for (const kind of ['sponsor', 'co-activation']) t.equal(name(kind, 'harbour-lines'), 'Harbour Lines', kind);
  t.equal(name('predecessor', 'harbour-lines'), 'Harbour Lines, the ferries before the buses');
  t.equal(name('predecessor', 'kestrel'), 'Kestrel');
});

t.test('an instance is registered with what it is an instance of', async (t) => {
  const { name } = registryOf(register);
  t.equal(name('reputation', 'noise.night-of-2024'), 'Noise on the night of the opening');
  t.equal(name('reputation', 'noise.morning-of-2025'), 'Noise at night');
  t.equal(name('reputation', 'smell.night-of-2024'), null);
});

t.test('an empty register knows no subject', async (t) => {
  t.equal(emptyRegistry.name('category', 'electric-buses'), null);
  t.strictSame(emptyRegistry.subjectsOf('sponsor'), []);
});

t.test('all mistakes in the register are reported together', async (t) => {
  const { registry, problems } = readSubjects(
    `partnerships:
  kestrel.ioc: { name: Kestrel – IOC, partner: kestrl, rightsHolder: ioc }
organisations:
  kestrel: { name: Kestrel, alias: Kestrel Motors }
  ioc: IOC
categorys:
  buses: Buses
campaigns:
  Quiet Roads: Quiet Roads
creatives:
  first-snow: First snow
`,
    { file: 'subjects.yaml' },
  );
  t.equal(registry, null);
  t.match(problems, [
    { line: 2, column: 48, path: '/partnerships/kestrel.ioc/partner', message: /not among the organisations/ },
    { line: 4, column: 29, path: '/organisations/kestrel/alias', suggestion: 'aliases' },
    { line: 6, column: 1, path: '/categorys', message: /unknown key/, suggestion: 'categories' },
    { line: 9, column: 3, path: '/campaigns/Quiet Roads', message: /write a slug/ },
    { line: 11, column: 15, path: '/creatives/first-snow/campaign', message: /campaign is missing/ },
  ]);
  t.equal(problems.length, 5);
});

t.test('an unregistered name is accepted with a warning that suggests the nearest registered one', async (t) => {
  const subjects = registryOf(register);
  const warned = (reports: string) => {
    const { reading, warnings } = read(articleWith(reports), subjects);
    t.ok(reading);
    return placesOf(warnings);
  };
  const at = '    happened:\n    p: 1-3\n';
  t.strictSame(warned(`  - CategoryGranted: electric-buses\n${at}`), []);
  t.strictSame(warned(`  - CategoryGranted: [electric-bus, electric-buses]\n${at}`), [
    { line: 13, column: 23, path: '/reports/0/CategoryGranted/0', suggestion: 'electric-buses' },
  ]);
  t.strictSame(
    warned(`  - CategoryGranted: coaches\n${at}`),
    [{ line: 13, column: 22, path: '/reports/0/CategoryGranted', suggestion: 'electric-buses' }],
    'an alias is a name as well',
  );
  const { warnings } = read(articleWith(`  - CategoryGranted: coaches\n${at}`), subjects);
  t.match(warnings[0]?.message, /if it is none of them, .* as in coaches: \{ kind: category, name: … \}/);
  t.strictSame(warned(`  - CategoryGranted: ferries\n${at}`), [
    { line: 13, column: 22, path: '/reports/0/CategoryGranted' },
  ]);
  t.strictSame(warned(`  - CreativeReleased: first-snow\n    campaign: quiet-road\n${at}`), [
    { line: 14, column: 15, path: '/reports/0/campaign', suggestion: 'quiet-roads' },
  ]);
  t.strictSame(
    warned(`  - StorefrontOpened: bus-store\n    obligation: sales\n${at}  - StorefrontClosed: bus-store\n${at}`),
    [{ line: 13, column: 23, path: '/reports/0/StorefrontOpened' }],
    'one warning for all that nothing registered resembles',
  );
  t.strictSame(warned(`  - MarketEntered: NO\n    campaign: quiet-roads\n${at}`), [], 'markets are not registered');
});

t.test('an unregistered partnership is accepted with a warning that suggests the nearest registered one', async (t) => {
  const { warnings } = read(articleText({ 'kestrel.ioc': 'kestrl.ioc' }), registryOf(register));
  t.match(warnings, [{ line: 2, column: 14, path: '/partnership', suggestion: 'kestrel.ioc' }]);
});
