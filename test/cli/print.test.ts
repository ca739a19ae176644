import fc from 'fast-check';
import t from 'tap';
import { plainText, progressBar, wrap } from '../../src/cli/print.ts';
import { canvas } from './plain-canvas.ts';

const words = fc.array(fc.stringMatching(/^[a-z0-9./-]{1,40}$/), { minLength: 1 }).map((some) => some.join(' '));

t.test('no line is wider than asked, and nothing is lost but where it is broken', async () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 3, max: 60 }), (text, width) => {
      const lines = wrap(text, width);
      const kept = lines.join('').replaceAll(' ', '') === text.replaceAll(' ', '');
      return kept && lines.every((line) => line.length <= width);
    }),
  );
});

t.test('a text is broken at spaces', async (t) => {
  t.same(wrap('due on 2018-02-01 or later', 14), ['due on', '2018-02-01 or', 'later']);
});

t.test('a fact key that is too long is broken between its words', async (t) => {
  t.same(wrap('obligation/cloud-services.2018w/undertaken', 24), [
    'obligation/cloud-',
    'services.2018w/',
    'undertaken',
  ]);
});

t.test('what would steer a terminal or reorder a line is taken out', async (t) => {
  t.equal(plainText('a\u001b[31mb\nc\u202ed'), 'a [31mb c d');
  t.equal(plainText('Alibaba – 阿里巴巴'), 'Alibaba – 阿里巴巴');
});

t.test('a terminal shows a progress bar and erases it, and a line takes the place of the bar', async (t) => {
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

t.test('no bar is drawn where nobody watches', async (t) => {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const bar = progressBar({ write, isTerminal: false, ...canvas(80) });
  bar.show({ doing: 'copying', done: 2000, total: 2000 });
  bar.erase();
  t.equal(written, '');
});
