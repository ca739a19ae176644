const days = 'Sun|Mon|Tue|Wed|Thu|Fri|Sat';
const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const form = new RegExp(`^(?:${days}), \\d{2} (?:${months}) \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$`);

/** An instant as HTTP writes it, in whole seconds: `Sun, 22 Nov 2026 09:00:00 GMT` (the rfc1123-date of RFC 7089). */
export function httpDate(instant: string): string {
  return new Date(instant).toUTCString();
}

/**
 * The instant that an Accept-Datetime names: the end of its second, since what is dated in it was recorded within. Null
 * where it is no rfc1123-date, or one of a day that there is not.
 */
export function readHttpDate(text: string): string | null {
  const date = form.test(text) ? new Date(text) : null;
  if (date === null || Number.isNaN(date.getTime()) || date.toUTCString() !== text) return null;
  return date.toISOString().replace('.000Z', '.999Z');
}
