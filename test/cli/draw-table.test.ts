import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { drawTable, line, type TableContent } from '../../src/cli/print.ts';
import { canvas } from './plain-canvas.ts';

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

t.test('heads, a rule, and rows whose cells begin on one line', async (t) => {
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

t.test('letters that take two columns are counted as two', async (t) => {
  const drawn = drawTable(content(['阿里巴巴', 'launch'], ['2018', '一二三四五六七八九十一']), canvas(32));
  t.same(drawn.split('\n').slice(2), ['阿里巴巴    launch', '2018        一二三四五六七八九十', '            一', '']);
});

t.test('colours change nothing but the colour', async (t) => {
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

t.test('an escape sequence in a text is not printed', async (t) => {
  const drawn = drawTable(content(['a', '\u001b[2J\u0007b']), canvas(80));
  t.notMatch(drawn, '\u001b');
  t.notMatch(drawn, '\u0007');
});
