import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { copyLedgerFile } from '../event-store/open-store.ts';
import { openToCheck, proofFiles } from '../open-ledger.ts';
import { checkLog } from '../proof/check-log.ts';
import { keptCheckpoint, MalformedNote, type ReadCheckpoint } from '../proof/checkpoint.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { counted, plainLines, progressBar } from './print.ts';

/** Copies the embedded ledger, as it is at one moment, into a folder, and checks the copy. */
async function backup(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const target = await targetOf('backup', args, context);
  if (typeof target === 'number') return target;
  const { folder, dataDir } = target;
  const from = join(dataDir, ledgerName);
  if (!existsSync(from)) return complain('there is no ledger: nothing is recorded', context);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    return fail([`${folder} is not empty: name a new folder for each backup`], 'backup', context);
  }
  // The checkpoint first: the ledger that is copied after it goes on from it.
  const { checkpoint } = proofFiles(dataDir);
  mkdirSync(folder, { recursive: true });
  if (existsSync(checkpoint)) copyFileSync(checkpoint, proofFiles(folder).checkpoint);
  copyLedgerFile(dataDir, join(folder, ledgerName));
  const checked = await check(folder, context);
  if ('problem' in checked) {
    rmSync(join(folder, ledgerName));
    return complain(`the ledger is not what was recorded, so there is no backup: ${checked.problem}`, context);
  }
  context.out.write(
    `${counted(checked.size, 'event')} backed up to ${folder}, and checked${checked.signed}.\n` +
      'The signing key and the tokens are not in it: keep them elsewhere.\n',
  );
  return 0;
}

/** Puts a backup into the data folder, once it is checked. What was there before is kept beside it. */
async function restore(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const target = await targetOf('restore', args, context);
  if (typeof target === 'number') return target;
  const { folder, dataDir } = target;
  if (!existsSync(join(folder, ledgerName))) return complain(`there is no ${ledgerName} in ${folder}`, context);
  const isReplacing = args.options.get('replace')?.at(-1) === 'true';
  if (existsSync(join(dataDir, ledgerName)) && !isReplacing) {
    const how = 'stop the server, then --replace sets it aside and puts the backup in its place';
    return complain(`there is a ledger in ${dataDir} already: ${how}`, context);
  }
  const checked = await check(folder, context);
  if ('problem' in checked) return complain(`the backup is not what was recorded: ${checked.problem}`, context);
  mkdirSync(dataDir, { recursive: true });
  const draft = join(dataDir, `${ledgerName}.restoring`);
  rmSync(draft, { force: true });
  copyLedgerFile(folder, draft);
  const aside = join(dataDir, `set-aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  const before = [ledgerName, 'catalogue.sqlite'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]);
  for (const name of before.filter((one) => existsSync(join(dataDir, one)))) {
    mkdirSync(aside, { recursive: true });
    renameSync(join(dataDir, name), join(aside, name));
  }
  renameSync(draft, join(dataDir, ledgerName));
  const lost = existsSync(aside) ? ` What was there is in ${aside}.` : '';
  context.out.write(
    `${counted(checked.size, 'event')} restored to ${dataDir}, and checked${checked.signed}.${lost}\n` +
      'The proof stays: if the ledger had more events than the backup, the server says so, and "accept" lets it go on.\n',
  );
  return 0;
}

const ledgerName = 'ledger.sqlite';

async function targetOf(command: string, args: ParsedArguments, context: Context) {
  const [folder, ...more] = args.positionals;
  const { dataDir, eventStore = 'sqlite' } = await context.ledgerOptions();
  const problems = [
    ...args.problems,
    ...(folder === undefined ? [`name a folder: ${command} <folder>`] : []),
    ...(more.length > 0 ? [`${command} takes one folder`] : []),
    ...(eventStore === 'sqlite' ? [] : ['this is for the embedded store; "copy" takes a ledger from EventStoreDB']),
    ...(folder !== undefined && resolve(folder) === resolve(dataDir) ? [`${folder} is the folder of the ledger`] : []),
  ];
  if (folder === undefined || problems.length > 0) return fail(problems, command, context);
  return { folder, dataDir };
}

// A ledger by itself, and against the checkpoint beside it.
async function check(
  folder: string,
  { messages }: Context,
): Promise<{ readonly size: number; readonly signed: string } | { readonly problem: string }> {
  const bar = progressBar(messages);
  let signed: ReadCheckpoint | null;
  try {
    signed = await keptCheckpoint(proofFiles(folder).checkpoint).read();
  } catch (error) {
    if (!(error instanceof MalformedNote)) throw error;
    return { problem: `its checkpoint was changed: ${error.message}` };
  }
  const ledger = await openToCheck({ dataDir: folder });
  if (ledger === null) return { problem: 'it is empty' };
  try {
    const tell = (done: number, total: number) => bar.show({ doing: 'checking', done, total });
    const store = { ...ledger.store, readAll: ledger.readAsCopied };
    const checkpoints = signed === null ? [] : [signed];
    const { checked, fault } = await checkLog({ store, tree: null, checkpoints, share: 1, tell }).finally(bar.erase);
    if (fault !== null) return { problem: fault.message };
    return {
      size: checked,
      signed: signed === null ? '' : ` against the checkpoint of ${counted(signed.size, 'event')}`,
    };
  } finally {
    await ledger.close();
  }
}

function complain(text: string, { messages }: Context): ExitCode {
  messages.write(`${messages.paint('red', 'error:')} ${plainLines(text)}\n`);
  return 1;
}

/** `backup`: copies the ledger while it runs. */
export const backupCommand: Command = {
  name: 'backup',
  usage: 'backup <folder>',
  says: 'copy the ledger, as it is at one moment, into a folder; a server may keep running',
  explains: `The folder gets ledger.sqlite and the last checkpoint, and is checked: it is a ledger of its own, that "verify" and
"show" read with DATA_DIR=<folder>. It has neither the signing key nor tokens. For EventStoreDB use "copy".`,
  options: [],
  run: backup,
};

/** `restore`: puts a backup in the place of the ledger. */
export const restoreCommand: Command = {
  name: 'restore',
  usage: 'restore <folder> [--replace]',
  says: 'put a backup in the place of the ledger, once it is checked',
  explains: `Stop the server first. The backup is checked before anything is changed. With --replace the ledger that is there is
set aside, not deleted. If it had events that the backup lacks, the server reports that and records nothing until
somebody says "accept": those events are gone for whoever has a later checkpoint.`,
  options: [{ name: 'replace', value: null, says: 'set aside the ledger that is there' }],
  run: restore,
};
