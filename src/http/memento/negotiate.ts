import type { Change } from '../../projections/changes.ts';
import type { Context } from '../app-parts.ts';
import { HttpProblem, mistake } from '../problem.ts';
import type { ChangesAt } from './changes-at.ts';
import { httpDate, readHttpDate } from './http-date.ts';
import type { MementoAddress } from './memento-address.ts';

const header = 'accept-datetime';

/** What answers depend on beside their address, as every answer that is negotiated says. */
export const varying = { vary: header };

function instantOf(text: string): string {
  const instant = readHttpDate(text);
  if (instant !== null) return instant;
  const message = `"${text.slice(0, 80)}" is no date as HTTP writes it: Accept-Datetime: ${httpDate('2026-11-22T09:00:00Z')}`;
  throw new HttpProblem('invalid-datetime', message, {
    errors: [mistake('header', header, message)],
    headers: varying,
  });
}

async function lastAt({ upTo, first }: ChangesAt, position: number): Promise<Change | null> {
  return (await upTo(position)).changes.at(-1) ?? (await first());
}

async function refuseConflict(
  address: MementoAddress,
  changes: ChangesAt,
  chosen: Change | null,
  { ledger: { views } }: Context,
): Promise<void> {
  const recordedAsOf = address.query.get('recordedAsOf');
  if (recordedAsOf === null) return;
  const { cut } = await views.resolve({ recordedAsOf });
  if (cut === null) return;
  const asked = await lastAt(changes, cut.position);
  if (asked?.position === chosen?.position) return;
  const message = `recordedAsOf=${recordedAsOf} and Accept-Datetime set the same clock to different times: give one of them`;
  throw new HttpProblem('conflicting-clocks', message, {
    errors: [mistake('query', 'recordedAsOf', message), mistake('header', header, message)],
    headers: varying,
  });
}

/** Throws the problem that a comparison of two recorded states has no third one. */
export function refuseComparison(): never {
  const message = 'from and to name two states of the ledger, and Accept-Datetime a third: leave the header out';
  throw new HttpProblem('conflicting-clocks', message, { errors: [mistake('header', header, message)] });
}

/**
 * The memento that an Accept-Datetime selects (RFC 7089): the state after the last change by then; the first one for a
 * time before it, the present one for a time to come. Null where there is no memento. Throws the problem that the
 * header cannot be read, or goes against recordedAsOf.
 */
export async function negotiated(
  text: string,
  address: MementoAddress,
  changes: ChangesAt,
  context: Context,
): Promise<Change | null> {
  const { store, views } = context.ledger;
  const instant = instantOf(text);
  const head = await views.head();
  const position =
    head.recordedAt !== null && instant >= head.recordedAt ? head.position : await store.positionAt(instant);
  const chosen = await lastAt(changes, position);
  await refuseConflict(address, changes, chosen, context);
  return chosen;
}
