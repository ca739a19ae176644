import type { DiffAnswer } from '../../projections/answers/diff-answer.ts';
import type { Output } from '../context.ts';
import { plainText } from '../plain-text.ts';
import { wrap } from '../wrap.ts';
import { cutLine, noticeText } from './cut-line.ts';
import { diffAuditLines } from './diff-audit-lines.ts';
import { type DiffLine, diffLine } from './diff-line.ts';
import { drawnDiffLine, together } from './drawn-diff-lines.ts';
import { legendOf } from './marks.ts';

type Canvas = Pick<Output, 'width' | 'paint'>;

const whats = ['appeared', 'changed', 'disappeared'] as const;

type Told = { readonly what: (typeof whats)[number]; readonly line: DiffLine };

// What is counted is what is told; a version or a place that is another has no line.
function section(title: string, told: readonly Told[], canvas: Canvas): string {
  const sizes = whats.flatMap((what) => {
    const count = told.filter((one) => one.what === what).length;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return headed(
    title,
    sizes,
    told.map(({ line }) => line),
    canvas,
  );
}

function headed(title: string, sizes: readonly string[], lines: readonly DiffLine[], canvas: Canvas): string {
  const head = canvas.paint('bold', `${title}: ${sizes.length === 0 ? 'no difference' : sizes.join(', ')}`);
  return [head, ...together(lines).map((line) => drawnDiffLine(line, canvas))].join('\n');
}

/** A comparison for people: what moved, and by read model what appeared, changed and disappeared. */
export function diffPage(answer: DiffAnswer, name: string, canvas: Canvas): string {
  const { width, paint } = canvas;
  const { clock, from, to, notice, counts } = answer;
  const told = (items: DiffAnswer['timeline' | 'obligations' | 'rollout']): readonly Told[] =>
    items.flatMap((item) => {
      const line = diffLine(item);
      return line === null ? [] : [{ what: item.what, line }];
    });
  const recorded = whats.flatMap((what) => (counts.audit[what] === 0 ? [] : [`${counts.audit[what]} ${what}`]));
  const sections = [
    section('Timeline', told(answer.timeline), canvas),
    section('Obligations per Games', told(answer.obligations), canvas),
    section('Marketing rollout', told(answer.rollout), canvas),
    headed('Audit trail', recorded, diffAuditLines(answer.audit), canvas),
  ].join('\n\n');
  const legend = legendOf(sections);
  return [
    paint('bold', plainText(`What differs in ${name}, on the ${clock} clock`)),
    paint('dim', `from ${cutLine(from.cut)}`),
    paint('dim', `to   ${cutLine(to.cut)}`),
    ...(notice === undefined ? [] : wrap(noticeText(notice), width).map((line) => paint('yellow', line))),
    '',
    sections,
    ...(legend === '' ? [] : ['', paint('dim', legend)]),
    '',
  ].join('\n');
}
