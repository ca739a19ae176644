import type { BatchResult } from './batch-result.ts';
import type { Context } from './context.ts';
import { counted } from './counted.ts';
import { plainText } from './plain-text.ts';
import { batchTable, type IngestedFile, ingestTable } from './tables/ingest-table.ts';

/** Says on stderr why articles were refused. */
export function explainRefusals(done: readonly IngestedFile[], { messages }: Pick<Context, 'messages'>): void {
  for (const file of done) {
    if (file.outcome !== 'refused') continue;
    messages.write(`${messages.paint('red', 'refused:')} ${plainText(`${file.article}: ${file.message}`)}\n`);
  }
}

/** Sums up an ingest of `all` articles, of which `done` had their turn. */
export function ingestSummary(
  done: readonly IngestedFile[],
  batches: readonly BatchResult[],
  all: number,
  { out }: Pick<Context, 'out'>,
): string {
  const of = (outcome: IngestedFile['outcome']) => done.filter((file) => file.outcome === outcome).length;
  const events = done.reduce((sum, file) => sum + (file.outcome === 'recorded' ? file.events : 0), 0);
  const left = all - done.length;
  const counts = [
    `${of('recorded')} recorded (${counted(events, 'event')})`,
    `${of('unchanged')} unchanged`,
    `${of('refused')} refused`,
    ...(left === 0 ? [] : [`${left} not reached`]),
  ];
  const tables = [
    ...(done.length === 0 ? [] : [ingestTable(done, out)]),
    ...(batches.length === 0 ? [] : [batchTable(batches, out)]),
  ];
  const total = `${counted(all, 'article')}: ${counts.join(', ')}`;
  return [...tables, `${out.paint('bold', total)}\n`].join('\n');
}
