/**
 * An uncertain date in words, as short as honesty allows: "by 31 Jan 2018", "about Dec 2017", "between 10 and 25 Feb 2018".
 * Nothing that no source tells is added: no midpoint, and no day for a month.
 */
export function dateWords(date: AnyDate | null, length: DateLength = 'short'): string {
  if (date === null || date.edtf === null) return 'no day told';
  const { edtf, earliest, latest } = date;
  if (earliest === null && latest === null) return 'no day told';
  const [, stated = '', qualifier = ''] = /^([\d-]+)([~?%]?)$/.exec(edtf) ?? [];
  if (qualifier !== '') return `${qualifier === '?' ? 'perhaps' : 'about'} ${statedWords(stated, length)}`;
  if (earliest === null) return `by ${dayWords(latest ?? '', length)}`;
  if (latest === null) return `from ${dayWords(earliest, length)} on`;
  if (earliest === latest) return dayWords(earliest, length);
  if (stated !== '') return `in ${statedWords(stated, length)}`;
  if (edtf.includes('/')) return spanWords(earliest, latest, length);
  const whole = monthsBetween(earliest, latest, length);
  return whole ?? `between ${spanWords(earliest, latest, length, ' and ')}`;
}

/** A date in words after a preposition of its own: "2028", where `dateWords` says "in 2028". */
export function periodWords(date: AnyDate): string {
  if (date.earliest !== null && date.latest === null) return `${dayWords(date.earliest, 'long')} or later`;
  return dateWords(date, 'long').replace(/^in /, '');
}

/** The day of a plan in words: "planned for Dec 2024", "planned by 31 Jan 2018". */
export function plannedWords(date: AnyDate, length: 'short' | 'long' = 'short'): string {
  const words = dateWords(date, length);
  if (/^(?:no|not) /.test(words)) return words;
  return /^(?:between|by|from) /.test(words) ? `planned ${words}` : `planned for ${words.replace(/^in /, '')}`;
}

/** "paragraph 3", "paragraphs 3 and 14". */
export function paragraphsWords(paragraphs: readonly number[]): string {
  return `paragraph${paragraphs.length === 1 ? '' : 's'} ${listWords(paragraphs.map(String))}`;
}

/** The end of a term in words: "through 2028", or "with an end between Jan and Sep 2023" where no period names it. */
export function endWords(date: AnyDate): string {
  const words = periodWords(date);
  return /^(?:between|by|from|about|perhaps) /.test(words) ? `with an end ${words}` : `through ${words}`;
}

/** A date as answers give it. */
export type AnyDate = {
  readonly edtf: string | null;
  readonly earliest: string | null;
  readonly latest: string | null;
};

type DateLength = 'short' | 'long';

// A year, a month or a day as EDTF writes it.
function statedWords(stated: string, length: DateLength): string {
  const [year = '', month, day] = stated.split('-');
  if (month === undefined) return year;
  return day === undefined ? `${monthName(month, length)} ${year}` : dayWords(stated, length);
}

