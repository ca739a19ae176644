import type { EventType } from '../domain/events/event-type.ts';
import { asText, type FieldKind, type FieldValue, type Quantity } from '../domain/events/field.ts';
import { quantityBounds } from '../domain/quantity.ts';
import { uncertainDate } from '../domain/uncertain-date.ts';
import { dateChange } from './date-change.ts';
import { inTellingOrder, isDrift, stepPlace } from './drift-steps.ts';
import type { Telling } from './ever-published.ts';
import type { FieldDrift, FieldStep } from './shapes/drift.ts';

type Change = Pick<FieldStep, 'change' | 'by'>;

function unmoved(change: FieldStep['change']): Change {
  return { change, by: null };
}

function finite(count: number): number | null {
  return Number.isFinite(count) ? count : null;
}

function quantityChange(before: Quantity, now: Quantity): Change {
  const [a, b] = [quantityBounds(before), quantityBounds(now)];
  if (a.min === b.min && a.max === b.max) return unmoved('same');
  if (a.min <= b.min && b.max <= a.max) return unmoved('more-precise');
  if (b.min <= a.min && a.max <= b.max) return unmoved('vaguer');
  const by = { min: finite(b.min - a.max), max: finite(b.max - a.min) };
  if (b.min > a.max) return { change: 'more', by };
  return { change: b.max < a.min ? 'fewer' : 'overlapping', by };
}

function canonical(value: FieldValue): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted((a, b) => (a < b ? -1 : 1)) : value);
}

type Said = Telling & { readonly value: FieldValue };

// A list that does not claim to be complete names some: another one that names others contradicts it in nothing.
function listsChange(before: Said, now: Said): Change {
  const lacks = (one: Said, other: Said): boolean =>
    one.evidence.fields['complete'] === true &&
    (other.value as readonly string[]).some((name) => !(one.value as readonly string[]).includes(name));
  return unmoved(lacks(before, now) || lacks(now, before) ? 'changed' : 'names-others');
}

function changeOf(kind: FieldKind, earlier: Said, later: Said): Change {
  const [before, now] = [earlier.value, later.value];
  if (kind === 'quantity') return quantityChange(before as Quantity, now as Quantity);
  if (kind === 'date' || kind === 'period') {
    const { change, days } = dateChange(uncertainDate(asText(before)), uncertainDate(asText(now)));
    return { change, by: days };
  }
  if (canonical(before) === canonical(now)) return unmoved('same');
  if (kind === 'names') return listsChange(earlier, later);
  return unmoved(kind === 'text' ? 'reworded' : 'changed');
}

function stepsOf(kind: FieldKind, said: readonly Said[]): readonly FieldStep[] {
  return said.map((one, i) => {
    const before = said[i - 1];
    return {
      value: one.value,
      modality: one.evidence.report.modality,
      ...(before === undefined ? unmoved('first') : changeOf(kind, before, one)),
      ...stepPlace(before, one),
    };
  });
}

/**
 * How the fields of a fact changed from telling to telling, in order of publication: wording, counts, dates, names.
 * What came of a plan is held against the plan. Only fields that were given more than once; absent is not a value.
 */
export function fieldDrift({ fields }: EventType, tellings: readonly Telling[]): readonly FieldDrift[] {
  const inOrder = inTellingOrder(tellings);
  return Object.entries(fields).flatMap(([field, { kind }]) => {
    const said = inOrder.flatMap((telling): Said[] => {
      const value = telling.evidence.fields[field];
      return value === undefined ? [] : [{ ...telling, value }];
    });
    if (said.length < 2) return [];
    const steps = stepsOf(kind, said);
    return [{ field, kind, changed: steps.some(isDrift), steps: [...steps] }];
  });
}
