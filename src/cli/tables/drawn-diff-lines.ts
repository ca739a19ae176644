import type { Canvas } from '../draw-table.ts';
import { plainText } from '../plain-text.ts';
import { wrap } from '../wrap.ts';
import { type DiffLine, markFormats } from './diff-line.ts';
import { inSpans } from './games-text.ts';

/**
 * Lines that say the same of several Games or markets become one, where the first of them stands; what is said again by
 * more sources only comes last.
 */
export function together(lines: readonly DiffLine[]): readonly DiffLine[] {
  const alike = Map.groupBy(lines, ({ mark, name, says }) => JSON.stringify([mark, name, says]));
  const merged = [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, instances: [first, ...others].flatMap(({ instances }) => instances) }],
  );
  return [...merged.filter(({ mark }) => mark !== '='), ...merged.filter(({ mark }) => mark === '=')];
}

const indent = '    ';

/** A line of a comparison, drawn under its mark. */
export function drawnDiffLine({ mark, name, instances, says }: DiffLine, { width, paint }: Canvas): string {
  const head = [name, ...inSpans(instances)].join(' ');
  const text = plainText(says === '' ? head : `${head}: ${says}`);
  const [first = '', ...rest] = wrap(text, width - indent.length);
  const format = markFormats[mark];
  const lines = [`  ${mark} ${first}`, ...rest.map((line) => `${indent}${line}`)];
  if (mark === '=') return lines.map((line) => paint(format, line)).join('\n');
  const bold = first.startsWith(head) ? `${paint('bold', head)}${first.slice(head.length)}` : first;
  return [`  ${paint(format, mark)} ${bold}`, ...lines.slice(1)].join('\n');
}