/** A day in words: "5 Feb 2018" or "5 February 2018". */
export function dayWords(day: string, length: DateLength = 'short'): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${monthName(month, length)} ${year}`;
}

function monthName(month: string, length: DateLength): string {
  const name = months[Number(month) - 1] ?? month;
  return length === 'long' ? name : name.slice(0, 3);
}

/** A month in words: "Feb 2018". */
export function monthWords(day: string): string {
  return statedWords(day.slice(0, 7), 'short');
}

const months: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Two days as a span, without what they share: "9–25 Feb 2018", "13 Sep 2017 – 8 Feb 2018". */
export function spanWords(from: string, to: string, length: DateLength = 'short', dash?: string): string {
  const [year, month, day] = from.split('-');
  const [toYear, toMonth] = to.split('-');
  if (year !== toYear) return `${dayWords(from, length)}${dash ?? ' – '}${dayWords(to, length)}`;
  if (month !== toMonth) {
    return `${Number(day)} ${monthName(month ?? '', length)}${dash ?? ' – '}${dayWords(to, length)}`;
  }
  return `${Number(day)}${dash ?? '–'}${dayWords(to, length)}`;
}

// "between Jan and Mar 2018" where a span begins and ends with a month or a year; null where it does not.
function monthsBetween(from: string, to: string, length: DateLength): string | null {
  if (from.endsWith('-01-01') && to.endsWith('-12-31')) return `between ${from.slice(0, 4)} and ${to.slice(0, 4)}`;
  const [year = '', month = '', day] = from.split('-');
  const [toYear = '', toMonth = '', toDay] = to.split('-');
  if (day !== '01' || Number(toDay) !== lastOfMonth(Number(toYear), Number(toMonth))) return null;
  const [first, last] = [monthName(month, length), `${monthName(toMonth, length)} ${toYear}`];
  return `between ${year === toYear ? first : `${first} ${year}`} and ${last}`;
}

function lastOfMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The first and last day of a stated year, month or day; empty for an empty text. */
export function statedBounds(stated: string): readonly [first: string, last: string] {
  const [year = '', month, day] = stated.split('-');
  if (day !== undefined || year === '') return [stated, stated];
  if (month === undefined) return [`${year}-01-01`, `${year}-12-31`];
  return [`${stated}-01`, `${stated}-${String(lastOfMonth(Number(year), Number(month))).padStart(2, '0')}`];
}

/** A date of which an answer gives the EDTF alone: a day, a month, a year or a span of them. */
export function edtfDate(edtf: string): AnyDate {
  const [first = '', last = first] = edtf.replaceAll(/[[\]~?%]/g, '').split(/\.\.|\//);
  return { edtf, earliest: statedBounds(first)[0] || null, latest: statedBounds(last)[1] || null };
}

/** When an article was published, in words. */
export function publishedWords(date: AnyDate): string {
  const { earliest, latest } = date;
  if (earliest === null || latest === null || earliest === latest) return dateWords(date);
  return spanWords(earliest, latest);
}

/** A number as prose writes it: "nine", "12", "1,282". */
export function numberWords(count: number): string {
  return small[count] ?? count.toLocaleString('en');
}

const small: readonly string[] = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A number with its noun: "one plan", "nine plans". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** What editions are called: seasons of a league, or Games. */
export function editionNoun(editions: readonly string[]): { readonly one: string; readonly many: string } {
  const areSeasons = editions.length > 0 && editions.every((edition) => /\.\d{4}-\d{2}$/.test(edition));
  return areSeasons ? { one: 'season', many: 'seasons' } : { one: 'Games', many: 'Games' };
}

/** "three Games", "one edition of the Games", "two seasons". */
export function editionsCounted(editions: readonly string[]): string {
  const { one, many } = editionNoun(editions);
  return editions.length === 1 && one === many ? `one edition of the ${one}` : counted(editions.length, one, many);
}

/** A sentence begins with a capital. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a, b and c". */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** The whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

const dayMs = 86_400_000;

/** The name of a market, from its ISO 3166-1 code. */
export function marketName(code: string): string {
  return regions.of(code) ?? code;
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code', style: 'short' });

/** What sets a fact apart from the others of its row: its Games, its market or its sponsor. */
export function memberWords(
  { over, member }: { readonly over: string; readonly member: string },
  names: Names,
): string {
  if (over === 'markets') return marketName(member);
  return over === 'games' ? (names.get(member) ?? member) : plain(member);
}

/** A text whose dates stay on one line each: "9–25 Feb 2018". */
export function unbroken(text: string): string {
  return text.replaceAll(dates, (date) => date.replaceAll(' ', '\u00a0').replaceAll('–', '\u2060–\u2060'));
}

const dates = /\b(?:\d{1,2}(?:–\d{1,2})? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4}\b/g;

/** A slug or a name of a status in words. */
export function plain(text: string): string {
  return text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase();
}

/** The status of a fact in words: "due", "perhaps happened", "a guess". */
export function statusWords({ status, timing, guess }: FactStatus): string {
  if (guess === true) return 'a guess';
  const name = statusNames[status] ?? plain(status);
  return timing === 'possible' ? `perhaps ${name}` : name;
}

export type FactStatus = {
  readonly status: string;
  readonly timing?: string | undefined;
  readonly guess?: boolean | undefined;
};

const statusNames: Readonly<Record<string, string>> = {
  'overdue-unconfirmed': 'overdue',
  unsupported: 'no report counts any more',
};

/** A number of days in figures: "1 day", "1,282 days". */
export function daysWords(days: number): string {
  return `${days.toLocaleString('en')} ${days === 1 ? 'day' : 'days'}`;
}

/** How far what happened lies from its plan, as a sentence; empty where nothing bounds it. */
export function varianceWords(variance: { readonly min: number | null; readonly max: number | null } | null): string {
  const { min, max } = variance ?? { min: null, max: null };
  const side = (days: number) =>
    days === 0 ? 'on the planned day' : `${daysWords(Math.abs(days))} ${days < 0 ? 'before' : 'after'} the plan`;
  if (min === null) return max === null ? '' : `At the latest ${side(max)}.`;
  if (max === null) return `At the earliest ${side(min)}.`;
  return min === max ? `${capitalise(side(min))}.` : `Between ${side(min)} and ${side(max)}.`;
}

/** The name of a field in words. */
export function fieldName(field: string): string {
  const name = field.replace(/^data\./, '');
  return fieldNames[name] ?? capitalise(plain(name));
}

const fieldNames: Readonly<Record<string, string>> = {
  modality: 'What is told',
  occurred: 'When it happened',
  date: 'When it happened',
  planned: 'When it is planned',
  money: 'Price',
};

/** A value of a field in words. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return value.toLocaleString('en');
  if (typeof value === 'string') return /^\[.*\.\..*\]$/.test(value) ? dateWords(edtfDate(value)) : value;
  if (Array.isArray(value)) return listWords(value.map((one) => territoryName(String(one))));
  const parts = value as Readonly<Record<string, unknown>>;
  if ('amount' in parts) return moneyWords(parts);
  const territories = Object.keys(parts);
  if (territories.every((code) => isTerritory(code))) {
    return listWords(territories.map((code) => `${territoryName(code)} ${dateWords(edtfDate(String(parts[code])))}`));
  }
  return measureWords(parts);
}

function isTerritory(code: string): boolean {
  return code === 'worldwide' || /^[A-Z]{2}$/.test(code);
}

function territoryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? marketName(code) : code;
}

/** Sums of money name who pays by an id; this puts the name in its place. */
export function withPartyNames(value: unknown, parties: Names): unknown {
  const payer = isObject(value) ? value['paidBy'] : null;
  return isObject(value) && typeof payer === 'string' ? { ...value, paidBy: parties.get(payer) ?? payer } : value;
}

/** Names by their ids. */
export type Names = ReadonlyMap<string, string>;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields that together are a sum of money. */
export const moneyFields: readonly string[] = ['amount', 'currency', 'per', 'kind', 'paidBy'];

// "600 EUR a year, in kind": what nobody tells is left out.
function moneyWords({ amount, currency, per, kind, paidBy }: Readonly<Record<string, unknown>>): string {
  const sum = [
    amount === null ? 'amount not told' : valueWords(amount),
    typeof currency === 'string' ? currency : '',
    typeof per === 'string' ? (perWords[per] ?? `a ${per}`) : '',
  ];
  const how = typeof kind === 'string' ? [kind === 'both' ? 'in cash and in kind' : plain(kind)] : [];
  const payer =
    typeof paidBy === 'string'
      ? [`paid by ${/^[a-z0-9-]+$/.test(paidBy) ? plain(paidBy).split(' ').map(capitalise).join(' ') : paidBy}`]
      : [];
  return [sum.filter(Boolean).join(' '), ...how, ...payer].join(', ');
}

const perWords: Readonly<Record<string, string>> = { total: 'in all', games: 'for each Games' };

// "500 vehicles", "at least 90 % of the fleet", "2,000 to 3,000 tickets".
function measureWords({ value, min, max, about, unit, of }: Readonly<Record<string, unknown>>): string {
  const words = [
    value === undefined ? '' : valueWords(value),
    about === undefined ? '' : `about ${valueWords(about)}`,
    min === undefined || max === undefined ? '' : `${valueWords(min)} to ${valueWords(max)}`,
    min === undefined || max !== undefined ? '' : `at least ${valueWords(min)}`,
    max === undefined || min !== undefined ? '' : `at most ${valueWords(max)}`,
    typeof unit === 'string' ? unit : '',
    typeof of === 'string' ? `of ${of}` : '',
  ];
  return words.filter(Boolean).join(' ');
}
