import type { Output } from './context.ts';
import { plainText } from './plain-text.ts';
import type { Shown } from './shown-views.ts';
import { cutLine, noticeText } from './tables/cut-line.ts';
import { legendOf } from './tables/marks.ts';
import { wrap } from './wrap.ts';

/** An answer for people: title, cut, notice, table, and what the marks in it mean. */
export function shownPage(
  { answer, size, draw }: Shown,
  title: string,
  { width, paint }: Pick<Output, 'width' | 'paint'>,
): string {
  const drawn = draw({ width, paint });
  const legend = legendOf(drawn);
  const { cut, notice } = answer;
  const noticed = notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line));
  const body = drawn === '' ? 'Nothing to show.\n' : drawn;
  const head = [paint('bold', plainText(`${title}: ${size}`)), paint('dim', cutLine(cut)), ...noticed];
  return `${head.join('\n')}\n\n${body}${legend === '' ? '' : `\n${paint('dim', legend)}\n`}`;
}
