import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { drawTable, line, plainText, progressBar, type TableContent, wrap } from '../../src/cli/print.ts';
import { canvas } from './plain-canvas.ts';

const words = fc.array(fc.stringMatching(/^[a-z0-9./-]{1,40}$/), { minLength: 1 }).map((some) => some.join(' '));

t.test('wrapped lines fit the width and lose nothing but the spaces at breaks', async () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 3, max: 60 }), (text, width) => {
      const lines = wrap(text, width);
      const kept = lines.join('').replaceAll(' ', '') === text.replaceAll(' ', '');
      return kept && lines.every((line) => line.length <= width);
    }),
  );
});

t.test('text is wrapped at spaces', async (t) => {
  t.same(wrap('due on 2018-02-01 or later', 14), ['due on', '2018-02-01 or', 'later']);
});

t.test('a fact key that is too long is wrapped between its words', async (t) => {
  t.same(wrap('obligation/cloud-services.2018w/undertaken', 24), [
    'obligation/cloud-',
    'services.2018w/',
    'undertaken',
  ]);
});

t.test('printed text loses characters that steer a terminal or reorder a line', async (t) => {
  t.equal(plainText('a\u001b[31mb\nc\u202ed'), 'a [31mb c d');
  t.equal(plainText('Alibaba – 阿里巴巴'), 'Alibaba – 阿里巴巴');
});

t.test('a terminal shows and erases a progress bar, and a message replaces the bar', async (t) => {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const bar = progressBar({ write, isTerminal: true, ...canvas(80) });
  bar.show({ doing: 'copying', done: 0, total: 2000 });
  bar.show({ doing: 'copying', done: 2000, total: 2000 });
  bar.say('The source has grown.');
  bar.erase();
  const [first, ...more] = written.split('\r').slice(1);
  t.match(first, /^━{30} 0\/2000 copying/);
  t.match(more.join(''), /━{30} 2000\/2000 copying[\s\S]*The source has grown\.\n/);
  t.equal(more.at(-1), '\u001b[K');
});

t.test('no progress bar is drawn where the output is not a terminal', async (t) => {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const bar = progressBar({ write, isTerminal: false, ...canvas(80) });
  bar.show({ doing: 'copying', done: 2000, total: 2000 });
  bar.erase();
  t.equal(written, '');
});

const columns = [
  { head: 'When', least: 10, most: 24 },
  { head: 'What', least: 20, most: 80 },
];
const content = (...rows: readonly (readonly string[])[]): TableContent => ({
  columns,
  rows: rows.map((row) => row.map((text) => [line(text)])),
});

t.test('a table is as narrow as its content and its heads, and no wider than it may be', async () => {
  const text = fc.stringMatching(/^[a-z ]{0,120}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), fc.integer({ min: 32, max: 160 }), (rows, width) =>
      drawTable(content(...rows), canvas(width))
        .split('\n')
        .every((drawn) => drawn.length <= width),
    ),
  );
});

t.test('a table has its heads, a rule, and rows whose cells start on the same line', async (t) => {
  const drawn = drawTable(content(['2018-02-01', 'launch'], ['2018', 'a text of several words']), canvas(32));
  t.same(drawn.split('\n'), [
    'When        What',
    '──────────  ────────────────────',
    '2018-02-01  launch',
    '2018        a text of several',
    '            words',
    '',
  ]);
});

t.test('a letter that takes two columns counts as two', async (t) => {
  const drawn = drawTable(content(['阿里巴巴', 'launch'], ['2018', '一二三四五六七八九十一']), canvas(32));
  t.same(drawn.split('\n').slice(2), ['阿里巴巴    launch', '2018        一二三四五六七八九十', '            一', '']);
});

t.test('colours do not change the layout of a table', async (t) => {
  const rows = {
    columns,
    rows: [[[{ text: 'a', format: 'red' as const }], [{ text: 'b '.repeat(60), format: 'dim' as const }]]],
  };
  const coloured = drawTable(rows, {
    width: 50,
    paint: (format, text) => styleText(format, text, { validateStream: false }),
  });
  t.match(coloured, '\u001b[31m');
  t.equal(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, ''), drawTable(rows, canvas(50)));
});

t.test('a table prints no escape sequence of its texts', async (t) => {
  const drawn = drawTable(content(['a', '\u001b[2J\u0007b']), canvas(80));
  t.notMatch(drawn, '\u001b');
  t.notMatch(drawn, '\u0007');
});
