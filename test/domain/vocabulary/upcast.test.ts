import t from 'tap';
import { eventType } from '../../../src/domain/vocabulary/event-types.ts';
import { currentVersion, decode, partnershipStream } from '../../../src/domain/vocabulary/events.ts';
import { acme, article, happened, recordedArticles, understood } from '../../support/given.ts';
import { seeFact } from '../../support/see.ts';

const key = 'partnership/acme.federation/term-agreed';

// As version 1 of this software stored it: the last day was called `until`, the length was in months.
const storedLongAgo = (data: Readonly<Record<string, unknown>>) => {
  const [report, reading] = recordedArticles(article('a', '2018', [happened('TermAgreed', '2017-01-19')]));
  if (report === undefined || reading === undefined) throw new Error('nothing was recorded');
  const { fact, modality, date, subject, games } = report.data;
  return [
    { ...report, data: { fact, modality, date, subject, games, ...data }, metadata: { ...report.metadata, schema: 1 } },
    reading,
  ] as const;
};

t.test('an event that was stored under schema version 1 is read as if it were of today', async (t) => {
  const fact = seeFact(understood(storedLongAgo({ until: '2028', months: 144 })), key);
  t.match(fact, { stage: 'happened', fields: { end: { value: '2028' }, years: { value: 12 } } });
  t.notOk(fact?.fields['until']);
  t.notOk(fact?.evidence[0]?.report.fields['months'], 'the former names are gone');
});

t.test('an upcast event still lacks what version 1 did not store', async (t) => {
  t.strictSame(seeFact(understood(storedLongAgo({ until: '2028' })), key)?.evidence[0]?.report.fields, { end: '2028' });
  t.strictSame(seeFact(understood(storedLongAgo({})), key)?.evidence[0]?.report.fields, {});
});

t.test('a bound in months becomes a bound in years', async (t) => {
  const years = (months: unknown) => seeFact(understood(storedLongAgo({ months })), key)?.fields['years']?.value;
  t.strictSame(years({ min: 120 }), { min: 10 });
  t.strictSame(years({ min: 120, max: 144 }), { min: 10, max: 12 });
  t.strictSame(years({ about: 120 }), { about: 10 });
});

t.test('a length in months that was not kept is damaged in years too', async (t) => {
  for (const months of [null, { min: null }]) {
    const [report] = storedLongAgo({ months });
    t.match(decode(report), { fields: { years: undefined }, damaged: ['years'] });
  }
});

t.test('an event of the current version is left as it is', async (t) => {
  const type = eventType('TermAgreed');
  t.equal(type && currentVersion(type), 2);
  const [report] = recordedArticles(article('a', '2018', [happened('TermAgreed', null, { fields: { years: 12 } })]));
  t.equal(report?.metadata['schema'], 2, 'and written as such');
  t.match(report && decode(report), { kind: 'report', fields: { years: 12 } });
});

t.test('an upcast event merges with current reports', async (t) => {
  const recent = recordedArticles(
    article('b', '2018', [happened('TermAgreed', '2017-01-19', { fields: { end: '[2028..]' } })]),
  ).map((event) => ({ ...event, position: event.position + 2 }));
  const fact = seeFact(understood([...storedLongAgo({ until: '2028' }), ...recent]), key);
  t.match(fact, { contested: false, fields: { end: { value: '2028' } } });
  t.equal(fact?.evidence.length, 2);
});

t.test('an event of an unknown type or version is skipped', async (t) => {
  const unknown = {
    id: '00000000-0000-4000-8000-000000000000',
    type: 'LedgerOpened',
    data: {},
    metadata: { recordedBy: 'test' },
    stream: partnershipStream(acme),
    revision: 0,
    position: 1,
    recordedAt: '2026-01-01T00:00:00.000Z',
  };
  t.equal(decode(unknown), null);
});
