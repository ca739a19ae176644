import type { SubjectRegistry } from '../articles/subjects.ts';
import { nearest } from '../domain/nearest.ts';
import { plainText } from './plain-text.ts';

/** The partnership that is meant, or why none is. */
export type Choice = { readonly id: string; readonly problem: null } | { readonly id: null; readonly problem: string };

function refuse(problem: string): Choice {
  return { id: null, problem };
}

function listed(ids: readonly string[], subjects: SubjectRegistry): string {
  return ids.map((id) => `\n  ${id}  ${subjects.name('partnership', id) ?? ''}`.trimEnd()).join('');
}

function namesOf(id: string, subjects: SubjectRegistry): readonly string[] {
  const registered = subjects.known('partnership').find(({ slug }) => slug === id);
  return registered === undefined ? [id] : [id, registered.name, ...registered.aliases];
}

/**
 * The partnership of this id, or the only one where none is named. `recorded` are the ids that the ledger knows; the
 * nearest is found by id, name and alias.
 */
export function choosePartnership(
  given: string | undefined,
  recorded: readonly string[],
  subjects: SubjectRegistry,
): Choice {
  const [only] = recorded;
  if (given === undefined) {
    if (only !== undefined && recorded.length === 1) return { id: only, problem: null };
    return refuse(`several partnerships are recorded; name one of them:${listed(recorded, subjects)}`);
  }
  if (recorded.includes(given)) return { id: given, problem: null };
  const called = new Map(recorded.flatMap((id) => namesOf(id, subjects).map((name) => [name, id])));
  const [near] = nearest(given, called.keys(), { limit: 1 });
  const meant = near === undefined ? undefined : called.get(near);
  const unknown = `no partnership ${plainText(given)} is recorded`;
  return refuse(
    meant === undefined ? `${unknown}; there are:${listed(recorded, subjects)}` : `${unknown}; did you mean ${meant}?`,
  );
}
