import type { Command } from '../command.ts';

/** `copy`: moves a ledger from one store to another. */
export const copyCommand: Command = {
  name: 'copy',
  usage: 'copy --from <store> --to <store>',
  says: 'copy a ledger into another, empty store',
  explains: `A store is sqlite:<folder> or just the folder (the DATA_DIR of an embedded ledger; "sqlite" alone is the one that
is set), or esdb://… or esdb+discover://… for EventStoreDB or KurrentDB. Its password is never printed, but
whoever can list the processes of this machine can read it on the command line while the command runs: with
env:<variable> the store is what that environment variable says, as in --to env:EVENT_STORE.

Events keep their ids, order, streams and positions, and what the ledger says of when they were recorded. At the
end all events of both are compared, and the copy is closed: from then on a server can use it. The target must
be empty. Ctrl-C stops after the append at hand; run again with the same stores it goes on from there.

Stop what writes to the source first. What it gets while the copy runs is copied too; what it gets in the moment
in which the copy is closed is not, and is told (exit code 1).`,
  options: [
    { name: 'from', value: '<store>', says: 'where the ledger is; it stays as it is' },
    { name: 'to', value: '<store>', says: 'where it is copied to: empty, or an unfinished copy of the same' },
    { name: 'fromPrefix', value: '<prefix>', says: 'STREAM_PREFIX there, if not the one that is set' },
    { name: 'toPrefix', value: '<prefix>', says: 'STREAM_PREFIX there, if not the one that is set' },
  ],
  run: async (given, context) => {
    const { copy } = await import('../copy.ts');
    return await copy(given, context);
  },
};
