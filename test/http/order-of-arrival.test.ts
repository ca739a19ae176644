import t from 'tap';
import { openTestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const partnership = '/api/partnerships/acme.federation';
const addresses = ['', '/timeline', '/obligations', '/rollout'].map((path) => `${partnership}${path}`);

// Two terms and two renewals stand side by side, and a store opens where only one of the terms has begun.
const first = articleText({
  published: '2021-12-01',
  reports: [
    '  - { TermAgreed: first, happened: 2019, p: 1, end: 2022, note: The first term }',
    '  - { PartnershipRenewed: early, happened: 2019, p: 1, end: 2034, note: An extension }',
    '  - { ObligationUndertaken: buses, games: 2022W, planned: ~, p: 1, note: Buses are to follow }',
  ].join('\n'),
});
const second = articleText({
  article: 'a2',
  published: '2021-12-02',
  reports: [
    '  - { TermAgreed: second, happened: 2019, p: 1, start: 2025, end: 2028, note: The second term }',
    '  - { PartnershipRenewed: late, happened: 2019, p: 1, end: 2034-12, note: A further extension }',
    '  - { StorefrontOpened: shop, happened: 2021, p: 1, note: A store is open }',
  ].join('\n'),
});

const answers = async (t: Parameters<typeof openTestApp>[0], articles: readonly string[]) => {
  const { get, post } = await openTestApp(t, { seeds: false });
  for (const article of articles) if ((await post(article)).status !== 201) throw new Error('it was not recorded');
  const answered = await Promise.all(addresses.map(async (address) => (await get(address)).body));
  return answered.map(({ cut: _cut, ...answer }) =>
    JSON.stringify(answer, (key, value) => (key === 'position' || key === 'version' ? undefined : value)),
  );
};

t.test('the term that counts does not depend on which article was recorded first', async (t) => {
  const inOneOrder = await answers(t, [first, second]);
  await t.test('the same articles in the opposite order give the same answers', async (t) => {
    const inTheOther = await answers(t, [second, first]);
    for (const [i, address] of addresses.entries()) t.equal(inTheOther[i], inOneOrder[i], address);
  });
});
