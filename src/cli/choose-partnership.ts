import { nearest } from '../domain/nearest.ts';
import type { SubjectNames } from '../projections/names.ts';
import { plainText } from './plain-text.ts';

/** The partnership that is meant, or why none is. */
export type Choice = { readonly id: string; readonly problem: null } | { readonly id: null; readonly problem: string };

const refuse = (problem: string): Choice => ({ id: null, problem });

const listed = (ids: readonly string[], names: SubjectNames): string =>
  ids.map((id) => `\n  ${id}  ${names('partnership', id) ?? ''}`.trimEnd()).join('');

/** The partnership of this id, or the only one where none is named. `recorded` are the ids that the ledger knows. */
export const choosePartnership = (
  given: string | undefined,
  recorded: readonly string[],
  names: SubjectNames,
): Choice => {
  const [only] = recorded;
  if (given === undefined) {
    if (only !== undefined && recorded.length === 1) return { id: only, problem: null };
    return refuse(`several partnerships are recorded; name one of them:${listed(recorded, names)}`);
  }
  if (recorded.includes(given)) return { id: given, problem: null };
  const called = new Map(recorded.flatMap((id) => [id, names('partnership', id) ?? id].map((name) => [name, id])));
  const [near] = nearest(given, called.keys(), { limit: 1 });
  const meant = near === undefined ? undefined : called.get(near);
  const unknown = `no partnership ${plainText(given)} is recorded`;
  return refuse(meant === undefined ? `${unknown}; there are:${listed(recorded, names)}` : `${unknown}; did you mean ${meant}?`);
};
