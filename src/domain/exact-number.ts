const decimal = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

// A decimal as its digits without zeros at either end, and the power of ten of the last one: one value, one text.
function normalized(text: string): string | null {
  const [, whole, fraction = '', power = '0'] = decimal.exec(text) ?? [];
  if (whole === undefined) return null;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  if (end === 0) return '0';
  const sign = text.startsWith('-') ? '-' : '';
  return `${sign}${digits.slice(0, end)}e${Number(power) - fraction.length + digits.length - end}`;
}

/**
 * Says why a number cannot be recorded as it is written: its JSON form is another decimal value, or it has none. Null
 * for one that keeps its value, however it is spelt (`1e9`, `1.50`).
 */
export function inexactNumber(text: string): string | null {
  const value = Number(text);
  if (!Number.isFinite(value)) return `${shown(text)} is too large to be kept`;
  if (normalized(text) === normalized(String(value))) return null;
  return `${shown(text)} cannot be kept with its value, it would become ${value}: write at most 15 significant digits`;
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
