import t from 'tap';
import { problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { decide } from '../support/decide.ts';
import {
  acme,
  correction,
  entryOf,
  launch,
  launched,
  reportsOf,
  sign,
  signed,
  twoArticles,
  versionOf,
} from './two-articles.ts';

t.test('a correction shows the right value beside what the article says', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, signed);
  const [ofA] = await reportsOf(app, signed);
  const answer = await decide(app, `${acme}/corrections`, { ...correction, reports: [ofA.id] }, { version, key: '1' });
  t.match(answer, {
    status: 201,
    headers: { location: `${acme}/facts/${signed}`, 'cache-control': 'no-store' },
    body: {
      type: 'FactCorrected',
      fact: signed,
      recordedBy: 'anna',
      recordedAt: String,
      effects: { corrected: [signed], entered: [] },
      flags: [],
    },
  });
  t.equal(answer.body.version, answer.body.position);
  const entry = await entryOf(app, signed);
  t.equal(entry.version, answer.body.version, 'which is the version of the fact from here on');
  t.match(entry.decisions, [
    {
      decision: answer.body.decision,
      type: 'FactCorrected',
      recordedBy: 'anna',
      reason: 'one s too many',
      value: 'Davos',
    },
  ]);
  t.match(entry.sources, [
    {
      article: 'a',
      values: { place: 'Davoss' },
      corrections: [{ said: 'Davoss', value: 'Davos', decision: answer.body.decision }],
    },
    { article: 'b', values: { place: 'Bern' }, corrections: [] },
  ]);
  t.match(
    await entryOf(app, signed, `?atPosition=${answer.body.position - 1}`),
    { decisions: [], version },
    'an earlier cut stays as it was',
  );
  const { body: trail } = await app.get(`${acme}/facts/${signed}/audit`);
  t.match(trail.entries.at(-1), {
    position: answer.body.position,
    recordedBy: 'anna',
    event: { type: 'FactCorrected' },
    effects: ['corrected'],
    asserted: { field: 'place', said: 'Davoss', value: 'Davos', basis: 'misread', reason: 'one s too many' },
  });
});

t.test('a correction of several reports keeps what each of them said', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, signed);
  t.equal((await decide(app, `${acme}/corrections`, correction, { version, key: '1' })).status, 201);
  t.match(await entryOf(app, signed), {
    data: { place: 'Davos' },
    contested: false,
    sources: [{ corrections: [{ said: 'Davoss' }] }, { corrections: [{ said: 'Bern' }] }],
  });
});

t.test('a resolution settles a contest, and a new report reopens it', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, signed);
  t.equal((await entryOf(app, signed)).contested, true);
  const reference = { title: 'The register', published: '2024-07-01' };
  const resolution = { ...correction, value: 'Bern', basis: 'better-evidence', reference };
  const answer = await decide(app, `${acme}/resolutions`, resolution, { version, key: '1' });
  t.match(answer, { status: 201, body: { type: 'ContestResolved', effects: { resolved: [signed] } } });
  t.match(await entryOf(app, signed), { data: { place: 'Bern' }, contested: false, reopened: false });
  t.match(
    await entryOf(app, signed, '?reportedAsOf=2024-06-30'),
    { contested: true, decisions: [] },
    'not before its reference',
  );
  t.match(await entryOf(app, signed, '?reportedAsOf=2024-07-01'), { contested: false });
  await app.post(articleText({ article: 'c', published: '2024-08-02', reports: sign('Chur') }));
  t.match(await entryOf(app, signed), { data: { place: 'Bern' }, contested: true, reopened: true });
});

t.test('a retracted fact is hidden and still there for whoever asks for it', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, launched);
  const answer = await decide(
    app,
    `${acme}/retractions`,
    { fact: launched, reason: 'another spring' },
    { version, key: '1' },
  );
  t.match(answer, { status: 201, body: { type: 'FactRetracted', effects: { retracted: [launched] } } });
  t.equal((await app.get(`${acme}/timeline?type=CampaignLaunched`)).body.total, 1);
  t.match(await entryOf(app, launched), {
    status: 'unsupported',
    version: answer.body.version,
    decisions: [{ type: 'FactRetracted', recordedBy: 'anna', reason: 'another spring' }],
  });
  t.match(await reportsOf(app, launched), [{ counts: false, because: /another spring/ }]);

  const again = { fact: launched, reason: 'again' };
  const refused = await decide(app, `${acme}/retractions`, again, { version: answer.body.version, key: '2' });
  t.match(refused, problem('decision-refused', 409, { rule: 'nothing-counts' }));
  const reread = (revision: number, reports: string) =>
    articleText({ article: 'b', published: '2024-06-02', revision, head: 'because: reread\n', reports });
  await app.post(reread(2, launch('spring', '2024-06-01')));
  t.equal((await entryOf(app, launched)).status, 'unsupported', 'the same statement stays retracted');
  await app.post(reread(3, launch('spring', '2024-05-30')));
  t.match(await entryOf(app, launched), { status: 'happened', reopened: true }, 'another one brings it back');
});

