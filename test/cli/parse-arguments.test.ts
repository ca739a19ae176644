import t from 'tap';
import { clockOptions, filterOptions, parseArguments } from '../../src/cli/command.ts';

const parse = (...given: readonly string[]) => parseArguments(given, [...clockOptions, ...filterOptions]);

t.test('an option may be written as in REST or with hyphens', async (t) => {
  for (const spelling of ['--occurredAsOf', '--occurred-as-of']) {
    for (const given of [[spelling, '2018'], [`${spelling}=2018`]]) {
      const { options, problems } = parse('timeline', ...given);
      t.same([...options], [['occurredAsOf', ['2018']]], given.join(' '));
      t.same(problems, []);
    }
  }
});

t.test('a repeated filter keeps all its values in order', async (t) => {
  t.same(parse('--type', 'B', '--type=A').options.get('type'), ['B', 'A']);
});

t.test('a switch may stand alone or take true or false', async (t) => {
  t.same(parse('--contested', 'kestrel.ioc').positionals, ['kestrel.ioc']);
  t.same(parse('--contested').options.get('contested'), ['true']);
  t.same(parse('--contested=false').options.get('contested'), ['false']);
});

t.test('everything that is wrong with the arguments is reported together', async (t) => {
  const { problems } = parse('--occuredAsOf', '2018', '--type', '--contested=perhaps', '--verbose');
  t.match(problems, [
    /--occuredAsOf is not an option here; did you mean --occurred-as-of\?/,
    /--type needs a value/,
    /--verbose is not an option here; there are --occurred-as-of, /,
  ]);
  t.equal(problems.length, 3, 'what looks like the value of --type is taken as one');
  t.match(parse('--contested=perhaps').problems, [/--contested is on or off/]);
});

for (const bare of ['--asOf', '--as-of', '--asof']) {
  t.test(`${bare} is refused and the message names the three clocks that it may mean`, async (t) => {
    const { problems } = parse(bare, '2018');
    t.equal(problems.length, 1);
    for (const clock of ['--occurred-as-of', '--reported-as-of', '--recorded-as-of']) t.match(problems[0], clock);
  });
}

t.test('--help and -h ask for help, and - is a file', async (t) => {
  t.ok(parse('--help').help);
  t.ok(parse('-h').help);
  t.same(parse('-').positionals, ['-']);
});

t.test('a refused argument is printed without its terminal escapes', async (t) => {
  t.notMatch(parse('--\u001b[2Jevil').problems[0], '\u001b');
});
