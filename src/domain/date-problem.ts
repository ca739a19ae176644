import { type Refusal, refuseAsPrinted } from './date-as-printed.ts';
import { refuseDate } from './date-refusal.ts';
import { readEdtf, readStatedDate, takeSpanApart, type WrittenSpan } from './edtf-syntax.ts';

/** Why a text is refused as a date: what is wrong and what to do; `suggestion` is a text that would be read. */
export type DateProblem = { readonly message: string; readonly suggestion?: string };

// Longer texts are not worth a reason, and patterns with two open ends take their time.
const longestExplained = 80;

function inBrackets(from: string, to: string): string {
  return `[${from}..${to}]`;
}

/** '2017-2018', 'Feb 2018 – Mar 2018', '2017 to 2018'. */
function takeDashedApart(text: string): WrittenSpan | null {
  const [, year, laterYear, from = year, to = laterYear] =
    /^(\d{4})-(\d{4})$|^(.+?)(?: *[–—] *| - | to )(.+)$/.exec(text) ?? [];
  return from && to ? { from, to, print: inBrackets } : null;
}

type End = { readonly text: string; readonly says: readonly string[] };

function judgeEnd(name: string, text: string): End {
  if (text === '' || readStatedDate(text)) return { text, says: [] };
  const { says, instead = text } = refuseDate(text);
  return { text: instead, says: [`${name} ${text}: ${says}`] };
}

function judgeSpan({ from, to, print }: WrittenSpan): Refusal {
  if (from === '' && to === '') return { says: 'a span needs at least one end: write [a..b], [a..] or [..b]' };
  const start = judgeEnd('start', from);
  const end = judgeEnd('end', to);
  const says = [...start.says, ...end.says].join('; ');
  const first = readStatedDate(start.text)?.first;
  const last = readStatedDate(end.text)?.last;
  if (!first || !last || first <= last) return { says, instead: print(start.text, end.text) };
  const reversed = `the ends are in reverse order, ${start.text} is after ${end.text}`;
  return { says: [says, reversed].filter(Boolean).join('; '), instead: print(end.text, start.text) };
}

function wrongForm(text: string, periods: boolean): string | null {
  if (!text.includes('/')) return text.includes('..') ? null : 'a span is written [a..b]';
  return periods ? null : 'a slash is a duration, and a milestone has none: write [a..b] for some day between a and b';
}

function refuseSpan(text: string, span: WrittenSpan, periods: boolean): Refusal {
  const form = wrongForm(text, periods);
  const { says, instead } = judgeSpan(form ? { ...span, print: inBrackets } : span);
  return { says: [form, says].filter(Boolean).join('; '), instead };
}

function refuse(text: string, periods: boolean): Refusal {
  if (text.trim() === '') return { says: 'a date is missing' };
  if (text.length > longestExplained) return { says: 'too long for a date' };
  const dense = text.replace(/\s+/g, '');
  if (dense !== text && readEdtf(dense)) {
    const isSlashed = dense.includes('/') && !periods;
    return isSlashed ? refuse(dense, periods) : { says: 'a date is written without spaces', instead: dense };
  }
  const dotted = text.replace(/^\//, '../').replace(/\/$/, '/..');
  if (dotted !== text)
    return periods ? { says: 'an open end is written as two dots', instead: dotted } : refuse(dotted, periods);
  if (/[{}]/.test(text)) return refuseDate(text);
  const printed = text.includes('..') ? null : refuseAsPrinted(text);
  if (printed) return printed;
  const span = takeSpanApart(text) ?? takeDashedApart(text);
  return span ? refuseSpan(text, span, periods) : refuseDate(text);
}

/**
 * Says why a text is not a date that is read here and, where the text leaves one choice, what to write instead.
 * With `periods`, a slash is allowed.
 */
export function explainDate(text: string, { periods }: { readonly periods: boolean }): DateProblem {
  const { says, instead } = refuse(text, periods);
  const message = `"${text.slice(0, longestExplained)}": ${says}`;
  return instead !== undefined && readEdtf(instead) ? { message, suggestion: instead } : { message };
}
