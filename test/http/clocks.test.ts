import t from 'tap';
import { oneDay, openTestApp, problem, startDay, startOfApps } from '../support/app.ts';
import { onEventStoreDb } from '../support/open-test-ledger.ts';

const { get, ledger } = await openTestApp(t);
const head = (await ledger.views.head()).position;

const fact = 'campaign/greatness-of-small/launched';
const parameters: Readonly<Record<string, string>> = {
  '/api/partnerships/{id}': '/api/partnerships/alibaba.ioc',
  '/api/articles/{id}': '/api/articles/002',
  '{edition}': '2022W',
  '{kind}/{subject}/{milestone}': fact,
};
const { body: document } = await get('/openapi.json');
/** Every address that takes the clocks, of the seeds. */
const addresses = Object.entries<{ get?: { tags: string[] } }>(document.paths)
  .filter(([, { get: read }]) => read?.tags.includes('read') === true)
  .map(([path]) => Object.entries(parameters).reduce((text, [from, to]) => text.replace(from, to), path));
const isDiff = (address: string): boolean => address.endsWith('/diff');
const reads = addresses.filter((address) => !isDiff(address));
// What asks an address, up to its clocks: a search looks for something.
const ask = (address: string): string => `${address}?${address.endsWith('/search') ? 'q=alibaba&' : ''}`;

type Question = Readonly<Record<'occurredAsOf' | 'reportedAsOf' | 'recordedAsOf' | 'atPosition' | 'timing', string>>;

const combined = (choices: Readonly<Record<string, readonly (string | null)[]>>): readonly Partial<Question>[] =>
  Object.entries(choices).reduce<readonly Partial<Question>[]>(
    (questions, [name, values]) =>
      questions.flatMap((one) => values.map((value) => (value === null ? one : { ...one, [name]: value }))),
    [{}],
  );

const worldAndReaders = { occurredAsOf: [null, '2018-02-05'], reportedAsOf: [null, '2018-01-15', '2030-02'] };
const questions = [
  ...combined({ ...worldAndReaders, recordedAsOf: [null, '2018', startDay] }),
  ...combined({ ...worldAndReaders, atPosition: ['0', '100', String(head)] }).map((one) => ({
    ...one,
    timing: 'certain',
  })),
  ...combined({ occurredAsOf: ['2028'], reportedAsOf: ['2016'], timing: ['any', 'certain'] }),
  ...combined({ recordedAsOf: [new Date(startOfApps).toISOString(), '2018-01-01T00:00:00+02:00'], timing: ['any'] }),
];

const queryOf = (question: Partial<Question>): string => new URLSearchParams(question).toString();

const endOf: Readonly<Record<string, string>> = { 2016: '2016-12-31', 2018: '2018-12-31', 2028: '2028-12-31' };
const asDay = (text: string): string => endOf[text] ?? (text === '2030-02' ? '2030-02-28' : text.slice(0, 10));

/** The day of the world that the rule gives: as asked, else the earliest of the other clocks, else today. */
const dayOf = ({ occurredAsOf, reportedAsOf, recordedAsOf, atPosition }: Partial<Question>): string => {
  if (occurredAsOf !== undefined) return asDay(occurredAsOf);
  const recorded = recordedAsOf?.startsWith('2018-01-01') ? '2017-12-31' : recordedAsOf;
  const others = [reportedAsOf, recorded, atPosition === undefined || atPosition === '0' ? undefined : startDay];
  const days = others.flatMap((text) => (text === undefined ? [] : [asDay(text)]));
  return days.toSorted()[0] ?? startDay;
};

type Found = { readonly published?: { readonly earliest: string | null; readonly latest: string | null } };

// What is shown as a source of a statement, anywhere in an answer; a report that counts no more is none.
const sourcesIn = (value: unknown): readonly Found[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(sourcesIn);
  return Object.entries(value).flatMap(([name, one]) =>
    name === 'sources' ? (one as readonly Found[]) : name === 'reports' ? [] : sourcesIn(one),
  );
};

const numbersIn = (text: string, name: string): readonly number[] =>
  [...text.matchAll(new RegExp(`"${name}":(\\d+)`, 'g'))].map(([, number]) => Number(number));

