import type { Command } from '../command.ts';

/** `verify`: proves that nothing in a ledger or in an exported file was changed. */
export const verifyCommand: Command = {
  name: 'verify',
  usage: 'verify [file]',
  says: 'check that nothing in the ledger, or in a file that was exported, was changed behind its back',
  explains: `Without a file the ledger itself is checked: every event against the tree that the server keeps of them
(proof.sqlite in DATA_DIR) and against the last checkpoint that it signed. With a file, one that "export" wrote:
no server, no ledger and no network is needed.

What is found is named by the first position that was changed, removed, put in or moved, or by as few as can be
told (exit code 1). An earlier checkpoint (curl …/api/audit/checkpoint > checkpoint) proves more: that nothing
before it was changed since, not even by whoever has the key. Without --key the key that comes with a file is
used, which proves that the file is whole, and not whose it is.`,
  options: [
    { name: 'checkpoint', value: '<file>', says: 'a checkpoint from earlier; may be given several times' },
    { name: 'key', value: '<verifier key>', says: 'the key that must have signed, as in GET /api/audit/public-key' },
  ],
  run: async (given, context) => {
    const { verify } = await import('../verify.ts');
    return await verify(given, context);
  },
};
