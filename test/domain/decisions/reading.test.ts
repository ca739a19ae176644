import t from 'tap';
import { decide, evolve, nothingRecorded } from '../../../src/domain/decisions/decide.ts';
import type { ReadingDraft } from '../../../src/domain/decisions/reading.ts';
import { noContext } from '../../support/decided.ts';
import { acme, article, happened, recordedArticles, stateOf } from '../../support/given.ts';

const record = (reading: ReadingDraft, ...before: readonly ReadingDraft[]) =>
  decide({ type: 'RecordArticle', reading, recordedBy: 'ann' }, stateOf(...before), noContext);

const signed = happened('PartnershipSigned', '2017', {
  corrections: [
    {
      field: 'date',
      said: '2017',
      value: '2016',
      reason: 'off by one',
      reference: { title: 'Gazette', published: '2016' },
    },
  ],
});
const first = article('a', '2018', [signed, happened('CampaignLaunched', '2018', { subject: 'spring' })]);

t.test('reading an article emits its reports, the corrections of its file, and last the reading', async (t) => {
  const outcome = record(first);
  t.equal(outcome.accepted, true);
  const events = outcome.accepted ? outcome.events : [];
  t.strictSame(
    events.map(({ type }) => type),
    ['PartnershipSigned', 'CampaignLaunched', 'FactCorrected', 'ArticleRead'],
  );
  const [one, other, correction, reading] = events;
  t.match(reading?.data, {
    article: 'a',
    revision: 1,
    digest: 'a 1',
    because: null,
    publisher: 'Publisher of a',
    published: '2018',
    reports: [one?.id, other?.id],
  });
  t.match(correction, {
    data: { reports: [one?.id], said: '2017', value: '2016' },
    metadata: { causationId: one?.id },
  });
  t.match(one, {
    data: { fact: 'partnership/acme.federation/signed', modality: 'happened', date: '2017' },
    metadata: { article: 'a', revision: 1, paragraphs: [1], attribution: 'outlet', recordedBy: 'ann' },
  });
  t.equal(new Set(events.map(({ metadata }) => metadata['correlationId'])).size, 1, 'tied together as one ingest');
});

t.test('reading the same revision with the same digest does nothing', async (t) => {
  t.strictSame(record(first, first), { accepted: true, events: [] });
});

t.test('reading the same revision with another digest is refused', async (t) => {
  const other = article('a', '2018', [signed], { digest: 'another text' });
  t.match(record(other, first), {
    accepted: false,
    rejection: { rule: 'revision-taken', message: /revision 1 of article a is recorded with other content.*raise/ },
  });
});

t.test('a higher revision is recorded, and a lower one that arrives later too', async (t) => {
  const second = article('a', null, [signed], { revision: 2, because: 'reread' });
  t.match(record(second, first), { accepted: true, events: [{}, {}, { type: 'ArticleRead' }] });
  t.match(record(first, second), { accepted: true, events: [{}, {}, {}, { type: 'ArticleRead' }] });
});

t.test('a report that contradicts another, or breaks a rule, is recorded', async (t) => {
  const contradicts = article('b', '2018', [happened('PartnershipSigned', '2015')]);
  t.match(record(contradicts, first), { accepted: true, events: [{ type: 'PartnershipSigned' }, {}] });
  const endsBeforeItBegan = article('b', '2018', [happened('CampaignEnded', '2016', { subject: 'spring' })]);
  t.match(record(endsBeforeItBegan, first), { accepted: true, events: [{ type: 'CampaignEnded' }, {}] });
});

t.test('the state of a partnership is everything that was recorded about it', async (t) => {
  const events = recordedArticles(first);
  const state = events.reduce(evolve, nothingRecorded(acme));
  t.strictSame(
    state.history.map(({ kind }) => kind),
    ['report', 'report', 'decision', 'reading'],
  );
  t.strictSame(
    state.history.map(({ position }) => position),
    [1, 2, 3, 4],
  );
  const [event] = events;
  if (event === undefined) throw new Error('nothing was recorded');
  t.strictSame(evolve(state, { ...event, type: 'MadeUpByALaterVersion' }), state, 'what means nothing changes nothing');
});
