import { type ParsedEdtf, parse } from 'edtf';
import { type Refusal, refuseAsPrinted } from './date-as-printed.ts';
import { readStatedDate } from './edtf-syntax.ts';
import { whyImpossible } from './impossible-day.ts';

/** What is said of a text of which nothing better can be said. */
export const noDateAtAll =
  'not a date that is read here: write a year (2018), a month (2018-02) or a day (2018-02-01), each may end in ~, ? or %, or a span [a..b], [a..], [..b]';

function understood(text: string): ParsedEdtf {
  try {
    return parse(text);
  } catch {
    return { type: 'none', values: [] };
  }
}

function unspecified(text: string): Refusal {
  const year = text.slice(0, 4);
  return {
    says: 'unspecified digits are not read: leave the part out, or write a span [a..b]',
    instead: year.includes('X')
      ? `[${year.replaceAll('X', '0')}..${year.replaceAll('X', '9')}]`
      : text.replace(/-X.*$/, ''),
  };
}

const qualifiers = /[~?%]/g;

function misplacedQualifier(text: string): Refusal {
  const used = [...new Set(text.match(qualifiers))];
  const one = used.length === 1 ? used[0] : '%';
  return {
    says: 'a qualifier (~, ? or %) stands once, at the end of the date',
    instead: text.replace(qualifiers, '') + one,
  };
}

/** Valid EDTF beyond what is read here. */
function refuseByType(text: string): Refusal | null {
  const { type, values, unspecified: digits } = understood(text);
  if (type === 'Season') return { says: 'a season is not a date: write the months as [a..b]' };
  if (type === 'Century' || type === 'Decade')
    return { says: 'a year has four digits: write it in full, or a span of years [a..b]' };
  if (type === 'Year' || (type === 'Date' && Number(values[0]) < 1))
    return { says: 'years run from 0001 to 9999, written with four digits' };
  return type === 'Date' && digits ? unspecified(text) : null;
}

function refuseByCalendar(text: string): Refusal | null {
  const impossible = whyImpossible(text);
  return impossible ? { says: impossible } : null;
}

function refuseByShape(text: string): Refusal | null {
  if (/^\d{4}-\d{2}-\d{2}[T ]\d/.test(text))
    return { says: 'a time of day is not read: write the day as printed', instead: text.slice(0, 10) };
  if (/[,{}]/.test(text))
    return {
      says: 'a list is not a date: state each date by itself, or write the span from the first to the last as [a..b]',
    };
  if (/^\[[^.]*\]$/.test(text)) return { says: 'brackets are for spans, as in [a..b]', instead: text.slice(1, -1) };
  return readStatedDate(text.replace(qualifiers, '')) ? misplacedQualifier(text) : null;
}

/** Why a text is not one of the single dates that are read here, and what to write instead. */
export function refuseDate(text: string): Refusal {
  return (
    refuseByType(text) ??
    refuseByCalendar(text) ??
    refuseAsPrinted(text) ??
    refuseByShape(text) ?? { says: noDateAtAll }
  );
}
