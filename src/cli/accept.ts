import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decode, idOf, ledgerStream, ownWriters } from '../domain/vocabulary/events.ts';
import { DamagedEvent, type EventStore, type NewEvent, type RecordedEvent } from '../event-store/event-store.ts';
import { type LedgerToCheck, openToCheck, proofFiles } from '../open-ledger.ts';
import { checkLog, type Fault, faultAt } from '../proof/check-log.ts';
import { type FoundFault, keptFault } from '../proof/kept-fault.ts';
import { toBase64 } from '../proof/merkle-tree.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { counted, plainLines, progressBar } from './print.ts';

/** Accepts a ledger that is not what was recorded, as it is now, and records that somebody did. */
async function accept(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const { messages } = context;
  const [reason, ...more] = args.options.get('reason') ?? [];
  const problems = [
    ...args.problems,
    ...(args.positionals.length > 0 ? ['accept takes options only'] : []),
    ...(reason === undefined || reason.trim() === ''
      ? ['--reason is missing: say why the ledger may go on as it is']
      : []),
    ...(more.length > 0 ? ['--reason is given more than once'] : []),
  ];
  if (problems.length > 0) return fail(problems, 'accept', context);
  const error = (text: string): 1 => {
    messages.write(`${messages.paint('red', 'error:')} ${plainLines(text)}\n`);
    return 1;
  };
  const options = await context.ledgerOptions();
  const found = keptFault(proofFiles(options.dataDir).fault).find();
  if (found === null) return error('there is nothing to accept: no fault is known; "verify" checks the ledger');
  messages.write(`This ledger is not what was recorded: ${plainLines(found.fault.message)}\n`);
  const isSure = args.options.get('yes')?.at(-1) === 'true' || (await context.confirm(question));
  if (isSure !== true) {
    return error(`nothing was changed${isSure === null ? ': nobody can be asked; --yes accepts it' : ''}`);
  }
  const ledger = await openToCheck(options);
  if (ledger === null) return error('there is no ledger: put it back first');
  try {
    const bar = progressBar(messages);
    const tell = (done: number, total: number) => bar.show({ doing: 'checking', done, total });
    const accepted = await checkAsItIs(ledger, tell).finally(bar.erase);
    if ('fault' in accepted) {
      return error(`the ledger cannot go on as it is, so it needs a backup: ${accepted.fault.message}`);
    }
    const position = await record({ found, reason: reason ?? '', ...accepted }, ledger);
    const aside = setProofAside(options.dataDir);
    context.out.write(
      `Accepted ${counted(accepted.size, 'event')} as they are, recorded at position ${position}. The proof of the ledger ` +
        `begins anew;\nwhat it was is in ${aside}. Start the server again, tell those who have earlier checkpoints, and give ` +
        'them a new one.\n',
    );
    return 0;
  } finally {
    await ledger.close();
  }
}

const question = 'Accept it as it is now? Earlier checkpoints will no longer hold. [y/N] ';

type Accepted = { readonly size: number; readonly root: string };

// The ledger by itself: it may not be what was recorded, but it has to be one that can be read.
async function checkAsItIs(
  ledger: LedgerToCheck,
  tell: (done: number, total: number) => void,
): Promise<Accepted | { readonly fault: Fault }> {
  await ledger.store.mendSchema?.();
  const store = { ...ledger.store, readAll: decoding(ledger.readAsCopied) };
  const { checked, root, fault } = await checkLog({ store, tree: null, checkpoints: [], share: 1, tell });
  if (ledger.id === null && fault === null) return { fault: faultAt(1, 'it is not the opening of the ledger') };
  return fault === null ? { size: checked, root: toBase64(root) } : { fault };
}

function decoding(readAll: EventStore['readAll']): EventStore['readAll'] {
  return async function* (options): AsyncGenerator<RecordedEvent> {
    for await (const event of readAll(options)) {
      try {
        decode(event);
      } catch (cause) {
        throw new DamagedEvent(event.position, `its data does not fit the type ${event.type}`, { cause });
      }
      yield event;
    }
  };
}

// The event says what was found, what was there before as far as anybody knows, and what goes on.
async function record(
  { found, reason, size, root }: Accepted & { readonly found: FoundFault; readonly reason: string },
  { id: ledger, store }: LedgerToCheck,
): Promise<number> {
  const { foundAt, fault, expected } = found;
  const id = idOf('AlterationAccepted', ledger ?? '', foundAt, fault.message);
  let revision = -1;
  for await (const event of store.readStream(ledgerStream)) {
    // A run that recorded this was stopped before it had done the rest.
    if (event.id === id) return event.position;
    revision = event.revision;
  }
  const before = expected === null ? null : { size: expected.size, root: toBase64(expected.root) };
  const event: NewEvent = {
    id,
    type: 'AlterationAccepted',
    data: { fault: fault.message, foundAt, reason, before, accepted: { size, root } },
    metadata: { recordedBy: ownWriters.cli, correlationId: id, causationId: null, schema: 1 },
  };
  return (await store.append(ledgerStream, revision, [event])).position;
}

// The fault goes last: until then nothing is recorded, and the command can be run again.
function setProofAside(dataDir: string): string {
  const { tree, checkpoint, fault } = proofFiles(dataDir);
  const aside = join(dataDir, `set-aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  mkdirSync(aside);
  const index = join(dataDir, 'catalogue.sqlite');
  const files = [tree, index].flatMap((file) => [file, `${file}-wal`, `${file}-shm`]);
  for (const file of [...files, checkpoint, fault]) {
    if (existsSync(file)) renameSync(file, join(aside, basename(file)));
  }
  return aside;
}

/** `accept`: lets a ledger go on that is not what was recorded. */
export const acceptCommand: Command = {
  name: 'accept',
  usage: 'accept --reason <text>',
  says: 'let a ledger go on that was altered or cut short, as it is now',
  explains: `A ledger that is not what was recorded takes no writes until it is what it was again (a backup), or until somebody
accepts it with this command. Stop the server first, and look at "verify".

The command reads the whole ledger, which must be readable without a gap; it makes missing triggers anew; it records
what was found, why it was accepted and the tree of what goes on (AlterationAccepted, in the audit trail); and it sets
the proof, the checkpoint and the index aside. Earlier checkpoints no longer hold: tell those who have them.`,
  options: [
    { name: 'reason', value: '<text>', says: 'why the ledger may go on as it is; it is recorded' },
    { name: 'yes', value: null, says: 'accept without asking' },
  ],
  run: accept,
};
