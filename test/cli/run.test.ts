import t from 'tap';
import { run } from './run-command.ts';

t.test('--help prints the help of its command, whatever other arguments there are', async (t) => {
  const given: readonly (readonly string[])[] = [
    ['ingest', '--help'],
    ['help', 'ingest'],
    ['ingest', '-h', '--unknown'],
  ];
  for (const one of given) {
    t.match(await run(t.testdirName, one), { code: 0, out: /in the given order/ }, one.join(' '));
  }
  t.match(await run(t.testdirName, ['show', '--help']), {
    out: /Filters and formats of each view[\s\S]*csv[\s\S]*--occurred-as-of <date>[\s\S]*--format <format>/,
  });
});

t.test('the help of the program lists its commands, clocks and settings', async (t) => {
  for (const given of ['--help', '-h', 'help']) {
    t.match(await run(t.testdirName, [given]), {
      code: 0,
      out: /ingest[\s\S]*check[\s\S]*--at-position[\s\S]*HOST {2}address/,
    });
  }
});

t.test('an unknown command, or an argument before the command, is refused with the nearest command', async (t) => {
  t.match(await run(t.testdirName, ['ingset']), { code: 2, out: '', messages: /did you mean ingest\?/ });
  t.match(await run(t.testdirName, ['help', 'shwo']), { code: 2, out: '', messages: /did you mean show\?/ });
  t.match(await run(t.testdirName, ['--verison']), { code: 2, messages: /did you mean --version\?/ });
  t.match(await run(t.testdirName, ['zzz']), {
    code: 2,
    messages: /there are ingest, show, diff, replay, decide, check/,
  });
});

t.test('without a command the help goes to standard error', async (t) => {
  t.match(await run(t.testdirName, []), { code: 2, out: '', messages: /Commands:/ });
});
