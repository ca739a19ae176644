import { diffAnswer } from '../projections/answers/diff-answer.ts';
import type { Context, ExitCode } from './context.ts';
import { readDiffRequest } from './diff-request.ts';
import { fail } from './fail.ts';
import { nothingYet } from './nothing-yet.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { diffPage } from './tables/diff-page.ts';

/** Shows what differs between two cuts of a partnership, as lines or as REST answers. Makes nothing where there is no ledger. */
export async function diff(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, context);
    const { request, problems } = await readDiffRequest(given, ledger?.views ?? null, subjects);
    if (problems.length > 0) return fail(problems, 'diff', context);
    if (ledger === null || request === null) return nothingYet(context);
    const { partnership, comparison } = request;
    const { views } = ledger;
    const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
    const [from, to] = await Promise.all(
      [comparison.from, comparison.to].map(async (cut) => ({
        view: await views.partnership(partnership, cut),
        names: subjects.name,
        firstRecordedAt,
      })),
    );
    if (from === undefined || to === undefined) throw new Error('a comparison has two sides');
    const answer = diffAnswer(comparison.clock, from, to);
    const json = given.options.get('json')?.at(-1) === 'true';
    const name = `${subjects.name('partnership', partnership) ?? partnership} (${partnership})`;
    context.out.write(json ? `${JSON.stringify(answer)}\n` : diffPage(answer, name, context.out));
    return 0;
  } finally {
    await ledger?.close();
  }
}
