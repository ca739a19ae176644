import t from 'tap';
import { openTestApp, problem } from '../support/app.ts';

const { get } = await openTestApp(t);
const base = '/api/partnerships/alibaba.ioc';

type Told = {
  readonly at: string;
  readonly changes: number;
  readonly transitions: readonly { readonly title: string }[];
};

const statuses = async (clocks: string): Promise<string> => {
  const { body } = await get(`${base}/timeline?${clocks}`);
  return JSON.stringify(
    body.entries.map((entry: Record<string, unknown>) => [entry['fact'], entry['status'], entry['timing']]),
  );
};

t.test('the timeline changes at every moment of the world, and between none', async (t) => {
  const { body } = await get(`${base}/moments?occurredAsOf=2018-03-31`);
  const moments = body.moments as readonly Told[];
  t.equal(body.counted, 'changes');
  t.ok(moments.length > 10, `${moments.length} moments`);
  const days = moments.map(({ at }) => at);
  t.same(days, days.toSorted());
  t.ok(days.includes('2018-02-01') && !days.includes('2018-02-05'));
  for (const [i, at] of days.entries()) {
    const dayBefore = new Date(Date.parse(at) - 86_400_000).toISOString().slice(0, 10);
    const [before, now, previous] = [
      await statuses(`occurredAsOf=${dayBefore}`),
      await statuses(`occurredAsOf=${at}`),
      i === 0 ? '[]' : await statuses(`occurredAsOf=${days[i - 1]}`),
    ];
    t.equal(before, previous, `nothing changes between ${days[i - 1]} and ${dayBefore}`);
    const isClosing = moments[i]?.transitions.some(({ title }) => /PyeongChang/.test(title));
    if (!isClosing) t.not(now, before, `something changes on ${at}`);
  }
});

t.test('a moment says what passed from one status to another', async (t) => {
  const { body } = await get(`${base}/moments?occurredAsOf=2018-02-28`);
  const launch = body.moments.find(({ at }: Told) => at === '2018-02-01');
  t.match(launch, {
    changes: 1,
    transitions: [
      {
        from: { status: 'planned', timing: 'certain' },
        to: { status: 'due', timing: 'certain' },
        count: 1,
        facts: ['campaign/greatness-of-small/launched'],
        games: null,
      },
    ],
  });
  const closing = body.moments.find(({ at }: Told) => at === '2018-02-25');
  t.match(closing.transitions[0], { to: { status: 'closedWithoutReport' }, count: 4, games: 'PyeongChang 2018' });
});

t.test("the readers' moments are days on which an article may have or has come out", async (t) => {
  const { body } = await get(`${base}/moments?clock=reported&reportedAsOf=2018-12-31`);
  const days = body.moments.map(({ at }: Told) => at);
  for (const day of ['2017-01-20', '2017-09-13', '2018-01-31', '2018-02-08']) t.ok(days.includes(day), day);
  t.notOk(days.includes('2016-12-31'), 'nothing was published by then');
});

t.test('the moments of the ledger are its ingests, by position', async (t) => {
  const { body } = await get(`${base}/moments?clock=recorded`);
  t.equal(body.moments.length, 5, 'an ingest for each article');
  for (const { at, recordedAt } of body.moments) {
    t.match(at, /^\d+$/);
    t.match(recordedAt, /^2\d{3}-/);
  }
});

t.test('only a clock can move', async (t) => {
  t.match(await get(`${base}/moments?clock=sun`), problem('invalid-parameter', 400));
});