t.test('a merge makes one fact of two keys', async (t) => {
  const app = await twoArticles(t);
  const lenz = 'campaign/lenz/launched';
  const merge = { fact: launched, from: lenz, fromVersion: await versionOf(app, lenz), reason: 'Lenz is spring' };
  const version = await versionOf(app, launched);
  const old = await decide(app, `${acme}/merges`, { ...merge, fromVersion: 1 }, { version, key: '1' });
  t.match(
    old,
    problem('version-stale', 412, {
      errors: [{ in: 'body', path: '/fromVersion', message: String as never }],
    }),
  );
  const answer = await decide(app, `${acme}/merges`, merge, { version, key: '1' });
  t.match(answer, { status: 201, body: { type: 'FactsMerged', fact: launched, version: Number } });
  const entry = await entryOf(app, lenz);
  t.match(entry, { fact: launched, version: answer.body.version, decisions: [{ type: 'FactsMerged', from: lenz }] });
  t.equal(entry.sources.length, 2);

  const seen = { version: answer.body.version, key: '2' };
  t.match(
    await decide(app, `${acme}/merges`, { fact: lenz, from: launched, reason: 'the other way' }, seen),
    problem('decision-refused', 409, {
      rule: 'fact-merged',
      errors: [{ in: 'body', path: '/fact', message: String as never, suggestion: launched }],
    }),
    'there is no way round',
  );
  const late = { fact: launched, field: 'date', value: '2024-05-30', basis: 'misread', reason: 'two days before' };
  const ofLenz = entry.sources.map(({ id }: { id: string }) => id);
  t.match(
    await decide(app, `${acme}/corrections`, { ...late, reports: ofLenz }, seen),
    { status: 201 },
    'the reports of both are judged under the key that remains',
  );
});

t.test('a merge that is undone leaves two facts, and stays in the trail of both', async (t) => {
  const app = await twoArticles(t);
  const lenz = 'campaign/lenz/launched';
  const keys = { fact: launched, from: lenz };
  const first = await versionOf(app, launched);
  const merged = await decide(
    app,
    `${acme}/merges`,
    { ...keys, reason: 'Lenz is spring' },
    { version: first, key: '1' },
  );
  const separation = { ...keys, reason: 'Lenz is another campaign' };
  t.match(
    await decide(app, `${acme}/separations`, separation, { version: first, key: '2' }),
    problem('version-stale', 412),
    'on the version that was seen',
  );
  const seen = { version: merged.body.version, key: '2' };
  const answer = await decide(app, `${acme}/separations`, separation, seen);
  t.match(answer, {
    status: 201,
    headers: { location: `${acme}/facts/${launched}` },
    body: {
      type: 'MergeUndone',
      fact: launched,
      effects: { separated: [lenz, launched], superseded: [], retracted: [] },
    },
  });
  for (const fact of [launched, lenz]) {
    const entry = await entryOf(app, fact);
    t.match(entry, { fact, status: 'happened', version: answer.body.version });
    t.equal(entry.sources.length, 1, 'each with its own report');
    t.same(
      entry.decisions.map(({ type }: { type: string }) => type),
      ['FactsMerged', 'MergeUndone'],
    );
    const { entries } = (await app.get(`${acme}/facts/${fact}/audit`)).body;
    t.same(
      entries.slice(-2).map(({ event }: { event: { type: string } }) => event.type),
      ['FactsMerged', 'MergeUndone'],
    );
    t.match((await app.get(`${acme}/facts/${fact}/why`)).body.decisions, [
      { type: 'FactsMerged', inForce: false, text: `it was undone at position ${answer.body.position}` },
      { type: 'MergeUndone', inForce: true },
    ]);
  }
  t.match(
    await entryOf(app, lenz, `?atPosition=${merged.body.position}`),
    { fact: launched },
    'an earlier cut is merged',
  );
  const moved = `clock=recorded&from=position:${merged.body.position}&to=position:${answer.body.position}`;
  t.match((await app.get(`${acme}/diff?${moved}`)).body.timeline, [
    { key: lenz, what: 'appeared', means: ['separated'] },
    { key: launched, what: 'changed', means: ['separated'] },
  ]);
  t.match(
    await decide(app, `${acme}/separations`, separation, { version: answer.body.version, key: '3' }),
    problem('decision-refused', 409, { rule: 'not-merged' }),
  );
  t.match(await decide(app, `${acme}/separations`, separation, seen), { status: 200, body: answer.body }, 'sent again');
});

