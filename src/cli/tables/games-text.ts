import { expandGames, isEditionProblem } from '../../domain/edition.ts';

const shortestSpan = 3;

/** Games editions in their order, a run without a gap as a span: `2018W..2028S`. Anything else stays as it is. */
export function inSpans(instances: readonly string[]): readonly string[] {
  const [first] = instances;
  if (first === undefined) return [];
  for (let length = instances.length; length >= shortestSpan; length--) {
    const span = `${first}..${instances[length - 1]}`;
    const editions = expandGames(span);
    const isRun = !isEditionProblem(editions) && editions.join() === instances.slice(0, length).join();
    if (isRun) return [span, ...inSpans(instances.slice(length))];
  }
  return [first, ...inSpans(instances.slice(1))];
}
