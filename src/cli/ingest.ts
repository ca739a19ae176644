import { fileListProblems } from './article-files.ts';
import { checkedFiles, type SoundFile } from './checked-files.ts';
import type { Context, ExitCode } from './context.ts';
import { fail } from './fail.ts';
import { ingestArticle, type Target } from './ingested.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';
import { progress } from './progress.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { type IngestedFile, ingestTable } from './tables/ingest-table.ts';

const sumUp = (done: readonly IngestedFile[], all: number, { out }: Context): void => {
  const of = (outcome: IngestedFile['outcome']) => done.filter((file) => file.outcome === outcome).length;
  const events = done.reduce((sum, file) => sum + (file.outcome === 'recorded' ? file.events : 0), 0);
  const left = all - done.length;
  const counts = [
    `${of('recorded')} recorded (${events} events)`,
    `${of('unchanged')} unchanged`,
    `${of('refused')} refused`,
    ...(left === 0 ? [] : [`${left} not recorded: stopped`]),
  ];
  const table = done.length === 0 ? '' : `${ingestTable(done, out)}\n`;
  out.write(`${table}${out.paint('bold', `${all} ${all === 1 ? 'article' : 'articles'}: ${counts.join(', ')}`)}\n`);
};

const explainRefusals = (done: readonly IngestedFile[], { messages }: Context): void => {
  for (const file of done) {
    if (file.outcome !== 'refused') continue;
    messages.write(`${messages.paint('red', 'refused:')} ${plainText(`${file.article}: ${file.message}`)}\n`);
  }
};

const recordAll = async (files: readonly SoundFile[], target: Target, context: Context): Promise<readonly IngestedFile[]> => {
  const done: IngestedFile[] = [];
  const bar = progress('recording', files.length, context.messages);
  try {
    for (const { reading, warnings } of files) {
      if (context.stop.aborted) break;
      const ingested = await ingestArticle(reading, target);
      done.push({ ...ingested, warnings: warnings.length });
      bar.advance(`${ingested.article} ${ingested.outcome}`);
    }
  } finally {
    // Also where the store fails half-way: what was recorded is recorded.
    bar.end();
    explainRefusals(done, context);
    sumUp(done, files.length, context);
  }
  return done;
};

/** Checks article files and, if there is no mistake in any, records them in the order given. */
export const ingest = async (given: ParsedArguments, context: Context): Promise<ExitCode> => {
  const problems = [...given.problems, ...fileListProblems(given.positionals)];
  if (problems.length > 0) return fail(problems, 'ingest', context);
  const folders = context.folders();
  const files = await checkedFiles(given.positionals, await registeredSubjects(folders, context), context);
  if (context.stop.aborted) return 130;
  if (files === null) {
    context.messages.write('Nothing was recorded.\n');
    return 2;
  }
  const ledger = await context.openLedger(folders);
  try {
    const done = await recordAll(files, ledger, context);
    if (context.stop.aborted) return 130;
    return done.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
  } finally {
    await ledger.close();
  }
};