t.test('any combination of clocks gives a sane answer', async (t) => {
  t.ok(reads.length >= 13 && addresses.length > reads.length, 'all addresses are looked at');
  for (const address of reads) {
    const wrong: string[] = [];
    for (const question of questions) {
      const asked = `${ask(address)}${queryOf(question)}`;
      const { status, body, text } = await get(asked);
      const { cut, notice } = body;
      const expect = (isSo: boolean, message: string) => {
        if (!isSo) wrong.push(`${asked}: ${message}`);
      };
      expect(status === 200, `status ${status}`);
      if (status !== 200) continue;
      expect(cut.occurredAsOf === dayOf(question), `the world of ${cut.occurredAsOf}, not of ${dayOf(question)}`);
      expect(
        cut.reportedAsOf === (question.reportedAsOf === undefined ? null : asDay(question.reportedAsOf)),
        'reported',
      );
      expect(cut.timing === (question.timing ?? 'any'), 'timing');
      expect(cut.position <= Number(question.atPosition ?? head), 'beyond the position that was asked for');
      expect((cut.position === 0) === (cut.recordedAsOf === null), 'recordedAsOf is that of the position');
      expect(
        Math.max(0, ...numbersIn(text, 'version'), ...numbersIn(text, 'position')) <= Math.max(cut.position, 0) ||
          address === '/api',
        'shows what is beyond its cut',
      );
      expect(question.timing !== 'certain' || !text.includes('"timing":"possible"'), 'possible only');
      const sources = sourcesIn(body);
      const { reportedAsOf } = cut;
      const limit = question.timing === 'certain' ? 'latest' : 'earliest';
      expect(
        reportedAsOf === null || sources.every(({ published }) => (published?.[limit] ?? '') <= reportedAsOf),
        'a source that was not published by then',
      );
      const isEmpty = cut.position === 0 && address !== '/api';
      expect(!isEmpty || notice !== undefined, 'is empty, and does not say why');
    }
    t.same(wrong, [], address);
  }
});

t.test('a comparison on any clock gives a sane answer', async (t) => {
  const moving: Readonly<Record<string, readonly [string, readonly Partial<Question>[]]>> = {
    occurred: [
      '2017-06',
      combined({ reportedAsOf: [null, '2018-01-15'], atPosition: [null, '100'], timing: [null, 'certain'] }),
    ],
    reported: [
      '2017-02',
      combined({
        occurredAsOf: [null, '2018-02-05'],
        recordedAsOf: [null, '2018', startDay],
        timing: [null, 'certain'],
      }),
    ],
    recorded: [
      'position:100',
      combined({ occurredAsOf: [null, '2018-02-05'], reportedAsOf: [null, '2018-01-15'], timing: [null, 'certain'] }),
    ],
  };
  for (const [clock, [from, others]] of Object.entries(moving)) {
    for (const question of others) {
      const asked = `/api/partnerships/alibaba.ioc/diff?clock=${clock}&from=${from}&${queryOf(question)}`;
      const { status, body, text } = await get(asked);
      const { timing = 'any', occurredAsOf, reportedAsOf, atPosition } = question;
      const cut = {
        timing,
        ...(occurredAsOf === undefined ? {} : { occurredAsOf: asDay(occurredAsOf) }),
        ...(reportedAsOf === undefined ? {} : { reportedAsOf: asDay(reportedAsOf) }),
      };
      t.match({ status, body }, { status: 200, body: { clock, from: { cut }, to: { cut } } }, asked);
      if (atPosition !== undefined) t.ok(Math.max(body.from.cut.position, body.to.cut.position) <= 100);
      if (question.timing === 'certain') t.notMatch(text, '"timing":"possible"');
    }
  }
});

t.test('a position within an article shows the state before that article', async (t) => {
  const closing = new Set<number>([0]);
  for await (const event of ledger.store.readAll({ after: 0 })) {
    if (!event.stream.startsWith('partnership-') || event.type === 'ArticleRead') closing.add(event.position);
  }
  for (const [path, first] of [
    ['timeline', 0],
    ['audit', head - 60],
  ] as const) {
    const address = `/api/partnerships/alibaba.ioc/${path}`;
    let [before, last] = ['', 0];
    for (let position = first; position <= head; position += 1) {
      const { body, text } = await get(`${ask(address)}atPosition=${position}&occurredAsOf=2018-02-05`);
      if (!closing.has(body.cut.position))
        t.fail(`${path} at ${position} echoes ${body.cut.position}, within an article`);
      if (body.cut.position < last) t.fail(`${path} at ${position} goes back`);
      if (position > first && !closing.has(position) && text !== before)
        t.fail(`${path} at ${position} shows half an article`);
      if (body.cut.position === 0 && body.notice?.reason !== 'recorded-later')
        t.fail(`${path} at ${position}: no notice`);
      [before, last] = [text, body.cut.position];
    }
    t.equal(last, head, `${path}: the last event bears on it`);
  }
});

const tomorrow = new Date(startOfApps + oneDay).toISOString();

