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

const section = (
  title: string,
  counts: DiffAnswer['counts']['timeline'],
  lines: readonly DiffLine[],
  canvas: Canvas,
): string => {
  const sizes = whats.flatMap((what) => (counts[what] === 0 ? [] : [`${counts[what]} ${what}`]));
  const head = canvas.paint('bold', `${title}: ${sizes.length === 0 ? 'no difference' : sizes.join(', ')}`);
  return [head, ...together(lines).map((line) => drawnDiffLine(line, canvas))].join('\n');
};

/** A comparison for people: what moved, and by read model what appeared, changed and disappeared. */
export const diffPage = (answer: DiffAnswer, name: string, canvas: Canvas): string => {
  const { width, paint } = canvas;
  const { clock, from, to, notice, counts } = answer;
  const lines = (items: DiffAnswer['timeline' | 'obligations' | 'rollout']) =>
    items.flatMap((item) => diffLine(item) ?? []);
  const sections = [
    section('Timeline', counts.timeline, lines(answer.timeline), canvas),
    section('Obligations per Games', counts.obligations, lines(answer.obligations), canvas),
    section('Marketing rollout', counts.rollout, lines(answer.rollout), canvas),
    section('Audit trail', counts.audit, diffAuditLines(answer.audit), canvas),
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
};
