import { nearest } from '../domain/nearest.ts';
import { plainText } from './plain-text.ts';
import { type ShownView, shownViews } from './shown-views.ts';

/** The read model of this name, or why there is none. */
export function viewNamed(
  name: string | undefined,
): { readonly view: ShownView; readonly problem: null } | { readonly view: null; readonly problem: string } {
  const names = Object.keys(shownViews);
  if (name === undefined) return { view: null, problem: `say what to show: ${names.join(', ')}` };
  const view = Object.hasOwn(shownViews, name) ? shownViews[name] : undefined;
  if (view !== undefined) return { view, problem: null };
  const [near] = nearest(name, names, { limit: 1 });
  const instead = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  return { view: null, problem: `${plainText(name)} is not a view; ${instead}` };
}
