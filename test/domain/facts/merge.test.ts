import t from 'tap';
import type { Attribution } from '../../../src/domain/vocabulary/event-data.ts';
import type { FieldValue } from '../../../src/domain/vocabulary/event-type.ts';
import { article, given, happened, planned } from '../../support/given.ts';
import { seeFact } from '../../support/see.ts';

type Said = readonly [fields: Readonly<Record<string, FieldValue>>, by?: Attribution];

// A field of a fact, as articles a, b, c … give it.
const merged = (type: string, key: string, field: string, ...said: readonly Said[]) => {
  const subject = type === 'PartnershipSigned' || type === 'TermAgreed' ? {} : { subject: 'it' };
  const history = given(
    ...said.map(([fields, by = 'outlet'], i) =>
      article('abcdef'[i] ?? 'z', '2018', [happened(type, null, { ...subject, by, fields })]),
    ),
  );
  const settled = seeFact(history, key)?.fields[field];
  if (settled === undefined) return undefined;
  const { value, contested, alternatives } = settled;
  return {
    value,
    contested,
    alternatives: alternatives.map((one) => [
      one.value,
      one.evidence.map(({ report }) => report.metadata.article).join(''),
    ]),
  };
};

t.test('an exact field: values agree or contest each other', async (t) => {
  const place = (...said: readonly Said[]) =>
    merged('PartnershipSigned', 'partnership/acme.federation/signed', 'place', ...said);
  t.strictSame(place([{ place: 'Davos' }], [{ place: 'Davos' }]), {
    value: 'Davos',
    contested: false,
    alternatives: [],
  });
  t.strictSame(
    place([{ place: 'Davos' }], [{ place: 'Lausanne' }, 'party']),
    {
      value: 'Lausanne',
      contested: true,
      alternatives: [
        ['Davos', 'a'],
        ['Lausanne', 'b'],
      ],
    },
    'the better attribution is shown, all stay visible with their sources',
  );
  t.strictSame(
    place([{ place: 'Davos' }], [{}, 'party']),
    { value: 'Davos', contested: false, alternatives: [] },
    'absent is not a value',
  );
});

t.test('a range field: numbers are intersected', async (t) => {
  const count = (...said: readonly Said[]) =>
    merged('CreativeCountStated', 'campaign/it/creative-count-stated', 'count', ...said);
  t.strictSame(count([{ count: { min: 2 } }], [{ count: 3 }]), { value: 3, contested: false, alternatives: [] });
  t.strictSame(count([{ count: { about: 100 } }], [{ count: 95 }]), { value: 95, contested: false, alternatives: [] });
  t.strictSame(
    count([{ count: 2 }, 'party'], [{ count: 3 }], [{ count: { max: 2 } }]),
    {
      value: 2,
      contested: true,
      alternatives: [
        [2, 'ac'],
        [3, 'b'],
      ],
    },
    'numbers that exclude each other contest; what is compatible with the displayed one supports it',
  );
  t.strictSame(
    count([{ count: { min: 2 } }], [{ count: 3 }, 'inference']),
    { value: { min: 2 }, contested: false, alternatives: [] },
    'a guess narrows nothing',
  );
});

t.test('a range field: dates and periods are intersected', async (t) => {
  const end = (...said: readonly Said[]) =>
    merged('TermAgreed', 'partnership/acme.federation/term-agreed', 'end', ...said);
  t.strictSame(end([{ end: '2028' }], [{ end: '[2028..]' }]), { value: '2028', contested: false, alternatives: [] });
  t.strictSame(end([{ end: '2028' }, 'party'], [{ end: '2024' }]), {
    value: '2028',
    contested: true,
    alternatives: [
      ['2028', 'a'],
      ['2024', 'b'],
    ],
  });
});

t.test('a set field: members are united', async (t) => {
  const members = (...said: readonly Said[]) => merged('RosterReported', 'roster/it/reported', 'members', ...said);
  t.strictSame(
    members([{ members: ['visa', 'coke'] }], [{ members: ['intel'] }, 'inference']),
    { value: ['coke', 'intel', 'visa'], contested: false, alternatives: [] },
    'lists that do not claim to be complete never contest each other',
  );
  t.strictSame(
    members([{ members: ['visa'] }], [{ members: ['visa', 'coke'], complete: true }]),
    { value: ['coke', 'visa'], contested: false, alternatives: [] },
    'a complete list that has all others breaks nothing',
  );
});

t.test('a set field: members are contested only by a report marked complete', async (t) => {
  const members = (...said: readonly Said[]) => merged('RosterReported', 'roster/it/reported', 'members', ...said);
  t.strictSame(
    members(
      [{ members: ['intel'] }],
      [{ members: ['coke', 'visa'], complete: true }, 'party'],
      [{ members: ['visa'] }],
    ),
    {
      value: ['coke', 'visa'],
      contested: true,
      alternatives: [
        [['intel'], 'a'],
        [['coke', 'visa'], 'bc'],
      ],
    },
    'a member that a complete list lacks',
  );
  t.match(
    members([{ members: ['intel'] }, 'joint-statement'], [{ members: ['coke', 'visa'], complete: true }]),
    { value: ['intel'], contested: true },
    'the better attribution is shown, complete or not',
  );
  const [short, long] = [
    { members: ['visa'], complete: true },
    { members: ['coke', 'visa'], complete: true },
  ];
  t.match(members([short, 'party'], [long]), { value: ['visa'], contested: true }, 'two complete lists that differ');
  t.match(
    members([short], [long, 'party']),
    { value: ['coke', 'visa'], contested: true },
    'whichever is the better one',
  );
});

t.test('a text field: values never contest each other and the best one is shown', async (t) => {
  const occasion = (...said: readonly Said[]) =>
    merged('PartnershipAnnounced', 'partnership/acme.federation.it/announced', 'occasion', ...said);
  t.strictSame(occasion([{ occasion: 'a fair' }], [{ occasion: 'the yearly fair' }, 'party']), {
    value: 'the yearly fair',
    contested: false,
    alternatives: [],
  });
});

t.test('fields merge only between reports of the same modality', async (t) => {
  const opened = { subject: 'shop', games: ['2022W'] };
  const plan = planned('StorefrontOpened', '2018', { ...opened, fields: { platform: 'Web', for: 'fans' } });
  const done = happened('StorefrontOpened', '2018', { ...opened, fields: { platform: 'App' } });
  const fact = seeFact(
    given(article('a', '2017', [plan]), article('b', '2019', [done])),
    'storefront/shop.2022w/opened',
  );
  t.equal(fact?.contested, false, 'what was planned otherwise is no contest');
  t.equal(fact?.fields['platform']?.value, 'App');
  t.equal(fact?.fields['for'], undefined, 'a plan gives no value to what happened');
});

t.test('articles that tie an activation to different campaigns contest each other', async (t) => {
  const staged = (campaign: string, by: Attribution) =>
    happened('ActivationStaged', '2018', { subject: 'booth', games: ['2018W'], by, fields: { campaign } });
  const history = given(
    article('a', '2018-01', [staged('autumn', 'outlet')]),
    article('b', '2018-02', [staged('spring', 'party')]),
  );
  const fact = seeFact(history, 'activation/booth.2018w/staged');
  t.match(fact, { contested: true, campaign: 'spring', fields: { campaign: { value: 'spring', contested: true } } });
});
