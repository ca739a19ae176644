/** A ledger is not copied, or not on; the message says why, and what to do instead. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}
