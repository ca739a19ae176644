import t from 'tap';
import { validate, version } from 'uuid';
import type { ReadingDraft, ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { readingEvents, reportId } from '../../../src/domain/decisions/reading.ts';
import { idOf } from '../../../src/domain/vocabulary/events.ts';
import { article, happened } from '../../support/given.ts';

const signed = happened('PartnershipSigned', '2017', { by: 'party', speaker: 'Ann' });
const reading = article('a', '2018', [signed]);

t.test('an event id is a UUIDv5 of what it stands for', async (t) => {
  const id = idOf('a', 1, null);
  t.ok(validate(id));
  t.equal(version(id), 5);
  t.equal(idOf('a', 1, null), id, 'equal parts give the same id');
  t.not(idOf('a', '1', null), id, 'a number is not its text');
  t.not(idOf('a,1', null), id, 'parts do not run into each other');
});

t.test("every part of a report's identity changes its id", async (t) => {
  const id = reportId(reading, signed);
  t.equal(reportId({ ...reading }, { ...signed }), id, 'a retry is a retry');

  const otherReadings: Readonly<Record<string, Partial<ReadingDraft>>> = {
    stream: { partnership: 'other.federation' },
    article: { article: 'b' },
    revision: { revision: 2 },
    digest: { digest: 'another text' },
  };
  for (const [part, change] of Object.entries(otherReadings))
    t.not(reportId({ ...reading, ...change }, signed), id, part);

  const otherReports: Readonly<Record<string, Partial<ReportDraft>>> = {
    fact: { fact: 'partnership/acme.federation/renewed' },
    modality: { modality: 'planned' },
    attribution: { attribution: 'outlet' },
    speaker: { speaker: { name: 'Bob', role: null } },
    'role of the speaker': { speaker: { name: 'Ann', role: 'chair' } },
  };
  for (const [part, change] of Object.entries(otherReports))
    t.not(reportId(reading, { ...signed, ...change }), id, part);

  const noPart: Readonly<Record<string, Partial<ReportDraft>>> = {
    date: { date: '2018' },
    note: { note: 'in other words' },
    paragraphs: { paragraphs: [2] },
  };
  for (const [part, change] of Object.entries(noPart)) {
    t.equal(reportId(reading, { ...signed, ...change }), id, `${part}: the digest covers it`);
  }
});

t.test('every event of a reading has an id of its own, the same each time', async (t) => {
  const corrections = [
    {
      field: 'place',
      said: null,
      value: 'Davos',
      reason: 'misspelt',
      reference: { title: 'A map', published: '2010' },
    },
  ];
  const whole = article('a', '2018', [signed, happened('CampaignLaunched', null, { subject: 'spring', corrections })]);
  const ids = readingEvents(whole, 'test').map(({ id }) => id);
  t.equal(new Set(ids).size, 4, 'two reports, a correction, the reading');
  t.strictSame(
    readingEvents(whole, 'somebody else').map(({ id }) => id),
    ids,
    'whoever records it',
  );
  const changed = readingEvents({ ...whole, digest: 'another text' }, 'test').map(({ id }) => id);
  t.equal(new Set([...ids, ...changed]).size, 8, 'another text shares no id with it');
});
