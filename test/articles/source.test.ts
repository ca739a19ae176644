import t from 'tap';
import { readSource } from '../../src/articles/source.ts';

const contentOf = (text: string) => readSource(text, 'file').content;
const problemsOf = (text: string) => readSource(text, 'file').problems;

t.test('every YAML scalar is read as the text that is written', async (t) => {
  t.strictSame(contentOf('a: 004\nb: 1.50\nc: true\nd: 2018-02-01\ne: no\nf: [2018..2019]\n'), {
    a: '004',
    b: '1.50',
    c: 'true',
    d: '2018-02-01',
    e: 'no',
    f: ['2018..2019'],
  });
});

t.test('JSON numbers, booleans and null read like the same scalars in YAML', async (t) => {
  const yaml = 'a: 4\nb: [1.50, -1, 1e3, true]\nc: null\nd: ""\ne: "null"\nf: a/b "q"\n';
  const json = '{"a": 4, "b": [1.50, -1, 1e3, true], "c": null, "d": "", "e": "null", "f": "a\\/b \\u0022q\\""}';
  t.strictSame(contentOf(json), contentOf(yaml));
  t.strictSame(contentOf(`\ufeff{\r\n\t"a": 4,\r\n\t"b": {\r\n\t\t"c": "\\ud83d\\ude8c"\r\n\t}\r\n}\r\n`), {
    a: '4',
    b: { c: '🚌' },
  });
});

t.test('a missing value, ~ and null all read as empty, and in quotes as texts', async (t) => {
  t.strictSame(contentOf('a:\nb: ~\nc: null\nd: Null\ne: "null"\nf: \'~\'\n'), {
    a: '',
    b: '',
    c: '',
    d: '',
    e: 'null',
    f: '~',
  });
});

t.test('a key such as __proto__ is an ordinary key', async (t) => {
  t.match(problemsOf('__proto__: { polluted: yes }\n'), [
    { line: 1, column: 1, message: /a key cannot be named __proto__/ },
  ]);
  t.strictSame(contentOf('constructor: a\ntoString: b\n'), { constructor: 'a', toString: 'b' });
});

t.test('a text that is neither YAML nor JSON is refused with the place of its error', async (t) => {
  const refusals: readonly (readonly [string, number, number, RegExp])[] = [
    ['title: Kestrel: to Move\n', 1, 8, /put a text with a colon and a space in quotes/],
    ['a: 1\nb: [1, 2\n', 3, 1, /not readable as YAML or JSON/],
    ['a: 1\nb: `x`\n', 2, 4, /put a text that starts with this character in quotes/],
    ['a: 1\n---\nb: 2\n', 2, 1, /one file holds one document/],
    ['a:\n\tb: 1\n', 2, 1, /Tabs are not allowed/],
    ['{"a": 1', 1, 8, /not readable/],
  ];
  for (const [text, line, column, message] of refusals) {
    t.equal(contentOf(text), null, text);
    t.match(problemsOf(text)[0], { file: 'file', line, column, path: '', message }, text);
  }
});

t.test('a file whose top level is not a map is refused', async (t) => {
  for (const text of ['', '# nothing\n', 'null', '- a\n- b\n', 'text', '[]']) {
    t.equal(contentOf(text), null);
    t.match(problemsOf(text), [{ line: 1, path: '', message: /a file holds a map/ }], text);
  }
});

t.test('YAML that could mean something other than it says is refused', async (t) => {
  const refusals: readonly (readonly [string, string, RegExp])[] = [
    ['a: 1\nb: 2\na: 3\n', '/a', /the key a is repeated/],
    ['{"a": 1, "a": 2}', '/a', /repeated/],
    ['a: &x 1\n', '/a', /anchors are not supported/],
    ['a: *x\n', '/a', /aliases are not supported|Unresolved alias/],
    ['a: &x {b: 1}\nc: *x\n', '/a', /anchors are not supported/],
    ['a: !!str 1\n', '/a', /tags are not supported/],
    ['a: !!map {}\n', '/a', /tags are not supported/],
    ['? [a, b]\n: c\n', '', /a key is a text/],
    ['a: "\\u001b[2J"\n', '/a', /control characters/],
    ['a: "\\ud800"\n', '/a', /surrogate/],
    [Buffer.from('a: Caf\u00e9\n', 'latin1').toString('utf8'), '/a', /save the file as UTF-8/],
    [`a: ${'x'.repeat(4001)}\n`, '/a', /longer than 4000 characters/],
  ];
  for (const [text, path, message] of refusals) t.match(problemsOf(text)[0], { path, message }, text.slice(0, 40));
});

t.test('a text crafted to take long to parse is refused', async (t) => {
  const hostile: readonly (readonly [string, RegExp])[] = [
    ['x'.repeat(262_145), /longer than 262144 characters/],
    ['['.repeat(20_000), /more than 12 lists and maps within each other/],
    [`a: [${'x,'.repeat(100_000)}]`, /more than 100000 words, signs and line ends/],
    ['#\n'.repeat(100_000), /more than 100000 words, signs and line ends/],
    [`a: ${'{b: 1}'.repeat(30_000)}`, /more than 100000 words, signs and line ends/],
    ['- '.repeat(20_000), /more than 12/],
    ['{"a":'.repeat(20_000), /more than 12/],
    [`a: [${'x,'.repeat(20_000)}]`, /more than 10000 values/],
    [Array.from({ length: 11_000 }, (_, index) => `k${index}: 1`).join('\n'), /more than 10000 values/],
  ];
  for (const [text, message] of hostile) {
    t.match(problemsOf(text), [{ message }], String(message));
  }
  const aliases = Array.from({ length: 12 }, (_, n) => `k${n + 1}: &k${n + 1} [*k${n}, *k${n}, *k${n}, *k${n}]`);
  t.ok(problemsOf(`k0: &k0 [x]\n${aliases.join('\n')}\n`).length > 0, 'an alias bomb does not go off');
});
