const busy = 5;

/** Whether an error says that another connection holds the file (SQLITE_BUSY, whatever its kind). */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy;
