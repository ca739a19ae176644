/** The names under which the software itself records: no person's decision may stand under one of them. */
export const ownWriters = {
  /** Whoever sends WRITE_TOKEN. */
  api: 'api',
  /** The command line. */
  cli: 'cli',
  /** The replay of the seeds at start. */
  seeds: 'seeds',
  /** The opening of a ledger. */
  ledger: 'ledger',
  /** The copying of one ledger to another. */
  copy: 'copy',
  /** A rehearsal of an article, which records nothing that is kept. */
  check: 'check',
} as const;
