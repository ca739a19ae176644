/**
 * Pages from a number up or down to another one, each read while the consumer still has the one before: never more than
 * one is waiting. `read` gives at least one item; where it fails, that is told when its page is asked for.
 */
export async function* readAhead<Item>(
  first: number,
  last: number,
  read: (next: number) => Promise<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  const step = first <= last ? 1 : -1;
  const begin = (next: number): Promise<readonly Item[]> => {
    const page = read(next);
    // A consumer may stop before it asks for it.
    page.catch(() => undefined);
    return page;
  };
  let coming = begin(first);
  for (let next = first; ; ) {
    const page = await coming;
    next += step * page.length;
    const isLast = (last - next) * step < 0;
    if (!isLast) coming = begin(next);
    yield page;
    if (isLast) return;
  }
}
