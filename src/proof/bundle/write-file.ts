import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';

// So much is written at a time, in characters.
const chunkSize = 256 * 1024;

/**
 * Writes lines to a file that nobody ever sees half of: beside it first, to the disk, then under its name. Throws EEXIST
 * where a file is there and is not to be replaced; what was written by then is taken away again.
 */
export async function writeLines(
  file: string,
  lines: AsyncIterable<string>,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx');
  try {
    let chunk = '';
    for await (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < chunkSize) continue;
      await handle.write(chunk);
      chunk = '';
    }
    await handle.write(chunk);
    await handle.sync();
    await handle.close();
    if (replace) await rename(draft, file);
    else await link(draft, file);
  } finally {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
  }
}
