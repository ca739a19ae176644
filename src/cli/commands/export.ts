import type { Command } from '../command.ts';

/** `export`: writes the ledger to a file that proves itself. */
export const exportCommand: Command = {
  name: 'export',
  usage: 'export <file> [--force]',
  says: 'write the ledger to a file that anyone can verify, without a server and without this ledger',
  explains: `The file has a line for each event (a CloudEvent 1.0, as JSON), hashes between them, and last the signed checkpoint
of all. "partnership-ledger verify <file>" checks it; docs/proof.md tells how to do that with other tools.

The ledger is checked first: one that was changed behind its back is not exported (exit code 1). The file appears
whole or not at all, and replaces none without --force. A server may go on running. With EventStoreDB SIGNING_KEY
must be set.`,
  options: [{ name: 'force', value: null, says: 'replace a file of this name' }],
  run: async (given, context) => {
    const { exportTo } = await import('../export.ts');
    return await exportTo(given, context);
  },
};
