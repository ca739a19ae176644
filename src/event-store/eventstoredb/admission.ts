/** Lets pieces of work begin in the order in which they came, so many of so many bytes together at a time. */
export type Admission = {
  /** Resolves when the work may begin. */
  readonly enter: (bytes: number) => Promise<void>;
  /** Tells that it has ended. */
  readonly leave: (bytes: number) => void;
};

/** Bounds how much is under way. A piece that is larger than all that is allowed goes alone. */
export function createAdmission(most: number, mostBytes: number): Admission {
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  let next = 0;
  let underWay = 0;
  let bytesUnderWay = 0;

  const admit = (): void => {
    for (let first = waiting[next]; first !== undefined; first = waiting[next]) {
      if (underWay >= most || (underWay > 0 && bytesUnderWay + first.bytes > mostBytes)) return;
      next += 1;
      underWay += 1;
      bytesUnderWay += first.bytes;
      first.begin();
    }
    waiting.length = 0;
    next = 0;
  };

  return {
    enter: (bytes) =>
      new Promise((begin) => {
        waiting.push({ bytes, begin });
        admit();
      }),
    leave: (bytes) => {
      underWay -= 1;
      bytesUnderWay -= bytes;
      admit();
    },
  };
}
