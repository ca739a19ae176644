import { fileListProblems } from './article-files.ts';
import { type BatchResult, batchResult } from './batch-result.ts';
import { checkedFiles, type SoundFile } from './checked-files.ts';
import type { Context, ExitCode, OpenedLedger } from './context.ts';
import { fail } from './fail.ts';
import { explainRefusals, ingestSummary } from './ingest-summary.ts';
import { ingestArticles, type RecordedArticle } from './ingested.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { progress } from './progress.ts';
import { registeredSubjects } from './registered-subjects.ts';
import type { IngestedFile } from './tables/ingest-table.ts';

// Up to so many articles each one's effects are weighed; of more, those of all together.
const mostWeighedEach = 100;

async function batchResults(done: readonly IngestedFile[], ledger: OpenedLedger): Promise<readonly BatchResult[]> {
  const recorded = done.filter((file): file is IngestedFile & RecordedArticle => file.outcome === 'recorded');
  const ofPartnerships = Map.groupBy(recorded, ({ partnership }) => partnership);
  const results: BatchResult[] = [];
  for (const [partnership, articles] of ofPartnerships) results.push(await batchResult(partnership, articles, ledger));
  return results;
}

async function recordAll(
  files: readonly SoundFile[],
  ledger: OpenedLedger,
  context: Context,
): Promise<readonly IngestedFile[]> {
  const { messages, out } = context;
  const stop = context.listenForStop();
  const effects = files.length <= mostWeighedEach;
  const done: IngestedFile[] = [];
  const bar = progress('recording', files.length, messages);
  try {
    const readings = files.map(({ reading }) => reading);
    for await (const ingested of ingestArticles(readings, ledger, { effects })) {
      done.push({ ...ingested, warnings: files[done.length]?.warnings.length ?? 0 });
      bar.advance(`${ingested.article} ${ingested.outcome}`);
      if (stop.aborted) break;
    }
    bar.end();
    explainRefusals(done, context);
    out.write(ingestSummary(done, effects ? [] : await batchResults(done, ledger), files.length, context));
    return done;
  } catch (error) {
    // What was recorded before the store failed is recorded.
    bar.end();
    out.write(ingestSummary(done, [], files.length, context));
    throw error;
  }
}

/** Checks article files and, if there is no mistake in any, records them in the order given. */
export async function ingest(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const problems = [...given.problems, ...fileListProblems(given.positionals)];
  if (problems.length > 0) return fail(problems, 'ingest', context);
  const folders = context.folders();
  const files = await checkedFiles(given.positionals, await registeredSubjects(folders, context), context);
  if (files === null) {
    context.messages.write('Nothing was recorded.\n');
    return 2;
  }
  const ledger = await context.openLedger(folders);
  try {
    const done = await recordAll(files, ledger, context);
    if (done.length < files.length) return 130;
    return done.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
  } finally {
    await ledger.close();
  }
}
