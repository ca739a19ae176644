import type { EventType } from './events/event-type.ts';
import { asText, type FieldValue, type Quantity } from './events/field.ts';
import { intersectQuantities } from './quantity.ts';
import { intersect, uncertainDate } from './uncertain-date.ts';

/**
 * Whether a value that a report gives of a field (or of `date`) goes against the one that a steward found right. What
 * leaves room for it does not; a list does where it names more than the steward's, which is complete.
 */
export function contradicts(type: EventType, field: string, right: FieldValue, given: FieldValue): boolean {
  const kind = field === 'date' ? 'date' : type.fields[field]?.kind;
  if (kind === undefined || kind === 'text' || field === 'complete') return false;
  if (kind === 'date' || kind === 'period') {
    return intersect(uncertainDate(asText(right)), uncertainDate(asText(given))) === null;
  }
  if (kind === 'quantity') return intersectQuantities(right as Quantity, given as Quantity) === null;
  if (kind === 'names') {
    const members = new Set(right as readonly string[]);
    return (given as readonly string[]).some((member) => !members.has(member));
  }
  return right !== given;
}
