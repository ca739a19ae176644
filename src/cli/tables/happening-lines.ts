import type { Happening } from '../../projections/happening.ts';
import { factParts } from '../fact-parts.ts';
import { inSpans } from './games-text.ts';
import { numberRanges } from './number-ranges.ts';

/** A subject with the Games or markets for which the same is said. */
export type Named = { readonly type: string; readonly subject: string; readonly instance: string | null };

/** A fact by its type and subject, with its Games or its market. */
export function namedBy(type: string, fact: string): Named {
  const { kind, subject, edition } = factParts(fact);
  if (kind === 'partnership') return { type, subject: subject.split('.').slice(2).join('.'), instance: edition };
  if (kind !== 'market') return { type, subject, instance: edition };
  const dot = subject.lastIndexOf('.');
  return { type, subject: subject.slice(0, dot), instance: subject.slice(dot + 1).toUpperCase() };
}

/** Names of the same type and subject in one, with their Games in spans. */
export function namesText(names: readonly Named[]): string {
  return [...Map.groupBy(names, ({ type, subject }) => `${type}${subject === '' ? '' : ` ${subject}`}`)]
    .map(([name, same]) =>
      [name, ...inSpans([...new Set(same.flatMap(({ instance }) => (instance === null ? [] : [instance])))])].join(' '),
    )
    .join(', ');
}

function sourceText({ source, paragraphs }: Happening): string {
  return paragraphs.length === 0 ? source : `${source} ¶ ${numberRanges(paragraphs)}`;
}

function groupOf({ what, date, type, fact, summary, source, paragraphs }: Happening): string {
  return JSON.stringify([
    what,
    date,
    type,
    fact === null ? null : namedBy(type, fact).subject,
    summary,
    source,
    paragraphs,
  ]);
}

function lineOf(same: readonly Happening[]): string {
  const [{ what, date, type, fact, summary }] = same as readonly [Happening];
  const named =
    fact === null ? type : namesText(same.flatMap((one) => (one.fact === null ? [] : namedBy(type, one.fact))));
  const said = [named, ...(summary === null ? [] : [summary])].join(': ');
  return `${what}${date === null ? '' : ` ${date}`} · ${said} (${sourceText(same[0] as Happening)})`;
}

/** What comes about at a moment, a line for what is alike but for its Games or its market; dates as printed. */
export function happeningLines(happenings: readonly Happening[]): readonly string[] {
  return [...Map.groupBy(happenings, groupOf).values()].map(lineOf);
}
