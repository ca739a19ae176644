import * as fc from 'fast-check';
import t from 'tap';
import { reportTypes } from '../../../src/domain/vocabulary/event-types.ts';
import { factKey } from '../../../src/domain/vocabulary/fact-key.ts';
import { editionAtEnd, factParts } from '../../../src/domain/vocabulary/fact-parts.ts';

t.test('a fact key gives back the subject and the edition that it is made from', async () => {
  const withEdition = reportTypes.filter(({ edition }) => edition === 'key' || edition === 'required');
  const subjects = fc.constantFrom(
    'vehicles',
    'fan-park.2019',
    'shop.eu',
    'a.b.c',
    'park-2016',
    '2019',
    'top.partner-2024',
  );
  const editions = fc.constantFrom(null, '2018W', 'paralympics.2020', 'premier-league.2022-23', 'fifa-world-cup.2026');
  fc.assert(
    fc.property(fc.constantFrom(...withEdition), subjects, editions, (type, named, edition) => {
      const subject = type.subject === 'none' ? null : named;
      // The reader of articles refuses a subject that reads as an edition.
      if (subject !== null && editionAtEnd(type.kind, subject) !== null) return true;
      if (subject === null && edition === null) return true;
      const parts = factParts(factKey(type, { partnership: '', subject, campaign: null, edition }));
      return parts.subject === (subject ?? '') && parts.edition === edition;
    }),
  );
});

t.test('only kinds whose keys have editions end in one of another series', async (t) => {
  t.match(factParts('obligation/vehicles.paralympics.2020/undertaken'), {
    subject: 'vehicles',
    edition: 'paralympics.2020',
  });
  t.match(factParts('obligation/paralympics.2020/qualified'), { subject: '', edition: 'paralympics.2020' });
  t.match(factParts('coverage/fifa-world-cup.2026/declared'), { subject: '', edition: 'fifa-world-cup.2026' });
  t.match(factParts('activation/fan-park.2019/staged'), { subject: 'fan-park.2019', edition: null });
  t.match(factParts('reputation/counterfeits.ustr.2016/raised'), { subject: 'counterfeits.ustr.2016', edition: null });
  t.match(factParts('partnership/harrier.ioc.2014/renewed'), { subject: 'harrier.ioc.2014', edition: null });
  t.match(factParts('games/paralympics.2020/host-elected'), { subject: '', edition: 'paralympics.2020' });
});
