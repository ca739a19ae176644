import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

const hex = (long: string): string => BigInt.asUintN(64, BigInt(long)).toString(16).padStart(16, '0');

/** The text of a UUID, in lower case, from either form in which a client may send it. */
export const uuidText = (uuid: UUID | undefined): string => {
  const structured = uuid?.getStructured();
  if (structured === undefined) return (uuid?.getString() ?? '').toLowerCase();
  const digits = hex(structured.getMostSignificantBits()) + hex(structured.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** A UUID as a message. */
export const uuidMessage = (text: string): UUID => new shared.UUID().setString(text);
