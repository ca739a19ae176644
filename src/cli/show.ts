import type { Context, ExitCode } from './context.ts';
import { fail } from './fail.ts';
import { nothingYet } from './nothing-yet.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { readShowRequest } from './show-request.ts';
import { shownPage } from './shown-page.ts';

/** Shows a read model of a partnership through a cut, as a table or as REST answers. Makes nothing where there is no ledger. */
export async function show(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, context);
    const { request, problems } = await readShowRequest(given, ledger?.views ?? null, subjects);
    if (problems.length > 0) return fail(problems, 'show', context);
    if (ledger === null || request === null) return nothingYet(context);
    const { view, partnership, cut, filters } = request;
    const { views } = ledger;
    const seen = await views.partnership(partnership, cut);
    const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
    const shown = view.show({ view: seen, names: subjects.name, firstRecordedAt }, filters);
    const title = `${view.title} of ${subjects.name('partnership', partnership) ?? partnership} (${partnership})`;
    const json = given.options.get('json')?.at(-1) === 'true';
    context.out.write(json ? `${JSON.stringify(shown.answer)}\n` : shownPage(shown, title, context.out));
    return 0;
  } finally {
    await ledger?.close();
  }
}
