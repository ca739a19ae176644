import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { openTestApp, problem } from '../support/app.ts';
import { seedsFolder } from '../support/seeds.ts';

const seedFiles = ['000', '001', '002', '003', '004'].map((id) =>
  readFileSync(join(seedsFolder, `${id}.yaml`), 'utf8'),
);

const dryRun = '/api/articles?dryRun=true';

for (const [title, files] of [
  ['in order of id', seedFiles],
  ['in reverse', seedFiles.toReversed()],
] as const) {
  t.test(`a dry run says of every seed, ${title}, what recording it then does`, async (t) => {
    const { get, post } = await openTestApp(t, { seeds: false });
    for (const file of files) {
      const before = (await get('/api')).body.ledger.position;
      const foretold = await post(file, {}, dryRun);
      t.match(foretold, { status: 200, headers: { location: undefined }, body: { dryRun: true } });
      t.equal((await get('/api')).body.ledger.position, before, 'nothing is recorded');
      const { dryRun: _, contests, ...rest } = foretold.body;
      const {
        position: _position,
        recordedAt: _recordedAt,
        partnerships: _parts,
        ...recorded
      } = (await post(file)).body;
      t.strictSame(rest, recorded);
      for (const { fact, field, values } of contests) {
        const { entry } = (await get(`/api/partnerships/alibaba.ioc/facts/${fact}?occurredAsOf=2030`)).body;
        const shown = entry.alternatives.filter((one: { field: string }) => one.field === field);
        t.same(
          values.map(({ value }: { value: unknown }) => value),
          shown.map(({ value }: { value: unknown }) => value),
          `${fact} is contested on ${field} as was foretold`,
        );
      }
      t.ok(new Set(recorded.effects.contested).isSubsetOf(new Set(contests.map(({ fact }: { fact: string }) => fact))));
    }
  });
}

t.test('a dry run shows both values of what an article would contest', async (t) => {
  const { post } = await openTestApp(t, { seeds: false });
  await post(articleFile('a', ['CreativeCountStated: duo, count: 2']));
  const { body } = await post(
    articleFile('b', ['CreativeCountStated: duo, count: 3', 'TierGranted: top, happened: ~']),
    {},
    dryRun,
  );
  const fact = 'campaign/duo/creative-count-stated';
  t.match(body.effects, { contested: [fact], entered: ['tier/top/granted'] });
  t.match(body.contests, [
    {
      fact,
      field: 'count',
      values: [
        { value: 2, sources: [{ article: 'a' }] },
        { value: 3, sources: [{ article: 'b' }] },
      ],
    },
  ]);
  t.match(body.warnings, [{ path: '/partnership', message: /top \(tier\) are not registered/ }]);
});

t.test('a dry run flags a rule that the article alone would break, and one against another partnership', async (t) => {
  const { post } = await openTestApp(t);
  const granted = 'CategoryGranted: cloud-services, exclusive: true, happened: 2024-01-10';
  const outside = ['TermAgreed: ~, happened: 2025-03-03, end: 2027', 'CoverageDeclared: ~, games: 2032S, happened: ~'];
  const { body } = await post(articleFile('a', [granted, ...outside]), {}, `${dryRun}&newPartnership=true`);
  t.same(body.flags.map(({ rule }: { rule: string }) => rule).toSorted(), ['category-exclusivity', 'coverage']);
});

t.test('a dry run of a recorded article has no effects, and one that would be refused is refused', async (t) => {
  const { get, post } = await openTestApp(t, { seeds: false });
  const file = articleFile('a', ['PartnershipSigned: ~, happened: 2025-03-03']);
  await post(file);
  const { body } = await post(file, {}, dryRun);
  t.ok(Object.values(body.effects as Record<string, string[]>).every((facts) => facts.length === 0));
  const changed = articleFile('a', ['PartnershipSigned: ~, happened: 2025-03-02']);
  t.match(await post(changed, {}, dryRun), problem('revision-taken', 409));
  const wrong = articleFile('b', ['PartnershipSined: ~, happened: 2025-03-02']);
  t.match(await post(wrong, {}, dryRun), problem('invalid-article', 422));
  const accept = 'application/vnd.partnership-ledger.outcome+json';
  const outcome = await post(wrong, { accept }, dryRun);
  t.match(outcome, { status: 200, headers: { 'content-type': accept } }, 'to a page a refusal is an outcome');
  t.match(JSON.parse(outcome.text), { status: 422, problem: { type: '/problems/invalid-article' } });
  t.match(await post(file, { authorization: '' }, dryRun), problem('token-missing', 401));
  t.match(await post(file, {}, '/api/articles?dryRun=maybe'), problem('invalid-parameter', 400));
  t.match(await post(file, {}, '/api/articles?dryrun=true'), problem('unknown-parameter', 400));
  t.equal((await get('/api')).body.ledger.position, 3);
});
