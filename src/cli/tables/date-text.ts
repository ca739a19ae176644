import type { DateShape } from '../../projections/shapes/date.ts';

const qualifiers: Readonly<Record<string, string>> = { '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' };

function plainDate(edtf: string): string {
  const qualifier = qualifiers[edtf.at(-1) ?? ''];
  return qualifier === undefined ? edtf : `${qualifier}${edtf.slice(0, -1)}`;
}

function span([first = '', last = '']: readonly string[], word: string): string {
  if (first === '') return `by ${plainDate(last)}`;
  return last === '' ? `from ${plainDate(first)}` : `${plainDate(first)} ${word} ${plainDate(last)}`;
}

/**
 * An uncertain date for people: `2017-12~` is "about 2017-12", `[..b]` "by b", `[a..b]` (some day of these) "a … b",
 * a period `a/b` "a to b".
 */
export function dateText(date: Pick<DateShape, 'edtf'> | null): string {
  const edtf = date?.edtf ?? null;
  if (edtf === null) return 'no date';
  if (edtf.startsWith('[')) return span(edtf.slice(1, -1).split('..'), '…');
  return edtf.includes('/')
    ? span(
        edtf.split('/').map((end) => end.replace('..', '')),
        'to',
      )
    : plainDate(edtf);
}