t.test('every address refuses an unusable clock and says what to write', async (t) => {
  const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
    'occurredAsOf=': ['occurredAsOf', /missing/],
    'occurredAsOf=yesterday': ['occurredAsOf', /write a year \(2018\), a month .* whose end is meant$/],
    'occurredAsOf=2018-02-30': ['occurredAsOf', /28 days/],
    'occurredAsOf=2018-13': ['occurredAsOf', /month 13/],
    'occurredAsOf=2018,2019': ['occurredAsOf', /list is not a date/],
    'occurredAsOf=2018..2019': ['occurredAsOf', /one day/],
    'occurredAsOf=2018-02-05T12:00:00Z': ['occurredAsOf', /day as printed/],
    'occurredAsOf=2018&occurredAsOf=2019': ['occurredAsOf', /more than once/],
    'reportedAsOf=2018/2019': ['reportedAsOf', /one day/],
    'reportedAsOf=2018~': ['reportedAsOf', /one day/],
    'reportedAsOf=': ['reportedAsOf', /missing/],
    'recordedAsOf=': ['recordedAsOf', /missing/],
    'recordedAsOf=2018-01-01T25:00:00Z': ['recordedAsOf', /no instant/],
    'recordedAsOf=2018-01-01T00:00': ['recordedAsOf', /no instant/],
    'recordedAsOf=2018-01-01T00:00:00+02:00': ['recordedAsOf', /%2B/],
    'recordedAsOf=%2B010000-01-01T00:00:00Z': ['recordedAsOf', /no instant/],
    'atPosition=': ['atPosition', /whole number/],
    'atPosition=-1': ['atPosition', /whole number/],
    'atPosition=1e2': ['atPosition', /whole number/],
    'atPosition=3,4': ['atPosition', /whole number/],
    'atPosition=3&recordedAsOf=2018': ['atPosition', /same clock/],
    'timing=': ['timing', /"any" or "certain"/],
    'timing=Certain': ['timing', /"any" or "certain"/],
    'atLeast=soon': ['atLeast', /whole number/],
  };
  for (const address of addresses) {
    // The end from which a comparison begins, on a clock that is not the one that is wrong.
    const asking = (clock: string) =>
      isDiff(address)
        ? `${address}?clock=${clock === 'occurredAsOf' ? 'reported' : 'occurred'}&from=2017&`
        : ask(address);
    for (const [query, [path, message]] of Object.entries(refused)) {
      const answer = await get(`${asking(path)}${query}`);
      if (isDiff(address) && query === 'occurredAsOf=2018,2019') continue;
      const errors = [{ in: 'query', path, message }];
      t.match(answer, problem('invalid-parameter', 400, { errors } as never), `${address}?${query}`);
      if (answer.body.errors?.length !== 1) t.fail(`${address}?${query} names several errors`);
    }
    for (const query of ['recordedAsOf=2999', `recordedAsOf=${tomorrow}`, `recordedAsOf=${startDay.slice(0, 4)}`]) {
      if (asDay(query.slice(13)) === startDay) continue;
      t.match(await get(`${asking('')}${query}`), problem('future-clock', 400), `${address}?${query}`);
    }
    const bare = await get(`${asking('')}asOf=2018`);
    t.match(bare, problem('unknown-parameter', 400), address);
    for (const clock of ['occurredAsOf', 'reportedAsOf', 'recordedAsOf']) t.match(bare.body.errors[0].message, clock);
    // Where other servers write too, a position that is not known yet is waited for: once is enough.
    if (onEventStoreDb && address !== addresses[0]) continue;
    const beyond = onEventStoreDb ? problem('store-behind', 503) : problem('unknown-position', 404);
    t.match(await get(`${asking('')}atPosition=${head + 1000}`), beyond, address);
  }
});

t.test('a limit that is not written as a whole number is refused', async (t) => {
  for (const limit of ['1e2', '0x10', '1.0', ' 5', '+5', '', 'many', '5,6', 'Infinity']) {
    const answer = await get(`/api/partnerships/alibaba.ioc/timeline?limit=${encodeURIComponent(limit)}`);
    t.match(answer, problem('invalid-parameter', 400), `"${limit}"`);
    t.match(answer.body.errors, [{ path: 'limit', message: /whole number/ }], `"${limit}"`);
  }
  t.equal((await get('/api/partnerships/alibaba.ioc/timeline?limit=5')).body.entries.length, 5);
});

t.test('a clock set to the current year says that its end lies in the future', async (t) => {
  const year = startDay.slice(0, 4);
  if (startDay.endsWith('12-31')) return;
  const { body } = await get(`/api?recordedAsOf=${year}`);
  t.match(
    body.detail ?? '',
    new RegExp(`recordedAsOf=${year} means its end, ${year}-12-31.*the latest is ${startDay}`),
  );
});

t.test('the obligations are filtered by Games', async (t) => {
  const address = '/api/partnerships/alibaba.ioc/obligations';
  const { body: whole } = await get(address);
  const { body: beijing } = await get(`${address}?games=2022w`);
  t.same(
    beijing.rows,
    whole.rows.filter(({ edition }: { edition: string }) => edition === '2022W'),
  );
  t.same(beijing.programme, whole.programme, 'what binds no single Games is there with any');
  t.same(
    beijing.columns.map(({ obligation }: { obligation: string }) => obligation),
    [...new Set([...Object.keys(beijing.rows[0].cells), ...Object.keys(beijing.programme.cells)])].toSorted(),
  );
  t.equal((await get(`${address}?games=2018W,2028S`)).body.rows.length, 2);
  t.same((await get(`${address}?games=2036S`)).body.rows, [], 'Games that are not covered');
  t.same((await get(`${address}?games=Beijing%202022`)).body.rows, beijing.rows, 'Games by their name');
  t.match(
    await get(`${address}?games=nagano-2022`),
    problem('invalid-parameter', 400, { detail: /2022W|2018W/ } as never),
  );
  t.match(await get(`${address}?limit=2`), problem('unknown-parameter', 400), 'it has no pages');
});
