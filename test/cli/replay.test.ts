import { join } from 'node:path';
import t from 'tap';
import type { Press } from '../../src/cli/context.ts';
import { articleFile } from './article-file.ts';
import { type Outcome, run } from './run-command.ts';

const dataDir = join(t.testdir(), 'data');

// Written on 4 March 2025: signed the day before; a launch for September, a depot some time in the year.
const first = articleFile('a', [
  'PartnershipSigned: ~, happened: 2025-03-03, note: Signed',
  'CampaignLaunched: quiet-roads, planned: 2025-09-01, note: To be launched in autumn',
  'StorefrontOpened: depot, games: 2026W, planned: 2025, note: A depot is to open',
  'ObligationUndertaken: transport, games: 2026W..2028S, happened: 2025-03-03, note: Transport is owed',
]);
const second = articleFile('b', ['CampaignLaunched: quiet-roads, happened: 2025-09-15, note: On the air'], {
  published: '2025-10-10..2025-10-20',
});

const replay = async (given: readonly string[], terminal: Parameters<typeof run>[2] = {}): Promise<Outcome> =>
  await run(dataDir, ['replay', ...given], terminal);

// The line that lists the keys disappears once one is pressed.
const seen = (out: string): string =>
  out
    .split('\u001b[K')
    .map((text) => text.replace(/[^\n]*\r$/, ''))
    .join('');
const heads = ({ out }: Outcome): readonly string[] => seen(out).match(/^\[\d+\] .*$/gm) ?? [];
const steps = ({ out }: Outcome): readonly string[] =>
  out
    .split(/^(?=\[\d+\] )/m)
    .slice(1)
    .map((step) => step.trimEnd());

t.test('replay without a ledger says so and creates none', async (t) => {
  t.match(await replay([]), { code: 1, out: '', messages: /nothing to replay/ });
});

t.test('replay by the occurred clock has a step for each day on which something changes', async (t) => {
  t.equal((await run(dataDir, ['ingest', '-'], { stdin: first })).code, 0);
  const played = await replay(['--to', '2026'], { width: 200 });
  t.equal(played.code, 0, played.messages);
  t.notMatch(played.out, '\u001b', 'no colours and no cursor where nobody looks');
  const transport = 'ObligationUndertaken transport 2026W 2028S: Transport is owed (a ¶ 1)';
  const launch = 'CampaignLaunched quiet-roads: To be launched in autumn (a ¶ 1)';
  const depot = 'StorefrontOpened depot 2026W: A depot is to open (a ¶ 1)';
  const expected = [
    [
      '[1] 2025-03-03',
      '  happened 2025-03-03 · PartnershipSigned: Signed (a ¶ 1)',
      `  happened 2025-03-03 · ${transport}`,
      '  Timeline',
      '    + partnership/kestrel.ioc/signed: happened, 2025-03-03 (a) – Signed',
      '    + obligation/transport/undertaken 2026W 2028S: happened, 2025-03-03 (a) – Transport is owed',
      '  Obligations per Games',
      '    + Games 2026W 2028S',
      '    + Transport 2026W 2028S: undertaken (a)',
    ],
    [
      '[2] 2025-03-04',
      '  is published 2025-03-04 · ArticleRead: article a: Harbour Gazette (a)',
      `  planned, is told 2025-03-04 · ${launch}`,
      `  planned, is told 2025-03-04 · ${depot}`,
      '  Timeline',
      '    + storefront/depot/opened 2026W: due, 2025 (a) – A depot is to open',
      '    + campaign/quiet-roads/launched: planned, 2025-09-01 (a) – To be launched in autumn',
      '  Marketing rollout',
      '    + campaign/quiet-roads',
      '    + campaign/quiet-roads/launched: planned, 2025-09-01 (a)',
      '    + storefront/depot 2026W',
      '    + storefront/depot/opened 2026W: due, 2025 (a)',
    ],
    ...[
      [
        '[3] 2025-09-01',
        `  falls due 2025-09-01 · ${launch}`,
        'campaign/quiet-roads/launched: planned → due, 2025-09-01',
      ],
      [
        '[4] 2025-10-02',
        `  is overdue 2025-09-01 · ${launch}`,
        'campaign/quiet-roads/launched: due → overdue, unconfirmed, 2025-09-01',
      ],
      [
        '[5] 2026-01-31',
        `  is overdue 2025 · ${depot}`,
        'storefront/depot/opened 2026W: due → overdue, unconfirmed, 2025',
      ],
    ].map(([head = '', what = '', change = '']) => [
      head,
      what,
      '  Timeline',
      `    ~ ${change}`,
      '  Marketing rollout',
      `    ~ ${change}`,
    ]),
  ];
  t.same(
    steps(played).map((step) => step.split('\n')),
    expected,
  );
});

t.test('replay plays from the first day of one date to the last day of another', async (t) => {
  t.same(heads(await replay(['--from', '2025-09', '--to', '2025-10'])), ['[1] 2025-09-01', '[2] 2025-10-02']);
  const between = await replay(['--from', '2025-09-02', '--to', '2025-10-01']);
  t.same(heads(between), []);
  t.match(between.out, /Nothing changes between these dates/);
  const early = await replay(['--clock', 'recorded', '--to', '2018']);
  t.match(
    early.out,
    /recorded nothing on it[\s\S]*--occurred-as-of\s+or\s+--reported-as-of/,
    'which clock asks for that',
  );
});