t.test('a dry run says what would come of a decision, and records nothing', async (t) => {
  const app = await twoArticles(t);
  const { position } = (await app.get('/api')).body.ledger;
  const lenz = 'campaign/lenz/launched';
  const version = await versionOf(app, signed);
  const dry = async (address: string, body: object, seen: number) =>
    await decide(app, `${address}?dryRun=true`, body, { version: seen, key: '1' });
  t.match(await dry(`${acme}/corrections`, correction, version), {
    status: 200,
    headers: { location: undefined, 'cache-control': 'no-store' },
    body: {
      dryRun: true,
      type: 'FactCorrected',
      fact: signed,
      effects: { corrected: [signed] },
      flags: [],
      contests: [],
      changes: [
        {
          fact: signed,
          before: { data: { place: String }, contested: true, reports: 2 },
          after: { data: { place: 'Davos' }, contested: false, reports: 2 },
        },
      ],
    },
  });
  const merged = await dry(
    `${acme}/merges`,
    { fact: launched, from: lenz, reason: 'x' },
    await versionOf(app, launched),
  );
  t.match(merged.body.changes, [
    { fact: lenz, before: { reports: 1 }, after: null },
    { fact: launched, before: { reports: 1 }, after: { reports: 2 } },
  ]);
  const [ofA] = await reportsOf(app, signed);
  const half = { ...correction, reports: [ofA.id] };
  t.match((await dry(`${acme}/corrections`, half, version)).body.contests, [
    { fact: signed, field: 'place', values: [{ value: 'Davos' }, { value: 'Bern' }] },
  ]);
  const article = (await app.get('/api/articles/b')).body.article.version;
  t.match((await dry('/api/articles/b/retraction', { reason: 'a hoax' }, article)).body, {
    type: 'ArticleRetracted',
    article: 'b',
    revision: 1,
    effects: { retracted: [lenz, launched, signed].toSorted() },
  });
  t.match(await dry(`${acme}/corrections`, correction, 1), problem('version-stale', 412), 'it is refused alike');
  t.match(
    await dry(`${acme}/corrections`, { ...correction, field: 'plaze' }, version),
    problem('invalid-decision', 422),
  );
  t.match(
    await decide(app, `${acme}/corrections?dryRun=yes`, correction, { version, key: '1' }),
    problem('invalid-parameter', 400),
  );
  t.equal((await app.get('/api')).body.ledger.position, position, 'nothing was recorded');
  t.match(
    await decide(app, `${acme}/corrections?dryRun=false`, correction, { version, key: '1' }),
    { status: 201 },
    'and the key is free',
  );
  t.match(
    await decide(app, `${acme}/corrections?dryRun=true`, correction, {
      version: await versionOf(app, signed),
      key: '1',
    }),
    problem('decision-refused', 409, { rule: 'no-change' }),
    'a key that was used plays no part',
  );
});

t.test('an article retracted up to a revision counts again with a higher one', async (t) => {
  const app = await twoArticles(t);
  const { body: before } = await app.get('/api/articles/b');
  const answer = await decide(
    app,
    '/api/articles/b/retraction',
    { reason: 'a hoax' },
    { version: before.article.version, key: '1' },
  );
  t.match(answer, {
    status: 201,
    headers: { location: '/api/articles/b' },
    body: { type: 'ArticleRetracted', article: 'b', revision: 1, recordedBy: 'anna' },
  });
  t.same(answer.body.effects.retracted, ['campaign/lenz/launched', launched, signed].toSorted());
  const { body: after } = await app.get('/api/articles/b');
  t.match(after.article, {
    version: answer.body.version,
    retracted: { revision: 1, reason: 'a hoax', recordedBy: 'anna', position: answer.body.position },
  });
  t.equal(await versionOf(app, signed), answer.body.version, 'it touches the facts that it reports');
  const seen = { version: answer.body.version, key: '2' };
  t.match(
    await decide(app, '/api/articles/b/retraction', { reason: 'again' }, seen),
    problem('decision-refused', 409, { rule: 'already-retracted' }),
  );
  t.match(
    await decide(app, '/api/articles/b/retraction', { reason: 'again', revision: 7 }, seen),
    problem('invalid-decision', 422, {
      errors: [{ in: 'body', path: '/revision', message: String as never }],
    }),
  );
  await app.post(
    articleText({
      article: 'b',
      published: '2024-06-02',
      revision: 2,
      head: 'because: reread\n',
      reports: sign('Bern'),
    }),
  );
  t.match((await app.get('/api/articles/b')).body.article, { revision: 2, retracted: null });
  t.equal((await entryOf(app, signed)).contested, true);
});

