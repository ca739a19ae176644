import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { openTestApp, problem, stewardTokens } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const postUrl = '/api/articles';
const asNew = '/api/articles?newPartnership=true';
const alibaba = (partnership: string): string =>
  articleText({
    article: 'x',
    partnership,
    published: '2020-05-02',
    reports: '  - { PartnershipAnnounced: ~, happened: 2020-05-01, p: 1 }',
  });

t.test('an article on an unknown partnership is refused with the nearest name, and recorded nowhere', async (t) => {
  const { post, ledger } = await openTestApp(t);
  const { position } = await ledger.views.head();
  for (const mistyped of ['alibab.ioc', 'alibaba.olympics']) {
    const answer = await post(alibaba(mistyped), {}, postUrl);
    t.match(answer, problem('unknown-partnership', 422));
    t.match(answer.body.errors, [{ in: 'body', path: '/partnership', suggestion: 'alibaba.ioc' }]);
  }
  t.match(
    (await post(alibaba('zebra.fifa'), {}, postUrl)).body.detail,
    /there are alibaba\.ioc; .*newPartnership=true/,
  );
  t.equal((await ledger.views.head()).position, position);
});

t.test('a new partnership is recorded if the writer says so, and is known from then on', async (t) => {
  const { post } = await openTestApp(t);
  t.equal((await post(alibaba('zebra.fifa'), {}, asNew)).status, 201);
  t.equal((await post(articleText({ article: 'y', partnership: 'zebra.fifa' }), {}, postUrl)).status, 201);
  t.equal((await post(articleText({ article: 'z', partnership: 'alibaba.ioc' }), {}, asNew)).status, 201);
  t.match(await post(alibaba('zebra.fifa'), {}, postUrl), { status: 200 }, 'what is recorded is unchanged');
});

t.test('the first partnership of a ledger is recorded without a word', async (t) => {
  const { post } = await openTestApp(t, { seeds: false });
  t.equal((await post(alibaba('zebra.fifa'), {}, postUrl)).status, 201);
  t.match(await post(articleText({ article: 'y' }), {}, postUrl), problem('unknown-partnership', 422));
});

t.test('newPartnership is true or false, and the only parameter', async (t) => {
  const { post } = await openTestApp(t, { seeds: false });
  t.match(await post(alibaba('a.b'), {}, `${postUrl}?newPartnership=yes`), problem('invalid-parameter', 400));
  const { status, body } = await post(alibaba('a.b'), {}, `${postUrl}?newPartnerships=true`);
  t.match({ status, errors: body.errors }, { status: 400, errors: [{ in: 'query', suggestion: 'newPartnership' }] });
});

t.test('a partnership whose only article was withdrawn is neither listed nor known', async (t) => {
  const { post, send, get } = await openTestApp(t);
  const ids = async () => (await get('/api/partnerships')).body.partnerships.map(({ id }: { id: string }) => id);
  t.equal((await post(alibaba('alibab.ioc'), {}, asNew)).status, 201);
  t.same(await ids(), ['alibab.ioc', 'alibaba.ioc']);
  const { version } = (await get('/api/articles/x')).body.article;
  const headers = {
    authorization: `Bearer ${stewardTokens.anna}`,
    'content-type': 'application/json',
    'idempotency-key': 'k',
    'if-match': `"${version}"`,
  };
  const body = JSON.stringify({ reason: 'Mistyped partnership.' });
  t.equal((await send('POST', '/api/articles/x/retraction', headers, body)).status, 201);
  t.same(await ids(), ['alibaba.ioc']);
  t.equal((await get('/api/partnerships/alibab.ioc/audit')).body.total, 3, 'its audit trail stays');
  const again = await post(articleText({ article: 'y', partnership: 'alibab.ioc' }), {}, postUrl);
  t.match(again, problem('unknown-partnership', 422));
});

t.test(
  'the command line refuses an unknown partnership in ingest and in check unless --new-partnership is given',
  async (t) => {
    const dataDir = join(t.testdir(), 'data');
    const told = (id: string, partnership: string) =>
      articleFile(id, ['PartnershipSigned: ~, happened: ~'], { partnership });
    t.match(await run(dataDir, ['ingest', '-'], { stdin: told('a', 'kestrel.ioc') }), { code: 0 });
    const mistyped = { stdin: told('b', 'kestral.ioc') };
    const refused = /did you mean kestrel\.ioc\? \(if the partnership is new, add --new-partnership\)/;
    t.match(await run(dataDir, ['ingest', '-'], mistyped), { code: 1, messages: refused });
    t.match(await run(dataDir, ['check', '-'], mistyped), { code: 2, messages: refused });
    t.match(await run(dataDir, ['check', '--new-partnership', '-'], mistyped), { code: 0 });
    t.match(await run(dataDir, ['ingest', '--new-partnership', '-'], mistyped), { code: 0, out: /1 recorded/ });
    t.match(await run(dataDir, ['show', 'timeline', 'kestral.ioc']), { code: 0 });
  },
);

t.test('check calls a partnership known from the file that says it is new', async (t) => {
  const folder = t.testdir({
    'a.yaml': articleFile('a', ['PartnershipSigned: ~, happened: ~'], { partnership: 'heron.fifa' }),
    'b.yaml': articleFile('b', ['PartnershipSigned: ~, happened: ~'], { partnership: 'kestrel.ioc' }),
  });
  const files = ['a.yaml', 'b.yaml'].map((name) => join(folder, name));
  t.match(await run(join(folder, 'data'), ['check', ...files]), { code: 2, messages: /kestrel\.ioc; there are heron/ });
  t.match(await run(join(folder, 'data'), ['check', '--new-partnership', ...files]), { code: 0 });
});