t.test('replay on a terminal paces steps by steps or by days of history per second', async (t) => {
  const paused = async (...given: readonly string[]) => {
    const waits: number[] = [];
    const played = await replay(given, { waits });
    return { waits, count: heads(played).length };
  };
  t.same(await paused('--to', '2025-03'), { waits: [1000], count: 2 });
  t.same(await paused('--to', '2025-03', '--speed', '4'), { waits: [250], count: 2 });
  t.same(
    await paused('--from', '2025-03-04', '--to', '2025-09-01', '--speed', '10d'),
    { waits: [18_100], count: 2 },
    '181 days at ten a second',
  );
  t.equal(heads(await replay(['--to', '2026', '--speed', '0.001'])).length, 5, 'nobody waits where nobody looks');
});

t.test('replay step by step waits for keys, goes back, and restores the keyboard', async (t) => {
  const pressing = async (...pressed: readonly Press[]) => {
    const keys = { pressed, taken: 0, givenBack: 0 };
    const played = await replay(['--to', '2026', '--step'], { keys });
    t.same([keys.taken, keys.givenBack], [1, 1], 'the keyboard is given back');
    return { code: played.code, shown: heads(played).map((head) => head.slice(0, 3)) };
  };
  t.same(await pressing('next', 'next', 'back', 'next', 'quit'), {
    code: 0,
    shown: ['[1]', '[2]', '[3]', '[2]', '[3]'],
  });
  t.same(await pressing('back', 'stop'), { code: 130, shown: ['[1]', '[1]'] }, 'before the first there is none');
  t.same(await pressing('next', 'next', 'next', 'next', 'next', 'next'), {
    code: 0,
    shown: ['[1]', '[2]', '[3]', '[4]', '[5]'],
  });
  t.match(await replay(['--step']), { code: 0 }, 'in a pipe there is no key to wait for');
});

t.test('Ctrl-C ends a replay', async (t) => {
  const played = await replay(['--to', '2026'], { waits: [], stopAt: '[2] 2025-03-04' });
  t.equal(played.code, 130);
  t.equal(heads(played).length, 2);
});

t.test('replay by the reported clock shows an article as possibly, then as certainly published', async (t) => {
  t.equal((await run(dataDir, ['ingest', '-'], { stdin: second })).code, 0);
  const played = await replay(['--clock', 'reported', '--from', '2025-09', '--to', '2025-12'], { width: 200 });
  t.same(heads(played), ['[1] 2025-09-01', '[2] 2025-10-02', '[3] 2025-10-10', '[4] 2025-10-20']);
  const [, , possibly = '', certainly = ''] = steps(played);
  t.match(possibly, 'may be published [2025-10-10..2025-10-20] · ArticleRead: article b');
  t.match(
    possibly,
    '~ campaign/quiet-roads/launched: overdue, unconfirmed → happened ?, 2025-09-15 (planned: 2025-09-01)',
  );
  t.match(certainly, 'is published [2025-10-10..2025-10-20] · ArticleRead: article b');
  t.match(certainly, '~ campaign/quiet-roads/launched: happened, now certain, 2025-09-15');
  const onOneDay = await replay(['--clock', 'reported', '--occurred-as-of', '2025-08', '--to', '2025-12']);
  t.same(heads(onOneDay), ['[1] 2025-03-04', '[2] 2025-10-10']);
  t.match(
    steps(onOneDay).at(1),
    '~ campaign/quiet-roads/launched: (also b)',
    'the clock of the world stands where it is set',
  );
});

t.test('replay by the recorded clock has a step for each article, by its position', async (t) => {
  const played = await replay(['--clock', 'recorded', '--occurred-as-of', '2026'], { width: 200 });
  const [one, two, ...more] = heads(played);
  const recorded = String.raw`recorded \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`;
  t.match(
    one,
    new RegExp(String.raw`^\[1\] #7 · ${recorded}`),
    'after the opening of the ledger five reports, and that it was read',
  );
  t.match(two, new RegExp(String.raw`^\[2\] #9 · ${recorded}`));
  t.same(more, []);
  const [, launched = ''] = steps(played);
  t.match(launched, 'recorded 2025-09-15 · CampaignLaunched quiet-roads: On the air (b ¶ 1)');
  t.match(
    launched,
    '~ campaign/quiet-roads/launched: overdue, unconfirmed → happened, 2025-09-15 (planned: 2025-09-01)',
  );
});

t.test('replay reports all wrong arguments together', async (t) => {
  const given = ['--clock', 'recoded', '--from', '2026', '--to', '2025', '--speed', 'fast', '--step'];
  const { code, messages } = await replay([...given, '--occurred-as-of', '2025']);
  t.equal(code, 2);
  for (const said of [
    '--clock recoded is no clock; did you mean recorded?',
    '--from is after --to',
    '--speed fast: write so many steps a second',
    '--step waits for a key: leave out --speed',
    'the occurred clock is played, from --from to --to: leave out --occurred-as-of',
  ]) {
    t.match(messages, said);
  }
  t.match(await replay(['--to', 'soon']), { code: 2, messages: /--to: .*soon/ });
  t.match(await replay(['--from', '[2017..2018]']), { code: 2, messages: /--from/ });
  t.match(await replay(['--clock', 'recorded', '--to', '2999']), {
    code: 2,
    messages: /--to: 2999 lies in the future/,
  });
  t.match(await replay(['kestrel.ioc', 'heron.ioc']), { code: 2, messages: /unexpected argument "heron\.ioc"/ });
  t.match(await replay(['--partnership', 'kestral.ioc']), { code: 2, messages: /did you mean kestrel\.ioc\?/ });
  t.match(await replay(['--step'], { waits: [] }), { code: 2, messages: /--step needs a keyboard/ });
});
