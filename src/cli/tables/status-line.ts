import type { Format } from '../context.ts';
import type { Line } from '../draw-table.ts';
import { possibleMark } from './marks.ts';

const formats: Readonly<Record<string, Format>> = {
  happened: 'green',
  planned: 'cyan',
  due: 'yellow',
  'overdue-unconfirmed': 'yellow',
  denied: 'magenta',
  cancelled: 'gray',
  unsupported: 'gray',
  closedWithoutReport: 'yellow',
  undertaken: 'cyan',
  confirmed: 'cyan',
  'in-progress': 'yellow',
  delivered: 'green',
  'partly-delivered': 'green',
  postponed: 'magenta',
  waived: 'gray',
  breached: 'red',
  discussed: 'cyan',
  agreed: 'green',
};

const wording: Readonly<Record<string, string>> = {
  'overdue-unconfirmed': 'overdue, unconfirmed',
  closedWithoutReport: 'closed, no report',
};

/** A status in its colour, marked where it is possible only. */
export function statusLine(status: string, timing: 'certain' | 'possible'): Line {
  const text = `${wording[status] ?? status}${timing === 'possible' ? ` ${possibleMark}` : ''}`;
  const format = formats[status];
  return format === undefined ? { text } : { text, format };
}
