const busy = 5;

/** Whether an error says that another connection holds the file (SQLITE_BUSY, whatever its kind). */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy;
}
