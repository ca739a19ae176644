import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { run } from './run-command.ts';

const bash = promisify(execFile);

t.test('bash completes commands, views, options and their values from the script', async (t) => {
  const { code, out } = await run(join(t.testdir(), 'data'), ['completion', 'bash']);
  t.equal(code, 0);
  const completed = async (...words: readonly string[]) => {
    const line = ['partnership-ledger', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _partnership_ledger; echo "\${COMPREPLY[@]}"`;
    return (await bash('bash', ['-c', `${out}\n${ask}`])).stdout.trim();
  };
  t.equal(await completed('repl'), 'replay');
  t.equal(await completed('show', 'sil'), 'silence');
  t.equal(await completed('show', 'timeline', '--occ'), '--occurred-as-of');
  t.equal(await completed('show', 'timeline', '--timing', ''), 'any certain');
  t.equal(await completed('completion', ''), 'bash zsh fish --help');
});

t.test('zsh and fish have a line for every option of every command', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const { out: zsh } = await run(dataDir, ['completion', 'zsh']);
  t.match(zsh, /^#compdef partnership-ledger\n[\s\S]* show\) _arguments[\s\S]*--occurred-as-of\[/);
  const { out: fish } = await run(dataDir, ['completion', 'fish']);
  t.match(fish, /^complete .*seen_subcommand_from diff' -l reported-as-of -d '.*' -r$/m);
  t.match((await run(dataDir, ['completion', 'ksh'])).messages, 'ksh: there are bash, zsh, fish');
});