t.test('who read an article before it was withdrawn still had it', async (t) => {
  const app = await twoArticles(t);
  const { version } = (await app.get('/api/articles/b')).body.article;
  const withdraw = (withdrawnOn: string, key: string) =>
    decide(app, '/api/articles/b/retraction', { withdrawnOn, reason: 'the publisher took it down' }, { version, key });
  for (const wrong of ['2024-06-01', '2024-13', '[2024-07-01..]', '2024-07/2024-08'])
    t.match(
      await withdraw(wrong, '1'),
      problem('invalid-decision', 422, {
        rule: 'wrong-withdrawal',
        errors: [{ in: 'body', path: '/withdrawnOn', message: String as never }],
      }),
      wrong,
    );
  const { status, body } = await withdraw('2024-08', '1');
  t.equal(status, 201);
  t.same(body.effects.retracted, ['campaign/lenz/launched', launched, signed].toSorted());
  const at = async (reportedAsOf: string, timing = 'any') =>
    (await app.get(`${acme}/timeline?reportedAsOf=${reportedAsOf}&timing=${timing}`)).body.total;
  t.equal(await at('2024-06-01'), 1, 'nobody had it before it was published');
  t.equal(await at('2024-07-31'), 3, 'then everybody had it');
  t.equal(await at('2024-08-15'), 3, 'in August one may have had it');
  t.equal(await at('2024-08-15', 'certain'), 1, 'but not certainly');
  t.equal(await at('2024-08-31'), 1, 'from September nobody has it');
  t.match(await entryOf(app, launched), { status: 'unsupported', version: body.version });
  t.match(await entryOf(app, launched, '?reportedAsOf=2024-07-31'), { status: 'happened', timing: 'certain' });
  t.match(await entryOf(app, launched, '?reportedAsOf=2024-08-15'), { status: 'happened', timing: 'possible' });
  t.match((await app.get('/api/articles/b')).body.article.retracted, { withdrawnOn: { edtf: '2024-08' }, revision: 1 });
  t.equal((await app.get('/api/articles/b?reportedAsOf=2024-07-31')).body.article.retracted, null);
  const before = `?atPosition=${body.position - 1}`;
  t.equal((await app.get(`${acme}/timeline${before}`)).body.total, 3, 'an earlier cut of the ledger stays as it was');
});

t.test('a publisher may withdraw one statement', async (t) => {
  const app = await twoArticles(t);
  const retraction = { fact: launched, withdrawnOn: '2024-07-01', reason: 'a correction at the foot of the article' };
  const answer = await decide(app, `${acme}/retractions`, retraction, {
    version: await versionOf(app, launched),
    key: '1',
  });
  t.equal(answer.status, 201);
  t.match(await entryOf(app, launched), {
    status: 'unsupported',
    decisions: [{ type: 'FactRetracted', withdrawnOn: { edtf: '2024-07-01' } }],
  });
  t.match(await entryOf(app, launched, '?reportedAsOf=2024-06-30'), { status: 'happened', decisions: [] });
  t.match((await app.get(`${acme}/facts/${launched}/why?reportedAsOf=2024-06-30`)).body.decisions, [
    { inForce: false, text: 'the publisher withdrew it after reportedAsOf' },
  ]);
  const moved = (await app.get(`${acme}/diff?clock=reported&from=2024-06-30&to=2024-07-01`)).body;
  t.match(moved.timeline, [{ key: launched, what: 'disappeared', means: ['retracted'] }]);
});

t.test('a decision that makes another fact break a rule is recorded, and its answer has the flag', async (t) => {
  const app = await twoArticles(t);
  const agreed = '  - { TermAgreed: ~, happened: 2024-05-01, p: 1, start: 2024-05, end: 2030, note: Six years }';
  await app.post(articleText({ article: 'd', published: '2024-09-02', reports: agreed }));
  const term = 'partnership/acme.federation/term-agreed';
  const body = { fact: term, field: 'end', value: '2024-05-20', basis: 'misread', reason: 'misread' };
  const answer = await decide(app, `${acme}/corrections`, body, { version: await versionOf(app, term), key: '1' });
  t.match(answer, {
    status: 201,
    body: {
      flags: [
        { fact: 'campaign/lenz/launched', rule: 'term' },
        { fact: launched, rule: 'term' },
      ],
    },
  });
  t.match((await entryOf(app, launched)).flags, [{ rule: 'term' }]);
  t.match(
    await decide(app, `${acme}/corrections`, body, { version: 1, key: '1' }),
    { status: 200, body: answer.body },
    'and so has the answer to the same request sent again',
  );
});
