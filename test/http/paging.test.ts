import t from 'tap';
import { nextIn, openTestApp, problem, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const timeline = '/api/partnerships/alibaba.ioc/timeline';

// Follows the links to the last page; `between` runs after each page.
const walk = async (
  app: TestApp,
  address: string,
  list: string,
  between: (page: number) => Promise<void> = async () => {},
) => {
  const found: unknown[] = [];
  const totals = new Set<number>();
  let next: string | null = address;
  for (let page = 1; next !== null; page++) {
    const { status, body, headers } = await app.get(next);
    if (status !== 200) throw new Error(`${next}: ${status}`);
    t.equal(nextIn(headers.link), body.next, 'the header and the body name the same page');
    found.push(...body[list]);
    totals.add(body.total);
    next = body.next;
    await between(page);
  }
  return { found, totals: [...totals] };
};

t.test('the pages of a list hold every entry exactly once', async (t) => {
  const app = await openTestApp(t);
  const lists: Readonly<Record<string, string>> = {
    [timeline]: 'entries',
    [`${timeline}?status=happened,planned&games=2018W`]: 'entries',
    '/api/partnerships/alibaba.ioc/audit': 'entries',
    '/api/audit': 'entries',
    '/api/games': 'games',
    '/api/articles': 'articles',
    '/api/partnerships': 'partnerships',
  };
  for (const [address, list] of Object.entries(lists)) {
    const whole = (await app.get(address)).body;
    for (const limit of [1, 3, 7, whole.total, 500].filter((one) => one > whole.total / 40)) {
      const { found, totals } = await walk(app, `${address}${address.includes('?') ? '&' : '?'}limit=${limit}`, list);
      t.same(found, whole[list], `${address}, ${limit} a page`);
      t.same(totals, [whole.total]);
    }
  }
});

t.test('a cursor keeps its cut whatever is recorded meanwhile', async (t) => {
  const app = await openTestApp(t);
  const whole = (await app.get(timeline)).body;
  const { found } = await walk(app, `${timeline}?limit=20`, 'entries', async (page) => {
    const reports = `  - { PriorityStated: new-aim-${page}, p: 1, note: A new aim of the partner }`;
    const text = articleText({
      article: `new-${page}`,
      partnership: 'alibaba.ioc',
      published: `2017-02-0${page}`,
      reports,
    });
    t.equal((await app.post(text)).status, 201);
  });
  t.same(found, whole.entries);
  t.equal((await app.get(timeline)).body.total, whole.total + Math.ceil(whole.total / 20), 'a new list has them');
});

t.test('the clocks of the first page hold for all pages, even past midnight', async (t) => {
  const app = await openTestApp(t);
  const query = `${timeline}?occurredAsOf=2018-02&reportedAsOf=2018&timing=certain`;
  const whole = (await app.get(query)).body;
  const { found } = await walk(app, `${query}&limit=9`, 'entries', async () => app.later(86_400_000));
  t.same(found, whole.entries);
});

t.test('a cursor is refused at another address', async (t) => {
  const app = await openTestApp(t);
  const { body } = await app.get(`${timeline}?limit=2&status=happened`);
  const next = new URL(body.next, 'http://ledger');
  const cursor = next.searchParams.get('cursor') ?? '';
  const forged = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace('"offset":2', '"offset":3')).toString(
    'base64url',
  );
  const other = await openTestApp(t, { seeds: false });
  await other.post(articleText({ partnership: 'alibaba.ioc' }));
  const refused: Readonly<Record<string, string>> = {
    [`${timeline}?limit=2&status=planned&cursor=${cursor}`]: 'other filters',
    [`${timeline}?limit=2&cursor=${cursor}`]: 'no filters',
    [`/api/partnerships/alibaba.ioc/audit?limit=2&cursor=${cursor}`]: 'another list',
    [`${timeline}?limit=2&status=happened&cursor=${forged}`]: 'changed',
    [`${timeline}?status=happened&cursor=${cursor.slice(0, -4)}`]: 'cut short',
    [`${timeline}?status=happened&cursor=`]: 'empty',
    [`${timeline}?status=happened&cursor=%00`]: 'nothing of the kind',
    [`${body.next}&occurredAsOf=2018`]: 'with a clock',
    [`${body.next}&timing=any`]: 'with a timing',
  };
  for (const [address, why] of Object.entries(refused))
    t.match(await app.get(address), problem('invalid-cursor', 400), why);
  t.match(await other.get(body.next), problem('invalid-cursor', 400), 'of another ledger');
  t.equal(
    (await app.get(`${timeline}?limit=3&status=happened&cursor=${cursor}`)).body.entries.length,
    3,
    'another limit is fine',
  );
});
