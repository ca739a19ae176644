import type { FieldValue } from './events/field.ts';
import type { Statement } from './ledger-event.ts';

/** What a statement says of a field (or of `date`, as EDTF); null where it says nothing of it. */
export function saidOf({ date, fields }: Pick<Statement, 'date' | 'fields'>, field: string): FieldValue | null {
  return (field === 'date' ? date?.edtf : fields[field]) ?? null;
}
