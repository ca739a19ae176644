import { formatProblems } from '../articles/problem.ts';
import { readRegistry } from '../articles/seeds.ts';
import type { SubjectRegistry } from '../articles/subjects.ts';
import type { Context, Folders } from './context.ts';
import { plainLines } from './plain-text.ts';

/** The register of subjects of the seeds; one that cannot be read stops nothing: it is said, and slugs are used. */
export async function registeredSubjects(
  { seedsDir }: Folders,
  { messages }: Pick<Context, 'messages'>,
): Promise<SubjectRegistry> {
  const { subjects, problems } = await readRegistry(seedsDir);
  if (problems.length > 0) {
    const said = 'the register of subjects cannot be used, so slugs stand for names:';
    messages.write(`${messages.paint('yellow', 'warning:')} ${said}\n${plainLines(formatProblems(problems))}\n`);
  }
  return subjects;
}
