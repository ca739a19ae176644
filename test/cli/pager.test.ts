import t from 'tap';
import { showPaged } from '../../src/cli/pager.ts';

const text = 'one\ntwo\nthree\n';

t.test('a text goes through the pager only where the terminal is too low for it, and there is one', async (t) => {
  const { PATH } = process.env;
  const shown = async (pager: string, rows: number) => {
    const written: string[] = [];
    await showPaged(text, { pager, rows, write: (part) => void written.push(part), environment: { PATH } });
    return written.join('');
  };
  t.equal(await shown('cat > /dev/null', 3), '', 'the pager has it');
  t.equal(await shown('cat > /dev/null', 10), text, 'it fits');
  t.equal(await shown('', 3), text);
  t.equal(await shown('cat', 3), text);
  t.equal(await shown('no-such-pager 2> /dev/null', 3), text, 'a pager that is not there hides nothing');
  t.equal(await shown('true', 3), '', 'a reader who quits at once is no error');
});
