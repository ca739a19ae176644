import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { run } from '../cli/run-command.ts';
import { isAsShown, shownCommands } from '../support/readme-commands.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/writing-an-article.md'), 'utf8');

t.test('the first article of the guide is sound, and every command prints what the guide shows', async (t) => {
  const folder = t.testdir();
  const dataDir = join(folder, 'data');
  for (const [, name = '', text = ''] of page.matchAll(/^<!-- \w+: (vela\.\w+) -->\n```\w+\n([\s\S]*?)^```/gm)) {
    await writeFile(join(folder, name), text);
  }
  const commands = shownCommands(page);
  t.equal(commands.length, 4);
  for (const { command, output } of commands) {
    const [, , ...given] = command
      .split(' ')
      .map((word) => word.replace(/^vela(?=\.(?:txt|yaml))/, join(folder, 'vela')));
    const { code, out, messages } = await run(dataDir, given);
    t.equal(code, 0, messages);
    t.notMatch(messages, /vela\.yaml.*warning/, 'with nothing to warn of');
    t.ok(isAsShown(output, out.replaceAll(`${folder}/`, '')), command, { shown: output, printed: out });
  }
  const shown = await run(dataDir, ['show', 'obligations', '--occurred-as-of', '2026']);
  t.match(shown.out, /Vela – Thistle Rovers[\s\S]*Tickets for schoolchildren +undertaken/);
});
